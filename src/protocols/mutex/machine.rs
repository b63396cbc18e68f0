//! A machine: its memory and its threads. A thread's timer fires one atomic instruction, and which timer fires next is the
//! scheduler's choice: whatever is wrong between two instructions shows itself in some order of them.

use super::input::{Answer, Operation};
use super::instructions::tell;
use super::line::{Line, Name};
use super::memory::{Memory, NOT_RECOVERABLE, Owner, Passed};
use super::message::{Message, Reply};
use super::thread::{State, Thread};
use super::{Config, Ctx, Input, Mutex, Output, Timer, config};
use crate::sim::{Completion, Event, NodeId, OperationId, Span, Time};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Machine {
    pub me: NodeId,
    pub config: Config,
    /// Since when it has been up, by its own clock: memory is of one life.
    pub life: Time,
    /// The highest number of an operation in its former lives.
    pub base: u64,
    pub memory: Memory,
    pub threads: Vec<Thread>,
    /// Connected to the other machine, as far as this end knows.
    pub is_connected: bool,
}

/// The machine that the shared variable lies on.
pub const FIRST: NodeId = NodeId(0);

impl Machine {
    pub fn boot(config: Config, ctx: &mut Ctx<'_>) -> Machine {
        let me = ctx.me();
        let mut machine = Machine {
            me,
            config,
            life: ctx.monotonic(),
            base: ctx.operations(),
            memory: Memory::of(me.0),
            threads: vec![Thread::default(); usize::from(config.threads)],
            is_connected: false,
        };
        for thread in 0..config.threads {
            let lines = config.program(thread);
            if !lines.is_empty() {
                machine.load(thread, &lines, ctx);
            }
        }
        machine
    }

    pub fn step(&mut self, event: Event<Mutex>, ctx: &mut Ctx<'_>) {
        match event {
            Event::Timer(Timer::Step(thread)) => self.on_step(thread, ctx),
            Event::Timer(Timer::Patience(thread)) => self.give_up(thread, "timed out (ETIMEDOUT)", ctx),
            Event::Timer(Timer::Silence(lock)) => self.on_silence(lock, ctx),
            Event::Input(input) => self.on_input(&input, ctx),
            Event::Message { from, body: Message::Ask { thread, line, register } } => {
                self.on_ask(Owner { machine: from.0, thread }, line, register, ctx);
            }
            Event::Message { from, body: Message::Leave { thread, lock } } => {
                self.on_leave(Owner { machine: from.0, thread }, lock, ctx);
            }
            Event::Message { body: Message::Answer { thread, reply }, .. } => self.on_answer(thread, reply, ctx),
            Event::Connected { .. } => self.on_connected(ctx),
            Event::Lost { peer, .. } => self.on_lost(peer, ctx),
            Event::Durable { .. } => {}
        }
    }

    pub fn owner(&self, thread: u8) -> Owner {
        Owner { machine: self.me.0, thread }
    }

    pub fn thread(&mut self, thread: u8) -> &mut Thread {
        &mut self.threads[usize::from(thread)]
    }

    fn on_input(&mut self, input: &Input, ctx: &mut Ctx<'_>) {
        let idle = || self.threads.iter().position(|thread| !thread.is_busy()).map(|place| place as u8);
        match input {
            Input::Run { thread, lines } => match thread.or_else(idle) {
                None => ctx.note("Every thread of {0} is busy", [self.me.into()]),
                Some(thread) if thread >= self.config.threads => self.say_missing(thread, ctx),
                Some(thread) => self.load(thread, lines, ctx),
            },
            Input::Interrupt { thread } | Input::Kill { thread } if *thread >= self.config.threads => {
                self.say_missing(*thread, ctx);
            }
            Input::Interrupt { thread } => self.give_up(*thread, "interrupted (EINTR)", ctx),
            Input::Kill { thread } => self.on_kill(*thread, ctx),
        }
    }

