//! Joining by snapshot: where the primary's log no longer reaches back far enough, its state is sent instead, part by
//! part, each confirmed before the next, and the log from there.

use std::sync::Arc;

use super::config;
use super::disk::{self, Record, Snapshot};
use super::log::Run;
use super::message::{Message, Part};
use super::node::{Ctx, Saving, Server};
use super::primary::Stage;
use crate::machines::key_value::KeyValue;
use crate::sim::NodeId;
use crate::sim::fingerprint::hash_of;

/// A snapshot that the primary sends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transfer {
    pub runs: Vec<Run>,
    pub bytes: Arc<[u8]>,
    pub checksum: u64,
    /// What the backup has confirmed, and up to where it was sent.
    pub confirmed: u32,
    sent: u32,
}

/// A snapshot that a backup receives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Incoming {
    pub runs: Vec<Run>,
    pub bytes: Vec<u8>,
    pub length: u32,
    pub checksum: u64,
}

impl Transfer {
    pub fn is_confirmed(&self) -> bool {
        self.confirmed as usize == self.bytes.len()
    }

    fn next_part(&mut self, size: u32) -> Part {
        let upto = (self.confirmed + size).min(self.bytes.len() as u32);
        self.sent = upto;
        Part {
            runs: self.runs.clone(),
            offset: self.confirmed,
            bytes: Arc::from(&self.bytes[self.confirmed as usize..upto as usize]),
            length: self.bytes.len() as u32,
            checksum: self.checksum,
        }
    }
}

impl Incoming {
    fn begin(part: &Part) -> Incoming {
        Incoming { runs: part.runs.clone(), bytes: Vec::new(), length: part.length, checksum: part.checksum }
    }

    /// Whether a part is the next one of this very snapshot.
    fn continues(&self, part: &Part) -> bool {
        (part.offset, part.checksum, part.length) == (self.bytes.len() as u32, self.checksum, self.length)
            && part.runs == self.runs
    }

    pub fn is_whole(&self) -> bool {
        self.bytes.len() as u32 == self.length
    }

    /// The share received, in hundredths.
    pub fn percent(&self) -> u8 {
        (self.bytes.len() as u64 * 100).checked_div(u64::from(self.length)).unwrap_or(100) as u8
    }
}

impl Server {
    /// Primary: begins to send its state, up to where both agree or beyond. What they agree on is committed even if this
    /// server does not know it yet: the backup has it in a snapshot, and those hold nothing else.
    pub fn send_snapshot(&mut self, to: NodeId, agreed: u64, ctx: &mut Ctx<'_>) {
        let log = self.journal.log();
        let mut state = self.machine.clone();
        for (_, entry) in log.iter_from(self.applied + 1).take_while(|(index, _)| *index <= agreed) {
            state.apply(&entry.op);
        }
        let runs = log.runs_upto(self.applied.max(agreed));
        let bytes: Arc<[u8]> = state.encode().into();
        ctx.note(
            "{0} lacks entries that {1} no longer keeps: a snapshot of {2} bytes is sent",
            [to.into(), self.me.into(), (bytes.len() as u64).into()],
        );
        ctx.mark(config::SNAPSHOT_BEGUN);
        let checksum = hash_of(&bytes);
        let Some(follower) = self.follower(to) else { return };
        follower.stage = Stage::Snapshot(Transfer { runs, bytes, checksum, confirmed: 0, sent: 0 });
        self.send_part(to, ctx);
    }

    fn send_part(&mut self, to: NodeId, ctx: &mut Ctx<'_>) {
        let (promotion, size) = (self.promotion.number, self.config.snapshot_chunk);
        let Some(Stage::Snapshot(transfer)) = self.follower(to).map(|follower| &mut follower.stage) else { return };
        let part = transfer.next_part(size);
        ctx.send(to, Message::Chunk { promotion, part });
    }

    /// Primary: the backup has a part. After the last it will join again, from the snapshot.
    pub fn on_got(&mut self, from: NodeId, promotion: u64, upto: u32, ctx: &mut Ctx<'_>) {
        let Some(follower) = self.hears(from, promotion, ctx) else { return };
        let Stage::Snapshot(transfer) = &mut follower.stage else { return };
        if upto != transfer.sent {
            ctx.note("{0} confirms a part that was not sent last", [from.into()]);
            return;
        }
        transfer.confirmed = upto;
        if !transfer.is_confirmed() {
            self.send_part(from, ctx);
        }
    }

    /// Backup: a part comes in.
    pub fn on_chunk(&mut self, from: NodeId, promotion: u64, part: Part, ctx: &mut Ctx<'_>) {
        if !self.obeys(from, promotion, ctx) {
            return;
        }
        let me = self.me;
        let Some(backup) = self.backup() else { return };
        if part.offset == 0 {
            backup.incoming = Some(Incoming::begin(&part));
        }
        let Some(incoming) = backup.incoming.as_mut().filter(|incoming| incoming.continues(&part)) else {
            ctx.expect(false, "a part of a snapshot does not continue it");
            return;
        };
        incoming.bytes.extend_from_slice(&part.bytes);
        let upto = incoming.bytes.len() as u32;
        let whole = if incoming.is_whole() { backup.incoming.take() } else { None };
        ctx.send(from, Message::Got { promotion, upto });
        let Some(whole) = whole else { return };
        if hash_of(&Arc::<[u8]>::from(&whole.bytes[..])) != whole.checksum {
            ctx.mark(config::SNAPSHOT_DISCARDED);
            ctx.note("{0} refuses a snapshot whose checksum is wrong", [me.into()]);
            self.join(ctx);
            return;
        }
        self.save(&whole, ctx);
    }

    /// Backup: the connection is gone, or the primary begins again. Half a snapshot is none.
    pub fn drop_incoming(&mut self, ctx: &mut Ctx<'_>) {
        let (me, trusts) = (self.me, self.config.flaws.torn_snapshot_accepted);
        let Some(incoming) = self.backup().and_then(|backup| backup.incoming.take()) else { return };
        if trusts {
            ctx.note(
                "{0} takes {1} of {2} bytes for a whole snapshot",
                [me.into(), (incoming.bytes.len() as u64).into(), incoming.length.into()],
            );
            self.save(&incoming, ctx);
            return;
        }
        ctx.mark(config::SNAPSHOT_DISCARDED);
        ctx.note(
            "{0} throws away {1} of {2} bytes of a snapshot",
            [me.into(), (incoming.bytes.len() as u64).into(), incoming.length.into()],
        );
    }

    /// Puts a received snapshot on disk. Until it is there, log and machine stay as they are.
    fn save(&mut self, incoming: &Incoming, ctx: &mut Ctx<'_>) {
        let snapshot = Arc::new(Snapshot { runs: incoming.runs.clone(), state: KeyValue::decode(&incoming.bytes) });
        let record = ctx.write(Record::Snapshot(Arc::clone(&snapshot)));
        ctx.sync(disk::SNAPSHOT);
        self.saving = Some(Saving { record, snapshot, installs: true });
    }

    /// The snapshot is durable: log and machine begin anew behind it.
    pub fn install(&mut self, ctx: &mut Ctx<'_>) {
        let snapshot = Arc::clone(&self.snapshot);
        self.journal.begin_anew(snapshot.runs.clone(), ctx);
        self.machine = snapshot.state.clone();
        self.applied = snapshot.index();
        self.committed = snapshot.index();
        ctx.mark(config::SNAPSHOT_INSTALLED);
        self.stand(ctx);
        self.join(ctx);
    }
}
