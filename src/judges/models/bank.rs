//! Accounts, transfers between them, and transactions that read and set some of them. Without initial balances, whatever
//! balances there could have been explain a history.

use super::super::history::{Complaint, EventNumber, History};
use super::super::model::{Case, Model, Task};
use super::super::value::Value;
use super::following::Reads;
use super::multi_register::{self, Part};
use super::{Premises, Seen, parts};
use crate::machines::ledger::Ledger;
use crate::sorting::{sort, sort_by_key};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Transaction(Vec<Part<i64>>),
    Transfer { from: Value, to: Value, amount: i64 },
}

pub(super) struct Accounts {
    initial: Ledger<Value>,
}

impl Model for Accounts {
    type Op = Op;
    type State = Ledger<Value>;

    fn initial(&self) -> Ledger<Value> {
        self.initial.clone()
    }

    fn step(&self, state: &Ledger<Value>, op: &Op) -> Option<Ledger<Value>> {
        let mut next = state.clone();
        let fits = match op {
            Op::Transfer { from, to, amount } => next.transfer(from, to, *amount),
            Op::Transaction(parts) => parts.iter().all(|part| match part {
                Part::Read(account, balance) => next.read(account, *balance),
                Part::Write(account, balance) => {
                    next.set(account, *balance);
                    true
                }
            }),
        };
        fits.then_some(next)
    }

    fn settles(&self, op: &Op) -> bool {
        matches!(op, Op::Transaction(_))
    }

    fn observes(&self, op: &Op) -> bool {
        matches!(op, Op::Transaction(parts) if parts.iter().all(Part::is_read))
    }

    /// Transfers leave the sum of all accounts that they touch as it is: it is the same whenever all of these are read.
    fn inexplicable(&self, tasks: &[Task<Op>]) -> Option<(u32, EventNumber)> {
        let mut moved: Vec<&Value> = Vec::new();
        let mut reads: Vec<(EventNumber, u32, &[Part<i64>])> = Vec::new();
        for Task { operation, op, until, .. } in tasks {
            match op {
                Op::Transfer { from, to, .. } => moved.extend([from, to]),
                Op::Transaction(parts) if parts.iter().all(Part::is_read) => {
                    reads.extend(until.map(|until| (until, *operation, &parts[..])));
                }
                Op::Transaction(_) => return None,
            }
        }
        sort(&mut moved);
        moved.dedup();
        sort_by_key(&mut reads, |(until, ..)| *until);
        let mut known = moved.iter().map(|account| self.initial.exactly(account)).sum::<Option<i64>>();
        for (until, operation, parts) in reads {
            let held = |account: &&Value| {
                parts.iter().find_map(|part| match part {
                    Part::Read(other, balance) if other == *account => Some(*balance),
                    _ => None,
                })
            };
            let Some(sum) = moved.iter().map(held).sum::<Option<i64>>() else { continue };
            if *known.get_or_insert(sum) != sum {
                return Some((operation, until));
            }
        }
        None
    }

    /// A transfer changes two accounts.
    fn apart(&self, state: &Ledger<Value>, op: &Op) -> u32 {
        let Op::Transaction(parts) = op else { return 0 };
        let differs =
            |part: &&Part<i64>| matches!(part, Part::Read(account, balance) if !state.may_hold(account, *balance));
        (parts.iter().filter(differs).count() as u32).div_ceil(2)
    }

    fn words(&self, state: &Ledger<Value>) -> usize {
        8 + state.len() as usize * 6
    }
}

const HINT: &str = "a bank has read, whose value is {account balance, …}, transfer, whose value is {:from a, :to b, :amount n}, and txn, \
     whose value is [[:read a 1] [:write b 2]]";

impl Reads for Accounts {
    fn read(seen: &Seen) -> Option<(Value, Op)> {
        read(seen).ok()?.map(|op| (Value::Nil, op))
    }
}

pub(super) fn case(history: &History, premises: &Premises) -> Result<Case<Accounts>, Complaint> {
    Ok(Case { model: model(premises)?, parts: parts(history, |seen| Ok(read(seen)?.map(|op| ((), op))))? })
}

