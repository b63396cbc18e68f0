//! The participant: it locks, works, promises, and from then on does only what it is told.

use std::sync::Arc;

use super::Timer;
use super::config::{ABORTED, COMMITTED, IN_DOUBT, PREPARED, RESOLVED, WAITS};
use super::disk::{LOG, Outcome, Promise, Record, Stable};
use super::ghost::Output;
use super::message::{Ballot, Message, Reading, Tx};
use super::node::{Ctx, Forced, Server};
use crate::machines::bank::{Account, Change, Step};
use crate::parts::strict_locks::Mode;
use crate::sim::{NodeId, Time};

/// A transaction that a participant has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Active {
    pub coordinator: NodeId,
    pub stage: Stage,
    pub steps: Arc<[(Account, Step)]>,
    pub changes: Arc<[Change]>,
    /// Who else promises, known once it is asked to prepare.
    pub writers: Arc<[NodeId]>,
    /// When this stage began, on its own clock.
    pub since: Time,
    pub tries: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Waits for locks.
    Locking,
    Working,
    /// Its promise is on its way to the disk; it may still refuse.
    Preparing,
    /// It has promised and does not know the outcome.
    Prepared,
    /// It knows that the outcome is commit; the record is on its way to the disk.
    Committing,
}

impl Active {
    /// It may no longer decide alone.
    pub fn is_bound(&self) -> bool {
        matches!(self.stage, Stage::Prepared | Stage::Committing)
    }
}

impl Server {
    pub fn recover_promises(&mut self, stable: &Stable, ctx: &mut Ctx<'_>) {
        for (&tx, promise) in &stable.prepared {
            for change in promise.changes.iter() {
                self.locks.request(change.account, tx, Mode::Exclusive);
            }
            let active = Active {
                coordinator: promise.coordinator,
                stage: Stage::Prepared,
                steps: Arc::default(),
                changes: Arc::clone(&promise.changes),
                writers: Arc::clone(&promise.writers),
                since: ctx.monotonic(),
                tries: 0,
            };
            self.active.insert(tx, active);
            ctx.mark(IN_DOUBT);
            self.note("{0} finds its promise for {1} in the log, and keeps its locks", tx, ctx);
            self.await_decision(tx, ctx);
            let coordinator = promise.coordinator;
            self.tell(coordinator, Message::Inquiry { tx, coordinator }, ctx);
        }
    }

    pub fn on_work(&mut self, from: NodeId, tx: Tx, steps: &Arc<[(Account, Step)]>, ctx: &mut Ctx<'_>) {
        if self.active.contains_key(&tx) || self.outcomes.get(tx).is_some() {
            self.note("{0} has heard of {1} before", tx, ctx);
            return;
        }
        let active = Active {
            coordinator: from,
            stage: Stage::Locking,
            steps: Arc::clone(steps),
            changes: Arc::default(),
            writers: Arc::default(),
            since: ctx.monotonic(),
            tries: 0,
        };
        self.active.insert(tx, active);
        ctx.set_timer(Timer::Work(tx), self.config.work_timeout);
        for (account, step) in steps.iter() {
            let mode = if *step == Step::Get { Mode::Shared } else { Mode::Exclusive };
            if !self.locks.request(*account, tx, mode) {
                ctx.mark(WAITS);
                ctx.note(
                    "{0} waits for {1} at {2}",
                    [tx.to_string().into(), account.to_string().into(), self.me.into()],
                );
            }
        }
        self.work(tx, ctx);
    }

