//! Accounts, transfers between them, and reads of all of them. Without initial balances the first read says what they
//! are.

use std::collections::BTreeMap;

use super::super::history::{Complaint, History};
use super::super::model::{Case, Model};
use super::super::value::Value;
use super::{Premises, Seen, parts};
use crate::machines::ledger::Ledger;

type Balances = BTreeMap<Value, i64>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Read(Balances),
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
        let Some(bank) = state else {
            return match op {
                Op::Read(seen) => Some(Some(Ledger::new(seen.clone()))),
                Op::Transfer { .. } => Some(None),
            };
        };
        match op {
            Op::Read(seen) => (bank.balances() == seen).then(|| state.clone()),
            Op::Transfer { from, to, amount } => {
                let mut next = bank.clone();
                next.transfer(from, to, *amount).then_some(Some(next))
            }
        }
    }

    fn settles(&self, op: &Op) -> bool {
        matches!(op, Op::Read(_))
    }

    fn observes(&self, op: &Op) -> bool {
        matches!(op, Op::Read(_))
    }
}

const HINT: &str =
    "a bank has read, whose value is {account balance, …}, and transfer, whose value is {:from a, :to b, :amount n}";

pub(super) fn case(history: &History, premises: &Premises) -> Result<Case<Accounts>, Complaint> {
    let initial = match &premises.initial {
        None | Some(Value::Nil) => None,
        Some(value) => Some(balances(value).ok_or_else(|| {
            Complaint::new(Default::default(), format!("{value} are no balances"), "write {account balance, …}")
        })?),
    };
    let parts = parts(history, |seen| Ok(read(seen)?.map(|op| ((), op))))?;
    Ok(Case { model: Accounts { initial }, parts })
}

fn read(seen: &Seen) -> Result<Option<Op>, Complaint> {
    match &*seen.operation.function {
        "read" => match seen.answered {
            None | Some(Value::Nil) => Ok(None),
            Some(value) => {
                let read = balances(value).ok_or_else(|| seen.complains(format!("{value} are no balances"), HINT))?;
                Ok(Some(Op::Read(read)))
            }
        },
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
