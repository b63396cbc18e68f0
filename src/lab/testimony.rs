//! What clients saw, as a history for a judge who knows nothing of the inside. It is written down as the run goes on and
//! judged when somebody looks.

use std::collections::BTreeMap;

use litemap::LiteMap;

use super::frame::{Outcome, Position};
use super::hearing::{Hearing, Judgement, Row, Told};
use crate::describe::{Guarantee, Said};
use crate::judges::history::{self, EventNumber, History, Operation, Place};
use crate::judges::models::{self, Follow, Property};
use crate::judges::value::Value;
use crate::judges::verdict::{Ruling, Verdict};
use crate::parts::ChunkedLog;
use crate::sim::{NodeId, OperationId};
use crate::sorting::sort;

/// Calls and returns in their order.
#[derive(Clone, Debug, Default)]
pub struct Testimony {
    heard: ChunkedLog<Heard>,
    /// A client that comes back after a crash knows nothing of what it saw: it is another one.
    lives: LiteMap<NodeId, u32>,
    answers: u64,
}

/// An instant, and the entry of the trace from which what happened can be followed: a return's own, and of a call what
/// made the client ask.
#[derive(Clone, Copy, Debug)]
pub struct When {
    pub at: Position,
    pub entry: u32,
}

/// An operation, and which of its client's processes asked for it, where there are several.
#[derive(Clone, Debug)]
pub struct Which {
    pub operation: OperationId,
    pub process: Option<String>,
}

#[derive(Clone, Debug)]
struct Heard {
    at: Position,
    entry: u32,
    operation: OperationId,
    process: Option<String>,
    life: u32,
    what: What,
    /// In the protocol's words: what was asked or answered, or why not.
    words: String,
}

/// What the judge is told of it; none where an operation neither changes anything nor tells anything.
#[derive(Clone, Debug)]
enum What {
    Call(Option<Said>),
    Return(Option<Said>),
    Refusal,
    /// The client knows that it will not know.
    GivingUp,
}

impl Heard {
    /// Whose row it stands in.
    fn who(&self) -> (NodeId, Option<&str>) {
        (self.operation.client, self.process.as_deref())
    }
}

/// What a judge is told, and for each of its operations which of all calls that was.
#[derive(Default)]
struct Account {
    history: History,
    calls: Vec<u32>,
    open: BTreeMap<OperationId, u32>,
    called: u32,
}

/// What that was for the judge: of which of its operations.
enum News {
    Call(u32),
    End(u32),
    Nothing,
}

impl Account {
    fn tell(&mut self, heard: &Heard) -> News {
        let at = self.history.events;
        self.history.events += 1;
        let (outcome, function) = match &heard.what {
            What::Call(said) => {
                self.called += 1;
                let Some(said) = said else { return News::Nothing };
                let index = self.history.operations.len() as u32;
                self.open.insert(heard.operation, index);
                self.calls.push(self.called - 1);
                let client = [i64::from(heard.operation.client.0), i64::from(heard.life)].map(Value::Int);
                let session = client.into_iter().chain(heard.process.as_deref().map(Value::text));
                self.history.operations.push(Operation {
                    process: Value::list(session),
                    function: said.function.into(),
                    asked: said.value.clone(),
                    called: at,
                    outcome: history::Outcome::Unknown,
                    place: Place::default(),
                });
                return News::Call(index);
            }
            What::Return(Some(said)) => (history::Outcome::Done { at, value: said.value.clone() }, Some(said.function)),
            What::Refusal => (history::Outcome::Failed { at }, None),
            What::Return(None) | What::GivingUp => return News::Nothing,
        };
        let Some(index) = self.open.remove(&heard.operation) else { return News::Nothing };
        let operation = &mut self.history.operations[index as usize];
        operation.outcome = outcome;
        if let Some(function) = function {
            operation.function = function.into();
        }
        News::End(index)
    }
}

/// Whether a guarantee is kept, looked at while a run goes on: as long as one order explains all, only what is new costs.
#[derive(Default)]
pub struct Watch {
    guarantee: Option<Guarantee>,
    account: Account,
    follower: Option<Box<dyn Follow>>,
    found: Option<Contradiction>,
    /// After a look that took too long: how much has to be heard before the next.
    rests_until: u64,
}

impl Clone for Watch {
    /// Whatever the copy will hear, it begins from the beginning.
    fn clone(&self) -> Watch {
        Watch::default()
    }
}

