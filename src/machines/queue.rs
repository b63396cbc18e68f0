//! First in, first out.

use std::collections::VecDeque;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Queue<V> {
    waiting: VecDeque<V>,
}

impl<V> Queue<V> {
    pub fn enqueue(&mut self, value: V) {
        self.waiting.push_back(value);
    }

    pub fn dequeue(&mut self) -> Option<V> {
        self.waiting.pop_front()
    }

    /// What the next dequeue will give.
    pub fn front(&self) -> Option<&V> {
        self.waiting.front()
    }

    /// From the front to the back.
    pub fn iter(&self) -> impl Iterator<Item = &V> {
        self.waiting.iter()
    }
}

impl<V> FromIterator<V> for Queue<V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Queue<V> {
        Queue { waiting: values.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn first_in_first_out() {
        let mut queue: Queue<u8> = [1, 2].into_iter().collect();
        queue.enqueue(3);
        assert_eq!(queue.front(), Some(&1));
        assert_eq!(
            [queue.dequeue(), queue.dequeue(), queue.dequeue(), queue.dequeue()],
            [Some(1), Some(2), Some(3), None]
        );
    }
}
