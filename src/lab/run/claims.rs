//! What is so of this run: its claims, the guarantee to its clients, and the conditions of scripts.

use super::Run;
use super::orders::known;
use crate::describe::{Describe, Property};
use crate::lab::chronicle::OWN_CODE;
use crate::lab::engine::{Claim, Engine, Reached};
use crate::lab::frame::{Outcome, Violation};
use crate::lab::script::{Condition, LastOutcome};
use crate::lab::telling::operation_line;
use crate::lab::testimony::{Contradiction, row_name};
use crate::lab::wire::MarkKind;
use crate::sim::{Expectation, Health, NodeId, Time, Verdict};

/// A property as a claim: its name, and what it says.
pub fn claim_of(property: Property) -> (&'static str, &'static str) {
    match property {
        Property::Linearizable => (
            "linearizable",
            "One order explains all that clients saw, and each operation stands in it between call and answer",
        ),
        Property::SequentiallyConsistent => (
            "sequentially_consistent",
            "One order explains all that clients saw, and has each client's operations in its own order",
        ),
    }
}

impl<P: Describe> Run<P> {
    pub(super) fn judge_claims(&mut self, now: Time) {
        for (index, claim) in P::claims().iter().enumerate() {
            if claim.expectation == Expectation::Eventually || self.chronicle.verdicts[index].violation.is_some() {
                continue;
            }
            match (claim.check)(&self.world) {
                Verdict::Vacuous => {}
                Verdict::Holds => self.chronicle.verdicts[index].premises += 1,
                Verdict::Violated { says, nodes } => {
                    if claim.expectation == Expectation::Always {
                        let at = self.position();
                        self.chronicle.verdicts[index].premises += 1;
                        self.chronicle.verdicts[index].violation = Some(Violation { at, says: says.clone(), nodes });
                        self.chronicle.violated.get_or_insert(claim.name);
                        self.chronicle.mark(now, says, MarkKind::Violation);
                    }
                }
            }
        }
    }

    /// The claims of the protocol, the guarantee to its clients, and what its code expects of itself once that was not so.
    pub(super) fn all_claims(&self) -> Vec<Claim> {
        let own = P::claims().iter().zip(&self.chronicle.verdicts).map(|(claim, verdict)| Claim {
            name: claim.name,
            says: claim.says,
            expectation: claim.expectation,
            premises: verdict.premises,
            violation: verdict.violation.clone(),
        });
        let guarantee = self.guarantee().map(|(name, says)| Claim {
            name,
            says,
            expectation: Expectation::Always,
            premises: self.chronicle.testimony.answers(),
            violation: self.contradiction(),
        });
        let broken = self.chronicle.broken.iter().map(|violation| Claim {
            name: OWN_CODE,
            says: "What the protocol's code expects of itself is so",
            expectation: Expectation::Always,
            premises: 1,
            violation: Some(violation.clone()),
        });
        own.chain(guarantee).chain(broken).collect()
    }

    /// A claim by its name, as it is in this very state.
    pub(super) fn judge_now(&self, name: &str) -> Option<Result<(), String>> {
        if name == OWN_CODE {
            return Some(self.chronicle.broken.as_ref().map_or(Ok(()), |broken| Err(broken.says.clone())));
        }
        if self.guarantee().is_some_and(|(promised, _)| promised == name) {
            return Some(self.contradiction().map_or(Ok(()), |violation| Err(violation.says)));
        }
        let index = P::claims().iter().position(|claim| claim.name == name)?;
        let claim = &P::claims()[index];
        if let Some(violation) = &self.chronicle.verdicts[index].violation {
            return Some(Err(violation.says.clone()));
        }
        Some(match claim.expectation {
            Expectation::Sometimes if self.chronicle.verdicts[index].premises == 0 => Err("it never was so".to_owned()),
            Expectation::Sometimes | Expectation::Always => Ok(()),
            Expectation::Eventually => match (claim.check)(&self.world) {
                Verdict::Violated { says, .. } => Err(says),
                Verdict::Holds | Verdict::Vacuous => Ok(()),
            },
        })
    }

    /// The claim that clients can hold the system to by what they see, and what it says.
    pub(super) fn guarantee(&self) -> Option<(&'static str, &'static str)> {
        P::guarantee(&self.world).map(|guarantee| claim_of(guarantee.property))
    }

