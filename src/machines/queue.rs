//! First in, first out.

use crate::parts::ChunkedLog;

/// Copies share what waits in both.
#[derive(Clone, Debug, Default)]
pub struct Queue<V> {
    waiting: ChunkedLog<V>,
}

impl<V: Clone> Queue<V> {
    pub fn enqueue(&mut self, value: V) {
        self.waiting.push(value);
    }

    pub fn dequeue(&mut self) -> Option<V> {
        let front = self.front().cloned();
        self.waiting.forget_upto(self.waiting.first_index());
        front
    }

    pub fn len(&self) -> u64 {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What the next dequeue will give.
    pub fn front(&self) -> Option<&V> {
        self.waiting.get(self.waiting.first_index())
    }

    pub fn back(&self) -> Option<&V> {
        self.waiting.last()
    }

    /// From the front to the back.
    pub fn iter(&self) -> impl Iterator<Item = &V> {
        self.waiting.iter().map(|(_, value)| value)
    }
}

/// How many went before does not matter.
impl<V: Clone + PartialEq> PartialEq for Queue<V> {
    fn eq(&self, other: &Queue<V>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V: Clone + Eq> Eq for Queue<V> {}

impl<V: Clone> FromIterator<V> for Queue<V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Queue<V> {
        let mut queue = Queue { waiting: ChunkedLog::default() };
        values.into_iter().for_each(|value| queue.enqueue(value));
        queue
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn first_in_first_out() {
        let mut queue: Queue<u8> = [1, 2].into_iter().collect();
        queue.enqueue(3);
        assert_eq!((queue.front(), queue.back(), queue.len()), (Some(&1), Some(&3), 3));
        assert_eq!(
            [queue.dequeue(), queue.dequeue(), queue.dequeue(), queue.dequeue()],
            [Some(1), Some(2), Some(3), None]
        );
        queue.enqueue(4);
        assert_eq!(queue, [4].into_iter().collect());
    }
}
