//! Queues without a search through what happened when: values that are put once each are compared, others are placed.

use super::queue;
use super::{PREFIX_TURN, Premises, returns};
use crate::judges::fifo::{Act, Line, Stay};
use crate::judges::history::{Complaint, EventNumber, History};
use crate::judges::linearizability::{self, KeepGoing};
use crate::judges::model::Task;
use crate::judges::places::{self, Deed, End, ValueId};
use crate::judges::verdict::{Illegal, Ruling, Verdict};

pub(super) fn judge(history: &History, premises: &Premises, keep_going: KeepGoing) -> Result<Verdict, Complaint> {
    let (end, explored) = order(history, premises, None, keep_going)?;
    let mut verdict = Verdict { ruling: Ruling::Holds, explored, orders: Vec::new(), illegal: None };
    match end {
        End::Order(order) => verdict.orders.push(order),
        End::Stopped => verdict.ruling = Ruling::Unknown,
        End::None => {
            verdict.ruling = Ruling::Violated;
            verdict.illegal = Some(first_violation(history, premises, &mut |more| keep_going(explored + more))?);
        }
    }
    Ok(verdict)
}

/// Whether some order explains a history, or all of it but an operation.
fn order(
    history: &History,
    premises: &Premises,
    without: Option<u32>,
    keep_going: KeepGoing,
) -> Result<(End, u64), Complaint> {
    let (initial, mut deeds) = queue::deeds(history, premises)?;
    deeds.retain(|deed| Some(deed.operation) != without);
    Ok(match matched(&initial, &deeds) {
        Matching::Line(line) => (line.order().map_or(End::None, End::Order), deeds.len() as u64),
        Matching::Excess => (End::None, deeds.len() as u64),
        Matching::Ambiguous => places::order(&initial, &deeds, keep_going),
    })
}

/// Who took what.
enum Matching {
    Line(Line),
    /// Something was taken that was not put, or twice.
    Excess,
    /// A value is put again.
    Ambiguous,
}

fn matched(initial: &[ValueId], deeds: &[Task<Deed>]) -> Matching {
    let mut stays: Vec<Option<Stay>> = Vec::new();
    let mut line = Line::default();
    let act = |task: &Task<Deed>| Act { operation: task.operation, call: task.call, until: task.until };
    let puts = deeds
        .iter()
        .filter_map(|task| if let Deed::Put(value) = task.op { Some((value, Some(act(task)))) } else { None });
    for (value, put) in initial.iter().map(|value| (*value, None)).chain(puts) {
        let place = value as usize;
        stays.resize(stays.len().max(place + 1), None);
        if stays[place].replace(Stay { put, taken: None }).is_some() {
            return Matching::Ambiguous;
        }
    }
    for task in deeds {
        match task.op {
            Deed::Put(_) => (),
            Deed::FindNothing => line.empty.push(act(task)),
            Deed::Take(None) => line.takes.push(act(task)),
            Deed::Take(Some(value)) => {
                let Some(Some(stay)) = stays.get_mut(value as usize) else { return Matching::Excess };
                if stay.taken.replace(act(task)).is_some() {
                    return Matching::Excess;
                }
            }
        }
    }
    // Numbers are given as values come up, and so what was there at the start comes first.
    let is_needed = |stay: &Stay| stay.taken.is_some() || stay.put.is_none_or(|put| put.until.is_some());
    line.stays = stays.into_iter().flatten().filter(is_needed).collect();
    Matching::Line(line)
}

/// The shortest prefix that no order explains, as far as that can be told with a little effort.
fn first_violation(history: &History, premises: &Premises, keep_going: KeepGoing) -> Result<Illegal, Complaint> {
    let mut left = 2 * PREFIX_TURN;
    let mut order = |events: EventNumber, without: Option<u32>| {
        let mut effort = |tried| tried < left / 2 && keep_going(tried);
        let (end, tried) = order(&history.prefix(events), premises, without, &mut effort)?;
        left = left.saturating_sub(tried);
        Ok(end)
    };
    let returns = returns(history);
    let (mut first, mut last) = (0, returns.len() - 1);
    let mut is_shortest = true;
    while first < last {
        let middle = first.midpoint(last);
        match order(returns[middle].0, None)? {
            End::None => last = middle,
            End::Order(_) => first = middle + 1,
            // It may be illegal; a longer one is.
            End::Stopped => (first, is_shortest) = (middle + 1, false),
        }
    }
    let (prefix, operation) = returns[last];
    let before = order(prefix - 1, Some(operation))?;
    let case = queue::case(&history.prefix(prefix), premises, true)?;
    let mut partial = linearizability::longest(&case, 0, prefix - 1, keep_going);
    if let End::Order(before) = before
        && partial.first().is_none_or(|longest| longest.len() < before.len())
    {
        partial.insert(0, before);
    }
    Ok(Illegal { operation, prefix, is_shortest, partial })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judges::history::{Entry, Phase, Place};
    use crate::judges::value::Value;

    #[test]
    fn a_value_is_taken_too_often_when_the_last_that_took_it_returns() {
        let line = |process: i64, phase, function: &str, value| Entry {
            process: Value::Int(process),
            phase,
            function: function.into(),
            value,
            time: None,
            place: Place::default(),
        };
        let one = || Value::Int(1);
        let history = History::from_entries([
            line(0, Phase::Invoke, "enqueue", one()),
            line(0, Phase::Ok, "enqueue", one()),
            line(1, Phase::Invoke, "dequeue", Value::Nil),
            line(2, Phase::Invoke, "dequeue", Value::Nil),
            line(2, Phase::Ok, "dequeue", one()),
            line(1, Phase::Ok, "dequeue", one()),
        ]);
        let verdict = judge(&history.expect("well formed"), &Premises::default(), &mut |_| true);
        let illegal = verdict.expect("understood").illegal.expect("taken twice");
        assert_eq!((illegal.operation, illegal.prefix, illegal.is_shortest), (1, 6, true));
    }
}
