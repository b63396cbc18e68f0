//! Accounts with balances. Money moves between them, balances are set outright, or they are read; who applies the same
//! orders in the same order has the same balances.

use crate::sorting::sort_by_key;
use litemap::LiteMap;
use std::fmt;

/// What every account holds at first.
pub const INITIAL: i64 = 100;
/// The most that one order may speak of.
const LARGEST: i64 = 1_000_000;

/// An account, named by a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(pub u8);

/// What a client wants done, all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    Transfer {
        from: Account,
        to: Account,
        amount: i64,
    },
    /// Sets some accounts, and may read others.
    Write {
        values: Vec<(Account, i64)>,
        read: Vec<Account>,
    },
    Read(Vec<Account>),
}

/// What an order does to one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Never below zero.
    Add(i64),
    Set(i64),
    Get,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    pub balance: i64,
    /// How often it was changed.
    pub version: u32,
}

/// A change worked out and not yet made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    pub account: Account,
    pub after: Cell,
    pub by: i64,
    /// Money that moves and is neither made nor destroyed.
    pub moves: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bank {
    /// Accounts that were ever changed; the others hold what they held at first.
    cells: LiteMap<Account, Cell>,
}

impl Bank {
    pub fn cell(&self, account: Account) -> Cell {
        self.cells.get(&account).copied().unwrap_or(Cell { balance: INITIAL, version: 0 })
    }

    /// What a step would change.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn plan(&self, account: Account, step: Step) -> Result<Option<Change>, &'static str> {
        let Cell { balance, version } = self.cell(account);
        let (after, moves) = match step {
            Step::Get => return Ok(None),
            Step::Set(value) => (value, false),
            Step::Add(amount) if balance + amount < 0 => return Err("there is not enough money"),
            Step::Add(amount) => (balance + amount, true),
        };
        let after_cell = Cell { balance: after, version: version + 1 };
        Ok(Some(Change { account, after: after_cell, by: after - balance, moves }))
    }

    pub fn apply(&mut self, change: &Change) {
        self.cells.insert(change.account, change.after);
    }
}

impl Account {
    /// # Errors
    /// What an account looks like.
    pub fn parse(text: &str) -> Result<Account, String> {
        match text.as_bytes() {
            [letter @ b'a'..=b'z'] => Ok(Account(letter - b'a')),
            _ => Err(format!("`{text}` is no account: accounts are letters, such as a")),
        }
    }
}

impl Order {
    /// What the order does, account by account, in their order.
    pub fn steps(&self) -> Vec<(Account, Step)> {
        let mut steps = match self {
            Order::Transfer { from, to, amount } => vec![(*from, Step::Add(-amount)), (*to, Step::Add(*amount))],
            Order::Write { values, read } => {
                let set = values.iter().map(|(account, value)| (*account, Step::Set(*value)));
                set.chain(read.iter().map(|account| (*account, Step::Get))).collect()
            }
            Order::Read(accounts) => accounts.iter().map(|account| (*account, Step::Get)).collect(),
        };
        sort_by_key(&mut steps, |(account, _)| *account);
        steps
    }

    /// Reads an order as it is written.
    ///
    /// # Errors
    /// A sentence that says what is understood.
    pub fn parse(text: &str) -> Result<Order, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (verb, rest) = words.split_first().unwrap_or((&"", &[]));
        let order = match (*verb, rest) {
            ("transfer", [from, to, amount]) => {
                let (from, to, amount) = (Account::parse(from)?, Account::parse(to)?, money(amount)?);
                if from == to || amount == 0 {
                    return Err("money goes from one account to another, and some must go".to_owned());
                }
                Order::Transfer { from, to, amount }
            }
            ("write", rest) => {
                let place = rest.iter().position(|word| *word == "read");
                let (set, read) = rest.split_at(place.unwrap_or(rest.len()));
                if set.is_empty() || !set.len().is_multiple_of(2) || read.len() == 1 {
                    return Err(format!("`{text}` is no transaction: say `write a 1 b 2` or `write a 1 read b`"));
                }
                let pairs = set.chunks(2).map(|pair| Ok((Account::parse(pair[0])?, money(pair[1])?)));
                let values = pairs.collect::<Result<_, String>>()?;
                Order::Write { values, read: accounts(read.get(1..).unwrap_or_default())? }
            }
            ("read", rest) if !rest.is_empty() => Order::Read(accounts(rest)?),
            _ => {
                return Err(format!(
                    "`{text}` is no transaction: say `transfer a b 30`, `write a 1 b 2` or `read a b`"
                ));
            }
        };
        let steps = order.steps();
        match steps.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(format!("{} is named twice", pair[0].0)),
            None => Ok(order),
        }
    }
}

fn accounts(words: &[&str]) -> Result<Vec<Account>, String> {
    words.iter().map(|word| Account::parse(word)).collect()
}

fn money(text: &str) -> Result<i64, String> {
    match text.parse::<i64>() {
        Ok(amount) if (0..=LARGEST).contains(&amount) => Ok(amount),
        _ => Err(format!("`{text}` is no amount: a whole number from 0 to {LARGEST}")),
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", char::from(b'a' + self.0 % 26))
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Transfer { from, to, amount } => write!(f, "transfer {from} {to} {amount}"),
            Order::Write { values, read } => {
                f.write_str("write")?;
                values.iter().try_for_each(|(account, value)| write!(f, " {account} {value}"))?;
                f.write_str(if read.is_empty() { "" } else { " read" })?;
                read.iter().try_for_each(|account| write!(f, " {account}"))
            }
            Order::Read(accounts) => {
                f.write_str("read")?;
                accounts.iter().try_for_each(|account| write!(f, " {account}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_print_as_they_are_read() {
        for line in ["transfer a b 30", "write a 1 b 2", "write a 1 read b c", "read a b", "read z"] {
            assert_eq!(Order::parse(line).expect(line).to_string(), line);
        }
        let wrong = [
            "",
            "transfer a a 3",
            "transfer a b",
            "transfer a b -1",
            "write",
            "write a",
            "write a 1 read",
            "write read a",
            "write a 1 read a",
            "read",
            "read A",
            "read a a",
            "pay",
        ];
        for line in wrong {
            assert!(Order::parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_transfer_keeps_the_sum_and_never_overdraws() {
        let mut bank = Bank::default();
        let sum = |bank: &Bank| (0..3).map(|letter| bank.cell(Account(letter)).balance).sum::<i64>();
        for (line, fits) in [("transfer a b 30", true), ("transfer a c 71", false), ("transfer b c 130", true)] {
            let order = Order::parse(line).expect(line);
            let plans: Result<Vec<_>, _> =
                order.steps().iter().map(|(account, step)| bank.plan(*account, *step)).collect();
            assert_eq!(plans.is_ok(), fits, "{line}");
            plans.iter().flatten().flatten().for_each(|change| bank.apply(change));
            assert_eq!(sum(&bank), 3 * INITIAL, "{line}");
        }
        assert_eq!(bank.cell(Account(1)), Cell { balance: 0, version: 2 });
    }
}
