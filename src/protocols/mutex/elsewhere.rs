//! A mutex asked for from another machine. It works as long as everybody lives and is in touch. When a machine falls silent
//! with the lock, nothing tells whether it is dead or slow: to wait may be for ever, and not to wait may be wrong.

use super::input::Answer;
use super::instructions::tell_taken;
use super::line::{Line, Name};
use super::machine::{FIRST, Machine};
use super::memory::{Attempt, Owner, Passed};
use super::message::{Message, Reply};
use super::thread::State;
use super::{Ctx, Timer, config};
use crate::sim::{Completion, NodeId, Span};

impl Machine {
    /// Has the first machine perform this line.
    pub fn ask(&mut self, thread: u8, line: Line, ctx: &mut Ctx<'_>) {
        let at = self.thread(thread);
        at.state = State::Asks;
        let register = at.register;
        if let Line::Lock { patience: Some(span), .. } = line {
            ctx.set_timer(Timer::Patience(thread), span);
        }
        if self.is_connected {
            ctx.send(FIRST, Message::Ask { thread, line, register });
        } else {
            ctx.connect(FIRST, 0);
        }
    }

    pub fn on_connected(&mut self, ctx: &mut Ctx<'_>) {
        self.is_connected = true;
        for (place, at) in self.threads.iter().enumerate() {
            if let (State::Asks, Some(line)) = (at.state, at.line()) {
                ctx.send(FIRST, Message::Ask { thread: place as u8, line, register: at.register });
            }
        }
    }

    /// The first machine is asked by a thread of another one.
    pub fn on_ask(&mut self, who: Owner, line: Line, register: u64, ctx: &mut Ctx<'_>) {
        self.hear(who.machine, ctx);
        let reply = match line {
            Line::Lock { .. } | Line::Try { .. } if self.config.flaws.no_lock => {
                Reply::Locked { owner_died: false, life: self.life }
            }
            Line::Lock { lock, .. } => match self.memory.attempt(lock, who, self.config.rules) {
                Attempt::Taken { owner_died } => return self.send_locked(who, lock, owner_died, ctx),
                Attempt::Refused(why) => Reply::Refused(why),
                Attempt::Busy => {
                    self.memory.enqueue(lock, who);
                    if self.admits_wait(who, lock, ctx) {
                        ctx.mark(config::WAITS);
                        return;
                    }
                    Reply::Refused("it would close a circle of waits (EDEADLK)")
                }
            },
            Line::Try { lock } => match self.memory.attempt(lock, who, self.config.rules) {
                Attempt::Taken { owner_died } => return self.send_locked(who, lock, owner_died, ctx),
                Attempt::Busy => Reply::Refused("busy (EBUSY)"),
                Attempt::Refused(why) => Reply::Refused(why),
            },
            Line::Unlock { lock } => match self.release(who, lock, ctx) {
                Ok(passed) => {
                    ctx.cancel_timer(Timer::Silence(lock));
                    self.follow(lock, passed, ctx);
                    Reply::Released
                }
                Err(why) => Reply::Refused(why),
            },
            Line::Load | Line::Work(_) => Reply::Value(self.memory.x),
            Line::Store => Reply::Value(self.store(who, register, ctx)),
            Line::Consistent { lock } if self.make_consistent(lock, who, ctx) => Reply::Released,
            Line::Consistent { .. } => Reply::Refused("nothing was left half done (EINVAL)"),
        };
        ctx.send(NodeId(who.machine), Message::Answer { thread: who.thread, reply });
    }

    pub fn send_locked(&mut self, who: Owner, lock: Name, owner_died: bool, ctx: &mut Ctx<'_>) {
        let reply = Reply::Locked { owner_died, life: self.life };
        ctx.send(NodeId(who.machine), Message::Answer { thread: who.thread, reply });
        if self.config.flaws.silence_is_death {
            ctx.set_timer(Timer::Silence(lock), self.config.silence);
        }
    }

    pub fn on_leave(&mut self, who: Owner, lock: Name, ctx: &mut Ctx<'_>) {
        self.hear(who.machine, ctx);
        if !self.memory.lock(lock).line.contains(&who) {
            ctx.note("{0} has given the lock already, and the answer is on its way", [self.me.into()]);
            return;
        }
        ctx.mark(config::GAVE_UP);
        let passed = self.memory.leave(lock, who, self.config.rules);
        let reply = Reply::Refused("it waited for long enough (ETIMEDOUT)");
        ctx.send(NodeId(who.machine), Message::Answer { thread: who.thread, reply });
        self.follow(lock, passed, ctx);
    }

