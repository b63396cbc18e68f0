//! The backup: it follows the highest promotion it has heard of, and says what its disk holds.

use super::Timer;
use super::config;
use super::disk::{self, Promotion};
use super::join::Incoming;
use super::log::{Entry, Position};
use super::message::Message;
use super::node::{Ctx, Duty, Server};
use crate::sim::NodeId;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Backup {
    /// The primary has called over the present connection, and wants to hear what is here.
    pub was_called: bool,
    /// The log is a beginning of the primary's, over the present connection.
    pub is_matched: bool,
    /// It has been so since the process began: how far all is committed is known.
    pub has_joined: bool,
    /// A snapshot that comes in.
    pub incoming: Option<Incoming>,
    /// The primary has been silent for too long.
    pub suspects: bool,
    /// The operator has promoted this server; the disk does not know it yet.
    pub was_promoted: bool,
}

impl Server {
    pub fn backup(&mut self) -> Option<&mut Backup> {
        match &mut self.duty {
            Duty::Backup(backup) => Some(backup),
            Duty::Primary(_) => None,
        }
    }

    pub fn is_installing(&self) -> bool {
        self.saving.as_ref().is_some_and(|saving| saving.installs)
    }

    /// The log cannot be taken back below the newest snapshot, nor below one on its way to the disk.
    pub fn floor(&self) -> u64 {
        let saving = self.saving.as_ref().map_or(0, |saving| saving.snapshot.index());
        self.snapshot.index().max(saving)
    }

    pub fn await_primary(&mut self, ctx: &mut Ctx<'_>) {
        if self.promotion.primary.is_some_and(|primary| primary != self.me) {
            ctx.set_timer(Timer::Silence, self.config.failure_timeout);
        } else {
            ctx.cancel_timer(Timer::Silence);
        }
    }

    /// The operator's word. Numbers are dealt out in turn, as ballots are: with three servers, 1, 4, 7 belong to n1 and
    /// 2, 5, 8 to n2; so that no two servers ever act under one number, whatever each has heard.
    pub fn on_promote(&mut self, ctx: &mut Ctx<'_>) {
        let Duty::Backup(backup) = &self.duty else {
            ctx.note("{0} is primary already", [self.me.into()]);
            return;
        };
        if backup.was_promoted || self.is_installing() {
            ctx.note("{0} cannot be promoted amid a promotion or a snapshot", [self.me.into()]);
            return;
        }
        let (servers, mine) = (u64::from(self.config.servers()), u64::from(self.me.0) + 1);
        let seen = self.promotion.number;
        let number = seen + 1 + (mine + servers - (seen + 1) % servers) % servers;
        self.duty = Duty::Backup(Backup { was_promoted: true, has_joined: backup.has_joined, ..Backup::default() });
        self.adopt(Promotion { number, primary: Some(self.me) }, ctx);
        self.await_primary(ctx);
    }

    /// Follows a higher promotion; says so once the disk has it.
    pub fn follow(&mut self, promotion: Promotion, ctx: &mut Ctx<'_>) {
        if matches!(self.duty, Duty::Primary(_)) {
            ctx.mark(config::SUPERSEDED);
            ctx.note("{0} hears of promotion {1} and steps down", [self.me.into(), promotion.number.into()]);
            self.step_down("its primary was superseded", ctx);
        }
        let has_joined = self.backup().is_some_and(|backup| backup.has_joined);
        self.duty = Duty::Backup(Backup { has_joined, ..Backup::default() });
        self.adopt(promotion, ctx);
        self.await_primary(ctx);
    }

    pub fn on_lead(&mut self, from: NodeId, promotion: u64, ctx: &mut Ctx<'_>) {
        let offered = Promotion { number: promotion, primary: Some(from) };
        if promotion > self.promotion.number {
            self.follow(offered, ctx);
        } else if !self.obeys(from, promotion, ctx) {
            return;
        }
        self.drop_incoming(ctx);
        if let Some(backup) = self.backup() {
            backup.was_called = true;
            backup.is_matched = false;
        }
        self.join(ctx);
    }

    /// Whether a primary's word counts here; if not, it is told why.
    pub fn obeys(&mut self, from: NodeId, promotion: u64, ctx: &mut Ctx<'_>) -> bool {
        let known = self.promotion;
        if known == (Promotion { number: promotion, primary: Some(from) }) {
            ctx.set_timer(Timer::Silence, self.config.failure_timeout);
            if let Some(backup) = self.backup() {
                backup.suspects = false;
            }
            return true;
        }
        if promotion < known.number && (self.adopting.is_none() || known.primary != Some(self.me)) {
            ctx.note(
                "{0} leads under promotion {1}, and {2} knows of {3}",
                [from.into(), promotion.into(), self.me.into(), known.number.into()],
            );
            ctx.send(from, Message::Superseded { by: known.number, primary: known.primary });
        } else {
            ctx.note("{0} waits and does not heed {1} for now", [self.me.into(), from.into()]);
        }
        false
    }