    /// Works out the changes once all locks are there.
    fn work(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get_mut(&tx).filter(|active| active.stage == Stage::Locking) else { return };
        if !self.locks.has_all(tx) {
            return;
        }
        let planned: Result<Vec<Option<Change>>, &'static str> =
            active.steps.iter().map(|(account, step)| self.bank.plan(*account, *step)).collect();
        let changes = match planned {
            Ok(changes) => changes.into_iter().flatten().collect(),
            Err(why) => return self.refuse(tx, why, ctx),
        };
        active.changes = changes;
        active.stage = Stage::Working;
        active.since = ctx.monotonic();
        ctx.set_timer(Timer::Work(tx), self.config.work_timeout);
        let read = active.steps.iter().filter(|(_, step)| *step == Step::Get);
        let readings: Vec<Reading> = read
            .map(|(account, _)| {
                let cell = self.bank.cell(*account);
                (*account, cell.balance, cell.version)
            })
            .collect();
        let coordinator = active.coordinator;
        self.tell(coordinator, Message::Done { tx, readings }, ctx);
    }

    pub fn on_prepare(&mut self, from: NodeId, tx: Tx, writers: Arc<[NodeId]>, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get_mut(&tx) else {
            if self.outcomes.get(tx).is_none() {
                self.note("{0} has lost its work for {1}, and votes no", tx, ctx);
                self.vote(from, tx, Ballot::No("a participant has lost its work"), ctx);
                self.outcomes.insert(tx, Outcome::Aborted);
            }
            return;
        };
        match active.stage {
            Stage::Working if self.refuses_next => {
                self.refuses_next = false;
                self.refuse(tx, "a participant was told to vote no", ctx);
            }
            Stage::Working if active.changes.is_empty() => {
                self.note("{0} has only read for {1}: it votes and is done", tx, ctx);
                self.vote(from, tx, Ballot::ReadOnly, ctx);
                self.end(tx, Outcome::ReadOnly, ctx);
            }
            Stage::Working => {
                active.stage = Stage::Preparing;
                active.writers = writers;
                active.since = ctx.monotonic();
                ctx.cancel_timer(Timer::Work(tx));
                let record = ctx.write(Record::Prepared { tx, promise: active.promise() });
                ctx.sync(LOG);
                if self.config.flaws.prepared_not_forced {
                    self.on_promise_durable(tx, ctx);
                } else {
                    self.forcing.push((record, Forced::Prepared(tx)));
                }
            }
            Stage::Prepared => self.vote(from, tx, Ballot::Yes, ctx),
            Stage::Locking | Stage::Preparing | Stage::Committing => {}
        }
    }

    pub fn on_promise_durable(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get_mut(&tx).filter(|active| active.stage == Stage::Preparing) else { return };
        active.stage = Stage::Prepared;
        active.since = ctx.monotonic();
        let coordinator = active.coordinator;
        ctx.mark(PREPARED);
        self.note("{0} votes yes on {1} and is in doubt until it is told", tx, ctx);
        self.vote(coordinator, tx, Ballot::Yes, ctx);
        self.await_decision(tx, ctx);
    }

    fn vote(&mut self, coordinator: NodeId, tx: Tx, vote: Ballot, ctx: &mut Ctx<'_>) {
        ctx.output(Output::Voted { tx, vote });
        self.tell(coordinator, Message::Vote { tx, vote }, ctx);
    }

    pub fn on_decision(&mut self, from: NodeId, tx: Tx, commit: bool, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get(&tx) else {
            match (commit, self.outcomes.get(tx)) {
                (false, None) => self.outcomes.insert(tx, Outcome::Aborted),
                (false, Some(_)) => {}
                (true, outcome) => {
                    if outcome != Some(Outcome::Committed) {
                        self.note("{0} is told to commit {1} and has nothing to commit", tx, ctx);
                    }
                    self.tell(from, Message::Ack { tx }, ctx);
                }
            }
            return;
        };
        if active.stage == Stage::Committing {
            return;
        }
        if active.stage == Stage::Prepared && from != active.coordinator {
            ctx.mark(RESOLVED);
            ctx.note("{0} hears from {1} how {2} ended", [self.me.into(), from.into(), tx.to_string().into()]);
        }
        if commit {
            self.commit_here(tx, ctx);
        } else {
            self.note("{0} is told to abort {1}, and lets its locks go", tx, ctx);
            self.abort_here(tx, ctx);
        }
    }

