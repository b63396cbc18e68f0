//! Discovery: leader and followers agree on an epoch newer than any that a quorum has promised to follow, and the leader
//! makes sure that nobody in the quorum has a more recent history than itself.

use super::Timer;
use super::config;
use super::leader::Step;
use super::learner::Stage;
use super::machine::Machine;
use super::message::Message;
use super::server::{Ctx, Server};
use super::zxid::Zxid;
use crate::sim::NodeId;

/// The epoch to propose, once a quorum that includes the leader has told which it has accepted
/// (`Leader.getEpochToPropose`).
pub fn next_epoch(accepted: impl IntoIterator<Item = u32>) -> u32 {
    accepted.into_iter().max().unwrap_or(0).saturating_add(1)
}

/// What a learner does with the epoch that its leader announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It is new: write it down, then count.
    New,
    /// It was promised before: go on, and do not count.
    Again,
    /// It is older than what was promised.
    Refused,
}

pub fn acceptance(accepted: u32, announced: u32) -> Acceptance {
    match announced.cmp(&accepted) {
        std::cmp::Ordering::Greater => Acceptance::New,
        std::cmp::Ordering::Equal => Acceptance::Again,
        std::cmp::Ordering::Less => Acceptance::Refused,
    }
}

/// Whether a follower's history is more recent than the leader's: by epoch first, then by zxid
/// (`StateSummary.isMoreRecentThan`).
pub fn is_more_recent(follower: (u32, Zxid), leader: (u32, Zxid)) -> bool {
    follower > leader
}

impl<M: Machine> Server<M> {
    pub fn on_learner_info(&mut self, from: NodeId, accepted: u32, ctx: &mut Ctx<'_, M>) {
        let is_voter = self.config.is_voter(from);
        let Some(leader) = self.leader() else { return };
        if let Some(handler) = leader.learners.get_mut(&from) {
            handler.has_registered = true;
        }
        match leader.step {
            Step::Discovery if is_voter => {
                leader.accepted.insert(from, accepted);
                self.choose_epoch(ctx);
            }
            Step::Discovery | Step::Promising => {}
            Step::Electing | Step::Synchronization | Step::Broadcast => {
                let epoch = leader.epoch;
                ctx.send(from, Message::LeaderInfo { epoch });
            }
        }
    }

    pub fn choose_epoch(&mut self, ctx: &mut Ctx<'_, M>) {
        let (me, config) = (self.me, self.config);
        let Some(leader) = self.leader().filter(|leader| leader.step == Step::Discovery) else { return };
        if !config.has_quorum(leader.accepted.len()) {
            return;
        }
        leader.epoch = next_epoch(leader.accepted.values().copied());
        leader.step = Step::Promising;
        let epoch = leader.epoch;
        ctx.note(
            "{0} proposes epoch {1}: newer than any that a quorum has promised to follow",
            [me.into(), u64::from(epoch).into()],
        );
        let persists = !config.flaws.accepted_epoch_not_persisted;
        self.journal.accept(epoch, persists, ctx);
        if !persists {
            self.announce_epoch(ctx);
        }
    }

    pub fn announce_epoch(&mut self, ctx: &mut Ctx<'_, M>) {
        let (me, init) = (self.me, self.config.init_time());
        let Some(leader) = self.leader() else { return };
        leader.step = Step::Electing;
        leader.promised.insert(me);
        let epoch = leader.epoch;
        let registered = leader.learners.iter().filter(|(_, it)| it.has_registered).map(|(peer, _)| *peer);
        ctx.broadcast(registered.collect::<Vec<_>>(), Message::LeaderInfo { epoch });
        ctx.set_timer(Timer::Init, init);
        self.count_promises(ctx);
    }

    pub fn on_ack_epoch(&mut self, from: NodeId, current: Option<u32>, last: Zxid, ctx: &mut Ctx<'_, M>) {
        let (me, own) = (self.me, (self.journal.current(), self.last_zxid()));
        let Some(leader) = self.leader() else { return };
        let Some(handler) = leader.learners.get_mut(&from) else { return };
        handler.last = Some(last);
        let (is_observer, step) = (handler.is_observer, leader.step);
        if let Some(current) = current.filter(|_| !is_observer && step == Step::Electing) {
            if is_more_recent((current, last), own) {
                ctx.mark(config::ABDICATED);
                ctx.note(
                    "{0} abdicates: the history of {1} ends at {2}, last synchronized in epoch {3}",
                    [me.into(), from.into(), last.to_string().into(), u64::from(current).into()],
                );
                self.look("a follower has a more recent history", ctx);
                return;
            }
            leader.promised.insert(from);
            self.count_promises(ctx);
        }
        // Whoever came before the quorum was complete is synchronized when it is.
        let is_counted = self.leader().is_some_and(|leader| leader.step >= Step::Synchronization);
        if is_counted && self.leader().is_some_and(|l| l.learners.get(&from).is_some_and(|h| !h.is_forwarding)) {
            self.synchronize(from, ctx);
        }
    }

    fn count_promises(&mut self, ctx: &mut Ctx<'_, M>) {
        let config = self.config;
        let Some(leader) = self.leader().filter(|leader| leader.step == Step::Electing) else { return };
        if !config.has_quorum(leader.promised.len()) {
            return;
        }
        leader.step = Step::Synchronization;
        let epoch = leader.epoch;
        let waiting = leader.learners.iter().filter(|(_, it)| it.last.is_some()).map(|(peer, _)| *peer);
        let waiting: Vec<NodeId> = waiting.collect();
        ctx.mark(config::EPOCH_ACCEPTED);
        ctx.set_timer(Timer::Init, config.init_time());
        self.journal.enter(epoch, ctx);
        for peer in waiting {
            self.synchronize(peer, ctx);
        }
    }

    /// Learner: the leader announces its epoch.
    pub fn on_leader_info(&mut self, epoch: u32, ctx: &mut Ctx<'_, M>) {
        let accepted = self.journal.accepted();
        let persists = !self.config.flaws.accepted_epoch_not_persisted;
        let me = self.me;
        let Some(learner) = self.learner().filter(|learner| learner.stage == Stage::Registering) else { return };
        learner.epoch = epoch;
        match acceptance(accepted, epoch) {
            Acceptance::New => {
                learner.stage = Stage::Promising;
                learner.asks_whole = false;
                self.journal.accept(epoch, persists, ctx);
                if !persists {
                    self.acknowledge_epoch(true, ctx);
                }
            }
            Acceptance::Again => self.acknowledge_epoch(false, ctx),
            Acceptance::Refused => {
                ctx.note(
                    "{0} has promised to follow epoch {1} or newer, and its leader proposes {2}",
                    [me.into(), u64::from(accepted).into(), u64::from(epoch).into()],
                );
                self.look("the leader's epoch is older than one promised", ctx);
            }
        }
    }

    pub fn acknowledge_epoch(&mut self, counts: bool, ctx: &mut Ctx<'_, M>) {
        let (last, current, accepted) = (self.last_zxid(), self.journal.current(), self.journal.accepted());
        let Some(learner) = self.learner() else { return };
        learner.stage = Stage::Promised;
        let (leader, whole) = (learner.leader, learner.asks_whole);
        let last = if whole { Zxid::NONE } else { last };
        ctx.output(super::ghost::Output::Promises { epoch: accepted });
        ctx.send(leader, Message::AckEpoch { current: counts.then_some(current), last });
    }
}
