//! FastLeaderElection: each looking server tells all voters whom it votes for, takes over a better vote when it hears
//! one, and decides once a quorum votes as it does and nothing better has come for a while.

use litemap::LiteMap;

use super::Timer;
use super::config;
use super::ghost::Output;
use super::machine::Machine;
use super::message::{ELECTION, Message};
use super::server::{Ctx, Phase, Server};
use super::zxid::Zxid;
use crate::sim::{NodeId, Span};

/// For whom, and how recent that server's history is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vote {
    pub leader: NodeId,
    pub zxid: Zxid,
    /// The epoch in which that server was last synchronized (currentEpoch), not the round of the election.
    pub epoch: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Looking,
    Following,
    Leading,
    Observing,
}

/// What a server tells of its vote. An observer that looks has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Notification {
    pub state: State,
    pub vote: Option<Vote>,
    pub round: u64,
}

/// A vote as it was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ballot {
    pub vote: Vote,
    pub round: u64,
    pub state: State,
}

/// The order of votes: the more recent epoch, then the longer history, and only then the larger id
/// (`FastLeaderElection.totalOrderPredicate`).
pub fn beats(new: Vote, old: Vote) -> bool {
    (new.epoch, new.zxid, new.leader) > (old.epoch, old.zxid, old.leader)
}

/// Whether two votes count together. Among servers that no longer look, histories and rounds may differ: what matters is
/// whom they follow and in which epoch (`Vote.equals`).
pub fn agree(one: &Ballot, other: &Ballot) -> bool {
    if one.state == State::Looking || other.state == State::Looking {
        one.vote == other.vote && one.round == other.round
    } else {
        one.vote.leader == other.vote.leader && one.vote.epoch == other.vote.epoch
    }
}

/// More than half of the voters. An even number of voters only makes the quorum larger.
pub fn is_quorum(count: usize, voters: u16) -> bool {
    count * 2 > usize::from(voters)
}

/// Before joining others: the leader itself must say that it leads; and oneself leads only in one's own round
/// (`FastLeaderElection.checkLeader`).
pub fn is_confirmed(ballots: &LiteMap<NodeId, Ballot>, leader: NodeId, me: NodeId, rounds_equal: bool) -> bool {
    if leader == me {
        return rounds_equal;
    }
    ballots.get(&leader).is_some_and(|ballot| ballot.state == State::Leading)
}

/// What a looking server has heard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Looking {
    /// The disk is still catching up with the former role; until then votes wait.
    pub is_started: bool,
    early: LiteMap<NodeId, Notification>,
    pub proposal: Option<Vote>,
    /// Votes of this round.
    pub received: LiteMap<NodeId, Ballot>,
    /// What servers outside any election say of their leader.
    pub settled: LiteMap<NodeId, Ballot>,
    /// A quorum votes alike, and a better vote may still come.
    pub is_finalizing: bool,
    pause: Span,
}

impl<M: Machine> Server<M> {
    pub fn looking(&mut self) -> Option<&mut Looking> {
        match &mut self.phase {
            Phase::Looking(looking) => Some(looking),
            _ => None,
        }
    }

    /// The vote for oneself, with which a round begins. An observer cannot be elected.
    fn initial_vote(&self) -> Option<Vote> {
        let vote = Vote { leader: self.me, zxid: self.last_zxid(), epoch: self.journal.current() };
        self.is_voter().then_some(vote)
    }

    pub fn begin_election(&mut self, ctx: &mut Ctx<'_, M>) {
        self.round += 1;
        let proposal = self.initial_vote();
        let pause = self.config.notification_min;
        let Some(looking) = self.looking() else { return };
        let early = std::mem::take(&mut looking.early);
        *looking = Looking { is_started: true, pause, ..Looking::default() };
        ctx.note(
            "{0} looks for a leader, in round {1}: its history ends at {2}",
            [self.me.into(), self.round.into(), self.last_zxid().to_string().into()],
        );
        if self.config.oracle {
            self.ask_oracle(ctx);
            return;
        }
        self.propose_vote(proposal, ctx);
        ctx.set_timer(Timer::Notify, pause);
        self.count_votes(ctx);
        for (from, note) in early {
            self.on_notification(from, note, ctx);
        }
    }

    fn propose_vote(&mut self, vote: Option<Vote>, ctx: &mut Ctx<'_, M>) {
        let (me, round, is_voter) = (self.me, self.round, self.is_voter());
        let Some(looking) = self.looking() else { return };
        looking.proposal = vote;
        if let Some(vote) = vote.filter(|_| is_voter) {
            looking.received.insert(me, Ballot { vote, round, state: State::Looking });
        }
        self.tell_all(ctx);
    }

