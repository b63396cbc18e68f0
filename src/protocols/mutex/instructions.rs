//! What each line does: one atomic step on this machine's own memory.

use super::input::Answer;
use super::line::{Line, Name};
use super::machine::{FIRST, Machine};
use super::memory::{Attempt, Owner, Passed};
use super::thread::State;
use super::{Ctx, Output, Timer, config};
use crate::sim::{Completion, Span};

impl Machine {
    pub fn on_step(&mut self, thread: u8, ctx: &mut Ctx<'_>) {
        let at = self.thread(thread);
        let (state, Some(line)) = (at.state, at.line()) else { return };
        if state == State::Runs && self.is_told(line) {
            self.invoke(thread, line, ctx);
        }
        match (state, line) {
            (State::Given { owner_died }, Line::Lock { lock, .. }) => self.on_locked(thread, lock, owner_died, ctx),
            (State::Runs | State::Tested | State::Woken, line) if self.is_elsewhere(line) => {
                self.ask(thread, line, ctx);
            }
            (State::Runs | State::Tested | State::Woken, line) => self.perform(thread, line, ctx),
            _ => {}
        }
    }

    fn perform(&mut self, thread: u8, line: Line, ctx: &mut Ctx<'_>) {
        match line {
            Line::Lock { .. } | Line::Try { .. } | Line::Unlock { .. } if self.config.flaws.no_lock => {
                self.go_on(thread, Span::ZERO, ctx);
            }
            Line::Lock { lock, patience } => self.on_lock(thread, lock, patience, ctx),
            Line::Try { lock } => match self.attempt(thread, lock) {
                Attempt::Taken { owner_died } => self.on_locked(thread, lock, owner_died, ctx),
                Attempt::Busy => self.refuse(thread, "busy (EBUSY)", ctx),
                Attempt::Refused(why) => self.refuse(thread, why, ctx),
            },
            Line::Unlock { lock } => self.on_unlock(thread, lock, ctx),
            Line::Load => {
                let value = self.memory.x;
                self.thread(thread).register = value;
                self.answer(thread, Completion::Done(Answer::Value(value)), ctx);
                self.go_on(thread, Span::ZERO, ctx);
            }
            Line::Store => {
                let read = self.thread(thread).register;
                let value = self.store(self.owner(thread), read, ctx);
                self.answer(thread, Completion::Done(Answer::Value(value)), ctx);
                self.go_on(thread, Span::ZERO, ctx);
            }
            Line::Work(span) => self.go_on(thread, span, ctx),
            Line::Consistent { lock } => {
                if self.make_consistent(lock, self.owner(thread), ctx) {
                    self.answer(thread, Completion::Done(Answer::Consistent), ctx);
                    self.go_on(thread, Span::ZERO, ctx);
                } else {
                    self.refuse(thread, "nothing was left half done (EINVAL)", ctx);
                }
            }
        }
    }

    /// With the flaw, a lock that is free is seen to be so in one step and taken, unseen, in the next.
    fn attempt(&mut self, thread: u8, lock: Name) -> Attempt {
        let (who, rules) = (self.owner(thread), self.config.rules);
        if self.thread(thread).state == State::Tested {
            return self.memory.take(lock, who);
        }
        self.memory.attempt(lock, who, rules)
    }

    fn on_lock(&mut self, thread: u8, lock: Name, patience: Option<Span>, ctx: &mut Ctx<'_>) {
        let state = self.thread(thread).state;
        if self.config.flaws.test_then_set && state == State::Runs && self.memory.owner(lock).is_none() {
            self.thread(thread).state = State::Tested;
            tell("{0} sees that the lock {1} is free, and takes it in its next step", self.owner(thread), lock, ctx);
            self.schedule(thread, Span::ZERO, ctx);
            return;
        }
        match self.attempt(thread, lock) {
            Attempt::Taken { owner_died } => self.on_locked(thread, lock, owner_died, ctx),
            Attempt::Refused(why) => self.refuse(thread, why, ctx),
            Attempt::Busy => {
                self.memory.enqueue(lock, self.owner(thread));
                if !self.admits_wait(self.owner(thread), lock, ctx) {
                    self.refuse(thread, "it would close a circle of waits (EDEADLK)", ctx);
                    return;
                }
                self.thread(thread).state = State::Waits;
                ctx.mark(config::WAITS);
                if let Some(span) = patience.filter(|_| state == State::Runs) {
                    ctx.set_timer(Timer::Patience(thread), span);
                }
            }
        }
    }

    /// Whether one who stands in line from now on may: with detection, a circle is not closed.
    pub fn admits_wait(&mut self, who: Owner, lock: Name, ctx: &mut Ctx<'_>) -> bool {
        let Some(circle) = self.memory.circle(who) else {
            if let Some(owner) = self.memory.owner(lock) {
                let words = [who.to_string().into(), owner.to_string().into(), lock.to_string().into()];
                ctx.note("{0} sleeps: {1} has the lock {2}", words);
            }
            return true;
        };
        let words: Vec<String> = circle.iter().map(|(who, lock)| format!("{who} waits for {lock}")).collect();
        ctx.mark(config::DEADLOCK);
        ctx.note("A circle: {0}", [words.join(", ").into()]);
        if self.config.detects {
            let passed = self.memory.leave(lock, who, self.config.rules);
            ctx.expect(passed == Passed::Nobody, "one who has just come was next in line");
        }
        !self.config.detects
    }

