//! What people run: systems composed of protocols, a folder each.

pub mod lock_service;
