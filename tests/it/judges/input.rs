//! What is read, and what is said about what cannot be.
