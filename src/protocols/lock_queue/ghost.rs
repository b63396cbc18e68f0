//! What one state cannot tell, remembered for the claims.

use std::collections::VecDeque;

use litemap::LiteMap;

use super::LockQueue;
use crate::machines::key_value::Word;
use crate::machines::lock_table::{End, RequestId};
use crate::sim::{NodeId, Span, What, Witness};

/// One lock as a restarted server finds it: who has it with which token, and who waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    pub resource: Word,
    pub grant: Option<(RequestId, u64)>,
    pub line: Vec<RequestId>,
}

/// What nodes tell the ghost. The server tells it what its disk has, when it says it to the world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    Enqueued {
        request: RequestId,
        resource: Word,
    },
    Left {
        request: RequestId,
    },
    /// After a restart the table is as the disk has it, which may be more than was said before.
    Recovered {
        locks: Vec<Found>,
    },
    Offered {
        request: RequestId,
        resource: Word,
        token: u64,
        in_order: bool,
    },
    Held {
        resource: Word,
        token: u64,
    },
    Ended {
        resource: Word,
        token: u64,
        how: End,
        said: u64,
    },
    LeaseOver {
        token: u64,
        lasted: Span,
        term: Span,
    },
    /// The client was told that its request is over.
    ToldOver {
        request: RequestId,
    },
    /// The resource took a write.
    Accepted {
        client: NodeId,
        token: u64,
    },
    Refused {
        token: u64,
    },
}

