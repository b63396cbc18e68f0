//! Queues by comparing intervals, where a search would not end.

use super::queue::{self, First, Matching};
use super::{Premises, returns};
use crate::judges::fifo::Act;
use crate::judges::history::{Complaint, History};
use crate::judges::linearizability::{self, KeepGoing};
use crate::judges::verdict::{Illegal, Ruling, Verdict};

/// What comparing intervals comes to.
pub(super) enum Compared {
    Judged(Verdict),
    /// Something was taken more often than it was put. How short a prefix would do is not known.
    Excess(Illegal),
    Open,
}

/// A queue whose values are put once each needs no search; another may do without, if who took what is guessed right.
pub(super) fn compared(history: &History, premises: &Premises, keep_going: KeepGoing) -> Result<Compared, Complaint> {
    let explored = history.operations.len() as u64;
    for first in First::ALL {
        let Matching { line, is_guessed, excess } = queue::matching(history, premises, first)?;
        let order = if excess.is_none() { line.order() } else { None };
        if let Some(order) = order {
            let verdict = Verdict { ruling: Ruling::Holds, explored, orders: vec![order], illegal: None };
            return Ok(Compared::Judged(verdict));
        }
        if !is_guessed {
            let illegal = Some(first_violation(history, premises, keep_going)?);
            return Ok(Compared::Judged(Verdict { ruling: Ruling::Violated, explored, orders: Vec::new(), illegal }));
        }
        if let Some(Act { operation, until: Some(until), .. }) = excess {
            let partial = Vec::new();
            return Ok(Compared::Excess(Illegal { operation, prefix: until + 1, is_shortest: false, partial }));
        }
    }
    Ok(Compared::Open)
}

/// The shortest prefix that no order explains, where every value is put once.
fn first_violation(history: &History, premises: &Premises, keep_going: KeepGoing) -> Result<Illegal, Complaint> {
    let order = |events| {
        let matching = queue::matching(&history.prefix(events), premises, First::ALL[0])?;
        Ok(if matching.excess.is_none() { matching.line.order() } else { None })
    };
    let returns = returns(history);
    let (mut first, mut last) = (0, returns.len() - 1);
    while first < last {
        let middle = first.midpoint(last);
        match order(returns[middle].0)? {
            Some(_) => first = middle + 1,
            None => last = middle,
        }
    }
    let (prefix, operation) = returns[first];
    let part = history.prefix(prefix);
    let mut partial = linearizability::longest(&queue::case(&part, premises, true)?, 0, prefix - 1, keep_going);
    let before = order(prefix - 1)?.filter(|order| !order.contains(&operation));
    if let Some(before) = before.filter(|order| partial.first().is_none_or(|longest| longest.len() < order.len())) {
        partial.insert(0, before);
    }
    Ok(Illegal { operation, prefix, is_shortest: true, partial })
}
