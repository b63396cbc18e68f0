//! Who holds which lock and who waits for it. It reads no clock: that a lease or a wait is over is an operation like any
//! other, said by whoever has a clock. So it can be replayed from a disk, or replicated by a log.
//!
//! A lock that was given is known by the *request* it was given to, which no other ever has, and by its *token*: tokens
//! come from one counter for all locks and only grow.

use std::collections::VecDeque;

use litemap::LiteMap;
use std::fmt;

use super::key_value::Word;

mod replicated;
#[cfg(test)]
mod tests;

pub use replicated::{Entry, Outcomes};

/// One request of one life of a client; a client's requests are numbered upwards, and so are its lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId {
    pub client: u16,
    pub life: u32,
    pub number: u32,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}.{}.{}", self.client + 1, self.life, self.number)
    }
}

/// Spans are in microseconds; no wait means for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Acquire {
        request: RequestId,
        resource: Word,
        wait: Option<u64>,
        lease: u64,
    },
    /// The client has seen the offer.
    Accept {
        request: RequestId,
        resource: Word,
        token: u64,
    },
    Release {
        request: RequestId,
        resource: Word,
        token: u64,
    },
    Cancel {
        request: RequestId,
        resource: Word,
    },
    /// The client has the last answer to all its requests up to this one: they may be forgotten.
    Confirm {
        upto: RequestId,
    },
    /// The wait is over.
    TimeOut {
        request: RequestId,
        resource: Word,
    },
    /// The lease is over.
    Expire {
        request: RequestId,
        resource: Word,
        token: u64,
    },
    /// The offer was not acknowledged in time.
    Pass {
        request: RequestId,
        resource: Word,
        token: u64,
    },
    /// The lock goes to this request whoever has it. Nothing sound says this.
    Seize {
        request: RequestId,
        resource: Word,
    },
}

/// How a table goes about its work. All false is the sound one that wakes the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rules {
    /// When a lock becomes free, all who wait are told and ask again, instead of the first being given it.
    pub wakes_all: bool,
    /// A request that comes twice is taken for two.
    pub forgets_requests: bool,
    /// A release frees the lock whoever holds it.
    pub trusts_releases: bool,
    /// Who was told that its wait is over still stands in line.
    pub keeps_timed_out: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    Released,
    Cancelled,
    Expired,
    /// Offered and not acknowledged.
    Passed,
}

/// What an operation came to, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Enqueued {
        request: RequestId,
        resource: Word,
        wait: Option<u64>,
    },
    /// It no longer stands in line, and was not given the lock.
    Left {
        request: RequestId,
    },
    Offered {
        request: RequestId,
        resource: Word,
        token: u64,
    },
    /// The offer was acknowledged: the lease begins.
    Held {
        request: RequestId,
        resource: Word,
        token: u64,
        lease: u64,
    },
    /// `said` is the token of whoever ended it.
    Ended {
        request: RequestId,
        resource: Word,
        token: u64,
        how: End,
        said: u64,
    },
    /// The request had been made before; nothing was done twice.
    Repeated {
        request: RequestId,
    },
    Forgotten {
        upto: RequestId,
    },
    Tell {
        request: RequestId,
        resource: Word,
        news: News,
    },
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum News {
    Queued {
        place: u32,
    },
    Granted {
        token: u64,
        lease: u64,
    },
    /// The lease has begun, or begins anew.
    Renewed {
        token: u64,
    },
    /// It has the lock no longer, or has not had it.
    Lost {
        token: u64,
    },
    Released {
        token: u64,
    },
    NotHolder {
        token: u64,
    },
    TimedOut,
    Cancelled,
    /// The lock is free: ask again.
    Free,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    pub request: RequestId,
    pub token: u64,
    pub lease: u64,
    /// The offer was acknowledged.
    pub is_held: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    pub request: RequestId,
    pub wait: Option<u64>,
    pub lease: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    pub grant: Option<Grant>,
    pub line: VecDeque<Ticket>,
}

