//! What one state cannot tell, remembered for the claims.

use super::Mutex;
use super::line::Name;
use super::memory::{Handed, Owner};
use crate::sim::{What, Witness};

/// What machines tell the ghost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    Released {
        lock: Name,
        by: Owner,
        owner: Option<Owner>,
    },
    /// Somebody of the line was given the lock, or woken for it.
    Passed {
        lock: Name,
        handed: Handed,
    },
    Stored {
        by: Owner,
        read: u64,
        found: u64,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ghost {
    pub has_released: bool,
    pub has_stored: bool,
    /// The first of each kind, as a sentence.
    pub foreign_release: Option<String>,
    pub out_of_turn: Option<String>,
    pub update_lost: Option<String>,
}

impl Ghost {
    pub fn witness(&mut self, witness: &Witness<'_, Mutex>) {
        let What::Output { output } = witness.what else { return };
        match output {
            Output::Released { lock, by, owner } => {
                self.has_released = true;
                if *owner != Some(*by) && self.foreign_release.is_none() {
                    let owner = owner.map_or("nobody".to_owned(), |owner| owner.to_string());
                    self.foreign_release = Some(format!("{by} released {lock}, which {owner} owned"));
                }
            }
            Output::Passed { lock, handed } => {
                let Handed { to, first, .. } = handed;
                if to != first && self.out_of_turn.is_none() {
                    self.out_of_turn = Some(format!("{to} came to {lock} before {first}, who stood first in line"));
                }
            }
            Output::Stored { by, read, found } => {
                self.has_stored = true;
                if read != found && self.update_lost.is_none() {
                    let says =
                        format!("{by} read {read}, others had made it {found} since, and {by} wrote {}", read + 1);
                    self.update_lost = Some(says);
                }
            }
        }
    }
}
