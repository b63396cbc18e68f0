//! Broadcast: the leader gives each write its zxid, proposes it to all that follow, and commits in order what a quorum
//! has on disk. Acknowledging is part of this; there is no phase of its own for it.

use std::collections::BTreeSet;

use super::config;
use super::ghost::Output;
use super::leader::{Leader, Proposal};
use super::learner::Stage;
use super::log::Txn;
use super::machine::Machine;
use super::message::{Message, Request};
use super::server::{Ctx, Phase, Server};
use super::storage;
use super::zxid::Zxid;
use crate::sim::NodeId;

impl<M: Machine> Server<M> {
    /// Leader: a client wants a write.
    pub fn on_request(&mut self, request: Request<M>, ctx: &mut Ctx<'_, M>) {
        let limit = self.config.outstanding_limit;
        let Some(leader) = self.leader().filter(|leader| leader.is_established()) else {
            ctx.note("{0} is given a write before it serves", [ctx.me().into()]);
            return;
        };
        if leader.outstanding.len() as u64 >= limit {
            leader.backlog.push_back(request);
        } else {
            self.propose(request, ctx);
        }
    }

    fn propose(&mut self, request: Request<M>, ctx: &mut Ctx<'_, M>) {
        let now = ctx.monotonic();
        let Some(leader) = self.leader() else { return };
        let Some(counter) = leader.counter.checked_add(1) else {
            self.look("this epoch has no zxid left", ctx);
            return;
        };
        leader.counter = counter;
        let zxid = Zxid::new(leader.epoch, counter);
        let txn = Txn { zxid, client: request.client, xid: request.xid, op: request.op };
        ctx.output(Output::Proposes { zxid, txn: txn.digest() });
        let index = self.journal.append(txn.clone(), ctx);
        ctx.sync(storage::LOG);
        let Some(leader) = self.leader() else { return };
        leader.outstanding.push_back(Proposal { index, zxid, acks: BTreeSet::new(), syncs: Vec::new() });
        let followers = leader.forwarding(false);
        for peer in &followers {
            if let Some(handler) = leader.learners.get_mut(peer) {
                handler.unacked = handler.unacked.or(Some((zxid, now)));
            }
        }
        ctx.broadcast(followers, Message::Proposal(txn));
    }

    pub fn on_own_log_durable(&mut self, ctx: &mut Ctx<'_, M>) {
        let (me, durable) = (self.me, self.journal.durable());
        let Some(leader) = self.leader() else { return };
        for proposal in leader.outstanding.iter_mut().take_while(|proposal| proposal.index <= durable) {
            proposal.acks.insert(me);
        }
        self.try_commit(ctx);
    }

    pub fn on_ack(&mut self, from: NodeId, zxid: Zxid, ctx: &mut Ctx<'_, M>) {
        let now = ctx.monotonic();
        let Some(leader) = self.leader() else { return };
        let is_observer = leader.learners.get(&from).is_none_or(|handler| handler.is_observer);
        let next = leader.outstanding.iter().find(|proposal| proposal.zxid > zxid).map(|proposal| proposal.zxid);
        if let Some(handler) = leader.learners.get_mut(&from) {
            handler.unacked = next.map(|next| (next, now));
        }
        if is_observer {
            return;
        }
        if let Some(proposal) = leader.outstanding.iter_mut().find(|proposal| proposal.zxid == zxid) {
            proposal.acks.insert(from);
            self.try_commit(ctx);
        }
    }

    /// Commits from the oldest on; a proposal waits while the one before it has no quorum.
    fn try_commit(&mut self, ctx: &mut Ctx<'_, M>) {
        loop {
            let config = self.config;
            let Some(leader) = self.leader().filter(|leader| leader.is_established()) else { return };
            let is_ready = |proposal: &Proposal| {
                config.has_quorum(proposal.acks.len())
                    || config.flaws.commit_without_quorum && proposal.acks.contains(&ctx.me())
            };
            let Some(proposal) = leader.outstanding.pop_front_if(|proposal| is_ready(proposal)) else { return };
            self.commit(proposal, ctx);
            let limit = config.outstanding_limit;
            let has_room = |leader: &Leader<M>| (leader.outstanding.len() as u64) < limit;
            let next = self.leader().filter(|leader| has_room(leader)).and_then(|leader| leader.backlog.pop_front());
            if let Some(request) = next {
                self.propose(request, ctx);
            }
        }
    }

    fn commit(&mut self, proposal: Proposal, ctx: &mut Ctx<'_, M>) {
        let Proposal { index, zxid, syncs, .. } = proposal;
        let Phase::Leading(leader) = &self.phase else { return };
        let (followers, observers) = (leader.forwarding(false), leader.forwarding(true));
        ctx.broadcast(followers, Message::Commit { zxid });
        if let Some(txn) = self.journal.log().get(index).filter(|_| !observers.is_empty()) {
            ctx.broadcast(observers, Message::Inform(txn.clone()));
        }
        ctx.output(Output::Commits { zxid });
        ctx.mark(config::COMMITTED);
        self.deliver(index, ctx);
        for (learner, client, xid) in syncs {
            self.answer_sync(learner, client, xid, ctx);
        }
    }