/// How many requests are remembered one by one.
const REMEMBERED: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Seen {
    request: RequestId,
    was_queued: bool,
    token: Option<u64>,
    was_told_over: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ghost {
    seen: VecDeque<Seen>,
    /// Who stands in line, in the order of the table.
    lines: LiteMap<Word, VecDeque<RequestId>>,
    /// Grants that have not ended.
    live: LiteMap<Word, (RequestId, u64)>,
    newest: LiteMap<Word, u64>,
    highest: LiteMap<NodeId, (u64, NodeId)>,
    pub offers: u64,
    pub turns: u64,
    pub releases: u64,
    pub overs: u64,
    pub leases_over: u64,
    pub accepted: u64,
    pub refused: u64,
    pub stale_accepted: u64,
    /// The first of each kind, as a sentence.
    pub two_grants: Option<String>,
    pub token_fell: Option<String>,
    pub stale_release: Option<String>,
    pub out_of_turn: Option<String>,
    pub served_twice: Option<String>,
    pub granted_after_over: Option<String>,
    pub stale_write: Option<(String, NodeId, NodeId)>,
    pub lease_cut_short: Option<String>,
}

impl Ghost {
    pub fn witness(&mut self, witness: &Witness<'_, LockQueue>) {
        if let What::Output { output } = witness.what {
            self.on_output(witness.node, output);
        }
    }

    /// A node has told something.
    pub fn on_output(&mut self, node: NodeId, output: &Output) {
        match output {
            Output::Enqueued { request, resource } => self.on_enqueued(*request, resource),
            Output::Left { request } => self.leave(*request),
            Output::Recovered { locks } => self.on_recovered(locks),
            Output::Offered { request, resource, token, in_order } => {
                self.on_offered(*request, resource, *token, *in_order);
            }
            Output::Held { .. } => {}
            Output::Ended { resource, token, how, said } => self.on_ended(resource, *token, *how, *said),
            Output::LeaseOver { token, lasted, term } => {
                self.leases_over += 1;
                if lasted < term && self.lease_cut_short.is_none() {
                    let says = format!("the lease of token {token} was for {term} and was ended after {lasted}");
                    self.lease_cut_short = Some(says);
                }
            }
            Output::ToldOver { request } => {
                self.overs += 1;
                self.seen(*request).was_told_over = true;
            }
            Output::Accepted { client, token } => self.on_accepted(node, *client, *token),
            Output::Refused { .. } => self.refused += 1,
        }
    }

    fn seen(&mut self, request: RequestId) -> &mut Seen {
        let place = self.seen.iter().position(|seen| seen.request == request).unwrap_or_else(|| {
            if self.seen.len() == REMEMBERED {
                self.seen.pop_front();
            }
            self.seen.push_back(Seen { request, was_queued: false, token: None, was_told_over: false });
            self.seen.len() - 1
        });
        &mut self.seen[place]
    }

    fn leave(&mut self, request: RequestId) {
        for (_, line) in self.lines.iter_mut() {
            if let Some(place) = line.iter().position(|other| *other == request) {
                line.remove(place);
            }
        }
    }

    fn on_recovered(&mut self, locks: &[Found]) {
        for Found { resource, grant, line } in locks {
            self.lines.insert(resource.clone(), line.iter().copied().collect());
            self.live.remove(resource);
            for request in line {
                self.seen(*request).was_queued = true;
            }
            if let Some((request, token)) = *grant {
                self.live.insert(resource.clone(), (request, token));
                self.seen(request).token = Some(token);
                let newest = self.newest.entry(resource.clone()).or_default();
                *newest = token.max(*newest);
            }
        }
    }

    fn on_enqueued(&mut self, request: RequestId, resource: &Word) {
        let seen = self.seen(request);
        let twice = std::mem::replace(&mut seen.was_queued, true) || seen.token.is_some();
        if twice && self.served_twice.is_none() {
            self.served_twice = Some(format!("request {request} was put in line twice"));
        }
        self.lines.entry(resource.clone()).or_default().push_back(request);
    }

    fn on_offered(&mut self, request: RequestId, resource: &Word, token: u64, in_order: bool) {
        self.offers += 1;
        let seen = self.seen(request);
        let (before, was_over) = (seen.token.replace(token), seen.was_told_over);
        if let Some(before) = before.filter(|_| self.served_twice.is_none()) {
            self.served_twice = Some(format!("request {request} was given token {before} and token {token}"));
        }
        if was_over && self.granted_after_over.is_none() {
            let says = format!("request {request} was told that it is over, and was then given token {token}");
            self.granted_after_over = Some(says);
        }
        if in_order && let Some(first) = self.lines.get(resource).and_then(VecDeque::front).copied() {
            self.turns += 1;
            if first != request && self.out_of_turn.is_none() {
                self.out_of_turn = Some(format!("request {request} was served before {first}, which came first"));
            }
        }
        self.leave(request);
        if let Some((holder, live)) = self.live.insert(resource.clone(), (request, token))
            && self.two_grants.is_none()
        {
            let says = format!("the {resource} was granted to request {request} while request {holder} had it");
            self.two_grants = Some(format!("{says} (tokens {token} and {live})"));
        }
        let newest = self.newest.entry(resource.clone()).or_default();
        if token <= *newest && self.token_fell.is_none() {
            self.token_fell = Some(format!("after token {newest} of the {resource} came token {token}"));
        }
        *newest = token.max(*newest);
    }

    fn on_ended(&mut self, resource: &Word, token: u64, how: End, said: u64) {
        if self.live.get(resource).is_some_and(|(_, live)| *live == token) {
            self.live.remove(resource);
        }
        if how != End::Released {
            return;
        }
        self.releases += 1;
        if said != token && self.stale_release.is_none() {
            self.stale_release =
                Some(format!("a release with token {said} freed the {resource}, held with token {token}"));
        }
    }

    fn on_accepted(&mut self, resource: NodeId, client: NodeId, token: u64) {
        self.accepted += 1;
        let (highest, by) = self.highest.get(&resource).copied().unwrap_or((0, client));
        if token < highest {
            self.stale_accepted += 1;
            if self.stale_write.is_none() {
                let says = format!("a write with token {token} was taken after one with token {highest}");
                self.stale_write = Some((says, client, by));
            }
        } else {
            self.highest.insert(resource, (token, client));
        }
    }
}
