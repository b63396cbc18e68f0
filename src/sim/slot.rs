//! What the world keeps of one node: the process, its disk and clocks, and what it waits for.

use std::collections::VecDeque;

use litemap::LiteMap;

use super::clock::Clock;
use super::context::{Effect, OperationId};
use super::disk::Disk;
use super::event::Event;
use super::protocol::Protocol;
use super::queue::Key;
use super::random::Draws;
use super::time::{Span, Time};

/// How a node is, as the world knows and its peers may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Health {
    Up,
    Paused,
    /// The process is gone, its host is there.
    Crashed,
    PowerLost,
}

impl Health {
    /// There is a process, running or paused.
    pub fn is_alive(self) -> bool {
        matches!(self, Health::Up | Health::Paused)
    }
}

#[derive(Clone, Debug)]
pub struct Slot<P: Protocol> {
    pub health: Health,
    /// None while down.
    pub node: Option<P::Node>,
    pub disk: Disk<P>,
    pub clock: Clock,
    pub(super) timers: LiteMap<P::Timer, Armed>,
    pub(super) timers_set: u32,
    /// What arrived while the process was paused.
    pub(super) inbox: VecDeque<Arrival<P>>,
    /// What the process had yet to do when it was paused.
    pub(super) unfinished: Unfinished<P>,
    pub(super) draws: Draws,
    pub(super) written: Vec<u64>,
    pub(super) operations: u64,
    /// In the order of their numbers.
    pub(super) open: Vec<OperationId>,
    pub(super) slow_disk: Span,
    /// Where the sync under way of each file stands in the queue.
    pub(super) syncs: Vec<Option<Key>>,
}

#[derive(Clone, Debug)]
pub(super) struct Arrival<P: Protocol> {
    pub event: Event<P>,
    pub cause: u32,
}

/// The rest of a step, and the entry that the step followed from.
#[derive(Clone, Debug)]
pub(super) struct Unfinished<P: Protocol> {
    pub effects: Vec<Effect<P>>,
    pub cause: u32,
}

impl<P: Protocol> Default for Unfinished<P> {
    fn default() -> Self {
        Unfinished { effects: Vec::new(), cause: 0 }
    }
}

/// A timer that is set.
#[derive(Clone, Copy, Debug)]
pub struct Armed {
    /// On the world's clock.
    pub ends: Time,
    pub span: Span,
    /// On the node's monotonic clock: this is what was asked for.
    pub(super) deadline: Time,
    pub(super) key: Key,
    pub(super) setting: u32,
    pub(super) cause: u32,
}

impl<P: Protocol> Slot<P> {
    pub(super) fn new() -> Slot<P> {
        Slot {
            health: Health::Up,
            node: None,
            disk: Disk::default(),
            clock: Clock::default(),
            timers: LiteMap::new(),
            timers_set: 0,
            inbox: VecDeque::new(),
            unfinished: Unfinished::default(),
            draws: Draws::default(),
            written: Vec::new(),
            operations: 0,
            open: Vec::new(),
            slow_disk: Span::ZERO,
            syncs: Vec::new(),
        }
    }

    /// The timers that are set, in the order of their kind.
    pub fn timers(&self) -> impl Iterator<Item = (&P::Timer, &Armed)> {
        self.timers.iter()
    }

    pub fn inbox_len(&self) -> u32 {
        self.inbox.len() as u32
    }

    /// When the sync under way of a file is done.
    pub fn sync_due(&self, file: u8) -> Option<Time> {
        self.syncs.get(usize::from(file)).copied().flatten().map(Key::time)
    }

    /// How much longer each sync takes.
    pub fn slow_disk(&self) -> Span {
        self.slow_disk
    }

    pub fn is_up(&self) -> bool {
        self.health == Health::Up
    }

    /// A timer that fired into the inbox of a paused process has not been handled: set anew or cancelled, it is void.
    pub(super) fn void_fired(&mut self, timer: &P::Timer) {
        if !self.inbox.is_empty() {
            self.inbox.retain(|arrival| !matches!(&arrival.event, Event::Timer(fired) if fired == timer));
        }
    }
}
