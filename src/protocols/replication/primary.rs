//! The primary: it orders the writes, feeds its backups, and answers once enough disks hold a write.

use litemap::LiteMap;

use super::Timer;
use super::config;
use super::ghost::Output;
use super::join::Transfer;
use super::log::{Entry, Run, agreement};
use super::message::{Message, Reply};
use super::node::{Ctx, Duty, Server};
use super::request::Request;
use crate::sim::NodeId;

/// Entries in one message, and entries under way to one backup.
const BATCH: usize = 16;
const WINDOW: u64 = 128;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Primary {
    pub followers: LiteMap<NodeId, Follower>,
    /// Who waits for which entry.
    pub waiting: LiteMap<u64, Request>,
    /// What was in the log when this server began to lead. Reads wait until that is committed: some of it may have been
    /// acknowledged by a predecessor.
    pub inherited: u64,
    pub is_ready: bool,
}

/// A backup as its primary knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Follower {
    pub stage: Stage,
    /// The last entry sent, and the last that its disk is known to hold.
    pub sent: u64,
    pub held: u64,
    /// Heartbeats since it was last heard.
    pub missed: u64,
    /// Calls in vain, for the back-off.
    pub attempts: u8,
    /// It has joined once it holds this.
    pub joins_at: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// No connection.
    #[default]
    Away,
    /// Told who leads; its answer is awaited.
    Greeted,
    /// Given a snapshot, part by part.
    Snapshot(Transfer),
    /// Given entries as they become durable here.
    Fed,
}

impl Follower {
    pub fn is_fed(&self) -> bool {
        self.stage == Stage::Fed
    }

    /// It was called, or has all of a snapshot. One that was paused may answer several calls at once.
    fn may_join(&self) -> bool {
        match &self.stage {
            Stage::Greeted => true,
            Stage::Snapshot(transfer) => transfer.is_confirmed(),
            Stage::Away | Stage::Fed => false,
        }
    }
}

impl Server {
    /// Begins to lead; the promotion is on disk.
    pub fn lead(&mut self, ctx: &mut Ctx<'_>) {
        let was_promoted = matches!(&self.duty, Duty::Backup(backup) if backup.was_promoted);
        let log = self.journal.log();
        let followers = self.others().map(|peer| (peer, Follower::default())).collect();
        let inherited = log.last().index;
        ctx.output(Output::Leads { promotion: self.promotion.number, runs: log.runs().to_vec() });
        self.duty = Duty::Primary(Primary { followers, inherited, ..Primary::default() });
        ctx.cancel_timer(Timer::Silence);
        ctx.set_timer(Timer::Heartbeat, self.config.heartbeat);
        if was_promoted {
            ctx.mark(config::PROMOTED);
        }
        for peer in self.others() {
            if self.linked.contains(&peer) {
                self.greet(peer, ctx);
            } else {
                ctx.connect(peer, 0);
            }
        }
        for request in std::mem::take(&mut self.parked) {
            self.reply(&request, Reply::Refused("the primary is not ready"), ctx);
        }
        self.commit(ctx);
    }

    /// Ends to lead. Whoever waits is told that nobody knows.
    pub fn step_down(&mut self, why: &'static str, ctx: &mut Ctx<'_>) {
        let Duty::Primary(primary) = std::mem::replace(&mut self.duty, Duty::Backup(super::backup::Backup::default()))
        else {
            return;
        };
        for (_, request) in primary.waiting {
            self.reply(&request, Reply::Unsure(why), ctx);
        }
        ctx.cancel_timer(Timer::Heartbeat);
        for peer in self.others() {
            ctx.cancel_timer(Timer::Redial(peer));
        }
    }

    pub fn greet(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        let promotion = self.promotion.number;
        let Some(follower) = self.follower(peer) else { return };
        *follower = Follower { stage: Stage::Greeted, held: follower.held, ..Follower::default() };
        ctx.cancel_timer(Timer::Redial(peer));
        ctx.send(peer, Message::Lead { promotion });
    }

    pub fn follower(&mut self, peer: NodeId) -> Option<&mut Follower> {
        match &mut self.duty {
            Duty::Primary(primary) => primary.followers.get_mut(&peer),
            Duty::Backup(_) => None,
        }
    }

    /// What a backup says counts only under the promotion by which this server leads.
    pub fn hears(&mut self, from: NodeId, promotion: u64, ctx: &mut Ctx<'_>) -> Option<&mut Follower> {
        if promotion != self.promotion.number || matches!(self.duty, Duty::Backup(_)) {
            ctx.note(
                "{0} speaks to a primary of promotion {1}, which {2} is not",
                [from.into(), promotion.into(), self.me.into()],
            );
            return None;
        }
        let follower = self.follower(from)?;
        follower.missed = 0;
        Some(follower)
    }

    pub fn on_alive(&mut self, from: NodeId, promotion: u64, ctx: &mut Ctx<'_>) {
        self.hears(from, promotion, ctx);
    }