pub(super) fn model(premises: &Premises) -> Result<Accounts, Complaint> {
    let initial = match &premises.initial {
        None | Some(Value::Nil) => Ledger::unknown(),
        Some(value) => Ledger::new(balances(value).ok_or_else(|| {
            Complaint::new(Default::default(), format!("{value} are no balances"), "write {account balance, …}")
        })?),
    };
    Ok(Accounts { initial })
}

fn read(seen: &Seen) -> Result<Option<Op>, Complaint> {
    match &*seen.operation.function {
        "read" => match seen.answered {
            None | Some(Value::Nil) => Ok(None),
            Some(value) => {
                let reads = balances(value).ok_or_else(|| seen.complains(format!("{value} are no balances"), HINT))?;
                let reads = reads.into_iter().map(|(account, balance)| Part::Read(account, balance));
                Ok(Some(Op::Transaction(reads.collect())))
            }
        },
        "txn" => {
            let amount = |balance: Value| {
                balance.as_int().ok_or_else(|| seen.complains(format!("{balance} is no balance"), HINT))
            };
            let parts = multi_register::read(seen, true)?.into_iter().map(|part| {
                Ok(match part {
                    Part::Read(account, balance) => Part::Read(account, amount(balance)?),
                    Part::Write(account, balance) => Part::Write(account, amount(balance)?),
                })
            });
            let parts: Vec<_> = parts.collect::<Result<_, Complaint>>()?;
            Ok((!parts.is_empty()).then_some(Op::Transaction(parts)))
        }
        "transfer" => {
            let asked = &seen.operation.asked;
            let field = |name| asked.field(name).or_else(|| asked.field(&format!(":{name}")));
            let whole = (field("from"), field("to"), field("amount").and_then(Value::as_int));
            let (Some(from), Some(to), Some(amount)) = whole else {
                return Err(seen.complains(format!("{asked} is no transfer"), HINT));
            };
            Ok(Some(Op::Transfer { from: from.clone(), to: to.clone(), amount }))
        }
        _ => Err(seen.unknown_function(HINT)),
    }
}

/// `{account balance, …}`, or a list of balances whose accounts are numbered from 0.
fn balances(value: &Value) -> Option<Vec<(Value, i64)>> {
    if let Some(list) = value.as_list() {
        return list.iter().zip(0..).map(|(balance, account)| Some((Value::Int(account), balance.as_int()?))).collect();
    }
    value.as_map()?.iter().map(|(account, balance)| Some((account.clone(), balance.as_int()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(operation: u32, at: EventNumber, balances: &[(i64, i64)]) -> Task<Op> {
        let parts = balances.iter().map(|(account, balance)| Part::Read(Value::Int(*account), *balance));
        Task { operation, session: 0, op: Op::Transaction(parts.collect()), call: at, until: Some(at + 1) }
    }

    fn transfer(operation: u32, from: i64, to: i64) -> Task<Op> {
        let op = Op::Transfer { from: Value::Int(from), to: Value::Int(to), amount: 5 };
        Task { operation, session: 0, op, call: 0, until: None }
    }

    #[test]
    fn what_is_there_in_all_neither_grows_nor_shrinks() {
        let open = Accounts { initial: Ledger::unknown() };
        let known =
            Accounts { initial: Ledger::new([(1, 10), (2, 10), (3, 0)].map(|(id, sum)| (Value::Int(id), sum))) };
        let moved = || vec![transfer(0, 1, 2), transfer(1, 2, 1)];
        let with = |reads: &[Task<Op>]| moved().into_iter().chain(reads.iter().cloned()).collect::<Vec<_>>();
        let fair = with(&[read(2, 10, &[(1, 15), (2, 5)]), read(3, 20, &[(1, 10), (2, 10), (3, 7)])]);
        assert_eq!((open.inexplicable(&fair), known.inexplicable(&fair)), (None, None), "nothing moves 3's");
        let unfair = with(&[read(2, 10, &[(1, 15), (2, 6)]), read(3, 20, &[(1, 10), (2, 10)])]);
        assert_eq!(open.inexplicable(&unfair), Some((3, 21)), "one of two is wrong");
        assert_eq!(known.inexplicable(&unfair), Some((2, 11)));
        let partly = with(&[read(2, 10, &[(1, 15)]), read(3, 20, &[(1, 10), (2, 10)])]);
        assert_eq!(open.inexplicable(&partly), None);
    }
}
