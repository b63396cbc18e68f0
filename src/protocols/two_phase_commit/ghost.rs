//! What one state cannot tell, remembered for the claims: how each of the latest transactions was voted on, decided and
//! ended, what was on disk when it was said, and what readers saw.

use std::collections::BTreeMap;
use std::sync::Arc;

use litemap::LiteMap;

use super::TwoPhaseCommit;
use super::disk::Record;
use super::message::{Ballot, Message, Reading, Tx};
use crate::machines::bank::Account;
use crate::sim::{NodeId, What, Witness};

/// How many transactions, readers and writers are remembered.
const REMEMBERED: usize = 48;

/// What nodes tell the ghost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    Voted { tx: Tx, vote: Ballot },
    Decided { tx: Tx, commit: bool, unanimous: bool, participants: Arc<[NodeId]> },
    Ended { tx: Tx, commit: bool },
    Changed { tx: Tx, versions: Vec<(Account, u32)> },
    Read { tx: Tx, readings: Vec<Reading> },
}

/// A set of nodes, by their place in the roster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Nodes(u64);

impl Nodes {
    fn insert(&mut self, node: NodeId) {
        self.0 |= 1 << (node.0 % 64);
    }

    pub fn contains(self, node: NodeId) -> bool {
        self.0 & 1 << (node.0 % 64) != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        (0..64).map(NodeId).filter(move |node| self.contains(*node))
    }
}

/// The story of one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Story {
    pub yes: Nodes,
    pub no: Nodes,
    pub read_only: Nodes,
    pub committed: Nodes,
    pub aborted: Nodes,
    pub decided_commit: Nodes,
    pub decided_abort: Nodes,
    /// The first commit decision lacked the yes of this one.
    pub lacked: Option<NodeId>,
    /// A coordinator aborted with every yes in its hands.
    pub wasted: bool,
    /// Promises and decisions that a disk has.
    promised: Nodes,
    logged: Nodes,
    /// Who said yes, or commit, before its disk had it.
    pub early_yes: Option<NodeId>,
    pub early_commit: Option<NodeId>,
    /// A yes or a commit was sent at all.
    pub said_yes: bool,
    pub said_commit: bool,
}

/// A server's log since it booted: how much it has written, and which forced records the disk does not have yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Tail {
    written: u64,
    waiting: Vec<(u64, Tx, bool)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ghost {
    pub stories: BTreeMap<Tx, Story>,
    tails: LiteMap<NodeId, Tail>,
    changes: Vec<(Tx, Vec<(Account, u32)>)>,
    reads: Vec<(Tx, Vec<Reading>)>,
    /// Reads of at least two accounts.
    pub compared: u64,
    /// A reader, and the transfer of which it saw one half.
    pub half_read: Option<(Tx, Tx)>,
}

impl Ghost {
    pub fn witness(&mut self, seen: &Witness<'_, TwoPhaseCommit>) {
        let node = seen.node;
        match seen.what {
            What::Output { output } => self.on_output(node, output),
            What::Wrote { record, .. } => self.on_wrote(node, record),
            What::Durable { upto, .. } => self.on_durable(node, *upto),
            What::Crashed { .. } => {
                self.tails.remove(&node);
            }
            What::Sent { body, .. } => self.on_sent(node, body),
            _ => {}
        }
    }

    fn story(&mut self, tx: Tx) -> &mut Story {
        if self.stories.len() >= REMEMBERED && !self.stories.contains_key(&tx) {
            self.stories.pop_first();
        }
        self.stories.entry(tx).or_default()
    }

    fn on_output(&mut self, node: NodeId, output: &Output) {
        match output {
            Output::Voted { tx, vote } => {
                let story = self.story(*tx);
                match vote {
                    Ballot::Yes => story.yes.insert(node),
                    Ballot::No(_) => story.no.insert(node),
                    Ballot::ReadOnly => story.read_only.insert(node),
                }
            }
            Output::Decided { tx, commit, unanimous, participants } => {
                let story = self.story(*tx);
                if *commit {
                    story.decided_commit.insert(node);
                    let lacking =
                        participants.iter().find(|it| !story.yes.contains(**it) && !story.read_only.contains(**it));
                    story.lacked = story.lacked.or(lacking.copied());
                } else {
                    story.decided_abort.insert(node);
                    story.wasted |= *unanimous;
                }
            }
            Output::Ended { tx, commit: true } => self.story(*tx).committed.insert(node),
            Output::Ended { tx, commit: false } => self.story(*tx).aborted.insert(node),
            Output::Changed { tx, versions } => {
                match self.changes.iter_mut().find(|(known, _)| known == tx) {
                    Some((_, known)) => known.extend(versions.iter().copied()),
                    None => self.changes.push((*tx, versions.clone())),
                }
                drop_oldest(&mut self.changes);
                self.compare();
            }
            Output::Read { tx, readings } if readings.len() > 1 => {
                self.compared += 1;
                self.reads.push((*tx, readings.clone()));
                drop_oldest(&mut self.reads);
                self.compare();
            }
            Output::Read { .. } => {}
        }
    }

    /// Whether some reader saw a transaction at one account and not at another.
    fn compare(&mut self) {
        for (reader, readings) in &self.reads {
            for (writer, versions) in &self.changes {
                let seen = readings.iter().filter_map(|(account, _, version)| {
                    versions.iter().find(|(changed, _)| changed == account).map(|(_, after)| version >= after)
                });
                let (mut some, mut none) = (false, false);
                seen.for_each(|saw| if saw { some = true } else { none = true });
                if some && none && self.half_read.is_none() {
                    self.half_read = Some((*reader, *writer));
                }
            }
        }
    }

    fn on_wrote(&mut self, node: NodeId, record: &Record) {
        let tail = self.tails.entry(node).or_default();
        tail.written += 1;
        match record {
            Record::Prepared { tx, .. } => tail.waiting.push((tail.written, *tx, false)),
            Record::Decided { tx, .. } => tail.waiting.push((tail.written, *tx, true)),
            Record::Committed { .. } | Record::Aborted { .. } | Record::Forgotten { .. } => {}
        }
    }

    fn on_durable(&mut self, node: NodeId, upto: u64) {
        let Some(tail) = self.tails.get_mut(&node) else { return };
        let durable: Vec<_> = tail.waiting.extract_if(.., |(record, _, _)| *record <= upto).collect();
        for (_, tx, is_decision) in durable {
            let story = self.story(tx);
            if is_decision { story.logged.insert(node) } else { story.promised.insert(node) }
        }
    }

    fn on_sent(&mut self, node: NodeId, body: &Message) {
        match body {
            Message::Vote { tx, vote: Ballot::Yes } => {
                let story = self.story(*tx);
                story.said_yes = true;
                if !story.promised.contains(node) && story.early_yes.is_none() {
                    story.early_yes = Some(node);
                }
            }
            // Only of whoever decided: others pass on what they were told.
            Message::Decision { tx, commit: true } => {
                let story = self.story(*tx);
                story.said_commit = true;
                if story.decided_commit.contains(node) && !story.logged.contains(node) && story.early_commit.is_none() {
                    story.early_commit = Some(node);
                }
            }
            _ => {}
        }
    }
}

fn drop_oldest<T>(list: &mut Vec<T>) {
    if list.len() > REMEMBERED {
        list.remove(0);
    }
}
