//! The coordinator: it collects votes, decides, and tells until all have heard. It writes nothing down for an abort,
//! because whoever asks about what it does not know is told to abort.

use litemap::LiteMap;
use std::sync::Arc;

use super::Timer;
use super::config::{BEGUN, DECIDED_ABORT, DECIDED_COMMIT, FORGOTTEN, UNANIMOUS};
use super::disk::{LOG, Record, Stable};
use super::ghost::Output;
use super::message::{Ballot, Message, Reading, Tx};
use super::node::{Ctx, Forced, Server, back_off};
use crate::machines::bank::{Account, Order, Step};
use crate::sim::NodeId;

/// How many ended transactions a coordinator keeps in memory.
const KEPT: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Coordinated {
    /// Who asked, and its number for it; none after a recovery.
    pub client: Option<(NodeId, u64)>,
    pub phase: Phase,
    pub parts: Vec<Part>,
    tries: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    Working,
    Voting,
    /// The commit decision is on its way to the disk.
    Deciding,
    Committed,
    Aborted(&'static str),
    /// All know of the commit.
    Forgotten,
}

/// One participant as the coordinator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub node: NodeId,
    steps: Arc<[(Account, Step)]>,
    sent: bool,
    pub done: bool,
    readings: Vec<Reading>,
    pub vote: Option<Ballot>,
    /// Its yes came after the abort.
    pub late: bool,
    pub acked: bool,
}

impl Part {
    fn new(node: NodeId, steps: Arc<[(Account, Step)]>) -> Part {
        Part { node, steps, sent: false, done: false, readings: Vec::new(), vote: None, late: false, acked: false }
    }

    fn writes(&self) -> bool {
        self.steps.iter().any(|(_, step)| *step != Step::Get)
    }

    /// It must be told of a commit.
    fn is_concerned(&self) -> bool {
        self.vote != Some(Ballot::ReadOnly)
    }
}

impl Coordinated {
    pub fn is_undecided(&self) -> bool {
        matches!(self.phase, Phase::Working | Phase::Voting)
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Aborted(_) | Phase::Forgotten)
    }

    fn part(&mut self, node: NodeId) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.node == node)
    }

    fn is_unanimous(&self) -> bool {
        self.parts.iter().all(|part| matches!(part.vote, Some(Ballot::Yes | Ballot::ReadOnly)))
    }
}

impl Server {
    pub fn recover_decisions(&mut self, stable: &Stable, ctx: &mut Ctx<'_>) {
        for (&tx, participants) in &stable.decided {
            let parts = participants.iter().map(|node| Part {
                vote: Some(Ballot::Yes),
                sent: true,
                ..Part::new(*node, Arc::default())
            });
            let coordinated = Coordinated { client: None, phase: Phase::Committed, parts: parts.collect(), tries: 0 };
            self.coordinated.insert(tx, coordinated);
            self.note("{0} finds its commit of {1} in the log and tells it again", tx, ctx);
            self.tell_commit(tx, ctx);
        }
    }

    pub fn on_begin(&mut self, client: NodeId, tx: Tx, number: u64, order: &Order, ctx: &mut Ctx<'_>) {
        if self.coordinated.contains_key(&tx) {
            self.note("{0} knows {1} already", tx, ctx);
            return;
        }
        let mut steps: LiteMap<NodeId, Vec<(Account, Step)>> = LiteMap::new();
        for (account, step) in order.steps() {
            steps.entry(self.config.holder(account)).or_default().push((account, step));
        }
        let parts = steps.into_iter().map(|(node, steps)| Part::new(node, steps.into())).collect();
        let coordinated = Coordinated { client: Some((client, number)), phase: Phase::Working, parts, tries: 0 };
        self.make_room();
        self.coordinated.insert(tx, coordinated);
        ctx.mark(BEGUN);
        ctx.set_timer(Timer::Votes(tx), self.config.vote_timeout);
        self.send_work(tx, ctx);
    }