    /// Performs a committed transaction, and answers whoever asked for it here.
    fn deliver(&mut self, index: u64, ctx: &mut Ctx<'_, M>) {
        let Some(txn) = self.journal.log().get(index) else {
            ctx.expect(false, "a committed transaction is missing from the log");
            return;
        };
        let (zxid, digest, client, xid) = (txn.zxid, txn.digest(), txn.client, txn.xid);
        let Some(answer) = self.perform(index) else { return };
        self.committed = zxid;
        ctx.output(Output::Delivers { zxid, txn: digest, digest: self.machine.digest(), answer: answer.clone() });
        self.on_written(client, xid, answer, zxid, ctx);
        self.save_when_due(ctx);
    }

    /// Leader: a learner's client wants all that is committed now to have arrived. No quorum is asked.
    pub fn on_sync(&mut self, learner: NodeId, client: NodeId, xid: u64, ctx: &mut Ctx<'_, M>) {
        let Some(leader) = self.leader() else { return };
        match leader.outstanding.back_mut() {
            Some(newest) => newest.syncs.push((learner, client, xid)),
            None => self.answer_sync(learner, client, xid, ctx),
        }
    }

    fn answer_sync(&mut self, learner: NodeId, client: NodeId, xid: u64, ctx: &mut Ctx<'_, M>) {
        if learner == self.me {
            self.on_synced(client, xid, ctx);
        } else {
            ctx.send(learner, Message::Sync { client, xid });
        }
    }

    pub fn on_proposal(&mut self, txn: Txn<M>, ctx: &mut Ctx<'_, M>) {
        let last = self.journal.log().last().zxid;
        let (me, zxid) = (self.me, txn.zxid);
        let Some(learner) = self.learner() else { return };
        match learner.stage {
            Stage::Syncing | Stage::Saving | Stage::Entered => learner.packets.push_back(txn),
            Stage::Serving if zxid <= last => {
                ctx.note("{0} has {1} already", [me.into(), zxid.to_string().into()]);
            }
            Stage::Serving => {
                let index = self.journal.append(txn, ctx);
                ctx.sync(storage::LOG);
                if let Some(learner) = self.learner() {
                    learner.unapplied.push_back(index);
                }
            }
            _ => ctx.expect(false, "a proposal came before synchronization"),
        }
    }

    /// Follower: the log is durable further than before.
    pub fn acknowledge(&mut self, ctx: &mut Ctx<'_, M>) {
        let durable = self.journal.durable();
        let Some(learner) = self.learner().filter(|learner| !learner.is_observer) else { return };
        let (leader, from) = (learner.leader, learner.acked + 1);
        learner.acked = learner.acked.max(durable);
        for (_, txn) in self.journal.log().iter_from(from).take_while(|(index, _)| *index <= durable) {
            ctx.send(leader, Message::Ack { zxid: txn.zxid });
        }
    }

    pub fn on_commit(&mut self, zxid: Zxid, ctx: &mut Ctx<'_, M>) {
        let Some(learner) = self.learner() else { return };
        match learner.stage {
            Stage::Syncing | Stage::Saving | Stage::Entered => learner.committed = zxid,
            Stage::Serving => {
                let next = learner.unapplied.front().copied();
                let is_next = next.and_then(|index| self.journal.log().zxid_at(index)) == Some(zxid);
                if let (true, Some(index)) = (is_next, next) {
                    if let Some(learner) = self.learner() {
                        learner.unapplied.pop_front();
                    }
                    self.deliver(index, ctx);
                } else if self.committed < zxid {
                    ctx.expect(self.config.flaws.propose_to_synced_only, "a commit names another than the next one");
                    self.look("a commit does not name the next proposal", ctx);
                }
            }
            _ => ctx.expect(false, "a commit came before synchronization"),
        }
    }

    /// Observer: proposed and committed at once.
    pub fn on_inform(&mut self, txn: Txn<M>, ctx: &mut Ctx<'_, M>) {
        let Some(learner) = self.learner() else { return };
        match learner.stage {
            Stage::Syncing | Stage::Saving | Stage::Entered => {
                learner.committed = txn.zxid;
                learner.packets.push_back(txn);
            }
            Stage::Serving => {
                let index = self.journal.append(txn, ctx);
                ctx.sync(storage::LOG);
                self.deliver(index, ctx);
            }
            _ => ctx.expect(false, "a transaction came before synchronization"),
        }
    }
}