impl Watch {
    /// Whether the guarantee is kept, as far as can be told with reasonable effort.
    pub fn contradiction(&mut self, testimony: &Testimony, guarantee: &Guarantee) -> Option<Contradiction> {
        let heard = u64::from(self.account.history.events);
        if self.guarantee.as_ref() != Some(guarantee) || heard > testimony.length() {
            let follower = models::follow(guarantee.model, &guarantee.premises, guarantee.property);
            *self = Watch { guarantee: Some(guarantee.clone()), follower, ..Watch::default() };
        }
        let heard = u64::from(self.account.history.events);
        if heard == testimony.length() {
            return self.found.clone();
        }
        let mut follows = self.follower.is_some();
        for (_, heard) in testimony.heard.iter_from(testimony.heard.first_index() + heard) {
            let news = self.account.tell(heard);
            let Some(follower) = self.follower.as_mut().filter(|_| follows) else { continue };
            match news {
                News::Call(operation) => follower.called(&self.account.history, operation),
                News::End(operation) => follows = follower.ended(&self.account.history, operation),
                News::Nothing => (),
            }
        }
        // What broke it in real time breaks it for good, and at the same place.
        let is_broken = self.found.is_some() && guarantee.property == Property::Linearizable;
        if !follows && !is_broken && testimony.length() >= self.rests_until {
            self.judge_all(testimony, guarantee);
        }
        self.found.clone()
    }

    fn judge_all(&mut self, testimony: &Testimony, guarantee: &Guarantee) {
        let history = &self.account.history;
        self.follower = None;
        self.found = None;
        self.rests_until = 0;
        let Some(verdict) = Testimony::verdict(history, guarantee) else { return };
        if verdict.ruling == Ruling::Unknown {
            self.rests_until = testimony.length() / 2 * 3;
        }
        if verdict.ruling == Ruling::Holds {
            let follower = models::follow(guarantee.model, &guarantee.premises, guarantee.property);
            self.follower = follower.and_then(|mut it| it.begin(history, &verdict.orders).then_some(it));
        }
        self.found = testimony.contradiction(history, verdict);
    }
}

/// Why no order explains what clients saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub at: Position,
    pub says: String,
    pub client: NodeId,
    pub process: Option<String>,
}

/// Who asks: the client, or `n1 t1` where it has several processes that do.
pub fn row_name(client: &str, process: Option<&str>) -> String {
    process.map_or_else(|| client.to_owned(), |process| format!("{client} {process}"))
}

/// Configurations that a look may cost: what takes longer stays unknown.
const EFFORT: u64 = 200_000;

impl Testimony {
    pub fn called(&mut self, when: When, which: Which, words: String, said: Option<Said>) {
        self.hear(when, which, What::Call(said), words);
    }

    pub fn answered(&mut self, when: When, which: Which, words: String, said: Option<Said>) {
        self.answers += u64::from(said.is_some());
        self.hear(when, which, What::Return(said), words);
    }

    pub fn refused(&mut self, when: When, which: Which, why: &str) {
        self.hear(when, which, What::Refusal, why.to_owned());
    }

    pub fn given_up(&mut self, when: When, which: Which, why: &str) {
        self.hear(when, which, What::GivingUp, why.to_owned());
    }

    pub fn crashed(&mut self, client: NodeId) {
        *self.lives.entry(client).or_default() += 1;
    }

    fn hear(&mut self, when: When, which: Which, what: What, words: String) {
        let Which { operation, process } = which;
        let life = self.lives.get(&operation.client).copied().unwrap_or_default();
        self.heard.push(Heard { at: when.at, entry: when.entry, operation, process, life, what, words });
    }

    /// How many answers there are to judge.
    pub fn answers(&self) -> u64 {
        self.answers
    }

    /// Calls and returns so far: while it is the same, so is the verdict.
    pub fn length(&self) -> u64 {
        self.heard.len()
    }

    fn account(&self) -> Account {
        let mut account = Account::default();
        for (_, heard) in self.heard.iter() {
            account.tell(heard);
        }
        account
    }

    fn verdict(history: &History, guarantee: &Guarantee) -> Option<Verdict> {
        let goes_on = &mut |tried| tried < EFFORT;
        // What a system says of itself is understood by the model that it names.
        models::judge(history, guarantee.model, &guarantee.premises, guarantee.property, goes_on).ok()
    }

    /// The call or return with which a prefix ends.
    fn end_of(&self, prefix: EventNumber) -> Option<&Heard> {
        self.heard.get(self.heard.first_index() + u64::from(prefix.saturating_sub(1)))
    }

    fn contradiction(&self, history: &History, verdict: Verdict) -> Option<Contradiction> {
        let illegal = verdict.illegal.filter(|_| verdict.ruling == Ruling::Violated)?;
        let operation = &history.operations[illegal.operation as usize];
        let heard = self.end_of(illegal.prefix)?;
        let answer = match &operation.outcome {
            history::Outcome::Done { value, .. } => format!("{} {value}", operation.function),
            _ => operation.function.to_string(),
        };
        Some(Contradiction {
            at: heard.at,
            says: format!("no order of all operations explains {answer}"),
            client: heard.operation.client,
            process: heard.process.clone(),
        })
    }