    fn make_room(&mut self) {
        if self.coordinated.len() >= KEPT
            && let Some((&tx, _)) = self.coordinated.iter().find(|(_, coordinated)| coordinated.has_ended())
        {
            self.coordinated.remove(&tx);
        }
    }

    fn send_work(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(coordinated) = self.coordinated.get(&tx) else { return };
        let waiting = coordinated.parts.iter().enumerate().filter(|(_, part)| !part.sent);
        let waiting: Vec<_> = waiting.map(|(place, part)| (place, part.node, Arc::clone(&part.steps))).collect();
        for (place, node, steps) in waiting {
            let is_sent = self.tell(node, Message::Work { tx, steps }, ctx);
            if let Some(coordinated) = self.coordinated.get_mut(&tx) {
                coordinated.parts[place].sent = is_sent;
            }
        }
    }

    pub fn on_done(&mut self, from: NodeId, tx: Tx, readings: Vec<Reading>, ctx: &mut Ctx<'_>) {
        let me = self.me;
        let Some(coordinated) = self.coordinated.get_mut(&tx).filter(|it| it.phase == Phase::Working) else { return };
        let Some(part) = coordinated.part(from).filter(|part| !part.done) else { return };
        part.done = true;
        part.readings = readings;
        if coordinated.parts.iter().any(|part| !part.done) {
            return;
        }
        coordinated.phase = Phase::Voting;
        ctx.note("{0} asks the participants of {1} to prepare", [me.into(), tx.to_string().into()]);
        let all: Vec<NodeId> = coordinated.parts.iter().map(|part| part.node).collect();
        let writers: Arc<[NodeId]> =
            coordinated.parts.iter().filter(|part| part.writes()).map(|part| part.node).collect();
        for node in all {
            self.tell(node, Message::Prepare { tx, writers: Arc::clone(&writers) }, ctx);
        }
    }

    pub fn on_vote(&mut self, from: NodeId, tx: Tx, vote: Ballot, ctx: &mut Ctx<'_>) {
        let Some(coordinated) = self.coordinated.get_mut(&tx) else {
            if vote == Ballot::Yes {
                self.note("{0} knows nothing of {1}: it is presumed aborted", tx, ctx);
                self.tell(from, Message::Decision { tx, commit: false }, ctx);
            }
            return;
        };
        let (phase, revives) = (coordinated.phase, self.config.flaws.late_yes_revives);
        let Some(part) = coordinated.part(from).filter(|part| part.vote.is_none()) else { return };
        match phase {
            Phase::Working | Phase::Voting => {
                part.vote = Some(vote);
                self.weigh(tx, ctx);
            }
            Phase::Aborted(_) if vote == Ballot::Yes => {
                part.vote = Some(vote);
                part.late = true;
                let is_unanimous = coordinated.is_unanimous();
                ctx.note("the yes of {0} comes after the abort of {1}", [from.into(), tx.to_string().into()]);
                if revives && is_unanimous {
                    self.commit(tx, ctx);
                }
            }
            Phase::Deciding | Phase::Committed | Phase::Aborted(_) | Phase::Forgotten => {}
        }
    }

    /// Unanimity: one no aborts, and every yes is needed.
    fn weigh(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let flaws = self.config.flaws;
        let Some(coordinated) = self.coordinated.get(&tx) else { return };
        let votes = coordinated.parts.iter().filter_map(|part| part.vote);
        let (mut ayes, mut refusal) = (0, None);
        for vote in votes {
            match vote {
                Ballot::No(_) if flaws.no_overlooked && coordinated.phase == Phase::Voting => ayes += 1,
                Ballot::No(why) => refusal = Some(why),
                Ballot::Yes | Ballot::ReadOnly => ayes += 1,
            }
        }
        let all = coordinated.parts.len();
        let needed = if flaws.majority { all / 2 + 1 } else { all };
        if let Some(why) = refusal {
            self.abort(tx, why, ctx);
        } else if ayes >= needed && coordinated.phase == Phase::Voting {
            ctx.mark(UNANIMOUS);
            self.commit(tx, ctx);
        }
    }

