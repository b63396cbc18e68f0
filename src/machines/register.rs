//! One cell: whoever reads it gets what was written last.

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Register<V> {
    value: V,
}

impl<V> Register<V> {
    pub fn new(value: V) -> Register<V> {
        Register { value }
    }

    pub fn read(&self) -> &V {
        &self.value
    }

    pub fn write(&mut self, value: V) {
        self.value = value;
    }
}

#[cfg(test)]
mod tests {
    use super::Register;

    #[test]
    fn the_last_write_is_read() {
        let mut register = Register::new(0);
        assert_eq!(*register.read(), 0);
        register.write(3);
        register.write(4);
        assert_eq!(*register.read(), 4);
    }
}