    pub fn on_join(&mut self, from: NodeId, promotion: u64, runs: &[Run], floor: u64, ctx: &mut Ctx<'_>) {
        let Some(follower) = self.hears(from, promotion, ctx) else { return };
        if !follower.may_join() {
            ctx.note("{0} has joined already: only the first answer to a call counts", [from.into()]);
            return;
        }
        let log = self.journal.log();
        let (agreed, theirs) = (agreement(log.runs(), runs), runs.last().map_or(0, |run| run.upto));
        if agreed < log.base() || agreed < floor {
            self.send_snapshot(from, agreed, ctx);
            return;
        }
        ctx.note(
            "{0} and {1} agree up to {2}; {1} has {3} and is given the rest of the log",
            [self.me.into(), from.into(), agreed.into(), theirs.into()],
        );
        let target = self.journal.durable();
        let Some(follower) = self.follower(from) else { return };
        follower.stage = Stage::Fed;
        follower.sent = agreed;
        follower.held = follower.held.min(agreed);
        follower.joins_at = Some(target);
        // Even without entries: the backup learns where the logs part.
        self.append_to(from, ctx);
        self.feed(from, ctx);
        self.commit(ctx);
    }

    /// Sends what is on this disk and not yet with a backup. Only what is durable here ever leaves: so a primary that
    /// loses power never makes a second entry at a position that others know.
    pub fn feed(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        loop {
            let durable = self.journal.durable();
            let Some(follower) = self.follower(peer) else { return };
            if !follower.is_fed() || follower.sent >= durable || follower.sent >= follower.held + WINDOW {
                return;
            }
            self.append_to(peer, ctx);
        }
    }

    pub fn feed_all(&mut self, ctx: &mut Ctx<'_>) {
        for peer in self.others() {
            self.feed(peer, ctx);
        }
    }

    fn append_to(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        let (promotion, committed, durable) = (self.promotion.number, self.committed, self.journal.durable());
        let Some(sent) = self.follower(peer).map(|follower| follower.sent) else { return };
        let log = self.journal.log();
        let previous = log.at(sent).unwrap_or_default();
        let entries: Vec<Entry> = log
            .iter_from(sent + 1)
            .take_while(|(index, _)| *index <= durable)
            .take(BATCH)
            .map(|(_, entry)| entry.clone())
            .collect();
        let upto = sent + entries.len() as u64;
        if let Some(follower) = self.follower(peer) {
            follower.sent = upto;
        }
        ctx.send(peer, Message::Append { promotion, previous, entries, committed });
    }

    pub fn on_held(&mut self, from: NodeId, promotion: u64, upto: u64, ctx: &mut Ctx<'_>) {
        let Some(follower) = self.hears(from, promotion, ctx) else { return };
        follower.held = follower.held.max(upto);
        if follower.joins_at.take_if(|target| *target <= upto).is_some() {
            ctx.mark(config::BACKUP_JOINED);
        }
        self.feed(from, ctx);
        self.commit(ctx);
    }

    /// The last entry that is on as many disks as the mode asks for.
    fn commit_point(&self, primary: &Primary) -> u64 {
        let mut held: Vec<u64> = primary.followers.values().map(|follower| follower.held).collect();
        held.sort_unstable();
        let durable = self.journal.durable();
        match self.config.needed() {
            0 => durable,
            needed => durable.min(held.into_iter().rev().nth(usize::from(needed) - 1).unwrap_or(0)),
        }
    }

    pub fn has_enough_backups(&self) -> bool {
        let Duty::Primary(primary) = &self.duty else { return false };
        let fed = primary.followers.values().filter(|follower| follower.is_fed()).count();
        fed >= usize::from(self.config.needed())
    }

    pub fn commit(&mut self, ctx: &mut Ctx<'_>) {
        let Duty::Primary(primary) = &self.duty else { return };
        let point = self.commit_point(primary);
        if point > self.committed {
            self.committed = point;
            ctx.mark(config::WRITE_COMMITTED);
        }
        self.apply(ctx);
        let enough = self.has_enough_backups();
        let Duty::Primary(primary) = &mut self.duty else { return };
        if !primary.is_ready && enough && self.applied >= primary.inherited {
            primary.is_ready = true;
            ctx.mark(config::PRIMARY_READY);
        }
    }

    pub fn on_heartbeat(&mut self, ctx: &mut Ctx<'_>) {
        let Duty::Primary(primary) = &mut self.duty else { return };
        let patience = self.config.patience();
        let mut silent = Vec::new();
        let mut present = Vec::new();
        for (peer, follower) in primary.followers.iter_mut().filter(|(_, follower)| follower.stage != Stage::Away) {
            follower.missed += 1;
            if follower.missed > patience { silent.push(*peer) } else { present.push(*peer) }
        }
        ctx.set_timer(Timer::Heartbeat, self.config.heartbeat);
        ctx.broadcast(present, Message::Beat { promotion: self.promotion.number, committed: self.committed });
        for peer in silent {
            ctx.close(peer, 0);
            self.linked.remove(&peer);
            self.on_backup_lost(peer, "silent", ctx);
        }
    }

    pub fn on_backup_lost(&mut self, peer: NodeId, why: &'static str, ctx: &mut Ctx<'_>) {
        let (heartbeat, limit) = (self.config.heartbeat, self.config.failure_timeout);
        let me = self.me;
        let Some(follower) = self.follower(peer) else { return };
        if follower.is_fed() {
            ctx.mark(config::BACKUP_LOST);
            ctx.note(
                "{0} gives up its connection to {1} ({2}) and will seek it again",
                [me.into(), peer.into(), why.into()],
            );
        }
        let attempts = follower.attempts.saturating_add(1);
        *follower = Follower { held: follower.held, attempts, ..Follower::default() };
        let wait = heartbeat.times(1 << u64::from(attempts.min(4) - 1)).min(limit);
        ctx.set_timer(Timer::Redial(peer), wait);
    }

    pub fn on_redial(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        if matches!(self.duty, Duty::Primary(_)) && !self.linked.contains(&peer) {
            ctx.connect(peer, 0);
        }
    }
}