    /// Tells the primary what is here, once that is settled.
    pub fn join(&mut self, ctx: &mut Ctx<'_>) {
        let Promotion { number: promotion, primary: Some(primary) } = self.promotion else { return };
        let is_settled = self.adopting.is_none() && !self.is_installing();
        if !is_settled || !self.backup().is_some_and(|backup| backup.was_called) {
            return;
        }
        let (runs, floor) = (self.journal.log().runs().to_vec(), self.floor());
        ctx.send(primary, Message::Join { promotion, runs, floor });
    }

    pub fn on_append(
        &mut self,
        from: NodeId,
        promotion: u64,
        previous: Position,
        entries: Vec<Entry>,
        committed: u64,
        ctx: &mut Ctx<'_>,
    ) {
        if !self.obeys(from, promotion, ctx) {
            return;
        }
        let is_matched = self.backup().is_some_and(|backup| backup.is_matched);
        let log = self.journal.log();
        let follows =
            if is_matched { log.last() == previous } else { log.holds(previous) && self.floor() <= previous.index };
        ctx.expect(follows, "an append does not follow the log of its backup");
        if !follows {
            return;
        }
        if !is_matched {
            self.match_log(previous.index, ctx);
        }
        let is_written = !entries.is_empty();
        for entry in entries {
            self.journal.append(entry, ctx);
        }
        if is_written {
            ctx.sync(disk::LOG);
        }
        self.learn_committed(committed);
        if !is_written || self.config.flaws.ack_before_sync {
            self.on_progress(ctx);
        }
    }

    /// The first word after a `Join` tells where the logs part. What is behind that point goes.
    fn match_log(&mut self, agreed: u64, ctx: &mut Ctx<'_>) {
        if let Some(backup) = self.backup() {
            backup.is_matched = true;
            backup.has_joined = true;
        }
        let last = self.journal.log().last().index;
        if last <= agreed {
            return;
        }
        ctx.mark(config::WRITES_DISCARDED);
        ctx.note(
            "{0} cuts its log back from {1} to {2}, and had committed up to {3}: the new primary never had what goes",
            [self.me.into(), last.into(), agreed.into(), self.committed.into()],
        );
        self.journal.cut_after(agreed, ctx);
        ctx.sync(disk::LOG);
        self.committed = self.committed.min(agreed);
        if self.applied > agreed {
            self.machine = self.snapshot.state.clone();
            self.applied = self.snapshot.index();
        }
    }

    fn learn_committed(&mut self, committed: u64) {
        let known = committed.min(self.journal.log().last().index);
        self.committed = self.committed.max(known);
    }

    /// Says what this disk holds of the primary's log.
    pub fn confirm(&mut self, ctx: &mut Ctx<'_>) {
        let upto = self.journal.durable();
        let promotion = self.promotion.number;
        let Some(primary) = self.promotion.primary else { return };
        if self.adopting.is_none() && self.backup().is_some_and(|backup| backup.is_matched) {
            ctx.send(primary, Message::Held { promotion, upto });
        }
    }

    pub fn on_beat(&mut self, from: NodeId, promotion: u64, committed: u64, ctx: &mut Ctx<'_>) {
        if !self.obeys(from, promotion, ctx) {
            return;
        }
        if self.backup().is_some_and(|backup| backup.is_matched) {
            self.learn_committed(committed);
            self.apply(ctx);
        }
        if self.adopting.is_none() {
            ctx.send(from, Message::Alive { promotion });
        }
    }

    pub fn on_silence(&mut self, ctx: &mut Ctx<'_>) {
        let me = self.me;
        let Some(primary) = self.promotion.primary else { return };
        let Some(backup) = self.backup() else { return };
        if !backup.suspects {
            backup.suspects = true;
            ctx.mark(config::SUSPECTED);
            ctx.note(
                "{0} hears nothing from {1}; it may be dead, cut off or slow, and only the operator decides",
                [me.into(), primary.into()],
            );
        }
    }

    pub fn on_primary_lost(&mut self, primary: NodeId, why: &'static str, ctx: &mut Ctx<'_>) {
        ctx.note(
            "{0} has lost its connection to {1} ({2}) and waits to be called",
            [self.me.into(), primary.into(), why.into()],
        );
        self.drop_incoming(ctx);
        if let Some(backup) = self.backup() {
            backup.is_matched = false;
            backup.was_called = false;
        }
    }
}
