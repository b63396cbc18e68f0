//! Accounts, transfers between them, and transactions that read and set some of them. Without initial balances the first
//! that reads says what they are.

use std::collections::BTreeMap;

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model};
use super::super::value::Value;
use super::following::Reads;
use super::multi_register::{self, Part};
use super::{Premises, Seen, parts};
use crate::machines::ledger::Ledger;

type Balances = BTreeMap<Value, i64>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Transaction { reads: Balances, sets: Balances },
    Transfer { from: Value, to: Value, amount: i64 },
}

pub(super) struct Accounts {
    initial: Option<Balances>,
}

impl Model for Accounts {
    type Op = Op;
    /// `None`: nobody has read yet, and the accounts may hold anything.
    type State = Option<Ledger<Value>>;

    fn initial(&self) -> Self::State {
        self.initial.clone().map(Ledger::new)
    }

    fn step(&self, state: &Self::State, op: &Op) -> Option<Self::State> {
        let mut next = state.clone();
        match (&mut next, op) {
            (None, Op::Transfer { .. }) => (),
            (None, Op::Transaction { reads, .. }) if reads.is_empty() => (),
            (None, Op::Transaction { reads, sets }) => next.insert(Ledger::new(reads.clone())).set(sets),
            (Some(bank), Op::Transfer { from, to, amount }) => return bank.transfer(from, to, *amount).then_some(next),
            (Some(bank), Op::Transaction { reads, sets }) if bank.holds(reads) => bank.set(sets),
            (Some(_), Op::Transaction { .. }) => return None,
        }
        Some(next)
    }

    fn settles(&self, op: &Op) -> bool {
        matches!(op, Op::Transaction { .. })
    }

    fn observes(&self, op: &Op) -> bool {
        matches!(op, Op::Transaction { sets, .. } if sets.is_empty())
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
        None | Some(Value::Nil) => None,
        Some(value) => Some(balances(value).ok_or_else(|| {
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
                Ok(Some(Op::Transaction { reads, sets: Balances::new() }))
            }
        },
        "txn" => {
            let (mut reads, mut sets) = (Balances::new(), Balances::new());
            for part in multi_register::read(seen, true)? {
                let (some, account, balance) = match &part {
                    Part::Read(..) if seen.answered.is_none() => continue,
                    Part::Read(account, balance) => (&mut reads, account, balance),
                    Part::Write(account, balance) => (&mut sets, account, balance),
                };
                let amount =
                    balance.as_int().ok_or_else(|| seen.complains(format!("{balance} is no balance"), HINT))?;
                some.insert(account.clone(), amount);
            }
            Ok((!reads.is_empty() || !sets.is_empty()).then_some(Op::Transaction { reads, sets }))
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
fn balances(value: &Value) -> Option<Balances> {
    if let Some(list) = value.as_list() {
        return list.iter().zip(0..).map(|(balance, account)| Some((Value::Int(account), balance.as_int()?))).collect();
    }
    value.as_map()?.iter().map(|(account, balance)| Some((account.clone(), balance.as_int()?))).collect()
}
