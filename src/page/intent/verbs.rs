//! What can be done with a selection, and which key and icon a verb has: by the command that it stands for.

use crate::lab::frame::{Frame, Health, Verb};
use crate::page::stage::hand::severance;
use crate::page::state::group::Group;
use crate::page::state::selection::{Selection, name};
use crate::page::words::Words;
use crate::sorting::sorted_by_key;

/// What can be done with a selection now.
pub fn of(frame: &Frame, selection: Selection, words: &Words) -> Vec<Verb> {
    let found = match selection {
        Selection::Node(id) => frame.nodes.get(usize::from(id.0)).map(|node| &node.verbs),
        Selection::Link(a, b) => frame.links.iter().find(|link| (link.a, link.b) == (a, b)).map(|link| &link.verbs),
        Selection::Flight(number) => {
            frame.flights.iter().find(|flight| flight.number == number).map(|flight| &flight.verbs)
        }
        Selection::Operation(_) => None,
        Selection::Group(group) => return of_group(frame, group, words),
    };
    found.cloned().unwrap_or_default()
}

fn of_group(frame: &Frame, group: Group, words: &Words) -> Vec<Verb> {
    let each = |command: &str, fits: fn(Health) -> bool| {
        let fitting =
            group.iter().filter(|id| frame.nodes.get(usize::from(id.0)).is_some_and(|node| fits(node.health)));
        fitting.map(|id| format!("{command} {}", name(frame, id))).collect::<Vec<_>>().join("\n")
    };
    let verb = |word: &str, line: String, why: &str| {
        let refused = line.is_empty().then(|| why.to_owned());
        Verb { word: word.to_owned(), line, refused, primary: true }
    };
    let is_down = |health: Health| health.is_down();
    let all = |fits: fn(Health) -> bool| {
        group.iter().all(|id| frame.nodes.get(usize::from(id.0)).is_some_and(|node| fits(node.health)))
    };
    let mut verbs =
        vec![verb(words.separate, severance::separate(frame, group).unwrap_or_default(), words.nobody_else)];
    verbs.push(if all(is_down) {
        verb(words.restart_all, each("restart", is_down), "")
    } else {
        verb(words.crash_all, each("crash", |health| matches!(health, Health::Up | Health::Paused)), words.all_down)
    });
    verbs.push(if all(|health| health == Health::Paused) {
        verb(words.resume_all, each("resume", |health| health == Health::Paused), "")
    } else {
        verb(words.pause_all, each("pause", |health| health == Health::Up), words.all_down)
    });
    verbs
}

/// The command's first word: `crash` of `crash n2`.
pub fn command(verb: &Verb) -> &str {
    verb.line.split(' ').next().unwrap_or_default()
}

/// The keys that perform it while its object is selected, the one that it shows first.
fn keys(verb: &Verb) -> &'static [&'static str] {
    let words = verb.line.lines().next().unwrap_or_default().split(' ').count();
    match command(verb) {
        // The plain form alone: `crash n2 power` and `cut n1 -> n3` have no key of their own.
        "crash" | "restart" if words == 2 => &["K"],
        "pause" | "resume" if words == 2 => &["Z"],
        "isolate" | "rejoin" if words == 2 => &["I"],
        "cut" | "mend" if words == 3 => &["X"],
        // What isolating is for one.
        "partition" => &["X", "I"],
        _ => &[],
    }
}

pub fn key(verb: &Verb) -> Option<&'static str> {
    keys(verb).first().copied()
}

pub fn icon(verb: &Verb) -> &'static str {
    match command(verb) {
        "crash" => "cross",
        "restart" | "resume" => "play",
        "pause" => "pause",
        "isolate" => "target",
        "cut" => "scissors",
        "partition" => "separate",
        "mend" | "heal" | "rejoin" => "mend",
        "drop" => "cross",
        "deliver" => "forward",
        _ => "dot",
    }
}

/// The verb that a key performs, allowed or not.
pub fn by_key<'a>(verbs: &'a [Verb], pressed: &str) -> Option<&'a Verb> {
    let fitting = || verbs.iter().filter(|verb| keys(verb).iter().any(|key| key.eq_ignore_ascii_case(pressed)));
    fitting().find(|verb| verb.refused.is_none()).or_else(|| fitting().next())
}

/// The first four, and the rest under "more".
pub fn split(verbs: &[Verb]) -> (Vec<Verb>, Vec<Verb>) {
    let (mut first, mut rest): (Vec<Verb>, Vec<Verb>) = verbs.iter().cloned().partition(|verb| verb.primary);
    if first.len() > 4 {
        // What cannot be done now gives way.
        first = sorted_by_key(first, |verb| verb.refused.is_some());
        rest.splice(0..0, first.split_off(4));
    }
    (first, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verb(line: &str, refused: bool) -> Verb {
        let refused = refused.then(|| "not now".to_string());
        Verb { word: line.into(), line: line.into(), refused, primary: true }
    }

    #[test]
    fn a_key_prefers_what_can_be_done() {
        let verbs = [verb("crash n1", true), verb("restart n1", false)];
        assert_eq!(by_key(&verbs, "k").unwrap().line, "restart n1");
        assert_eq!(by_key(&verbs[..1], "k").unwrap().line, "crash n1");
        assert!(by_key(&verbs, "q").is_none());
    }

    #[test]
    fn only_plain_forms_have_a_key() {
        assert!(by_key(&[verb("cut n1 -> n3", false)], "x").is_none());
        assert!(by_key(&[verb("crash n1 power", false)], "k").is_none());
    }

    #[test]
    fn at_most_four_come_first() {
        let verbs: Vec<Verb> = (0..6).map(|i| verb(&format!("v{i}"), false)).collect();
        let (first, rest) = split(&verbs);
        assert_eq!((first.len(), rest.len()), (4, 2));
        assert_eq!(rest[0].line, "v4");
    }
}
