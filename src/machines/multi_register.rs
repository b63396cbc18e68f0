//! Many cells, each with a name; a cell never written holds what all held at the start.

use litemap::LiteMap;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MultiRegister<K, V> {
    start: V,
    written: LiteMap<K, V>,
}

impl<K: Ord, V: PartialEq> MultiRegister<K, V> {
    pub fn new(start: V) -> MultiRegister<K, V> {
        MultiRegister { start, written: LiteMap::new() }
    }

    pub fn read(&self, key: &K) -> &V {
        self.written.get(key).unwrap_or(&self.start)
    }

    /// How many were written.
    pub fn len(&self) -> u64 {
        self.written.len() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    pub fn write(&mut self, key: K, value: V) {
        self.written.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::MultiRegister;

    #[test]
    fn cells_do_not_disturb_each_other() {
        let mut registers = MultiRegister::new(0);
        registers.write("x", 1);
        assert_eq!((*registers.read(&"x"), *registers.read(&"y")), (1, 0));
    }
}
