//! Accounts that never go below zero; what one loses another gains.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bank<K> {
    balances: BTreeMap<K, i64>,
}

impl<K: Ord + Clone> Bank<K> {
    pub fn new(balances: BTreeMap<K, i64>) -> Bank<K> {
        Bank { balances }
    }

    pub fn balances(&self) -> &BTreeMap<K, i64> {
        &self.balances
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
    use super::Bank;

    #[test]
    fn no_money_is_made_or_lost() {
        let mut bank = Bank::new([("a", 10), ("b", 0)].into());
        assert!(bank.transfer(&"a", &"b", 7) && !bank.transfer(&"a", &"b", 4) && !bank.transfer(&"a", &"c", 1));
        assert!(bank.transfer(&"a", &"a", 3) && !bank.transfer(&"b", &"a", -1));
        assert_eq!(*bank.balances(), [("a", 3), ("b", 7)].into());
    }
}
