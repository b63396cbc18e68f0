//! Accounts that never go below zero; what one loses another gains.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ledger<K> {
    balances: BTreeMap<K, i64>,
}

impl<K: Ord + Clone> Ledger<K> {
    pub fn new(balances: BTreeMap<K, i64>) -> Ledger<K> {
        Ledger { balances }
    }

    pub fn balances(&self) -> &BTreeMap<K, i64> {
        &self.balances
    }

    /// Whether the accounts hold this.
    pub fn holds(&self, balances: &BTreeMap<K, i64>) -> bool {
        balances.iter().all(|(account, balance)| self.balances.get(account) == Some(balance))
    }

    pub fn set(&mut self, balances: &BTreeMap<K, i64>) {
        self.balances.extend(balances.iter().map(|(account, balance)| (account.clone(), *balance)));
    }

    /// Moves an amount if both accounts exist and the first has as much, and says whether it did.
    pub fn transfer(&mut self, from: &K, to: &K, amount: i64) -> bool {
        let (Some(&gives), Some(&takes)) = (self.balances.get(from), self.balances.get(to)) else { return false };
        let enough = 0 <= amount && amount <= gives && takes.checked_add(amount).is_some();
        if enough && from != to {
            self.balances.insert(from.clone(), gives - amount);
            self.balances.insert(to.clone(), takes + amount);
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;

    #[test]
    fn no_money_is_made_or_lost() {
        let mut ledger = Ledger::new([("a", 10), ("b", 0)].into());
        assert!(ledger.transfer(&"a", &"b", 7) && !ledger.transfer(&"a", &"b", 4) && !ledger.transfer(&"a", &"c", 1));
        assert!(ledger.transfer(&"a", &"a", 3) && !ledger.transfer(&"b", &"a", -1));
        assert_eq!(ledger, Ledger::new([("a", 3), ("b", 7)].into()));
    }

    #[test]
    fn what_is_set_is_held() {
        let mut ledger = Ledger::new([("a", 10), ("b", 0)].into());
        ledger.set(&[("b", 5)].into());
        assert!(ledger.holds(&[("a", 10), ("b", 5)].into()) && ledger.holds(&[("b", 5)].into()));
        assert!(!ledger.holds(&[("b", 0)].into()) && !ledger.holds(&[("c", 0)].into()));
    }
}
