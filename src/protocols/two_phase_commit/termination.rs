//! In doubt: whoever has promised asks, the coordinator first and the other writers too. One that has ended the
//! transaction can tell; one that has promised nothing aborts it and thereby decides; if all have promised, nobody can.

use super::Timer;
use super::config::ASKED;
use super::coordinator::Phase;
use super::disk::Outcome;
use super::message::{Message, Tx};
use super::node::{Ctx, Server, back_off};
use super::participant::Stage;
use crate::sim::NodeId;

impl Server {
    /// Sets the clock by which a participant in doubt asks.
    pub fn await_decision(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get_mut(&tx) else { return };
        let after = back_off(self.config.inquiry, active.tries);
        active.tries = active.tries.saturating_add(1).min(5);
        ctx.set_timer(Timer::Doubt(tx), after);
    }

    pub fn on_doubt(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get(&tx).filter(|active| active.stage == Stage::Prepared) else { return };
        if self.config.flaws.timeout_decides {
            self.note("{0} does not wait for {1} any longer and aborts it", tx, ctx);
            self.abort_here(tx, ctx);
            return;
        }
        let (coordinator, writers) = (active.coordinator, active.writers.clone());
        // What it asks again is no news.
        if active.tries == 1 {
            self.note("{0} has been in doubt about {1} for a while, and asks", tx, ctx);
        }
        self.tell(coordinator, Message::Inquiry { tx, coordinator }, ctx);
        if self.config.cooperative {
            let others = [self.me, coordinator];
            for &peer in writers.iter().filter(|peer| !others.contains(peer)) {
                self.tell(peer, Message::Inquiry { tx, coordinator }, ctx);
            }
        }
        self.await_decision(tx, ctx);
    }

    /// A connection is there: asks over it whatever it may answer.
    pub fn ask(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        let in_doubt = self.active.iter().filter(|(_, active)| {
            let is_peer = self.config.cooperative && active.writers.contains(&peer);
            active.stage == Stage::Prepared && (active.coordinator == peer || is_peer)
        });
        let in_doubt: Vec<(Tx, NodeId)> = in_doubt.map(|(tx, active)| (*tx, active.coordinator)).collect();
        for (tx, coordinator) in in_doubt {
            self.tell(peer, Message::Inquiry { tx, coordinator }, ctx);
        }
    }

    pub fn on_inquiry(&mut self, from: NodeId, tx: Tx, coordinator: NodeId, ctx: &mut Ctx<'_>) {
        let answer = if coordinator == self.me { self.known_as_coordinator(tx) } else { self.known_here(tx, ctx) };
        match answer {
            Answer::Commit => self.tell(from, Message::Decision { tx, commit: true }, ctx),
            Answer::Abort => self.tell(from, Message::Decision { tx, commit: false }, ctx),
            Answer::Unknown => self.tell(from, Message::Unknown { tx }, ctx),
            // It will be told as soon as it is decided.
            Answer::Later => true,
        };
    }

    /// What a coordinator does not know it has never committed, or all have acknowledged it.
    fn known_as_coordinator(&self, tx: Tx) -> Answer {
        match self.coordinated.get(&tx).map(|coordinated| coordinated.phase) {
            Some(Phase::Committed) => Answer::Commit,
            Some(Phase::Working | Phase::Voting | Phase::Deciding) => Answer::Later,
            Some(Phase::Aborted(_) | Phase::Forgotten) | None => Answer::Abort,
        }
    }

    fn known_here(&mut self, tx: Tx, ctx: &mut Ctx<'_>) -> Answer {
        match (self.active.get(&tx).map(|active| active.stage), self.outcomes.get(tx)) {
            (Some(Stage::Prepared), _) | (None, Some(Outcome::ReadOnly)) => Answer::Unknown,
            (Some(Stage::Committing), _) | (None, Some(Outcome::Committed)) => Answer::Commit,
            (None, Some(Outcome::Aborted)) => Answer::Abort,
            (Some(Stage::Locking | Stage::Working | Stage::Preparing), _) => {
                self.refuse(tx, "a participant in doubt asked before the others had promised", ctx);
                Answer::Abort
            }
            (None, None) if self.outcomes.would_know(tx) => {
                // It has lost its work, and from now on it will not take part.
                self.outcomes.insert(tx, Outcome::Aborted);
                Answer::Abort
            }
            (None, None) => Answer::Unknown,
        }
    }

    pub fn on_unknown(&mut self, from: NodeId, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get(&tx).filter(|active| active.stage == Stage::Prepared) else { return };
        ctx.mark(ASKED);
        if active.tries <= 2 {
            ctx.note("{0} does not know either how {1} ended", [from.into(), tx.to_string().into()]);
        }
    }
}

/// How a transaction ended, as far as the one asked can tell.
enum Answer {
    Commit,
    Abort,
    Unknown,
    Later,
}
