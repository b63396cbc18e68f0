//! Runs through the world itself.
