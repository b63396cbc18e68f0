//! What a lock service promises, whoever keeps its table: each is decided by what the ghost remembers, or by what clients
//! believe.

use super::client::{Client, Stage};
use super::ghost::Ghost;
use crate::sim::{NodeId, Time, Verdict};

/// A claim that the ghost alone decides.
pub struct Promise {
    pub name: &'static str,
    pub says: &'static str,
    /// How often there was something to judge.
    premises: fn(&Ghost) -> u64,
    wrong: fn(&Ghost) -> Option<&String>,
}

impl Promise {
    pub fn judge(&self, ghost: &Ghost, accused: &[NodeId]) -> Verdict {
        match (self.wrong)(ghost) {
            Some(says) => Verdict::Violated { says: says.clone(), nodes: accused.to_vec() },
            None if (self.premises)(ghost) == 0 => Verdict::Vacuous,
            None => Verdict::Holds,
        }
    }
}

pub const ONE_GRANT: Promise = Promise {
    name: "one_grant_at_a_time",
    says: "In the service's own order a lock is offered to or held by one client at a time",
    premises: |ghost| ghost.offers,
    wrong: |ghost| ghost.two_grants.as_ref(),
};

pub const TOKENS_GROW: Promise = Promise {
    name: "tokens_only_grow",
    says: "Each grant of a lock has a higher token than the one before, across restarts too",
    premises: |ghost| ghost.offers,
    wrong: |ghost| ghost.token_fell.as_ref(),
};

pub const STALE_RELEASES: Promise = Promise {
    name: "stale_releases_change_nothing",
    says: "A lock is freed by a release only if the release has the holder's token",
    premises: |ghost| ghost.releases,
    wrong: |ghost| ghost.stale_release.as_ref(),
};

pub const FIRST_COME: Promise = Promise {
    name: "first_come_first_served",
    says: "Waiters are served in the order in which they came, less those who left; not promised if all are woken",
    premises: |ghost| ghost.turns,
    wrong: |ghost| ghost.out_of_turn.as_ref(),
};

pub const SERVED_ONCE: Promise = Promise {
    name: "a_request_is_served_once",
    says: "A request that comes twice is queued once and given one token",
    premises: |ghost| ghost.offers,
    wrong: |ghost| ghost.served_twice.as_ref(),
};

pub const OVER_IS_OVER: Promise = Promise {
    name: "timed_out_is_never_granted",
    says: "A request that was told it timed out or was cancelled is never granted afterwards",
    premises: |ghost| ghost.overs,
    wrong: |ghost| ghost.granted_after_over.as_ref(),
};

pub const LEASES_LAST: Promise = Promise {
    name: "leases_last_their_term",
    says: "By the server's steady clock no lease is ended before its term is over",
    premises: |ghost| ghost.leases_over,
    wrong: |ghost| ghost.lease_cut_short.as_ref(),
};

pub const TOKENS_ACCEPTED: (&str, &str) =
    ("accepted_tokens_never_decrease", "A resource never takes a write whose token is below one that it took before");

pub fn accepted_tokens_never_decrease(ghost: &Ghost) -> Verdict {
    match &ghost.stale_write {
        Some((says, stale, newest)) => Verdict::Violated { says: says.clone(), nodes: vec![*stale, *newest] },
        None if ghost.accepted == 0 => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

/// A client that is up, with what its own clock shows.
pub type Seen<'a> = (NodeId, &'a Client, Time);

/// The clients that believe, each by its own clock, that they hold something, with token and what it is.
pub fn believers<'a>(clients: &[Seen<'a>]) -> Vec<(NodeId, &'a str, u64)> {
    let beliefs = |(id, client, now): &Seen<'a>| {
        let id = *id;
        client.beliefs(*now).map(move |(resource, token)| (id, resource, token)).collect::<Vec<_>>()
    };
    clients.iter().flat_map(beliefs).collect()
}

pub fn two_may_believe(clients: &[Seen<'_>]) -> Verdict {
    let believers = believers(clients);
    let two = believers
        .iter()
        .enumerate()
        .any(|(place, (_, what, _))| believers[place + 1..].iter().any(|(_, other, _)| what == other));
    if two { Verdict::Holds } else { Verdict::Vacuous }
}

/// A client that waits for what nobody believes to hold, and what that is.
pub fn unserved<'a>(clients: &[Seen<'a>]) -> Option<(NodeId, &'a str)> {
    let believers = believers(clients);
    clients.iter().find_map(|(id, client, _)| {
        let unserved = client.claims().find(|(resource, claim)| {
            let waits = matches!(claim.stage, Stage::Asking { .. } | Stage::Waiting { .. });
            waits && !believers.iter().any(|(_, what, _)| *what == &***resource)
        });
        unserved.map(|(resource, _)| (*id, &**resource))
    })
}
