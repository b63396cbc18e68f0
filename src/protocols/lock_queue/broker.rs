//! The broker: a queue on disk. What it has delivered it keeps until its consumer says `TAKEN`; when the connection to
//! the consumer is gone, it delivers all that is left again to whoever consumes next.

use super::disk::{Queue, Record};
use super::message::{Message, Order};
use super::{Ctx, LockQueue, config};
use crate::sim::{Event, NodeId};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Broker {
    pub queue: Queue,
    /// Up to here the queue is on disk.
    pub durable: u64,
    /// Records of messages that are not yet durable, oldest first.
    stored: Vec<u64>,
    pub consumer: Option<NodeId>,
    /// The first message that the consumer has not been sent over this connection.
    pub sent: u64,
    /// Below this, messages may have been delivered before.
    ever_sent: u64,
}

impl Broker {
    pub fn boot(queue: &Queue) -> Broker {
        Broker {
            queue: queue.clone(),
            durable: queue.next(),
            stored: Vec::new(),
            consumer: None,
            sent: queue.first,
            ever_sent: queue.next(),
        }
    }

    pub fn step(&mut self, event: Event<LockQueue>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { body: Message::Order(order), .. } => self.on_order(order, ctx),
            Event::Message { from, body: Message::Consume } => self.on_consume(from, ctx),
            Event::Message { body: Message::Taken { upto }, .. } => self.on_taken(upto, ctx),
            Event::Message { body: Message::Alive, .. } => {}
            Event::Message { .. } => ctx.expect(false, "the broker was given what is for others"),
            Event::Durable { upto, .. } => self.on_durable(upto, ctx),
            Event::Lost { peer, .. } => self.on_lost(peer, ctx),
            Event::Input(input) => {
                ctx.note("{0} is a broker: `{1}` is for a client", [ctx.me().into(), input.to_string().into()]);
            }
            Event::Connected { .. } | Event::Timer(_) => {}
        }
    }

    fn on_order(&mut self, order: Order, ctx: &mut Ctx<'_>) {
        self.stored.push(ctx.write(Record::Stored(order.clone())));
        ctx.sync(0);
        self.queue.push(order);
    }

    fn on_durable(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        let count = self.stored.iter().take_while(|record| **record <= upto).count();
        self.stored.drain(..count);
        self.durable += count as u64;
        self.deliver(ctx);
    }

    fn on_consume(&mut self, from: NodeId, ctx: &mut Ctx<'_>) {
        self.consumer = Some(from);
        self.sent = self.queue.first;
        let again = self.ever_sent.min(self.durable).saturating_sub(self.queue.first);
        if again > 0 {
            ctx.mark(config::REDELIVERED);
            ctx.note("{0} delivers {1} messages again that were not taken", [ctx.me().into(), again.into()]);
        }
        self.deliver(ctx);
    }

    fn deliver(&mut self, ctx: &mut Ctx<'_>) {
        let Some(consumer) = self.consumer else { return };
        while self.sent < self.durable {
            let number = self.sent;
            let Some(order) = self.queue.get(number) else { break };
            let redelivered = number < self.ever_sent;
            ctx.send(consumer, Message::Deliver { number, redelivered, order: order.clone() });
            self.sent += 1;
        }
        self.ever_sent = self.ever_sent.max(self.sent);
    }

    fn on_taken(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        if upto < self.queue.first {
            return;
        }
        self.queue.remove_upto(upto);
        ctx.write(Record::Removed { upto });
        ctx.sync(0);
    }

    fn on_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        if self.consumer != Some(peer) {
            return;
        }
        self.consumer = None;
        let untaken = self.sent.saturating_sub(self.queue.first);
        ctx.note("{0} has lost {1}, which had not taken {2} messages", [ctx.me().into(), peer.into(), untaken.into()]);
    }
}
