//! A script as text: prose, what is run, and what is said; below `---` the transcript.
//!
//! A scenario file, a link and a recorded session are all scripts. Reading stops at the first mistake and gives its place.

use std::fmt::Write as _;

use super::command::{Command, Pick};
use super::frame::Position;
use super::wire::Problem;
use super::words::{Line, Word, Wrong};
use crate::sim::{Span, Time};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The first line of prose.
    pub title: String,
    pub system: Placed,
    pub seed: Option<u64>,
    /// Names and values.
    pub options: Vec<(Placed, Placed)>,
    pub flaws: Vec<Placed>,
    pub items: Vec<(u32, Item)>,
    /// Where a link opens, what was selected then, and what its run had come to.
    pub playhead: Option<Position>,
    pub selection: Option<String>,
    pub digest: Vec<u16>,
    /// Everything above `---`, as it was written.
    pub source: String,
    /// What stands below.
    pub transcript: String,
}

/// A word, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    pub text: String,
    line: u32,
    column: u32,
}

impl Placed {
    fn new(word: Word<'_>, line: u32) -> Placed {
        Placed { text: word.text.to_owned(), line, column: word.column }
    }

    /// What is wrong is wrong here.
    pub fn blame(&self, problem: Problem) -> Problem {
        Problem { line: self.line, column: self.column, ..problem }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Do(Command),
    Run(Span),
    At(Position),
    Until {
        condition: Condition,
        within: Span,
    },
    /// Runs on until nothing of interest happens for a second.
    Settle {
        within: Span,
    },
    Expect(Condition),
    Show {
        notes: bool,
        messages: bool,
        times: bool,
    },
}

/// Something that is so or not at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A milestone was reached this many times since the last command that waited.
    Milestone {
        name: String,
        times: u32,
    },
    Claim {
        name: String,
        holds: bool,
    },
    /// A node's label has these words in it.
    Is {
        node: Pick,
        words: String,
        so: bool,
    },
    /// The client's last operation.
    Last {
        client: Pick,
        outcome: LastOutcome,
        answer: Option<String>,
    },
    Leader {
        node: Pick,
    },
    NoLeader,
    Kept(u32),
    Lost(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastOutcome {
    Done,
    Refused,
    Unknown,
    Pending,
    /// It has ended, in whatever way.
    Idle,
}

/// How long `until` and `settle` wait unless told.
const PATIENCE: Span = Span::seconds(60);

const ITEM_WORDS: &[&str] = &[
    "system", "seed", "option", "flaw", "run", "at", "until", "settle", "expect", "show", "playhead", "select",
    "digest",
];

/// How many short digests a link carries: each costs its reader a seek.
pub const DIGESTS: usize = 16;

/// The longest script that is read at all.
pub const LONGEST: usize = 1 << 20;

impl Script {
    /// # Errors
    /// The first mistake, with line, column and a hint.
    pub fn parse(text: &str) -> Result<Script, Problem> {
        if text.len() > LONGEST {
            return Err(Problem {
                message: "this script is longer than a million characters".to_owned(),
                hint: "split it into several".to_owned(),
                ..Problem::default()
            });
        }
        let mut script = Script::default();
        let mut in_transcript = false;
        for (index, raw) in text.lines().enumerate() {
            let number = index as u32 + 1;
            if in_transcript {
                script.transcript.push_str(raw);
                script.transcript.push('\n');
                continue;
            }
            if raw.trim_end() == "---" {
                in_transcript = true;
                continue;
            }
            script.source.push_str(raw.trim_end());
            script.source.push('\n');
            let trimmed = raw.trim();
            if let Some(prose) = trimmed.strip_prefix('#') {
                if script.title.is_empty() {
                    script.title = prose.trim().to_owned();
                }
            } else if !trimmed.is_empty() {
                script.read(raw, number).map_err(|wrong| wrong.at_line(number))?;
            }
        }
        if script.system.text.is_empty() {
            return Err(Problem {
                line: 1,
                column: 1,
                message: "the script does not say what to run".to_owned(),
                hint: "begin with a line such as: system replication".to_owned(),
            });
        }
        Ok(script)
    }

    fn read(&mut self, raw: &str, number: u32) -> Result<(), Wrong> {
        let mut line = Line::new(raw);
        let first = line.clone().word("a command")?;
        if !ITEM_WORDS.contains(&first.text) {
            let command = Command::parse(&mut line).map_err(|wrong| widen(wrong, first.text))?;
            self.items.push((number, Item::Do(command)));
            return Ok(());
        }
        line.word("")?;
        match first.text {
            "system" => self.system = Placed::new(line.word("a system's name")?, number),
            "seed" => self.seed = Some(line.number("a seed", 0, u64::MAX)?),
            "option" => {
                let name = line.word("an option's name")?;
                let value = line.word("its value")?;
                self.options.push((Placed::new(name, number), Placed::new(value, number)));
            }
            "flaw" => {
                self.flaws.push(Placed::new(line.word("a flaw's name")?, number));
                line.skip("on");
            }
            "playhead" => self.playhead = Some(position(&mut line)?),
            "select" => self.selection = Some(line.rest("what is selected")?.to_owned()),
            "digest" => {
                while !line.is_at_end() {
                    let word = line.word("")?;
                    if self.digest.len() == DIGESTS {
                        let hint = "copy it again, the whole of it";
                        return Err(line.wrong(word, &format!("a link has {DIGESTS} digests at most"), hint));
                    }
                    let digest = u16::from_str_radix(word.text, 16);
                    self.digest
                        .push(digest.map_err(|_| line.wrong(word, "that is no digest", "four hexadecimal digits"))?);
                }
            }
            "run" => self.items.push((number, Item::Run(line.span("how long")?))),
            "at" => self.items.push((number, Item::At(position(&mut line)?))),
            "settle" => {
                let within = within(&mut line)?;
                self.items.push((number, Item::Settle { within }));
            }
            "show" => {
                let item = parse_show(&mut line)?;
                self.items.push((number, item));
            }
            _ => {
                let waits = first.text == "until";
                let (words, patience) = split_within(&mut line, waits)?;
                let condition = Condition::parse(&line, words)?;
                let item = if waits { Item::Until { condition, within: patience } } else { Item::Expect(condition) };
                self.items.push((number, item));
            }
        }
        line.end()
    }
}

/// An unknown first word may have been meant for a script's own words as well as for a command.
fn widen(wrong: Wrong, first: &str) -> Wrong {
    if !wrong.message.ends_with("is no command") {
        return wrong;
    }
    let known = ITEM_WORDS.iter().copied().chain(super::command::VERBS.iter().map(|(name, _)| *name));
    let hint = super::words::nearest(first, known);
    Wrong { hint, ..wrong }
}

fn position(line: &mut Line<'_>) -> Result<Position, Wrong> {
    let time = Time::ZERO + line.span("a time, such as 2.5s")?;
    let k = match line.peek() {
        Some(word) if word.text.starts_with('#') => {
            line.word("")?;
            word.text[1..]
                .parse::<u32>()
                .map_err(|_| line.wrong(word, "that is not a count of events", "write #3 for after three events"))?
        }
        _ => 0,
    };
    Ok(Position { time, k })
}

fn within(line: &mut Line<'_>) -> Result<Span, Wrong> {
    if line.skip("within") { line.span("how long at most") } else { Ok(PATIENCE) }
}

fn parse_show(line: &mut Line<'_>) -> Result<Item, Wrong> {
    let (mut notes, mut messages, mut times) = (false, false, false);
    while !line.is_at_end() {
        let word = line.word("")?;
        match word.text {
            "notes" => notes = true,
            "messages" => messages = true,
            "times" => times = true,
            "nothing" => {}
            _ => {
                return Err(line.unknown(word, "thing to show", ["notes", "messages", "times", "nothing"].into_iter()));
            }
        }
    }
    Ok(Item::Show { notes, messages, times })
}

/// The words of a condition, and the patience after `within`.
fn split_within<'a>(line: &mut Line<'a>, waits: bool) -> Result<(Vec<Word<'a>>, Span), Wrong> {
    let mut words = vec![line.word("a condition")?];
    while !line.is_at_end() {
        if waits && line.skip("within") {
            return Ok((words, line.span("how long at most")?));
        }
        words.push(line.word("")?);
    }
    Ok((words, PATIENCE))
}

impl Condition {
    /// Reads a condition that stands alone.
    ///
    /// # Errors
    /// What is wrong, with its column.
    pub fn read(text: &str) -> Result<Condition, Wrong> {
        let mut line = Line::new(text);
        let mut words = Vec::new();
        while let Some(word) = line.peek() {
            words.push(word);
            line.word("a condition")?;
        }
        Condition::parse(&line, words)
    }

