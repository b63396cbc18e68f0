//! Netsplit.
