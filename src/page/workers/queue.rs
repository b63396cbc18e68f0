//! What waits to be asked of the worker. One request is out at a time; what only moves the clock is superseded by the
//! next of its kind, and what a person did never is.

use std::collections::VecDeque;

use crate::lab::wire::Request;

#[derive(Debug, Default)]
pub struct Queue {
    waiting: VecDeque<Request>,
    out: Option<(u64, Request)>,
    last_number: u64,
}

impl Queue {
    pub fn push(&mut self, request: Request) {
        if moves_the_clock(&request) {
            self.waiting.retain(|other| !moves_the_clock(other));
        }
        self.waiting.push_back(request);
    }

    pub fn is_idle(&self) -> bool {
        self.out.is_none() && self.waiting.is_empty()
    }

    pub fn is_waiting_for_answer(&self) -> bool {
        self.out.is_some()
    }

    /// The next request to send, if none is out; it gets a number.
    pub fn next(&mut self) -> Option<(u64, Request)> {
        if self.out.is_some() {
            return None;
        }
        let request = self.waiting.pop_front()?;
        self.last_number += 1;
        self.out = Some((self.last_number, request.clone()));
        Some((self.last_number, request))
    }

    /// The request that an answer belongs to; none if nothing of that number is out.
    pub fn answered(&mut self, number: u64) -> Option<Request> {
        match self.out.take() {
            Some((expected, request)) if expected == number => Some(request),
            other => {
                self.out = other;
                None
            }
        }
    }
}

fn moves_the_clock(request: &Request) -> bool {
    matches!(request, Request::Advance { .. } | Request::Seek { .. } | Request::Until { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Time;
    use crate::lab::frame::Position;

    fn act(line: &str) -> Request {
        Request::Act { at: Position::default(), line: line.into() }
    }

    #[test]
    fn the_newest_move_of_the_clock_wins() {
        let mut queue = Queue::default();
        queue.push(Request::Advance { to: Time(1) });
        queue.push(act("crash n1"));
        queue.push(Request::Advance { to: Time(2) });
        let (number, first) = queue.next().unwrap();
        assert_eq!(first, act("crash n1"));
        assert_eq!(queue.next(), None, "one is out");
        assert_eq!(queue.answered(number), Some(act("crash n1")));
        assert_eq!(queue.next().unwrap().1, Request::Advance { to: Time(2) });
    }

    #[test]
    fn acts_keep_their_order() {
        let mut queue = Queue::default();
        queue.push(act("crash n1"));
        queue.push(act("crash n2"));
        let (number, _) = queue.next().unwrap();
        queue.answered(number);
        assert_eq!(queue.next().unwrap().1, act("crash n2"));
    }

    #[test]
    fn a_strange_answer_is_told_apart() {
        let mut queue = Queue::default();
        queue.push(Request::Script);
        let (number, _) = queue.next().unwrap();
        assert_eq!(queue.answered(number + 1), None);
        assert_eq!(queue.answered(number), Some(Request::Script));
        assert!(queue.is_idle());
    }
}