/// What became of a request: the memory by which a repetition is recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    Waits,
    Has,
    Released,
    TimedOut,
    Cancelled,
    Lost,
}

impl Fate {
    fn is_open(self) -> bool {
        matches!(self, Fate::Waits | Fate::Has)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LockTable {
    /// The last token given.
    tokens: u64,
    locks: LiteMap<Word, Lock>,
    fates: LiteMap<RequestId, Fate>,
    /// By client: up to here its requests are over, and what repeats them comes too late.
    floors: LiteMap<u16, RequestId>,
}

/// One application of one operation.
struct Work<'a> {
    table: &'a mut LockTable,
    rules: Rules,
    said: Vec<Outcome>,
    changed: bool,
}

impl LockTable {
    /// Performs an operation: what it came to, and whether anything is different now.
    pub fn apply(&mut self, op: &Op, rules: Rules) -> (Vec<Outcome>, bool) {
        let mut work = Work { table: self, rules, said: Vec::new(), changed: false };
        match op {
            Op::Acquire { request, resource, wait, lease } => {
                work.acquire(Ticket { request: *request, wait: *wait, lease: *lease }, resource);
            }
            Op::Accept { request, resource, token } => work.accept(*request, resource, *token),
            Op::Release { request, resource, token } => work.release(*request, resource, *token),
            Op::Cancel { request, resource } => work.cancel(*request, resource),
            Op::Confirm { upto } => work.confirm(*upto),
            Op::TimeOut { request, resource } => work.time_out(*request, resource),
            Op::Expire { request, resource, token } => work.take_back(*request, resource, *token, End::Expired),
            Op::Pass { request, resource, token } => work.take_back(*request, resource, *token, End::Passed),
            Op::Seize { request, resource } => work.seize(*request, resource),
        }
        (work.said, work.changed)
    }

    pub fn locks(&self) -> impl Iterator<Item = (&Word, &Lock)> {
        self.locks.iter()
    }

    pub fn grant(&self, resource: &str) -> Option<Grant> {
        self.locks.get(resource).and_then(|lock| lock.grant)
    }

    /// How many stand in line.
    pub fn waiting(&self, resource: &str) -> usize {
        self.locks.get(resource).map_or(0, |lock| lock.line.len())
    }

    /// The last token given.
    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    /// As if the counter had been in memory alone.
    pub fn forget_tokens(&mut self) {
        self.tokens = 0;
    }

    /// How many requests are remembered to recognize repetitions.
    pub fn remembered(&self) -> u64 {
        self.fates.len() as u64
    }

    pub fn fate(&self, request: RequestId) -> Option<Fate> {
        self.fates.get(&request).copied()
    }

    /// From which place on requests of the same client are not yet over.
    fn is_over(&self, request: RequestId) -> bool {
        self.floors.get(&request.client).is_some_and(|floor| request <= *floor)
    }

    /// Clients that wait for one another in a circle, beginning with this one, each with what it waits for.
    pub fn circle(&self, client: u16) -> Option<Vec<(u16, Word)>> {
        let mut path = Vec::new();
        self.walk(client, client, &mut path).then_some(path)
    }

    fn walk(&self, from: u16, goal: u16, path: &mut Vec<(u16, Word)>) -> bool {
        if path.iter().any(|(client, _)| *client == from) {
            return false;
        }
        for (resource, lock) in &self.locks {
            let waits = lock.line.iter().any(|ticket| ticket.request.client == from);
            let Some(grant) = lock.grant.filter(|grant| waits && grant.request.client != from) else { continue };
            let holder = grant.request.client;
            path.push((from, resource.clone()));
            if holder == goal || self.walk(holder, goal, path) {
                return true;
            }
            path.pop();
        }
        false
    }

    fn remember(&mut self, request: RequestId, fate: Fate) {
        if self.is_over(request) && !fate.is_open() {
            self.fates.remove(&request);
        } else {
            self.fates.insert(request, fate);
        }
    }
}

impl Work<'_> {
    fn lock(&mut self, resource: &Word) -> &mut Lock {
        self.table.locks.entry(resource.clone()).or_default()
    }