    fn commit_here(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get_mut(&tx) else { return };
        if active.stage != Stage::Prepared {
            // Only a coordinator that does not wait for every yes says this; obeying takes the promise as given.
            ctx.write(Record::Prepared { tx, promise: active.promise() });
            ctx.cancel_timer(Timer::Work(tx));
        }
        active.stage = Stage::Committing;
        ctx.cancel_timer(Timer::Doubt(tx));
        let record = ctx.write(Record::Committed { tx });
        ctx.sync(LOG);
        self.forcing.push((record, Forced::Committed(tx)));
    }

    pub fn on_commit_durable(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get(&tx) else { return };
        let coordinator = active.coordinator;
        let changes = Arc::clone(&active.changes);
        changes.iter().for_each(|change| self.bank.apply(change));
        ctx.mark(COMMITTED);
        self.note("{0} has committed {1} and lets its locks go", tx, ctx);
        ctx.output(Output::Ended { tx, commit: true });
        let versions = changes.iter().map(|change| (change.account, change.after.version)).collect();
        ctx.output(Output::Changed { tx, versions });
        self.tell(coordinator, Message::Ack { tx }, ctx);
        self.end(tx, Outcome::Committed, ctx);
    }

    /// Refuses what it has not promised: it tells the coordinator and aborts at once.
    pub fn refuse(&mut self, tx: Tx, why: &'static str, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get(&tx).filter(|active| !active.is_bound()) else { return };
        let coordinator = active.coordinator;
        ctx.note("{0} refuses {1}: {2}", [self.me.into(), tx.to_string().into(), why.into()]);
        self.vote(coordinator, tx, Ballot::No(why), ctx);
        self.abort_here(tx, ctx);
    }

    pub fn abort_here(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(active) = self.active.get(&tx) else { return };
        if matches!(active.stage, Stage::Preparing | Stage::Prepared) {
            ctx.write(Record::Aborted { tx });
        }
        ctx.mark(ABORTED);
        ctx.output(Output::Ended { tx, commit: false });
        self.end(tx, Outcome::Aborted, ctx);
    }

    /// Gives the locks to those who wait.
    fn end(&mut self, tx: Tx, outcome: Outcome, ctx: &mut Ctx<'_>) {
        self.active.remove(&tx);
        self.outcomes.insert(tx, outcome);
        ctx.cancel_timer(Timer::Work(tx));
        ctx.cancel_timer(Timer::Doubt(tx));
        for next in self.locks.release(tx) {
            self.work(next, ctx);
        }
    }

    pub fn on_work_timeout(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let waits = !self.locks.has_all(tx);
        let why =
            if waits { "a lock did not come free in time" } else { "a participant was not asked to vote in time" };
        self.refuse(tx, why, ctx);
    }

    /// A person asks it to vote no: on what is open here, or else the next time.
    pub fn on_vote_no(&mut self, ctx: &mut Ctx<'_>) {
        let free: Vec<Tx> = self.active.iter().filter(|(_, it)| !it.is_bound()).map(|(tx, _)| *tx).collect();
        if free.is_empty() {
            self.refuses_next = true;
            ctx.note("{0} will vote no the next time", [self.me.into()]);
        }
        for tx in free {
            self.refuse(tx, "a participant was told to vote no", ctx);
        }
    }

    /// Whoever has promised nothing is free to abort when the coordinator is gone.
    pub fn on_coordinator_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        let orphaned = self.active.iter().filter(|(_, it)| it.coordinator == peer && !it.is_bound());
        let orphaned: Vec<Tx> = orphaned.map(|(tx, _)| *tx).collect();
        for tx in orphaned {
            self.note("{0} has lost the coordinator of {1} and has promised nothing", tx, ctx);
            self.abort_here(tx, ctx);
        }
    }
}

impl Active {
    fn promise(&self) -> Promise {
        Promise {
            coordinator: self.coordinator,
            writers: Arc::clone(&self.writers),
            changes: Arc::clone(&self.changes),
        }
    }
}
