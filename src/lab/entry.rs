//! An entry of the trace in no protocol's types, and the observer that brings it into this form. What follows runs reads
//! entries so, and is compiled once for all protocols.

use std::fmt::{Debug, Display};
use std::marker::PhantomData;

use litemap::LiteMap;

use super::chronicle::Chronicle;
use crate::describe::{Describe, Said};
use crate::sim::observer::Arg;
use crate::sim::{
    Completion, Crash, Entry, Fault, FlightId, Kinds, Loss, NodeId, Observer, OperationId, Protocol, Roster, Time, What,
};

pub struct PlainEntry<'a> {
    pub number: u32,
    pub cause: u32,
    pub time: Time,
    pub node: NodeId,
    pub what: Plain<'a>,
}

/// What happened: [`What`], with all that is asked of a protocol's types.
pub enum Plain<'a> {
    Booted,
    Sent { flight: FlightId, to: NodeId, body: &'a dyn Body },
    Unsent { to: NodeId, body: &'a dyn Body },
    Delivered { flight: FlightId, from: NodeId, body: &'a dyn Body },
    Dropped { flight: FlightId, to: NodeId, body: &'a dyn Body, why: &'static str },
    Fired { name: &'a dyn Fn() -> String, is_step: bool },
    Wrote { file: u8, record: &'a dyn Debug },
    Synced { file: u8 },
    Durable { file: u8, upto: u64 },
    Connected { peer: NodeId, channel: u8 },
    Lost { peer: NodeId, channel: u8, why: Loss },
    Offered { input: &'a dyn Display },
    Invoked { operation: OperationId, process: Option<String>, words: String, said: Option<Said> },
    Completed { operation: OperationId, completion: Completion<String>, said: Option<Said> },
    Output { output: &'a dyn Debug },
    Marked { milestone: &'static str },
    Noted { template: &'static str, args: &'a [Arg] },
    Crashed { how: Crash },
    Paused,
    Resumed,
    Faulted { fault: &'a Fault },
    Broken { why: &'static str },
}

/// What is asked of a message.
pub trait Body: Debug {
    fn kind(&self) -> u8;
    fn routine(&self) -> bool;
    /// Bytes on the wire.
    fn size(&self) -> u32;
}

struct Carried<'a, P: Protocol> {
    message: &'a P::Message,
    protocol: PhantomData<P>,
}

impl<P: Protocol> Debug for Carried<'_, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.message.fmt(f)
    }
}

impl<P: Protocol> Body for Carried<'_, P> {
    fn kind(&self) -> u8 {
        P::kind(self.message)
    }

    fn routine(&self) -> bool {
        P::routine(self.message)
    }

    fn size(&self) -> u32 {
        P::size(self.message)
    }
}

fn carried<P: Protocol>(message: &P::Message) -> Carried<'_, P> {
    Carried { message, protocol: PhantomData }
}

/// A protocol's own names, and those of the nodes.
#[derive(Clone, Debug)]
pub struct Names {
    pub roster: Roster<()>,
    pub messages: &'static [&'static str],
    pub files: &'static [&'static str],
}

impl Names {
    pub fn of<P: Protocol>(roster: &Roster<P::Role>) -> Names {
        Names { roster: roster.plain(), messages: P::MESSAGES, files: P::FILES }
    }

    pub fn node(&self, id: NodeId) -> &str {
        self.roster.name(id)
    }
}

/// What was asked and is not answered yet.
pub type Unanswered<P> = LiteMap<OperationId, <P as Kinds>::Operation>;

/// Tells a chronicle what happens in a world.
pub struct Listener<'a, P: Protocol> {
    pub chronicle: &'a mut Chronicle,
    pub unanswered: &'a mut Unanswered<P>,
}

impl<P: Describe> Observer<P> for Listener<'_, P> {
    const READS_NOTES: bool = true;

    fn see(&mut self, entry: Entry<'_, P>) {
        let Entry { number, cause, time, node, what } = entry;
        let mut tell = |what: Plain| self.chronicle.see(&PlainEntry { number, cause, time, node, what });
        match what {
            What::Booted => tell(Plain::Booted),
            What::Sent { flight, to, body } => tell(Plain::Sent { flight, to, body: &carried::<P>(body) }),
            What::Unsent { to, body } => tell(Plain::Unsent { to, body: &carried::<P>(body) }),
            What::Delivered { flight, from, body } => {
                tell(Plain::Delivered { flight, from, body: &carried::<P>(body) });
            }
            What::Dropped { flight, to, body, why } => {
                tell(Plain::Dropped { flight, to, body: &carried::<P>(body), why });
            }
            What::Fired { timer } => {
                tell(Plain::Fired { name: &|| P::timer_name(timer), is_step: P::is_step(timer) });
            }
            What::Wrote { file, record } => tell(Plain::Wrote { file, record }),
            What::Synced { file } => tell(Plain::Synced { file }),
            What::Durable { file, upto } => tell(Plain::Durable { file, upto }),
            What::Connected { peer, channel } => tell(Plain::Connected { peer, channel }),
            What::Lost { peer, channel, why } => tell(Plain::Lost { peer, channel, why }),
            What::Offered { input } => tell(Plain::Offered { input }),
            What::Invoked { operation, body } => {
                let (process, words, said) = (P::process(body), body.to_string(), P::said(body, None));
                tell(Plain::Invoked { operation, process, words, said });
                self.unanswered.insert(operation, body.clone());
            }
            What::Completed { operation, completion } => {
                let asked = self.unanswered.remove(&operation);
                let (completion, said) = match completion {
                    Completion::Done(answer) => {
                        let said = asked.and_then(|asked| P::said(&asked, Some(answer)));
                        (Completion::Done(answer.to_string()), said)
                    }
                    Completion::Refused(why) => (Completion::Refused(why), None),
                    Completion::Unknown(why) => (Completion::Unknown(why), None),
                };
                tell(Plain::Completed { operation, completion, said });
            }
            What::Output { output } => tell(Plain::Output { output }),
            What::Marked { milestone } => tell(Plain::Marked { milestone }),
            What::Noted { template, args } => tell(Plain::Noted { template, args }),
            What::Crashed { how } => tell(Plain::Crashed { how }),
            What::Paused => tell(Plain::Paused),
            What::Resumed => tell(Plain::Resumed),
            What::Faulted { fault } => tell(Plain::Faulted { fault }),
            What::Broken { why } => tell(Plain::Broken { why }),
        }
    }
}