    fn tell(&mut self, request: RequestId, resource: &Word, news: News) {
        self.said.push(Outcome::Tell { request, resource: resource.clone(), news });
    }

    fn acquire(&mut self, ticket: Ticket, resource: &Word) {
        let request = ticket.request;
        if self.table.is_over(request) {
            self.said.push(Outcome::Repeated { request });
            return;
        }
        if let Some(fate) = self.table.fate(request).filter(|_| !self.rules.forgets_requests) {
            self.repeat(request, resource, fate);
            return;
        }
        self.changed = true;
        let wakes_all = self.rules.wakes_all;
        let lock = self.lock(resource);
        if lock.grant.is_none() && (wakes_all || lock.line.is_empty()) {
            self.offer(ticket, resource);
            return;
        }
        lock.line.push_back(ticket);
        let place = lock.line.len() as u32;
        self.table.remember(request, Fate::Waits);
        self.said.push(Outcome::Enqueued { request, resource: resource.clone(), wait: ticket.wait });
        self.tell(request, resource, News::Queued { place });
    }

    /// A request that is known is answered again, and done no second time.
    fn repeat(&mut self, request: RequestId, resource: &Word, fate: Fate) {
        let wakes_all = self.rules.wakes_all;
        let lock = self.lock(resource);
        let place = lock.line.iter().position(|ticket| ticket.request == request);
        if let Some(place) = place.filter(|_| wakes_all && lock.grant.is_none())
            && let Some(ticket) = lock.line.remove(place)
        {
            self.changed = true;
            self.offer(ticket, resource);
            return;
        }
        let news = match fate {
            Fate::Waits => News::Queued { place: place.map_or(0, |place| place as u32 + 1) },
            Fate::Has => match lock.grant {
                Some(grant) => News::Granted { token: grant.token, lease: grant.lease },
                None => News::Lost { token: 0 },
            },
            Fate::TimedOut => News::TimedOut,
            Fate::Cancelled => News::Cancelled,
            Fate::Released | Fate::Lost => News::Lost { token: 0 },
        };
        self.said.push(Outcome::Repeated { request });
        self.tell(request, resource, news);
    }

    fn offer(&mut self, ticket: Ticket, resource: &Word) {
        let Ticket { request, lease, .. } = ticket;
        self.table.tokens += 1;
        let token = self.table.tokens;
        self.lock(resource).grant = Some(Grant { request, token, lease, is_held: false });
        self.table.remember(request, Fate::Has);
        self.said.push(Outcome::Offered { request, resource: resource.clone(), token });
        self.tell(request, resource, News::Granted { token, lease });
    }

    /// The lock is free: the next in line is offered it, or all are told.
    fn hand_on(&mut self, resource: &Word) {
        if self.rules.wakes_all {
            let waiting: Vec<RequestId> = self.lock(resource).line.iter().map(|ticket| ticket.request).collect();
            for request in waiting {
                self.tell(request, resource, News::Free);
            }
        } else if let Some(ticket) = self.lock(resource).line.pop_front() {
            self.offer(ticket, resource);
            self.tell_places(resource, 0);
        }
    }

    /// Those who stand behind one who left are told their places.
    fn tell_places(&mut self, resource: &Word, from: usize) {
        let moved: Vec<(u32, RequestId)> = self
            .lock(resource)
            .line
            .iter()
            .zip(1..)
            .skip(from)
            .map(|(ticket, place)| (place, ticket.request))
            .collect();
        for (place, request) in moved {
            self.tell(request, resource, News::Queued { place });
        }
    }

    /// The grant, if it is this very one.
    fn current(&mut self, request: RequestId, resource: &Word, token: u64) -> Option<&mut Grant> {
        self.lock(resource).grant.as_mut().filter(|grant| (grant.request, grant.token) == (request, token))
    }

