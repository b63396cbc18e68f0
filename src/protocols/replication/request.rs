//! Requests of clients: who answers them, and when a read has to wait.

use super::config::{self, Reads};
use super::disk;
use super::ghost::Output;
use super::log::{Entry, Position};
use super::message::{Message, Reply};
use super::node::{Ctx, Duty, Server};
use crate::machines::key_value::{Answer, Op};
use crate::sim::NodeId;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    pub client: NodeId,
    pub number: u64,
    pub op: Op,
    pub seen: Position,
}

/// Whether a server's history has what a client has seen.
enum Coverage {
    Has,
    MayYet,
    Never,
}

impl Server {
    pub fn on_request(&mut self, request: Request, ctx: &mut Ctx<'_>) {
        match self.coverage(request.seen) {
            Coverage::Never => {
                ctx.note(
                    "{0} has seen {1}, which {2} will never have: its session is broken",
                    [request.client.into(), request.seen.to_string().into(), self.me.into()],
                );
                self.reply(&request, Reply::Forgotten, ctx);
            }
            coverage if request.op.is_read() => self.on_read(request, matches!(coverage, Coverage::Has), ctx),
            _ => self.on_write(request, ctx),
        }
    }

    fn on_read(&mut self, request: Request, has_seen: bool, ctx: &mut Ctx<'_>) {
        match &self.duty {
            Duty::Backup(backup) if self.config.reads == Reads::Primary || !backup.has_joined => {
                self.redirect(&request, ctx);
            }
            Duty::Primary(primary) if !primary.is_ready => {
                ctx.note("{0} refuses a read: not all that it inherited is known to be safe", [self.me.into()]);
                self.reply(&request, Reply::Refused("the primary is not ready"), ctx);
            }
            Duty::Primary(_) if request.seen.promotion > self.promotion.number => self.refuse_newer(&request, ctx),
            _ if has_seen => {
                let answer = self.machine.read(request.op.key());
                let at = self.applied_position();
                self.reply(&request, Reply::Done { answer, at }, ctx);
            }
            _ => {
                ctx.note(
                    "{0} lets a read wait: {1} has seen {2}, and the machine is at {3}",
                    [
                        self.me.into(),
                        request.client.into(),
                        request.seen.to_string().into(),
                        self.applied_position().to_string().into(),
                    ],
                );
                self.parked.retain(|parked| parked.client != request.client);
                self.parked.push(request);
            }
        }
    }

    fn on_write(&mut self, request: Request, ctx: &mut Ctx<'_>) {
        if matches!(self.duty, Duty::Backup(_)) {
            self.redirect(&request, ctx);
            return;
        }
        if request.seen.promotion > self.promotion.number {
            self.refuse_newer(&request, ctx);
            return;
        }
        if !self.has_enough_backups() {
            ctx.mark(config::WRITE_REFUSED);
            ctx.note(
                "{0} refuses a write before it is in any log: it needs {1} backups that answer",
                [self.me.into(), u32::from(self.config.needed()).into()],
            );
            self.reply(&request, Reply::Refused("too few backups answer"), ctx);
            return;
        }
        let entry = Entry { promotion: self.promotion.number, op: request.op.clone() };
        let index = self.journal.append(entry, ctx);
        ctx.sync(disk::LOG);
        if let Duty::Primary(primary) = &mut self.duty {
            primary.waiting.insert(index, request);
        }
        if self.config.flaws.ack_before_sync {
            self.on_progress(ctx);
        }
    }

    /// The entry just performed may be one that a client waits for.
    pub fn answer_writer(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let Duty::Primary(primary) = &mut self.duty else { return };
        let Some(request) = primary.waiting.remove(&self.applied) else { return };
        let at = self.applied_position();
        ctx.output(Output::Acknowledged { position: at });
        self.reply(&request, Reply::Done { answer, at }, ctx);
    }

    fn refuse_newer(&mut self, request: &Request, ctx: &mut Ctx<'_>) {
        ctx.note(
            "{0} has seen promotion {1}: {2} must be superseded, and refuses",
            [request.client.into(), request.seen.promotion.into(), self.me.into()],
        );
        self.reply(request, Reply::Refused("its client has seen a newer primary"), ctx);
    }

    fn redirect(&mut self, request: &Request, ctx: &mut Ctx<'_>) {
        ctx.note("{0} is a backup and sends {1} on to its primary", [self.me.into(), request.client.into()]);
        let primary = self.promotion.primary.filter(|primary| *primary != self.me);
        self.reply(request, Reply::Redirect { primary }, ctx);
    }

    pub fn reply(&mut self, request: &Request, reply: Reply, ctx: &mut Ctx<'_>) {
        ctx.send(request.client, Message::Reply { number: request.number, reply });
    }

    fn coverage(&self, seen: Position) -> Coverage {
        let log = self.journal.log();
        let newest = match self.duty {
            Duty::Primary(_) => self.promotion.number,
            Duty::Backup(_) => log.last().promotion,
        };
        if log.holds(seen) {
            if self.applied >= seen.index { Coverage::Has } else { Coverage::MayYet }
        } else if newest > seen.promotion {
            // The history under a later promotion began without it.
            Coverage::Never
        } else {
            Coverage::MayYet
        }
    }
}