    fn commit(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(coordinated) = self.coordinated.get_mut(&tx) else { return };
        ctx.cancel_timer(Timer::Votes(tx));
        let concerned = coordinated.parts.iter().filter(|part| part.is_concerned());
        let concerned: Arc<[NodeId]> = concerned.map(|part| part.node).collect();
        if concerned.is_empty() {
            // Nothing changes anywhere: there is nothing to write down and nobody to tell.
            self.note("{0} need not write down how {1} ended: it changes nothing", tx, ctx);
            self.conclude(tx, ctx);
            return;
        }
        coordinated.phase = Phase::Deciding;
        let flaws = self.config.flaws;
        let participants = if flaws.participants_not_logged { Arc::default() } else { concerned };
        let record = ctx.write(Record::Decided { tx, participants });
        ctx.sync(LOG);
        if flaws.decision_not_forced {
            self.note("{0} tells the commit of {1} before its disk has it", tx, ctx);
            self.conclude(tx, ctx);
        } else {
            self.forcing.push((record, Forced::Decided(tx)));
        }
    }

    pub fn on_decision_durable(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        if self.coordinated.get(&tx).is_some_and(|coordinated| coordinated.phase == Phase::Deciding) {
            self.note("{0} has decided: the commit of {1} is on its disk", tx, ctx);
            self.conclude(tx, ctx);
        }
    }

    /// The commit stands: everybody is told.
    fn conclude(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(coordinated) = self.coordinated.get_mut(&tx) else { return };
        coordinated.phase = Phase::Committed;
        let readings: Vec<Reading> = coordinated.parts.iter().flat_map(|part| part.readings.iter().copied()).collect();
        let client = coordinated.client;
        let is_read_only = !coordinated.parts.iter().any(Part::is_concerned);
        ctx.mark(DECIDED_COMMIT);
        let participants = coordinated.parts.iter().map(|part| part.node).collect();
        ctx.output(Output::Decided { tx, commit: true, unanimous: coordinated.is_unanimous(), participants });
        if !readings.is_empty() {
            ctx.output(Output::Read { tx, readings: readings.clone() });
        }
        if is_read_only {
            ctx.mark(FORGOTTEN);
            self.forget(tx);
        } else {
            self.tell_commit(tx, ctx);
        }
        if let Some((client, number)) = client {
            ctx.send(client, Message::Outcome { number, outcome: Ok(readings) });
        }
    }

    /// Tells the commit to those who have not acknowledged it.
    fn tell_commit(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(coordinated) = self.coordinated.get_mut(&tx) else { return };
        let was_told = coordinated.parts.iter().any(|part| part.acked);
        let waiting = coordinated.parts.iter().filter(|part| part.is_concerned() && !part.acked);
        let waiting: Vec<NodeId> = waiting.map(|part| part.node).collect();
        if waiting.is_empty() {
            ctx.write(Record::Forgotten { tx });
            ctx.cancel_timer(Timer::Resend(tx));
            ctx.mark(FORGOTTEN);
            if was_told {
                self.note("{0} has all acknowledgements of {1}, and forgets it", tx, ctx);
            }
            self.forget(tx);
            return;
        }
        let after = back_off(self.config.resend, coordinated.tries);
        coordinated.tries = coordinated.tries.saturating_add(1).min(5);
        ctx.set_timer(Timer::Resend(tx), after);
        for node in waiting {
            self.tell(node, Message::Decision { tx, commit: true }, ctx);
        }
    }

    /// Only the stage still remembers, and answers nobody from it.
    fn forget(&mut self, tx: Tx) {
        if let Some(coordinated) = self.coordinated.get_mut(&tx) {
            coordinated.phase = Phase::Forgotten;
        }
    }