    /// The thread has the lock, and knows it from here on.
    pub fn on_locked(&mut self, thread: u8, lock: Name, owner_died: bool, ctx: &mut Ctx<'_>) {
        let (life, who) = (self.life, self.owner(thread));
        let was_given = matches!(self.thread(thread).state, State::Given { .. });
        self.thread(thread).hold(lock, life);
        ctx.cancel_timer(Timer::Patience(thread));
        ctx.mark(config::TAKEN);
        if owner_died {
            ctx.mark(config::OWNER_DIED);
        }
        tell_taken(who, lock, was_given, owner_died, ctx);
        let answer = if owner_died { Answer::OwnerDied } else { Answer::Locked };
        self.answer(thread, Completion::Done(answer), ctx);
        self.go_on(thread, Span::ZERO, ctx);
    }

    fn on_unlock(&mut self, thread: u8, lock: Name, ctx: &mut Ctx<'_>) {
        let who = self.owner(thread);
        match self.release(who, lock, ctx) {
            Ok(passed) => {
                self.thread(thread).let_go(lock);
                self.answer(thread, Completion::Done(Answer::Released), ctx);
                self.go_on(thread, Span::ZERO, ctx);
                self.follow(lock, passed, ctx);
            }
            Err(why) => self.refuse(thread, why, ctx),
        }
    }

    pub fn release(&mut self, who: Owner, lock: Name, ctx: &mut Ctx<'_>) -> Result<Passed, &'static str> {
        let owner = self.memory.owner(lock);
        let passed = self.memory.release(lock, who, self.config.rules)?;
        ctx.output(Output::Released { lock, by: who, owner });
        if self.memory.owner(lock) != Some(who) {
            ctx.mark(config::RELEASED);
            tell_released(who, lock, &passed, ctx);
        }
        Ok(passed)
    }

    /// Writes what was read and one more; what others have stored since is lost.
    pub fn store(&mut self, by: Owner, read: u64, ctx: &mut Ctx<'_>) -> u64 {
        let found = std::mem::replace(&mut self.memory.x, read + 1);
        ctx.output(Output::Stored { by, read, found });
        if found != read {
            ctx.mark(config::UPDATE_LOST);
            ctx.note(
                "{0} stores {1} over {2}: what others have stored since it read x is lost",
                [by.to_string().into(), (read + 1).into(), found.into()],
            );
        }
        read + 1
    }

    pub fn make_consistent(&mut self, lock: Name, who: Owner, ctx: &mut Ctx<'_>) -> bool {
        let kept = self.memory.lock(lock);
        let was_orphaned = kept.owner == Some(who) && std::mem::take(&mut kept.is_orphaned);
        if was_orphaned {
            tell("{0} has put right what the lock {1} guards", who, lock, ctx);
        }
        was_orphaned
    }

    /// Whether a line asks for anything: it then stands in the history.
    fn is_told(&self, line: Line) -> bool {
        let does_nothing = match line {
            Line::Work(_) => true,
            Line::Lock { .. } | Line::Try { .. } | Line::Unlock { .. } => self.config.flaws.no_lock,
            Line::Load | Line::Store | Line::Consistent { .. } => false,
        };
        !does_nothing || self.is_elsewhere(line)
    }

    /// Whether a line is about another machine's memory.
    fn is_elsewhere(&self, line: Line) -> bool {
        let is_shared = match line {
            Line::Load | Line::Store => true,
            Line::Work(_) => false,
            _ => self.config.shares_locks,
        };
        self.me != FIRST && is_shared
    }
}

/// One sentence about a thread and a lock.
pub fn tell(template: &'static str, who: Owner, lock: Name, ctx: &mut Ctx<'_>) {
    ctx.note(template, [who.to_string().into(), lock.to_string().into()]);
}

pub fn tell_taken(who: Owner, lock: Name, was_given: bool, owner_died: bool, ctx: &mut Ctx<'_>) {
    let template = match (owner_died, was_given) {
        (true, _) => "{0} has the lock {1}, and is told that its owner died (EOWNERDEAD)",
        (_, true) => "{0} wakes up and has the lock {1}",
        _ => "{0} takes the lock {1}",
    };
    tell(template, who, lock, ctx);
}

fn tell_released(who: Owner, lock: Name, passed: &Passed, ctx: &mut Ctx<'_>) {
    match passed {
        Passed::Nobody => tell("{0} releases the lock {1}", who, lock, ctx),
        Passed::Lost(_) => {
            tell("{0} releases the lock {1} and has put nothing right: nobody gets it again", who, lock, ctx);
        }
        Passed::To(next) => {
            let template = if next.is_given {
                "{0} releases the lock {1}, which goes to {2}"
            } else {
                "{0} releases the lock {1} and wakes {2}, to try again"
            };
            ctx.note(template, [who.to_string().into(), lock.to_string().into(), next.to.to_string().into()]);
        }
    }
}
