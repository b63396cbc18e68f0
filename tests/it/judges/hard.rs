//! Histories on which a naive search would not end: judged by how much is tried, not by the clock.