    fn say_missing(&self, thread: u8, ctx: &mut Ctx<'_>) {
        ctx.note("{0} has no thread t{1}", [self.me.into(), (u64::from(thread) + 1).into()]);
    }

    fn load(&mut self, thread: u8, lines: &[Line], ctx: &mut Ctx<'_>) {
        let was_busy = self.thread(thread).is_busy();
        self.thread(thread).load(lines);
        if !was_busy {
            self.schedule(thread, Span::ZERO, ctx);
        }
    }

    /// The next instruction of a thread comes after an instruction's time.
    pub fn schedule(&mut self, thread: u8, extra: Span, ctx: &mut Ctx<'_>) {
        let instruction = self.config.instruction;
        let drawn = if self.config.draws { Span(ctx.random("instruction", instruction.0 + 1)) } else { Span::ZERO };
        ctx.set_timer(Timer::Step(thread), instruction + drawn + extra);
    }

    /// Goes on behind the present line.
    pub fn go_on(&mut self, thread: u8, extra: Span, ctx: &mut Ctx<'_>) {
        self.thread(thread).next += 1;
        self.resume(thread, extra, ctx);
    }

    pub fn resume(&mut self, thread: u8, extra: Span, ctx: &mut Ctx<'_>) {
        let me = self.me;
        let at = self.thread(thread);
        if at.line().is_some() {
            at.state = State::Runs;
            self.schedule(thread, extra, ctx);
            return;
        }
        at.state = State::Idle;
        at.register = 0;
        let holds = !at.holds.is_empty();
        ctx.mark(config::ENDED);
        if holds {
            let number = u64::from(thread) + 1;
            ctx.note("t{0} of {1} has ended and has not released what it holds", [number.into(), me.into()]);
        }
    }

    /// The present line of a thread. Its number tells where the thread stands and not which of them came first: that makes
    /// no different states.
    fn operation(&self, thread: u8) -> OperationId {
        let at = &self.threads[usize::from(thread)];
        let lines = u64::from(at.begun) + u64::from(at.next);
        let number = self.base + lines * u64::from(self.config.threads) + u64::from(thread) + 1;
        OperationId { client: self.me, number }
    }

    /// The thread begins its present line: it stands in the history from here on.
    pub fn invoke(&self, thread: u8, line: Line, ctx: &mut Ctx<'_>) {
        let body = Operation { thread, line, machine: self.me.0, life: self.life };
        ctx.invoke_as(self.operation(thread).number, body);
    }

    /// The present line came to something.
    pub fn answer(&self, thread: u8, completion: Completion<Answer>, ctx: &mut Ctx<'_>) {
        ctx.complete(self.operation(thread), completion);
    }

    /// The line was refused; where it asked for a lock, what that guards is left out.
    pub fn refuse(&mut self, thread: u8, why: &'static str, ctx: &mut Ctx<'_>) {
        let Some(line) = self.thread(thread).line() else { return };
        self.answer(thread, Completion::Refused(why), ctx);
        let who = self.owner(thread).to_string();
        ctx.note("{0} is refused `{1}`: {2}", [who.into(), line.to_string().into(), why.into()]);
        match line.asks() {
            Some(lock) => self.thread(thread).skip(lock),
            None => self.thread(thread).next += 1,
        }
        self.resume(thread, Span::ZERO, ctx);
    }

    /// A waiter waits no longer, and does not get the lock.
    fn give_up(&mut self, thread: u8, why: &'static str, ctx: &mut Ctx<'_>) {
        let (who, rules) = (self.owner(thread), self.config.rules);
        let at = self.thread(thread);
        let Some(lock) = at.awaits() else {
            let number = u64::from(thread) + 1;
            ctx.note("t{0} of {1} waits for no lock", [number.into(), self.me.into()]);
            return;
        };
        let is_elsewhere = at.state == State::Asks;
        if is_elsewhere && self.is_connected {
            ctx.send(FIRST, Message::Leave { thread, lock });
            return;
        }
        ctx.cancel_timer(Timer::Patience(thread));
        if is_elsewhere {
            // The other machine has not been asked yet.
            ctx.mark(config::GAVE_UP);
            return self.refuse(thread, why, ctx);
        }
        ctx.cancel_timer(Timer::Step(thread));
        ctx.mark(config::GAVE_UP);
        let passed = self.memory.leave(lock, who, rules);
        self.refuse(thread, why, ctx);
        self.follow(lock, passed, ctx);
    }

