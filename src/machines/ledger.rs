//! Accounts that never go below zero; what one loses another gains. What they hold at the start need not be known: then a
//! ledger is all that is known of them, and what it allows is what some balances at the start allow.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ledger<K> {
    /// Whether there are others, which may hold anything but a debt.
    open: bool,
    accounts: BTreeMap<K, Balance>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Balance {
    Exactly(i64),
    /// Nobody has read or set it, and it holds at least so much, whatever it held at the start; of others that is zero.
    AtLeast(i64),
}

impl<K: Ord + Clone> Ledger<K> {
    /// There are these accounts alone.
    pub fn new(balances: impl IntoIterator<Item = (K, i64)>) -> Ledger<K> {
        let mut accounts = BTreeMap::new();
        accounts.extend(balances.into_iter().map(|(account, balance)| (account, Balance::Exactly(balance))));
        Ledger { open: false, accounts }
    }

    /// Nothing is known of any account.
    pub fn unknown() -> Ledger<K> {
        Ledger { open: true, accounts: BTreeMap::new() }
    }

    /// The balances that are known.
    pub fn balances(&self) -> impl Iterator<Item = (&K, i64)> {
        self.accounts.iter().filter_map(|(account, balance)| match balance {
            Balance::Exactly(balance) => Some((account, *balance)),
            Balance::AtLeast(_) => None,
        })
    }

    /// Of how many accounts something is known.
    pub fn len(&self) -> u64 {
        self.accounts.len() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Whether an account may hold this; from then on it does.
    pub fn read(&mut self, account: &K, balance: i64) -> bool {
        if let Some(known) = self.exactly(account) {
            return known == balance;
        }
        let fits = self.may_hold(account, balance);
        if fits {
            self.set(account, balance);
        }
        fits
    }

    /// What an account holds, if that is known.
    pub fn exactly(&self, account: &K) -> Option<i64> {
        match self.accounts.get(account) {
            Some(Balance::Exactly(known)) => Some(*known),
            _ => None,
        }
    }

    pub fn may_hold(&self, account: &K, balance: i64) -> bool {
        match self.accounts.get(account) {
            Some(Balance::Exactly(known)) => *known == balance,
            Some(Balance::AtLeast(least)) => *least <= balance,
            None => self.open && balance >= 0,
        }
    }

    pub fn set(&mut self, account: &K, balance: i64) {
        self.accounts.insert(account.clone(), Balance::Exactly(balance));
    }

    /// Moves an amount if both accounts exist and the first may have as much, and says whether it did.
    pub fn transfer(&mut self, from: &K, to: &K, amount: i64) -> bool {
        let exist = self.open || self.accounts.contains_key(from) && self.accounts.contains_key(to);
        let overflows =
            |(Balance::Exactly(balance) | Balance::AtLeast(balance)): &Balance| balance.checked_add(amount).is_none();
        if !exist || amount < 0 || from != to && self.accounts.get(to).is_some_and(overflows) {
            return false;
        }
        let left = match self.accounts.get(from) {
            Some(Balance::Exactly(balance)) if *balance < amount => return false,
            Some(Balance::Exactly(balance)) => Balance::Exactly(balance - amount),
            Some(Balance::AtLeast(least)) => Balance::AtLeast((least - amount).max(0)),
            None => Balance::AtLeast(0),
        };
        self.accounts.insert(from.clone(), left);
        let (Balance::Exactly(balance) | Balance::AtLeast(balance)) =
            self.accounts.entry(to.clone()).or_insert(Balance::AtLeast(0));
        *balance += amount;
        for account in [from, to] {
            if self.accounts.get(account) == Some(&Balance::AtLeast(0)) {
                self.accounts.remove(account);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;

    #[test]
    fn no_money_is_made_or_lost() {
        let mut ledger = Ledger::new([("a", 10), ("b", 0)]);
        assert!(ledger.transfer(&"a", &"b", 7) && !ledger.transfer(&"a", &"b", 4) && !ledger.transfer(&"a", &"c", 1));
        assert!(ledger.transfer(&"a", &"a", 3) && !ledger.transfer(&"a", &"a", 4) && !ledger.transfer(&"b", &"a", -1));
        assert_eq!(ledger, Ledger::new([("a", 3), ("b", 7)]));
        assert!(ledger.read(&"b", 7) && !ledger.read(&"b", 0) && !ledger.read(&"c", 0));
        assert!(Ledger::new([("a", 1), ("b", i64::MAX)]).transfer(&"b", &"b", 1));
        assert!(!Ledger::new([("a", 1), ("b", i64::MAX)]).transfer(&"a", &"b", 1));
    }

    #[test]
    fn what_is_set_is_held() {
        let mut ledger = Ledger::new([("a", 10)]);
        ledger.set(&"b", 5);
        assert!(ledger.read(&"a", 10) && ledger.read(&"b", 5) && !ledger.read(&"b", 0));
    }

    #[test]
    fn what_was_there_may_be_told_later() {
        let after = |balance: i64| {
            let mut ledger = Ledger::unknown();
            let moved =
                ledger.transfer(&"a", &"b", 5) && ledger.transfer(&"b", &"a", 2) && ledger.transfer(&"a", &"a", 4);
            assert!(moved && ledger.balances().next().is_none());
            ledger.read(&"a", balance).then_some(ledger)
        };
        assert_eq!((after(3), after(0)), (None, None), "it held 5 at first, and 4 at the end");
        assert_eq!(after(7).map(|mut ledger| ledger.read(&"b", 2)), Some(false), "of five that came it gave two");
        let mut ledger = after(4).expect("as little as can be");
        assert!(ledger.read(&"a", 4) && !ledger.read(&"a", 9), "it is known now");
        assert!(ledger.read(&"b", 3) && ledger.read(&"c", 0), "the others are not");
        assert!(!ledger.read(&"d", -1), "nobody is in debt");
    }
}
