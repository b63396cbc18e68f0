//! What a node may ask of the world. It asks; the world performs, in order, after the step.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::id::NodeId;
use super::observer::Arg;
use super::protocol::{Kinds, Protocol};
use super::random::{self, Draws};
use super::time::{Span, Time};

/// What a node wants, in the order it wants it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Effect<K: Kinds> {
    Send { to: NodeId, body: Arc<K::Message> },
    Connect { peer: NodeId, channel: u8 },
    Close { peer: NodeId, channel: u8 },
    SetTimer { timer: K::Timer, after: Span },
    CancelTimer { timer: K::Timer },
    Write { file: u8, record: K::Record },
    Sync { file: u8 },
    Output(K::Output),
    Invoke { operation: OperationId, body: K::Operation },
    Complete { operation: OperationId, completion: Completion<K::Answer> },
    Mark(&'static str),
    Note { template: &'static str, args: Vec<Arg> },
    Broken { why: &'static str },
}

/// An operation of the history: the client's process and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OperationId {
    pub client: NodeId,
    pub number: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Completion<A> {
    Done(A),
    /// It did not and will not happen.
    Refused(&'static str),
    /// It may have happened, or may yet.
    Unknown(&'static str),
}

/// What all contexts of one step share.
pub(super) struct Core<'a> {
    pub me: NodeId,
    pub now: Time,
    pub clock: Clock,
    pub seed: u64,
    /// Draws give their lowest value, for exploring.
    pub lowest: bool,
    /// Notes are worth making.
    pub observed: bool,
    pub draws: &'a mut Draws,
    pub operations: &'a mut u64,
    /// Records written by this incarnation, by file.
    pub written: &'a mut Vec<u64>,
}

pub struct Context<'a, K: Kinds> {
    core: Core<'a>,
    effects: Vec<Effect<K>>,
    file_base: u8,
    channel_base: u8,
}

/// How a parent's types hold a child's.
pub trait Embeds<C: Kinds>: Kinds {
    /// The child's files and channels are numbered from here on.
    const FILE_BASE: u8 = 0;
    const CHANNEL_BASE: u8 = 0;
    fn message(child: C::Message) -> Self::Message;
    fn timer(child: C::Timer) -> Self::Timer;
    fn record(child: C::Record) -> Self::Record;
    fn operation(child: C::Operation) -> Self::Operation;
    fn answer(child: C::Answer) -> Self::Answer;
}

impl<'a, K: Kinds> Context<'a, K> {
    pub(super) fn new(core: Core<'a>, buffer: Vec<Effect<K>>) -> Self {
        Context { core, effects: buffer, file_base: 0, channel_base: 0 }
    }

    pub(super) fn into_effects(self) -> Vec<Effect<K>> {
        self.effects
    }

    pub fn me(&self) -> NodeId {
        self.core.me
    }

    /// This node's monotonic clock: timers run on it.
    pub fn monotonic(&self) -> Time {
        self.core.clock.monotonic(self.core.now)
    }

    /// This node's wall clock, in microseconds; it may be off, and may step.
    pub fn wall(&self) -> i64 {
        self.core.clock.wall(self.core.now)
    }

    pub fn send(&mut self, to: NodeId, body: K::Message) {
        self.effects.push(Effect::Send { to, body: Arc::new(body) });
    }

    pub fn broadcast(&mut self, to: impl IntoIterator<Item = NodeId>, body: K::Message) {
        let body = Arc::new(body);
        for to in to {
            self.effects.push(Effect::Send { to, body: Arc::clone(&body) });
        }
    }

    /// Seeks a connection; answered by `Connected` or `Lost`. Does nothing where one is open or being opened.
    pub fn connect(&mut self, peer: NodeId, channel: u8) {
        let channel = self.channel_base + channel;
        self.effects.push(Effect::Connect { peer, channel });
    }

    /// Closes this end; what was sent before still arrives, and the peer is then told.
    pub fn close(&mut self, peer: NodeId, channel: u8) {
        let channel = self.channel_base + channel;
        self.effects.push(Effect::Close { peer, channel });
    }

    /// Sets a timer on the monotonic clock; the same timer set again is moved.
    pub fn set_timer(&mut self, timer: K::Timer, after: Span) {
        self.effects.push(Effect::SetTimer { timer, after });
    }

    pub fn cancel_timer(&mut self, timer: K::Timer) {
        self.effects.push(Effect::CancelTimer { timer });
    }

    /// Appends a record to its file; it survives a crash once a later `sync` of the file is answered by `Durable`.
    /// Returns the record's number among those that this incarnation wrote to the file, the first being 1.
    pub fn write(&mut self, record: K::Record) -> u64 {
        let file = self.file_base + K::file(&record);
        self.effects.push(Effect::Write { file, record });
        let index = usize::from(file);
        if self.core.written.len() <= index {
            self.core.written.resize(index + 1, 0);
        }
        self.core.written[index] += 1;
        self.core.written[index]
    }

    pub fn sync(&mut self, file: u8) {
        let file = self.file_base + file;
        self.effects.push(Effect::Sync { file });
    }

    pub fn output(&mut self, output: K::Output) {
        self.effects.push(Effect::Output(output));
    }

    /// An even draw from `0..bound`, of the stream of this node and purpose.
    pub fn random(&mut self, purpose: &'static str, bound: u64) -> u64 {
        if self.core.lowest {
            return 0;
        }
        let name = random::name(purpose);
        let stream = || random::fold(&[2, u64::from(self.core.me.0), name]);
        random::below(self.core.draws.draw(self.core.seed, name, stream, self.core.now), bound)
    }

    /// Begins an operation of the history.
    pub fn invoke(&mut self, body: K::Operation) -> OperationId {
        self.invoke_as(*self.core.operations + 1, body)
    }

    /// The same under a number that this client has not given yet. Where several processes of one client ask side by side,
    /// numbers that do not tell who was first keep the same states the same.
    pub fn invoke_as(&mut self, number: u64, body: K::Operation) -> OperationId {
        *self.core.operations = number.max(*self.core.operations);
        let operation = OperationId { client: self.core.me, number };
        self.effects.push(Effect::Invoke { operation, body });
        operation
    }

    /// The highest number that this client has given to an operation, in all its lives.
    pub fn operations(&self) -> u64 {
        *self.core.operations
    }

    pub fn complete(&mut self, operation: OperationId, completion: Completion<K::Answer>) {
        self.effects.push(Effect::Complete { operation, completion });
    }

    /// Says that a milestone of the protocol was reached.
    pub fn mark(&mut self, milestone: &'static str) {
        self.effects.push(Effect::Mark(milestone));
    }

    /// One sentence for people. `{0}`, `{1}` stand for the arguments; the template is never formatted unless read.
    #[inline(never)]
    pub fn note<const N: usize>(&mut self, template: &'static str, args: [Arg; N]) {
        if self.core.observed {
            self.effects.push(Effect::Note { template, args: args.to_vec() });
        }
    }

    /// Records a violation where a condition that can never be false is false.
    pub fn expect(&mut self, condition: bool, why: &'static str) {
        if !condition {
            self.effects.push(Effect::Broken { why });
        }
    }

    /// Lets a child step inside this step. Its messages, timers and records become the parent's, and each of its
    /// outputs is handed over where it stands among the effects.
    pub fn embed<C: Kinds>(
        &mut self,
        step: impl FnOnce(&mut Context<'_, C>),
        mut on_output: impl FnMut(C::Output, &mut Context<'_, K>),
    ) where
        K: Embeds<C>,
    {
        let core = Core {
            me: self.core.me,
            now: self.core.now,
            clock: self.core.clock,
            seed: self.core.seed,
            lowest: self.core.lowest,
            observed: self.core.observed,
            draws: self.core.draws,
            operations: self.core.operations,
            written: self.core.written,
        };
        let mut child = Context {
            core,
            effects: Vec::new(),
            file_base: self.file_base + K::FILE_BASE,
            channel_base: self.channel_base + K::CHANNEL_BASE,
        };
        step(&mut child);
        for effect in child.effects {
            let wrapped = match effect {
                Effect::Output(output) => {
                    on_output(output, self);
                    continue;
                }
                Effect::Send { to, body } => {
                    Effect::Send { to, body: Arc::new(K::message(Arc::unwrap_or_clone(body))) }
                }
                Effect::Connect { peer, channel } => Effect::Connect { peer, channel },
                Effect::Close { peer, channel } => Effect::Close { peer, channel },
                Effect::SetTimer { timer, after } => Effect::SetTimer { timer: K::timer(timer), after },
                Effect::CancelTimer { timer } => Effect::CancelTimer { timer: K::timer(timer) },
                Effect::Write { file, record } => Effect::Write { file, record: K::record(record) },
                Effect::Sync { file } => Effect::Sync { file },
                Effect::Invoke { operation, body } => Effect::Invoke { operation, body: K::operation(body) },
                Effect::Complete { operation, completion } => Effect::Complete {
                    operation,
                    completion: match completion {
                        Completion::Done(answer) => Completion::Done(K::answer(answer)),
                        Completion::Refused(why) => Completion::Refused(why),
                        Completion::Unknown(why) => Completion::Unknown(why),
                    },
                },
                Effect::Mark(milestone) => Effect::Mark(milestone),
                Effect::Note { template, args } => Effect::Note { template, args },
                Effect::Broken { why } => Effect::Broken { why },
            };
            self.effects.push(wrapped);
        }
    }
}

impl<P: Protocol> Effect<P> {
    /// The name by which `crash n2 before NAME` finds this effect: a message's short name, or `write`, `sync`, `answer`.
    pub(super) fn name(&self) -> Option<&'static str> {
        match self {
            Effect::Send { body, .. } => P::MESSAGES.get(usize::from(P::kind(body))).copied(),
            Effect::Write { .. } => Some("write"),
            Effect::Sync { .. } => Some("sync"),
            Effect::Complete { .. } => Some("answer"),
            _ => None,
        }
    }
}
