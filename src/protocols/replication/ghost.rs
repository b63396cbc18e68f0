//! What one state cannot tell, remembered for the claims: who led under which promotion and with what inheritance, what
//! was acknowledged, what state each position has, and what each client has seen.

use litemap::LiteMap;
use std::hash::{Hash, Hasher};

use super::Replication;
use super::log::{Position, Run, holds};
use crate::parts::ChunkedLog;
use crate::sim::{NodeId, Time, What, Witness};

/// What nodes tell the ghost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// This server acts as primary from now on; it was given this history.
    Leads { promotion: u64, runs: Vec<Run> },
    /// The primary answers that a write is done.
    Acknowledged { position: Position },
    /// The machine stands at this position in this state.
    Stands { position: Position, digest: u64 },
    /// A client was given an answer from this position.
    Saw { position: Position },
    /// A client's session ended, and it was told so.
    SessionEnded,
}

/// All that was under one promotion number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reign {
    pub promotion: u64,
    pub primary: NodeId,
    /// The history with which it began.
    pub inherited: Vec<Run>,
    /// The newest write that it acknowledged; earlier ones stand with it.
    pub acknowledged: Option<Position>,
    /// Of those the newest that every later primary had when it was promoted.
    pub promised: Option<Position>,
    /// The state at each of its positions, by index.
    states: ChunkedLog<Option<u64>>,
}

/// An acknowledged write, for the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    pub position: Position,
    pub at: Time,
}

/// Without the time: runs that differ only in when things happened are the same to a search.
impl Hash for Acknowledged {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.position.hash(state);
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ghost {
    /// By promotion number, ascending.
    pub reigns: Vec<Reign>,
    pub acknowledged: ChunkedLog<Acknowledged>,
    /// How many acknowledged writes a later primary never had.
    pub forsaken: u64,
    seen: LiteMap<NodeId, Position>,
    /// Two servers reached one position; one session had two answers.
    pub was_compared: bool,
    pub was_followed: bool,
    /// The first of each kind.
    pub two_primaries: Option<(u64, NodeId, NodeId)>,
    pub two_states: Option<(Position, NodeId)>,
    pub went_back: Option<(NodeId, Position, Position)>,
}

impl Ghost {
    pub fn witness(&mut self, witness: &Witness<'_, Replication>) {
        let node = witness.node;
        if matches!(witness.what, What::Crashed { .. }) {
            // A client's session ends with its process.
            self.seen.remove(&node);
        }
        let What::Output { output } = witness.what else { return };
        match output {
            Output::Leads { promotion, runs } => self.on_leads(node, *promotion, runs),
            Output::Acknowledged { position } => {
                self.acknowledged.push(Acknowledged { position: *position, at: witness.now });
                self.on_acknowledged(*position);
            }
            Output::Stands { position, digest } => self.on_stands(node, *position, *digest),
            Output::Saw { position } => self.on_saw(node, *position),
            Output::SessionEnded => {
                self.seen.remove(&node);
            }
        }
    }

    /// The reign of the highest promotion so far.
    pub fn newest(&self) -> Option<&Reign> {
        self.reigns.last()
    }

    pub fn reign(&self, promotion: u64) -> Option<&Reign> {
        self.reigns.iter().find(|reign| reign.promotion == promotion)
    }

    /// Whether the history that this promotion began with, or made, has the position.
    fn includes(&self, promotion: u64, position: Position) -> bool {
        position.index == 0
            || position.promotion == promotion
            || self.reign(promotion).is_some_and(|reign| holds(&reign.inherited, position))
    }

    /// Whether every later promotion was of a server that had the write.
    pub fn was_inherited(&self, position: Position) -> bool {
        self.reigns
            .iter()
            .filter(|reign| reign.promotion > position.promotion)
            .all(|reign| holds(&reign.inherited, position))
    }

    fn on_leads(&mut self, primary: NodeId, promotion: u64, runs: &[Run]) {
        if let Some(known) = self.reign(promotion) {
            if known.primary != primary && self.two_primaries.is_none() {
                self.two_primaries = Some((promotion, known.primary, primary));
            }
            return;
        }
        // Of what was promised before, only what the new primary has is promised from now on.
        for reign in self.reigns.iter_mut().filter(|reign| reign.promotion < promotion) {
            let kept = runs.iter().find(|run| run.promotion == reign.promotion).map_or(0, |run| run.upto);
            reign.promised = reign.promised.filter(|_| kept > 0).map(|p| Position { index: p.index.min(kept), ..p });
        }
        let first = runs.last().map_or(0, |run| run.upto) + 1;
        let reign = Reign {
            promotion,
            primary,
            inherited: runs.to_vec(),
            acknowledged: None,
            promised: None,
            states: ChunkedLog::starting_at(first),
        };
        let place = self.reigns.partition_point(|known| known.promotion < promotion);
        self.reigns.insert(place, reign);
        self.forsaken =
            self.acknowledged.iter().filter(|(_, write)| !self.was_inherited(write.position)).count() as u64;
    }

    fn on_acknowledged(&mut self, position: Position) {
        let inherited = self.was_inherited(position);
        self.forsaken += u64::from(!inherited);
        if let Some(reign) = self.reigns.iter_mut().find(|reign| reign.promotion == position.promotion) {
            reign.acknowledged = reign.acknowledged.max(Some(position));
            if inherited {
                reign.promised = reign.promised.max(Some(position));
            }
        }
    }

    fn on_stands(&mut self, node: NodeId, position: Position, digest: u64) {
        let Some(reign) = self.reigns.iter_mut().find(|reign| reign.promotion == position.promotion) else { return };
        while reign.states.next_index() < position.index {
            reign.states.push(None);
        }
        match reign.states.get(position.index) {
            Some(Some(known)) => {
                self.was_compared = true;
                if *known != digest && self.two_states.is_none() {
                    self.two_states = Some((position, node));
                }
            }
            Some(None) => {}
            None => {
                reign.states.push(Some(digest));
            }
        }
    }

    fn on_saw(&mut self, client: NodeId, position: Position) {
        if let Some(&seen) = self.seen.get(&client) {
            self.was_followed = true;
            let forward = self.includes(position.promotion, seen) && position.index >= seen.index;
            if !forward && self.went_back.is_none() {
                self.went_back = Some((client, seen, position));
            }
        }
        self.seen.insert(client, position);
    }
}