    fn own_notification(&self) -> Notification {
        match &self.phase {
            Phase::Looking(looking) if looking.is_started => {
                Notification { state: State::Looking, vote: looking.proposal, round: self.round }
            }
            Phase::Looking(_) => Notification { state: State::Looking, vote: self.initial_vote(), round: self.round },
            phase => Notification { state: phase.state(), vote: Some(self.vote), round: self.vote_round },
        }
    }

    fn tell_all(&mut self, ctx: &mut Ctx<'_, M>) {
        let note = self.own_notification();
        let me = self.me;
        for peer in self.config.voter_ids().filter(|peer| *peer != me) {
            self.tell(peer, note, ctx);
        }
    }

    /// Sends a vote, over a connection that is sought first if there is none; only the newest waits for that.
    fn tell(&mut self, peer: NodeId, note: Notification, ctx: &mut Ctx<'_, M>) {
        if self.linked.contains(&peer) {
            ctx.send(peer, Message::Notification(note));
        } else {
            self.unsent.insert(peer, note);
            ctx.connect(peer, ELECTION);
        }
    }

    pub fn on_election_connected(&mut self, peer: NodeId, ctx: &mut Ctx<'_, M>) {
        self.linked.insert(peer);
        let unsent = self.unsent.remove(&peer);
        let looks = matches!(&self.phase, Phase::Looking(looking) if looking.is_started);
        if looks && (self.config.is_voter(peer) || unsent.is_some()) {
            ctx.send(peer, Message::Notification(self.own_notification()));
        } else if let Some(note) = unsent.filter(|note| note.state != State::Looking) {
            ctx.send(peer, Message::Notification(note));
        }
    }

    pub fn on_notification(&mut self, from: NodeId, note: Notification, ctx: &mut Ctx<'_, M>) {
        if !self.config.is_voter(from) {
            // An observer asks; it has no say.
            let answer = self.own_notification();
            self.tell(from, answer, ctx);
            return;
        }
        let round = self.round;
        match &mut self.phase {
            Phase::Looking(looking) if !looking.is_started => {
                looking.early.insert(from, note);
            }
            Phase::Looking(_) => {
                if note.state == State::Looking && note.round < round {
                    let answer = self.own_notification();
                    self.tell(from, answer, ctx);
                }
                self.weigh(from, note, ctx);
            }
            _ if note.state == State::Looking => {
                let answer = self.own_notification();
                self.tell(from, answer, ctx);
            }
            _ => {}
        }
    }

    fn weigh(&mut self, from: NodeId, note: Notification, ctx: &mut Ctx<'_, M>) {
        let Some(vote) = note.vote.filter(|vote| self.config.is_voter(vote.leader)) else { return };
        let by_id = self.config.flaws.vote_by_id;
        let wait = self.config.finalize_wait;
        let better = |new: Vote, old: Option<Vote>| match old {
            None => true,
            Some(old) if by_id => new.leader > old.leader,
            Some(old) => beats(new, old),
        };
        let Some(looking) = self.looking() else { return };
        if looking.is_finalizing {
            if !better(vote, looking.proposal) {
                // Nothing better: the wait for it begins anew, as in ZooKeeper.
                ctx.set_timer(Timer::Finalize, wait);
                return;
            }
            looking.is_finalizing = false;
            ctx.cancel_timer(Timer::Finalize);
            ctx.set_timer(Timer::Notify, looking.pause);
        }
        let ballot = Ballot { vote, round: note.round, state: note.state };
        match note.state {
            State::Looking => self.weigh_looking(from, ballot, better, ctx),
            State::Following | State::Leading => self.weigh_settled(from, ballot, ctx),
            State::Observing => {}
        }
    }

    fn weigh_looking(
        &mut self,
        from: NodeId,
        ballot: Ballot,
        better: impl Fn(Vote, Option<Vote>) -> bool,
        ctx: &mut Ctx<'_, M>,
    ) {
        let round = self.round;
        let initial = self.initial_vote();
        let Some(looking) = self.looking() else { return };
        if ballot.round < round {
            return;
        }
        if ballot.round > round {
            looking.received.clear();
            self.round = ballot.round;
            // Compared with the own history, not with a proposal of the older round.
            let vote = if better(ballot.vote, initial) { Some(ballot.vote) } else { initial };
            self.propose_vote(vote, ctx);
        } else if better(ballot.vote, looking.proposal) {
            let history = |vote: Vote| (vote.epoch, vote.zxid);
            let template = if looking.proposal.is_some_and(|own| history(own) >= history(ballot.vote)) {
                "{0} now votes for {1}, as {2} does: the larger id decides"
            } else {
                "{0} now votes for {1}, as {2} does: that history is more recent"
            };
            ctx.note(template, [self.me.into(), ballot.vote.leader.into(), from.into()]);
            self.propose_vote(Some(ballot.vote), ctx);
        }
        if let Some(looking) = self.looking() {
            looking.received.insert(from, ballot);
        }
        self.count_votes(ctx);
    }

