//! What a lock service promises, whoever keeps its table: each is decided by what the ghost remembers, or by what clients
//! believe.

use super::client::Stage;
use super::ghost::Ghost;
use super::leased::{Leased, believers, clients};
use crate::sim::{Claim, Expectation, Kind, NodeId, Verdict, World};

/// A claim that the ghost alone decides.
struct Remembered {
    name: &'static str,
    says: &'static str,
    /// How often there was something to judge.
    premises: fn(&Ghost) -> u64,
    wrong: fn(&Ghost) -> Option<&String>,
}

impl Remembered {
    const fn claim<S: Leased>(&self, check: fn(&World<S>) -> Verdict) -> Claim<S> {
        Claim { name: self.name, says: self.says, expectation: Expectation::Always, check }
    }

    fn judge<S: Leased>(&self, world: &World<S>) -> Verdict {
        let ghost = S::ghost(world.ghost());
        match (self.wrong)(ghost) {
            Some(says) => {
                Verdict::Violated { says: says.clone(), nodes: world.roster().of_kind(Kind::Server).collect() }
            }
            None if (self.premises)(ghost) == 0 => Verdict::Vacuous,
            None => Verdict::Holds,
        }
    }
}

/// What all of these systems promise, and what one of them promises besides.
pub const fn claims<S: Leased>(own: Claim<S>) -> [Claim<S>; 11] {
    [
        Claim {
            name: "accepted_tokens_never_decrease",
            says: "A resource never takes a write whose token is below one that it took before",
            expectation: Expectation::Always,
            check: accepted_tokens_never_decrease,
        },
        ONE_GRANT.claim(|world| ONE_GRANT.judge(world)),
        TOKENS_GROW.claim(|world| TOKENS_GROW.judge(world)),
        STALE_RELEASES.claim(|world| STALE_RELEASES.judge(world)),
        FIRST_COME.claim(|world| FIRST_COME.judge(world)),
        SERVED_ONCE.claim(|world| SERVED_ONCE.judge(world)),
        OVER_IS_OVER.claim(|world| OVER_IS_OVER.judge(world)),
        // Where timers are fired by hand, or in every order, no clock says when.
        LEASES_LAST.claim(|world| if world.is_held() { Verdict::Vacuous } else { LEASES_LAST.judge(world) }),
        Claim {
            name: "two_may_believe",
            says: "Two clients at once believe that they hold the same lock: normal, and no harm where tokens are checked",
            expectation: Expectation::Sometimes,
            check: two_may_believe,
        },
        Claim {
            name: "every_waiter_is_served",
            says: "Once faults have healed, nobody waits for a lock that nobody holds",
            expectation: Expectation::Eventually,
            check: every_waiter_is_served,
        },
        own,
    ]
}

const ONE_GRANT: Remembered = Remembered {
    name: "one_grant_at_a_time",
    says: "In the service's own order a lock is offered to or held by one client at a time",
    premises: |ghost| ghost.offers,
    wrong: |ghost| ghost.two_grants.as_ref(),
};

const TOKENS_GROW: Remembered = Remembered {
    name: "tokens_only_grow",
    says: "Each grant of a lock has a higher token than the one before, across restarts too",
    premises: |ghost| ghost.offers,
    wrong: |ghost| ghost.token_fell.as_ref(),
};

const STALE_RELEASES: Remembered = Remembered {
    name: "stale_releases_change_nothing",
    says: "A lock is freed by a release only if the release has the holder's token",
    premises: |ghost| ghost.releases,
    wrong: |ghost| ghost.stale_release.as_ref(),
};

const FIRST_COME: Remembered = Remembered {
    name: "first_come_first_served",
    says: "Waiters are served in the order in which they came, less those who left; not promised if all are woken",
    premises: |ghost| ghost.turns,
    wrong: |ghost| ghost.out_of_turn.as_ref(),
};

const SERVED_ONCE: Remembered = Remembered {
    name: "a_request_is_served_once",
    says: "A request that comes twice is queued once and given one token",
    premises: |ghost| ghost.offers,
    wrong: |ghost| ghost.served_twice.as_ref(),
};

const OVER_IS_OVER: Remembered = Remembered {
    name: "timed_out_is_never_granted",
    says: "A request that was told it timed out or was cancelled is never granted afterwards",
    premises: |ghost| ghost.overs,
    wrong: |ghost| ghost.granted_after_over.as_ref(),
};

const LEASES_LAST: Remembered = Remembered {
    name: "leases_last_their_term",
    says: "By the server's steady clock no lease is ended before its term is over",
    premises: |ghost| ghost.leases_over,
    wrong: |ghost| ghost.lease_cut_short.as_ref(),
};

fn accepted_tokens_never_decrease<S: Leased>(world: &World<S>) -> Verdict {
    let ghost = S::ghost(world.ghost());
    match &ghost.stale_write {
        Some((says, stale, newest)) => Verdict::Violated { says: says.clone(), nodes: vec![*stale, *newest] },
        None if ghost.accepted == 0 => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

fn two_may_believe<S: Leased>(world: &World<S>) -> Verdict {
    let believers = believers(world);
    let two = believers
        .iter()
        .enumerate()
        .any(|(place, (_, what, _))| believers[place + 1..].iter().any(|(_, other, _)| what == other));
    if two { Verdict::Holds } else { Verdict::Vacuous }
}

fn every_waiter_is_served<S: Leased>(world: &World<S>) -> Verdict {
    if !world.roster().ids().all(|id| world.slot(id).is_up()) {
        return Verdict::Vacuous;
    }
    match unserved(world) {
        Some((id, resource)) => {
            let says = format!("{} waits for the {resource}, and nobody holds it", world.roster().name(id));
            let accused = [id].into_iter().chain(world.roster().of_kind(Kind::Server));
            Verdict::Violated { says, nodes: accused.collect() }
        }
        None if S::ghost(world.ghost()).offers == 0 => Verdict::Vacuous,
        None => Verdict::Holds,
    }
}

/// A client that waits for what nobody believes to hold, and what that is.
fn unserved<S: Leased>(world: &World<S>) -> Option<(NodeId, &str)> {
    let believers = believers(world);
    clients(world).find_map(|(id, client, _)| {
        let unserved = client.acquisitions().find(|(resource, acquisition)| {
            let waits = matches!(acquisition.stage, Stage::Asking { .. } | Stage::Waiting { .. });
            waits && !believers.iter().any(|(_, what, _)| *what == &***resource)
        });
        unserved.map(|(resource, _)| (id, &**resource))
    })
}