    /// Where the clients' history breaks that guarantee.
    pub(super) fn contradiction(&self) -> Option<Violation> {
        let guarantee = P::guarantee(&self.world)?;
        let found = self.watch.borrow_mut().contradiction(&self.chronicle.testimony, &guarantee);
        let Contradiction { at, says, client, process } = found?;
        let says = format!("{}: {says}", row_name(self.world.roster().name(client), process.as_deref()));
        Some(Violation { at, says, nodes: vec![client] })
    }

    /// Whether a condition names what exists here.
    pub(super) fn check_names(&self, condition: &Condition) -> Result<(), (String, String)> {
        match condition {
            Condition::Milestone { name, .. } => known(
                "no milestone or condition is called",
                name,
                P::milestones().iter().map(|milestone| milestone.name),
            ),
            Condition::Claim { name, .. } => {
                let claims = P::claims().iter().map(|claim| claim.name);
                known(
                    "no claim is called",
                    name,
                    claims.chain([OWN_CODE]).chain(self.guarantee().map(|(name, _)| name)),
                )
            }
            Condition::Is { node, .. } | Condition::Leader { node } | Condition::Last { client: node, .. } => {
                self.check_pick(node)
            }
            Condition::NoLeader | Condition::Kept(_) | Condition::Lost(_) => Ok(()),
        }
    }

    pub(super) fn is_so(&self, condition: &Condition, since: &Reached) -> bool {
        match condition {
            Condition::Milestone { name, times } => {
                let reached = self.chronicle.reached.iter().find(|(known, _)| *known == name).map_or(0, |(_, n)| *n);
                reached >= since.count(name) + times
            }
            Condition::Claim { name, holds } => self.judge_now(name).is_some_and(|verdict| verdict.is_ok() == *holds),
            Condition::Is { node, words, so } => {
                self.find(node).is_ok_and(|id| self.label(id).contains(words.as_str()) == *so)
            }
            Condition::Last { client, outcome, answer } => {
                let Ok(id) = self.find(client) else { return false };
                let Some(last) = self.chronicle.operations.last(id) else { return *outcome == LastOutcome::Idle };
                let fits = match outcome {
                    LastOutcome::Done => last.outcome == Outcome::Done,
                    LastOutcome::Refused => last.outcome == Outcome::Refused,
                    LastOutcome::Unknown => last.outcome == Outcome::Unknown,
                    LastOutcome::Pending => last.outcome == Outcome::Pending,
                    LastOutcome::Idle => last.outcome != Outcome::Pending,
                };
                fits && answer.as_ref().is_none_or(|answer| last.answer.as_ref() == Some(answer))
            }
            Condition::Leader { node } => {
                self.find(node).is_ok_and(|id| P::leader(&self.world).is_some_and(|(leader, _)| leader == id))
            }
            Condition::NoLeader => P::leader(&self.world).is_none(),
            Condition::Kept(n) => P::ledger(&self.world).kept == *n,
            Condition::Lost(n) => P::ledger(&self.world).lost == *n,
        }
    }

    /// What is so where a condition is not.
    pub(super) fn state_of(&self, condition: &Condition) -> String {
        match condition {
            Condition::Milestone { name, .. } => format!("`{name}` was not reached"),
            Condition::Claim { name, .. } => match self.judge_now(name) {
                Some(Err(says)) => format!("violated: {says}"),
                _ => "it holds".to_owned(),
            },
            Condition::Is { node, .. } => {
                self.find(node).map_or_else(|none| none.0, |id| format!("{node} is {}", self.label(id)))
            }
            Condition::Last { client, .. } => {
                let last = self.find(client).ok().and_then(|id| self.chronicle.operations.last(id));
                last.map_or_else(|| format!("{client} has asked nothing yet"), |frame| operation_line(&client.0, frame))
            }
            Condition::Leader { .. } | Condition::NoLeader => match P::leader(&self.world) {
                Some((id, _)) => format!("the leader is {}", self.world.roster().name(id)),
                None => "nobody leads".to_owned(),
            },
            Condition::Kept(_) | Condition::Lost(_) => {
                let ledger = P::ledger(&self.world);
                format!("{} kept, {} lost", ledger.kept, ledger.lost)
            }
        }
    }

    /// A node's label as conditions see it: its health where it is not well.
    fn label(&self, id: NodeId) -> String {
        let word = match self.world.slot(id).health {
            Health::Up => "",
            Health::Paused => "paused ",
            Health::Crashed | Health::PowerLost => "down ",
        };
        let view = P::node(&self.world, id);
        let detail = if view.detail.is_empty() { String::new() } else { format!(", {}", view.detail) };
        format!("{word}{}{detail}", view.label)
    }
}