    fn count_votes(&mut self, ctx: &mut Ctx<'_, M>) {
        let (me, config, round) = (self.me, self.config, self.round);
        let Some(looking) = self.looking() else { return };
        let Some(vote) = looking.proposal else { return };
        let mine = Ballot { vote, round, state: State::Looking };
        let count = looking.received.values().filter(|ballot| agree(ballot, &mine)).count();
        if looking.is_finalizing || !config.has_quorum(count) {
            return;
        }
        looking.is_finalizing = true;
        ctx.cancel_timer(Timer::Notify);
        ctx.set_timer(Timer::Finalize, config.finalize_wait);
        ctx.note(
            "{0} counts {1} of {2} votes for {3} and waits a little for a better one",
            [me.into(), (count as u64).into(), u64::from(config.voters).into(), vote.leader.into()],
        );
    }

    /// A server that follows or leads has answered: if a quorum is settled with that leader, join them.
    fn weigh_settled(&mut self, from: NodeId, ballot: Ballot, ctx: &mut Ctx<'_, M>) {
        let (me, config, round) = (self.me, self.config, self.round);
        let Some(looking) = self.looking() else { return };
        let joins = |ballots: &LiteMap<NodeId, Ballot>| {
            let count = ballots.values().filter(|other| agree(other, &ballot)).count();
            config.has_quorum(count) && is_confirmed(ballots, ballot.vote.leader, me, ballot.round == round)
        };
        let mut decided = false;
        if ballot.round == round {
            looking.received.insert(from, ballot);
            decided = joins(&looking.received);
        }
        looking.settled.insert(from, ballot);
        if decided || joins(&looking.settled) {
            self.round = ballot.round;
            ctx.note(
                "{0} hears that a quorum follows {1}, and joins them",
                [self.me.into(), ballot.vote.leader.into()],
            );
            self.decide(ballot.vote, ctx);
        }
    }

    pub fn on_finalize(&mut self, ctx: &mut Ctx<'_, M>) {
        let vote = self.looking().filter(|looking| looking.is_finalizing).and_then(|looking| looking.proposal);
        if let Some(vote) = vote {
            let own = self.initial_vote();
            ctx.output(Output::Elects { vote, own });
            self.decide(vote, ctx);
        }
    }

    pub fn on_notify(&mut self, ctx: &mut Ctx<'_, M>) {
        let longest = self.config.notification_max;
        let Some(looking) = self.looking().filter(|looking| looking.is_started) else { return };
        looking.pause = looking.pause.times(2).min(longest);
        ctx.set_timer(Timer::Notify, looking.pause);
        self.tell_all(ctx);
    }

    /// Any server may be named at any time. Left to itself the oracle names another one each round, the largest first.
    fn ask_oracle(&self, ctx: &mut Ctx<'_, M>) {
        let voters = u64::from(self.config.voters);
        for leader in self.config.voter_ids() {
            let turn = (voters - 1 - u64::from(leader.0) + self.round - 1) % voters;
            ctx.set_timer(Timer::Elect(leader), self.config.finalize_wait.times(1 + turn));
        }
    }

    pub fn on_oracle(&mut self, leader: NodeId, ctx: &mut Ctx<'_, M>) {
        for other in self.config.voter_ids().filter(|other| *other != leader) {
            ctx.cancel_timer(Timer::Elect(other));
        }
        let epoch = self.journal.current();
        self.decide(Vote { leader, zxid: Zxid::NONE, epoch }, ctx);
    }

    fn decide(&mut self, vote: Vote, ctx: &mut Ctx<'_, M>) {
        ctx.cancel_timer(Timer::Notify);
        ctx.cancel_timer(Timer::Finalize);
        self.vote = vote;
        self.vote_round = self.round;
        if vote.leader == self.me {
            ctx.mark(config::ELECTED);
            self.lead(ctx);
        } else {
            self.follow(vote.leader, ctx);
        }
    }
}