    fn parse(line: &Line<'_>, words: Vec<Word<'_>>) -> Result<Condition, Wrong> {
        let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
        let count = |index: usize| match texts.get(index).map(|text| text.parse::<u32>()) {
            Some(Ok(n)) => Ok(n),
            _ => {
                Err(line.wrong_maybe(words.get(index).copied(), "a number should stand here", "such as: expect lost 1"))
            }
        };
        Ok(match texts.as_slice() {
            [name, verdict @ ("holds" | "violated")] => {
                Condition::Claim { name: (*name).to_owned(), holds: *verdict == "holds" }
            }
            ["no", "leader"] => Condition::NoLeader,
            ["leader", node] => Condition::Leader { node: Pick((*node).to_owned()) },
            ["kept", _] => Condition::Kept(count(1)?),
            ["lost", _] => Condition::Lost(count(1)?),
            [node, "is", "not", rest @ ..] if Pick::looks_like_node(node) && !rest.is_empty() => {
                Condition::Is { node: Pick((*node).to_owned()), words: rest.join(" "), so: false }
            }
            [node, "is", rest @ ..] if Pick::looks_like_node(node) && !rest.is_empty() => {
                Condition::Is { node: Pick((*node).to_owned()), words: rest.join(" "), so: true }
            }
            [client, outcome, rest @ ..] if Pick::looks_like_node(client) => {
                let outcome = match *outcome {
                    "done" => LastOutcome::Done,
                    "refused" => LastOutcome::Refused,
                    "unknown" => LastOutcome::Unknown,
                    "pending" => LastOutcome::Pending,
                    "idle" => LastOutcome::Idle,
                    _ => {
                        let known = ["done", "refused", "unknown", "pending", "idle", "is"];
                        return Err(line.unknown(words[1], "outcome", known.into_iter()));
                    }
                };
                let answer = (!rest.is_empty()).then(|| rest.join(" "));
                Condition::Last { client: Pick((*client).to_owned()), outcome, answer }
            }
            _ => {
                let times = texts.last().and_then(|text| text.strip_prefix('x')).and_then(|n| n.parse::<u32>().ok());
                let name = if times.is_some() { texts[..texts.len() - 1].join(" ") } else { texts.join(" ") };
                Condition::Milestone { name, times: times.unwrap_or(1).max(1) }
            }
        })
    }
}

impl Position {
    /// As a script writes it: `2.5s #3`.
    pub fn words(self) -> String {
        let mut text = Span(self.time.0).to_string();
        if self.k > 0 {
            let _ = write!(text, " #{}", self.k);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Command {
        let command = Command::parse(&mut Line::new(line)).unwrap_or_else(|wrong| panic!("{line}: {wrong:?}"));
        assert_eq!(command.to_string(), line);
        command
    }

    #[test]
    fn commands_read_back_as_written() {
        for line in [
            "crash n2",
            "crash n2 power",
            "crash primary torn",
            "crash n2 before Commit",
            "crash n2 power before write",
            "pause n2",
            "pause n2 before Append",
            "crash n2 torn before Append #3",
            "restart n2",
            "resume n2",
            "isolate n3",
            "rejoin n3",
            "cut n1 n3",
            "cut n1 -> n3",
            "mend n1 -> n3",
            "partition n1 n2 | n3 | c1",
            "mend n1 n2 | n3 | c1",
            "heal",
            "slow n1 n2 20ms",
            "slow n1 -> n2 1.5s",
            "lose n1 n2 30%",
            "double n1 -> n2 100%",
            "narrow n1 n2 5000",
            "narrow n1 -> n2 off",
            "reset n1 n2",
            "drop n1 -> n3 Ack",
            "duplicate n1 -> n3 Ack #2",
            "hold",
            "hold n1 -> n3",
            "release",
            "release n1 n3",
            "deliver n1 -> n3 Ack #2",
            "fire n2 election",
            "persist n2 log",
            "clock n2 +500ms",
            "clock n2 -2s",
            "clock n2 rate -200ppm",
            "slow-disk n2 200ms",
            "c1 put x 1",
            "n2 promote",
            "workload c1 writes every 2s",
            "workload c1 writes every 2s until 30s",
            "rest c1",
            "say \"the primary is cut off\"",
        ] {
            check(line);
        }
    }

    #[test]
    fn mistakes_have_a_place_and_a_hint() {
        let cases = [
            ("system x\ncrsh n2", 2, 1, "did you mean crash?"),
            ("system x\n  untl ready", 2, 3, "did you mean until?"),
            ("system x\nslow n1 n2 fast", 2, 12, "write a number and us, ms, s or min: 200ms, 1.5s"),
            ("crash n1", 1, 1, "begin with a line such as: system replication"),
            ("system x\ncut n1", 2, 7, ""),
            ("system x\nheal now", 2, 6, "one command a line"),
            ("system x\nlose n1 n2 101%", 2, 12, "write a whole number from 0% to 100%"),
            ("system x\npartition n1 n2", 2, 16, "write partition n1 n2 | n3"),
            ("system x\nexpect c1 dun", 2, 11, "did you mean done?"),
            ("system x\npartition n1 n2 | n2 n3", 2, 19, "name each node once"),
            ("system x\nmend n1 n2 | n2", 2, 14, "name each node once"),
            ("system x\nslow n1 n2 18446744073709551615us", 2, 12, "a thousand days at most: 1440000min"),
            ("system x\nclock n1 -1440001min", 2, 10, "a thousand days at most: 1440000min"),
            (&format!("system x\ndigest{}", " 0f0f".repeat(17)), 2, 88, "copy it again, the whole of it"),
        ];
        for (text, line, column, hint) in cases {
            let problem = Script::parse(text).expect_err(text);
            assert_eq!(
                (problem.line, problem.column, problem.hint.as_str()),
                (line, column, hint),
                "{text}: {problem:?}"
            );
        }
    }

    #[test]
    fn a_script_keeps_its_source_and_its_transcript() {
        let text = "# Title\n# more\nsystem x\nseed 7\nat 2.5s #3\ncrash n1\n---\nn1 down\n";
        let script = Script::parse(text).expect("reads");
        assert_eq!((script.title.as_str(), script.seed), ("Title", Some(7)));
        assert_eq!(script.items.len(), 2);
        assert_eq!(format!("{}---\n{}", script.source, script.transcript), text);
    }
}