    fn accept(&mut self, request: RequestId, resource: &Word, token: u64) {
        let Some(grant) = self.current(request, resource, token) else {
            self.tell(request, resource, News::Lost { token });
            return;
        };
        let lease = grant.lease;
        if !std::mem::replace(&mut grant.is_held, true) {
            self.changed = true;
            self.said.push(Outcome::Held { request, resource: resource.clone(), token, lease });
        }
        self.tell(request, resource, News::Renewed { token });
    }

    fn release(&mut self, request: RequestId, resource: &Word, token: u64) {
        let is_current = self.current(request, resource, token).is_some();
        if is_current || self.rules.trusts_releases && self.lock(resource).grant.is_some() {
            self.tell(request, resource, News::Released { token });
            self.end(resource, End::Released, Fate::Released, token);
        } else if self.table.fate(request) == Some(Fate::Released) {
            self.said.push(Outcome::Repeated { request });
            self.tell(request, resource, News::Released { token });
        } else {
            self.tell(request, resource, News::NotHolder { token });
        }
    }

    fn end(&mut self, resource: &Word, how: End, fate: Fate, said: u64) {
        let Some(Grant { request, token, .. }) = self.lock(resource).grant.take() else { return };
        self.changed = true;
        self.table.remember(request, fate);
        self.said.push(Outcome::Ended { request, resource: resource.clone(), token, how, said });
        self.hand_on(resource);
    }

    fn leave(&mut self, request: RequestId, resource: &Word) -> bool {
        let line = &mut self.lock(resource).line;
        let Some(place) = line.iter().position(|ticket| ticket.request == request) else { return false };
        line.remove(place);
        self.changed = true;
        self.said.push(Outcome::Left { request });
        self.tell_places(resource, place);
        true
    }

    fn cancel(&mut self, request: RequestId, resource: &Word) {
        let fate = self.table.fate(request);
        match fate {
            Some(Fate::TimedOut) => return self.tell(request, resource, News::TimedOut),
            Some(Fate::Cancelled | Fate::Released | Fate::Lost) => {
                return self.tell(request, resource, News::Cancelled);
            }
            None if self.table.is_over(request) => return self.tell(request, resource, News::Cancelled),
            Some(Fate::Waits | Fate::Has) | None => {}
        }
        self.tell(request, resource, News::Cancelled);
        if let Some(grant) = self.lock(resource).grant.filter(|grant| grant.request == request) {
            self.end(resource, End::Cancelled, Fate::Cancelled, grant.token);
            return;
        }
        // Even where the request itself is yet to come: it then finds that it was cancelled.
        self.leave(request, resource);
        self.changed = true;
        self.table.remember(request, Fate::Cancelled);
    }

    fn confirm(&mut self, upto: RequestId) {
        if self.table.is_over(upto) {
            return;
        }
        self.changed = true;
        self.table.floors.insert(upto.client, upto);
        self.table.fates.retain(|request, fate| request.client != upto.client || *request > upto || fate.is_open());
        self.said.push(Outcome::Forgotten { upto });
    }

    fn time_out(&mut self, request: RequestId, resource: &Word) {
        if self.table.fate(request) != Some(Fate::Waits) {
            return;
        }
        self.changed = true;
        self.tell(request, resource, News::TimedOut);
        if !self.rules.keeps_timed_out {
            self.leave(request, resource);
        }
        self.table.remember(request, Fate::TimedOut);
    }

    fn take_back(&mut self, request: RequestId, resource: &Word, token: u64, how: End) {
        let fits = |grant: &mut Grant| grant.is_held == (how == End::Expired);
        if self.current(request, resource, token).is_some_and(fits) {
            self.tell(request, resource, News::Lost { token });
            self.end(resource, how, Fate::Lost, token);
        }
    }

    fn seize(&mut self, request: RequestId, resource: &Word) {
        let line = &mut self.lock(resource).line;
        let Some(place) = line.iter().position(|ticket| ticket.request == request) else { return };
        let Some(ticket) = line.remove(place) else { return };
        self.changed = true;
        if let Some(former) = self.lock(resource).grant {
            self.table.remember(former.request, Fate::Lost);
        }
        self.offer(ticket, resource);
    }
}