    pub fn on_ack(&mut self, from: NodeId, tx: Tx, ctx: &mut Ctx<'_>) {
        let Some(coordinated) = self.coordinated.get_mut(&tx).filter(|it| it.phase == Phase::Committed) else { return };
        let Some(part) = coordinated.part(from).filter(|part| !part.acked) else { return };
        part.acked = true;
        if coordinated.parts.iter().all(|part| part.acked || !part.is_concerned()) {
            self.tell_commit(tx, ctx);
        }
    }

    pub fn on_resend(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        if self.coordinated.get(&tx).is_some_and(|coordinated| coordinated.phase == Phase::Committed) {
            self.tell_commit(tx, ctx);
        }
    }

    pub fn on_votes_timeout(&mut self, tx: Tx, ctx: &mut Ctx<'_>) {
        self.abort(tx, "not every vote came in time", ctx);
    }

    /// A person asks to abort what is not yet being committed.
    pub fn on_give_up(&mut self, ctx: &mut Ctx<'_>) {
        let undecided = self.coordinated.iter().filter(|(_, coordinated)| coordinated.is_undecided());
        let undecided: Vec<Tx> = undecided.map(|(tx, _)| *tx).collect();
        if undecided.is_empty() {
            ctx.note("{0} has nothing to give up", [self.me.into()]);
        }
        for tx in undecided {
            self.abort(tx, "the coordinator gave up", ctx);
        }
    }

    fn abort(&mut self, tx: Tx, why: &'static str, ctx: &mut Ctx<'_>) {
        let Some(coordinated) = self.coordinated.get_mut(&tx).filter(|it| it.is_undecided()) else { return };
        coordinated.phase = Phase::Aborted(why);
        let unanimous = coordinated.is_unanimous();
        for part in &mut coordinated.parts {
            part.done = false;
            part.readings.clear();
        }
        let client = coordinated.client;
        let participants: Arc<[NodeId]> = coordinated.parts.iter().map(|part| part.node).collect();
        let to_tell =
            coordinated.parts.iter().filter(|part| part.sent && matches!(part.vote, None | Some(Ballot::Yes)));
        let to_tell: Vec<NodeId> = to_tell.map(|part| part.node).collect();
        ctx.cancel_timer(Timer::Votes(tx));
        ctx.mark(DECIDED_ABORT);
        ctx.note("{0} aborts {1}: {2}", [self.me.into(), tx.to_string().into(), why.into()]);
        ctx.output(Output::Decided { tx, commit: false, unanimous, participants });
        for node in to_tell {
            self.tell(node, Message::Decision { tx, commit: false }, ctx);
        }
        if let Some((client, number)) = client {
            ctx.send(client, Message::Outcome { number, outcome: Err(why) });
        }
    }

    pub fn catch_up_participant(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        let txs: Vec<(Tx, Phase)> = self.coordinated.iter().map(|(tx, it)| (*tx, it.phase)).collect();
        for (tx, phase) in txs {
            match phase {
                Phase::Working => self.send_work(tx, ctx),
                Phase::Committed => {
                    let it = self.coordinated.get_mut(&tx).and_then(|coordinated| coordinated.part(peer));
                    if it.is_some_and(|part| part.is_concerned() && !part.acked) {
                        self.tell(peer, Message::Decision { tx, commit: true }, ctx);
                    }
                }
                Phase::Voting | Phase::Deciding | Phase::Aborted(_) | Phase::Forgotten => {}
            }
        }
    }

    /// Whoever is lost without having voted has lost its work as well.
    pub fn on_participant_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        let waits = |coordinated: &Coordinated| {
            coordinated.is_undecided() && coordinated.parts.iter().any(|part| part.node == peer && part.vote.is_none())
        };
        let lost: Vec<Tx> = self.coordinated.iter().filter(|(_, it)| waits(it)).map(|(tx, _)| *tx).collect();
        for tx in lost {
            self.abort(tx, "a participant was lost before it voted", ctx);
        }
    }
}
