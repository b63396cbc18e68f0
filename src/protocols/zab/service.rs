//! What a server does for its clients: writes go to the leader, reads are answered here, and each session in its order.

use super::Call;
use super::ghost::Output;
use super::machine::{KeyValue, Machine};
use super::message::{CLIENT, Message, Reply, Request};
use super::server::{Ctx, Phase, Server};
use super::zxid::Zxid;
use crate::sim::NodeId;

/// A request in its session's order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pending<M: Machine = KeyValue> {
    pub xid: u64,
    pub kind: Kind<M>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind<M: Machine = KeyValue> {
    /// With the leader, or in the log.
    Write,
    Sync,
    Read(M::Op),
}

impl<M: Machine> Server<M> {
    pub fn on_client_connected(&mut self, client: NodeId, ctx: &mut Ctx<'_, M>) {
        if self.config.is_server(client) {
            ctx.close(client, CLIENT);
            return;
        }
        self.sessions.insert(client, std::collections::VecDeque::new());
    }

    pub fn on_ask(&mut self, client: NodeId, xid: u64, call: Call<M>, seen: Zxid, ctx: &mut Ctx<'_, M>) {
        if !self.is_serving() {
            ctx.note("{0} follows no leader and sends {1} away", [self.me.into(), client.into()]);
            ctx.send(client, Message::Reply { xid, reply: Reply::NotServing });
            return;
        }
        if seen > self.applied.zxid {
            ctx.note(
                "{0} has seen {1}, and {2} is only at {3}: it must find another server",
                [client.into(), seen.to_string().into(), self.me.into(), self.applied.zxid.to_string().into()],
            );
            ctx.send(client, Message::Reply { xid, reply: Reply::Behind });
            return;
        }
        let (kind, op) = match call {
            Call::Sync => (Kind::Sync, None),
            Call::Do(op) if M::is_read(&op) => (Kind::Read(op), None),
            Call::Do(op) => (Kind::Write, Some(op)),
        };
        let is_sync = kind == Kind::Sync;
        let Some(session) = self.sessions.get_mut(&client) else { return };
        session.push_back(Pending { xid, kind });
        if let Some(op) = op {
            self.forward(Request { client, xid, op }, ctx);
        } else if is_sync {
            match &self.phase {
                Phase::Learning(learner) => ctx.send(learner.leader, Message::Sync { client, xid }),
                _ => self.on_sync(self.me, client, xid, ctx),
            }
        }
        self.answer_reads(client, ctx);
    }

    /// Proposes an operation for whoever composes this server with something else; only a leader that serves does.
    pub fn submit(&mut self, op: M::Op, ctx: &mut Ctx<'_, M>) {
        let client = self.me;
        self.on_request(Request { client, xid: 0, op }, ctx);
    }

    /// Who leads, as far as this server knows: itself, or whom it follows and has caught up with.
    pub fn known_leader(&self) -> Option<NodeId> {
        match &self.phase {
            Phase::Learning(learner) if self.is_serving() => Some(learner.leader),
            Phase::Leading(_) if self.is_serving() => Some(self.me),
            _ => None,
        }
    }

    fn forward(&mut self, request: Request<M>, ctx: &mut Ctx<'_, M>) {
        match &self.phase {
            Phase::Learning(learner) => ctx.send(learner.leader, Message::Request(request)),
            _ => self.on_request(request, ctx),
        }
    }

    /// Reads are answered from this server's own state, once they are first in their session.
    fn answer_reads(&mut self, client: NodeId, ctx: &mut Ctx<'_, M>) {
        let at = self.applied.zxid;
        let Some(session) = self.sessions.get_mut(&client) else { return };
        while let Some(Pending { xid, kind: Kind::Read(op) }) =
            session.pop_front_if(|pending| matches!(pending.kind, Kind::Read(_)))
        {
            let answer = self.machine.read(&op);
            ctx.send(client, Message::Reply { xid, reply: Reply::Done { answer, at } });
        }
    }

    fn complete(
        &mut self,
        client: NodeId,
        xid: u64,
        kind: &Kind<M>,
        answer: M::Answer,
        at: Zxid,
        ctx: &mut Ctx<'_, M>,
    ) -> bool {
        let Some(session) = self.sessions.get_mut(&client) else { return false };
        if session.pop_front_if(|pending| pending.xid == xid && pending.kind == *kind).is_none() {
            return false;
        }
        ctx.send(client, Message::Reply { xid, reply: Reply::Done { answer, at } });
        self.answer_reads(client, ctx);
        true
    }

    /// A transaction was performed; if its client is connected here, it is told.
    pub fn on_written(&mut self, client: NodeId, xid: u64, answer: M::Answer, zxid: Zxid, ctx: &mut Ctx<'_, M>) {
        if self.complete(client, xid, &Kind::Write, answer, zxid, ctx) {
            ctx.output(Output::Acknowledges { zxid });
        }
    }

    pub fn on_synced(&mut self, client: NodeId, xid: u64, ctx: &mut Ctx<'_, M>) {
        let at = self.applied.zxid;
        self.complete(client, xid, &Kind::Sync, M::Answer::default(), at, ctx);
    }
}