    fn on_kill(&mut self, thread: u8, ctx: &mut Ctx<'_>) {
        let (who, rules) = (self.owner(thread), self.config.rules);
        if !self.config.has_processes {
            ctx.note("The threads of {0} are one process, which dies when its machine crashes", [self.me.into()]);
            return;
        }
        let at = self.thread(thread);
        if at.state == State::Dead {
            ctx.note("{0} is dead already", [who.to_string().into()]);
            return;
        }
        let has_asked = at.has_asked();
        at.state = State::Dead;
        at.register = 0;
        at.holds.clear();
        match self.memory.locks.iter().find(|(_, lock)| lock.owner == Some(who)) {
            Some((lock, _)) if rules.is_robust => {
                tell("{0} dies with the lock {1}: whoever has it next is told", who, *lock, ctx);
            }
            Some((lock, _)) => tell("{0} dies with the lock {1}, which nobody else may release", who, *lock, ctx),
            None => ctx.note("{0} dies, and has no lock", [who.to_string().into()]),
        }
        ctx.cancel_timer(Timer::Step(thread));
        ctx.cancel_timer(Timer::Patience(thread));
        ctx.mark(config::KILLED);
        if has_asked {
            self.answer(thread, Completion::Unknown("its process died"), ctx);
        }
        for (lock, passed) in self.memory.bury(who, rules) {
            self.follow(lock, passed, ctx);
        }
    }

    /// What a release, a death or a waiter's leaving leads to: the next one is given the lock, or woken.
    pub fn follow(&mut self, lock: Name, passed: Passed, ctx: &mut Ctx<'_>) {
        match passed {
            Passed::Nobody => {}
            Passed::To(handed) => {
                ctx.mark(if handed.is_given { config::HANDED } else { config::WOKEN });
                ctx.output(Output::Passed { lock, handed });
                let owner_died = self.memory.lock(lock).is_orphaned;
                if handed.to.machine == self.me.0 {
                    self.wake(handed.to.thread, lock, handed.is_given, owner_died, ctx);
                } else {
                    self.send_locked(handed.to, lock, owner_died, ctx);
                }
            }
            Passed::Lost(waiters) => {
                for waiter in waiters {
                    if waiter.machine == self.me.0 {
                        if self.thread(waiter.thread).awaits() != Some(lock) {
                            // Only a flaw leaves one in line who waits no longer.
                            continue;
                        }
                        ctx.cancel_timer(Timer::Patience(waiter.thread));
                        ctx.cancel_timer(Timer::Step(waiter.thread));
                        self.refuse(waiter.thread, NOT_RECOVERABLE, ctx);
                    } else {
                        let answer = Message::Answer { thread: waiter.thread, reply: Reply::Refused(NOT_RECOVERABLE) };
                        ctx.send(NodeId(waiter.machine), answer);
                    }
                }
            }
        }
    }

    fn wake(&mut self, thread: u8, lock: Name, is_given: bool, owner_died: bool, ctx: &mut Ctx<'_>) {
        let (wake, who) = (self.config.wake, self.owner(thread));
        let at = self.thread(thread);
        if at.awaits() != Some(lock) {
            // Only a flaw leaves one in line who waits no longer: the lock is with a thread that does not know it.
            tell("{0} waits no longer, and does not know that it has the lock {1}", who, lock, ctx);
            return;
        }
        at.state = if is_given { State::Given { owner_died } } else { State::Woken };
        if is_given {
            ctx.cancel_timer(Timer::Patience(thread));
        }
        ctx.set_timer(Timer::Step(thread), wake);
    }
}