    /// All of it, judged by what clients are promised.
    pub fn hearing(&self, guarantee: Option<&Guarantee>, name: impl Fn(NodeId) -> String) -> Hearing {
        let mut hearing = Hearing { heard: self.length(), ..Hearing::default() };
        let mut open: BTreeMap<OperationId, (usize, u32)> = BTreeMap::new();
        let mut rows: Vec<(NodeId, Option<&str>)> = self.heard.iter().map(|(_, heard)| heard.who()).collect();
        sort(&mut rows);
        rows.dedup();
        for (_, heard) in self.heard.iter() {
            let outcome = match &heard.what {
                What::Call(_) => {
                    open.insert(heard.operation, (hearing.operations.len(), heard.life));
                    let row = rows.partition_point(|&who| who < heard.who());
                    hearing.operations.push(Told {
                        row: row as u32,
                        asked: heard.words.clone(),
                        answered: String::new(),
                        outcome: Outcome::Pending,
                        called: heard.at,
                        ended: None,
                        entry: heard.entry,
                    });
                    continue;
                }
                What::Return(_) => Outcome::Done,
                What::Refusal => Outcome::Refused,
                What::GivingUp => Outcome::Unknown,
            };
            if let Some((index, _)) = open.remove(&heard.operation) {
                let told = &mut hearing.operations[index];
                (told.outcome, told.ended) = (outcome, Some(heard.at));
                told.answered.clone_from(&heard.words);
                told.entry = heard.entry;
            }
        }
        for (operation, (index, life)) in open {
            if self.lives.get(&operation.client).is_some_and(|&now| now > life) {
                // Whoever asked is gone.
                hearing.operations[index].outcome = Outcome::Unknown;
            }
        }
        let row = |(client, process)| Row { name: row_name(&name(client), process), node: Some(client) };
        hearing.rows = rows.into_iter().map(row).collect();
        hearing.judgement = guarantee.and_then(|guarantee| self.judgement(guarantee));
        hearing
    }

    fn judgement(&self, guarantee: &Guarantee) -> Option<Judgement> {
        let Account { history, calls, .. } = self.account();
        let verdict = Testimony::verdict(&history, guarantee)?;
        let end = |prefix| Some(self.end_of(prefix)?.at);
        Some(Judgement::of(verdict, guarantee.model, guarantee.property, end, |operation| calls[operation as usize]))
    }
}

#[cfg(all(test, feature = "search"))]
mod tests {
    use super::*;
    use crate::judges::history::{Entry, Phase};
    use crate::judges::models::{Kind, Premises};
    use crate::judges::value::Value;
    use crate::lab::bench::histories::Run;
    use crate::lab::bench::live::hear;

    #[test]
    fn after_a_look_that_took_too_long_it_rests() {
        // What a queue gave in a wrong order is not refuted with reasonable effort where real time does not count and values are
        // put more than once.
        let run = Run { kind: Kind::Queue, clients: 10, operations: 400, unknown: 0, size: 5 };
        let mut entries = run.entries(1);
        for entry in &mut entries {
            entry.value = entry.value.as_int().map_or(Value::Nil, |number| Value::Int(number % 7));
        }
        let gave = |entry: &Entry| entry.phase == Phase::Ok && &*entry.function == "dequeue" && !entry.value.is_nil();
        let gives: Vec<usize> = (0..entries.len()).filter(|at| gave(&entries[*at])).collect();
        let (one, other) = (gives[10], gives[60]);
        assert_ne!(entries[one].value, entries[other].value);
        let value = entries[one].value.clone();
        entries[one].value = std::mem::replace(&mut entries[other].value, value);
        let property = Property::SequentiallyConsistent;
        let guarantee = Guarantee { model: run.kind, property, premises: Premises::default() };
        let (mut testimony, mut watch) = (Testimony::default(), Watch::default());
        entries.iter().zip(0..).for_each(|(entry, at)| hear(&mut testimony, entry, at));
        let heard = testimony.length();
        assert_eq!(watch.contradiction(&testimony, &guarantee), None);
        assert_eq!(watch.rests_until, heard / 2 * 3);
        let more = |phase| Entry { phase, ..entries[0].clone() };
        let mut looks = 0;
        while testimony.length() <= heard / 2 * 3 {
            for phase in [Phase::Invoke, Phase::Ok] {
                hear(&mut testimony, &more(phase), 0);
                let before = watch.rests_until;
                watch.contradiction(&testimony, &guarantee);
                looks += u32::from(watch.rests_until != before);
            }
        }
        assert_eq!(looks, 1, "half as long again");
    }
}
