//! One cell that can also be compared and set in one step.

use super::register::Register;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CasRegister<V> {
    cell: Register<V>,
}

impl<V: PartialEq> CasRegister<V> {
    pub fn new(value: V) -> CasRegister<V> {
        CasRegister { cell: Register::new(value) }
    }

    pub fn read(&self) -> &V {
        self.cell.read()
    }

    pub fn write(&mut self, value: V) {
        self.cell.write(value);
    }

    /// Sets the value if the present one is as expected, and says whether it was.
    pub fn compare_and_set(&mut self, expected: &V, value: V) -> bool {
        let matches = self.cell.read() == expected;
        if matches {
            self.cell.write(value);
        }
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::CasRegister;

    #[test]
    fn set_only_where_it_is_as_expected() {
        let mut register = CasRegister::new(0);
        assert!(!register.compare_and_set(&1, 2));
        assert_eq!(*register.read(), 0);
        assert!(register.compare_and_set(&0, 2));
        register.write(5);
        assert!(!register.compare_and_set(&2, 3));
        assert_eq!(*register.read(), 5);
    }
}
