//! The protected resource: it takes a write if no higher token was there before. It knows nothing of leases or clocks.

use std::collections::VecDeque;

use super::disk::{Record, Stable};
use super::message::{Message, WriteId};
use super::outbox::Outbox;
use super::{Config, Ctx, LockQueue, Output, config};
use crate::machines::key_value::Word;
use crate::sim::{Event, NodeId};

/// The newest writes, for the strip.
const STRIP: usize = 16;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    config: Config,
    /// The highest token seen.
    pub highest: u64,
    pub value: Option<Word>,
    pub strip: VecDeque<Stamp>,
    outbox: Outbox<(NodeId, WriteId, u64)>,
}

/// A write and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    pub token: u64,
    pub client: NodeId,
    pub value: Word,
    pub is_accepted: bool,
    /// The highest token seen before it.
    pub highest: u64,
}

impl Resource {
    pub fn boot(config: Config, stable: &Stable) -> Resource {
        Resource {
            config,
            highest: stable.highest,
            value: stable.value.clone(),
            strip: VecDeque::new(),
            outbox: Outbox::default(),
        }
    }

    pub fn step(&mut self, event: Event<LockQueue>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { from, body: Message::Write { id, token, value } } => {
                self.on_write(from, id, token, value, ctx);
            }
            Event::Message { .. } => ctx.expect(false, "a resource was given what is for others"),
            Event::Durable { upto, .. } => self.on_durable(upto, ctx),
            Event::Input(input) => {
                ctx.note("{0} is a resource: `{1}` is for a client", [ctx.me().into(), input.to_string().into()]);
            }
            Event::Connected { .. } | Event::Lost { .. } | Event::Timer(_) => {}
        }
    }

    fn on_write(&mut self, client: NodeId, id: WriteId, token: u64, value: Word, ctx: &mut Ctx<'_>) {
        let is_accepted = token >= self.highest || self.config.flaws.no_fencing;
        self.strip.push_back(Stamp { token, client, value: value.clone(), is_accepted, highest: self.highest });
        if self.strip.len() > STRIP {
            self.strip.pop_front();
        }
        if !is_accepted {
            ctx.mark(config::REFUSED);
            ctx.note(
                "{0} has seen token {1} and refuses the write of {2} with token {3}",
                [ctx.me().into(), self.highest.into(), client.into(), token.into()],
            );
            ctx.output(Output::Refused { token });
            ctx.send(client, Message::Refused { id, token, highest: self.highest });
            return;
        }
        if token < self.highest {
            ctx.mark(config::STALE_ACCEPTED);
            ctx.note(
                "{0} has seen token {1} and takes the write of {2} with token {3} all the same",
                [ctx.me().into(), self.highest.into(), client.into(), token.into()],
            );
        }
        self.highest = self.highest.max(token);
        self.value = Some(value.clone());
        self.outbox.wrote(ctx.write(Record::Took { token, value }));
        self.outbox.put((client, id, token));
        ctx.sync(0);
    }

    fn on_durable(&mut self, upto: u64, ctx: &mut Ctx<'_>) {
        self.outbox.on_durable(upto);
        while let Some((client, id, token)) = self.outbox.next() {
            ctx.output(Output::Accepted { client, token });
            ctx.mark(config::ACCEPTED);
            let words = [ctx.me().into(), client.into(), token.into()];
            ctx.note("{0} has the write of {1} with token {2} on disk", words);
            ctx.send(client, Message::Written { id, token });
        }
    }
}