    /// Whoever says something is alive.
    fn hear(&mut self, machine: u16, ctx: &mut Ctx<'_>) {
        if !self.config.flaws.silence_is_death {
            return;
        }
        let held =
            self.memory.locks.iter().filter(|(_, lock)| lock.owner.is_some_and(|owner| owner.machine == machine));
        for (name, _) in held {
            ctx.set_timer(Timer::Silence(*name), self.config.silence);
        }
    }

    /// The flaw: nothing was heard for a while, and that is taken for death.
    pub fn on_silence(&mut self, lock: Name, ctx: &mut Ctx<'_>) {
        let Some(owner) = self.memory.owner(lock).filter(|owner| owner.machine != self.me.0) else { return };
        ctx.mark(config::SILENCE);
        ctx.note(
            "{0} has heard nothing of {1}, and takes the lock from it",
            [self.me.into(), NodeId(owner.machine).into()],
        );
        let rules = super::memory::Rules { is_robust: true, ..self.config.rules };
        for (lock, passed) in self.memory.bury(owner, rules) {
            self.follow(lock, passed, ctx);
        }
    }

    pub fn on_answer(&mut self, thread: u8, reply: Reply, ctx: &mut Ctx<'_>) {
        let at = self.thread(thread);
        let (State::Asks, Some(line)) = (at.state, at.line()) else {
            ctx.note("{0} is answered what none of its threads asks", [self.me.into()]);
            return;
        };
        ctx.cancel_timer(Timer::Patience(thread));
        let answer = match (reply, line) {
            (Reply::Locked { owner_died, life }, Line::Lock { lock, .. } | Line::Try { lock }) => {
                if !self.config.flaws.no_lock {
                    self.thread(thread).hold(lock, life);
                    ctx.mark(config::TAKEN);
                    tell_taken(self.owner(thread), lock, false, owner_died, ctx);
                }
                if owner_died { Answer::OwnerDied } else { Answer::Locked }
            }
            (Reply::Released, Line::Unlock { lock }) => {
                at.let_go(lock);
                Answer::Released
            }
            (Reply::Value(value), _) => {
                at.register = value;
                Answer::Value(value)
            }
            (Reply::Refused(why), _) => {
                if let Line::Unlock { lock } = line {
                    at.let_go(lock);
                }
                return self.refuse(thread, why, ctx);
            }
            (Reply::Released, Line::Consistent { .. }) => Answer::Consistent,
            _ => return ctx.expect(false, "one line was answered as another is"),
        };
        self.answer(thread, Completion::Done(answer), ctx);
        self.go_on(thread, Span::ZERO, ctx);
    }

    pub fn on_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        let was_connected = std::mem::take(&mut self.is_connected);
        if self.me == FIRST {
            self.on_machine_lost(peer, ctx);
            return;
        }
        for thread in 0..self.config.threads {
            let shares = self.config.shares_locks;
            let at = self.thread(thread);
            if shares {
                // Whoever is told that the other process is gone knows that its memory is.
                at.holds.clear();
            }
            if at.state != State::Asks {
                continue;
            }
            ctx.cancel_timer(Timer::Patience(thread));
            let completion = if was_connected {
                Completion::Unknown("the other machine is gone: it may have happened")
            } else {
                Completion::Refused("the other machine cannot be reached")
            };
            self.answer(thread, completion, ctx);
            let at = self.thread(thread);
            at.next = at.program.len() as u32;
            self.resume(thread, Span::ZERO, ctx);
        }
    }

    /// Who waited there will not be told; who owns a lock there may be dead, or only cut off.
    fn on_machine_lost(&mut self, peer: NodeId, ctx: &mut Ctx<'_>) {
        let rules = self.config.rules;
        ctx.mark(config::MACHINE_LOST);
        ctx.note(
            "{0} has lost {1}, dead or cut off: what that holds stays held, for it may still be at work",
            [self.me.into(), peer.into()],
        );
        let waits = |(name, lock): (&Name, &super::memory::Lock)| {
            let theirs = lock.line.iter().filter(|who| who.machine == peer.0);
            theirs.map(|who| (*name, *who)).collect::<Vec<_>>()
        };
        let waiters: Vec<(Name, Owner)> = self.memory.locks.iter().flat_map(waits).collect();
        for (name, who) in waiters {
            let passed: Passed = self.memory.leave(name, who, rules);
            self.follow(name, passed, ctx);
        }
    }
}
