//! The lock queue's own client, with a choice of servers: it turns to the one that it is told leads, and to the next when
//! its own does not answer.

use super::{Config, Ctx, LockService, Message, Output, Timer, config};
use crate::protocols::lock_queue::{self, LockQueue};
use crate::sim::{Event, NodeId};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    config: Config,
    pub inner: lock_queue::client::Client,
    /// A server has said something since the last order.
    is_heard: bool,
}

impl Client {
    pub fn boot(config: Config, lives: u32, ctx: &mut Ctx<'_>) -> Client {
        let desk = config.server(ctx.me().0);
        let mut inner = None;
        ctx.embed::<LockQueue>(
            |ctx| inner = Some(lock_queue::client::Client::boot(config.locks, desk, lives, ctx)),
            |output, ctx| ctx.output(Output::Lock { at: None, output }),
        );
        let Some(inner) = inner else { unreachable!("a child that is embedded steps") };
        Client { config, inner, is_heard: true }
    }

    pub fn step(&mut self, event: Event<LockService>, ctx: &mut Ctx<'_>) {
        match &event {
            Event::Message { from, body: Message::Elsewhere { leader } } => {
                return self.on_elsewhere(*from, *leader, ctx);
            }
            Event::Message { from, body: Message::Lock(lock_queue::Message::News { .. }) } => {
                // Only who keeps the table speaks of it.
                self.is_heard = true;
                self.turn(*from, ctx);
            }
            Event::Timer(Timer::Lock(lock_queue::Timer::Retry(_) | lock_queue::Timer::Renew(_))) => {
                if !self.is_heard {
                    self.turn_to_next(ctx);
                }
                self.is_heard = false;
            }
            _ => {}
        }
        if let Some(event) = super::lock_event(event) {
            self.run(ctx, |inner, ctx| inner.step(event, ctx));
        }
    }

    fn run(&mut self, ctx: &mut Ctx<'_>, step: impl FnOnce(&mut lock_queue::client::Client, &mut lock_queue::Ctx<'_>)) {
        let inner = &mut self.inner;
        ctx.embed::<LockQueue>(|ctx| step(inner, ctx), |output, ctx| ctx.output(Output::Lock { at: None, output }));
    }

    /// The server that it asked does not lead.
    fn on_elsewhere(&mut self, from: NodeId, leader: Option<NodeId>, ctx: &mut Ctx<'_>) {
        self.is_heard = true;
        if from != self.inner.desk {
            return;
        }
        match leader {
            Some(leader) if leader != from => {
                self.turn(leader, ctx);
                self.run(ctx, lock_queue::client::Client::ask_again);
            }
            // Nobody leads as far as it knows: another may know more, when it is time to ask again.
            _ => self.turn_to_next(ctx),
        }
    }

    fn turn_to_next(&mut self, ctx: &mut Ctx<'_>) {
        let place = self.inner.desk.0 - self.config.zab.first + 1;
        self.turn(self.config.server(place), ctx);
    }

    fn turn(&mut self, server: NodeId, ctx: &mut Ctx<'_>) {
        if self.inner.desk != server {
            self.inner.desk = server;
            ctx.mark(config::MOVED);
        }
    }
}
