//! What was done to the cluster, as a sentence for people: the line of script says it for the program.

use super::command::{Command, LinkPick, MessagePick, Pick};
use super::words::Line;
use crate::sim::{Crash, Span};

/// The sentence of a line that was carried out; the line itself where it has none.
pub fn deed(line: &str) -> String {
    let command = Command::parse(&mut Line::new(line));
    command.ok().and_then(|command| sentence(&command)).unwrap_or_else(|| line.to_owned())
}

fn sentence(command: &Command) -> Option<String> {
    Some(match command {
        Command::Crash { node, how: Crash::Process } => format!("{} crashes", who(node)),
        Command::Crash { node, how: Crash::Power } => format!("{} loses its power", who(node)),
        Command::Crash { node, how: Crash::Torn } => format!("{} loses its power amid a write", who(node)),
        Command::Restart { node } => format!("{} starts again", who(node)),
        Command::Pause { node } => format!("{} is paused", who(node)),
        Command::Resume { node } => format!("{} goes on after its pause", who(node)),
        Command::Isolate { node } => format!("{} is cut off from all others", who(node)),
        Command::Rejoin { node } => format!("{} is joined to all others again", who(node)),
        Command::Cut(link) => format!("{} is cut", path(link)),
        Command::Mend(link) => format!("{} is mended", path(link)),
        Command::Partition(sides) => format!("The network splits: {}", apart(sides)),
        Command::Unite(sides) => format!("The network is joined again: {}", apart(sides)),
        Command::Heal => "All faults are mended; who is down stays down".to_owned(),
        Command::Slow { link, by: Span::ZERO } => format!("{} is as quick as before", path(link)),
        Command::Slow { link, by } => format!("{} takes {by} longer", path(link)),
        Command::Lose { link, percent: 0 } => format!("{} loses nothing any more", path(link)),
        Command::Lose { link, percent } => format!("{} loses {percent} %", path(link)),
        Command::Double { link, percent: 0 } => format!("{} doubles nothing any more", path(link)),
        Command::Double { link, percent } => format!("{} doubles {percent} %", path(link)),
        Command::Narrow { link, bandwidth: None } => format!("{} is as wide as before", path(link)),
        Command::Narrow { link, bandwidth: Some(bytes) } => format!("{} carries {bytes} bytes a second", path(link)),
        Command::Reset { a, b } => format!("The connections of {} and {} are torn", who(a), who(b)),
        Command::Drop(message) => format!("{} is lost", letter(message)),
        Command::Duplicate(message) => format!("{} comes twice", letter(message)),
        Command::Deliver(message) => format!("{} is delivered", letter(message)),
        Command::Hold(None) => "Everything is held".to_owned(),
        Command::Hold(Some(link)) => format!("{} is held", path(link)),
        Command::Release(None) => "Everything moves again".to_owned(),
        Command::Release(Some(link)) => format!("{} is released", path(link)),
        Command::Fire { node, timer } => format!("{}: the timer {timer} goes off", who(node)),
        Command::Persist { node, file } => format!("{}: {file} is on the disk", who(node)),
        Command::StepClock { node, by_micros } => format!("{}'s clock is set {}", who(node), step(*by_micros)),
        Command::SkewClock { node, ppm: 0 } => format!("{}'s clock goes right again", who(node)),
        Command::SkewClock { node, ppm } => format!("{}'s clock goes {}", who(node), rate(*ppm)),
        Command::SlowDisk { node, by: Span::ZERO } => format!("{}'s disk is as quick as before", who(node)),
        Command::SlowDisk { node, by } => format!("{}'s disk takes {by} longer", who(node)),
        Command::Arm { node, pause: true, before, nth, .. } => {
            format!("{} is to pause before {}", who(node), which(before, *nth))
        }
        Command::Arm { node, before, nth, .. } => format!("{} is to crash before {}", who(node), which(before, *nth)),
        Command::Input { .. } | Command::Workload { .. } | Command::Rest { .. } | Command::Say(_) => return None,
    })
}

/// A node by its name, or by the part that it plays.
fn who(pick: &Pick) -> String {
    if Pick::looks_like_node(&pick.0) { pick.0.clone() } else { format!("the {}", pick.0) }
}

fn path(LinkPick { a, b, one_way }: &LinkPick) -> String {
    if *one_way {
        format!("The way from {} to {}", who(a), who(b))
    } else {
        format!("The link of {} and {}", who(a), who(b))
    }
}

fn letter(MessagePick { from, to, name, nth }: &MessagePick) -> String {
    format!("{} from {} to {}", which(name, *nth), who(from), who(to))
}

fn which(name: &str, nth: u32) -> String {
    if nth > 1 { format!("`{name}` #{nth}") } else { format!("`{name}`") }
}

fn apart(sides: &[Vec<Pick>]) -> String {
    let side = |side: &Vec<Pick>| side.iter().map(who).collect::<Vec<_>>().join(" ");
    sides.iter().map(side).collect::<Vec<_>>().join(" | ")
}

fn step(micros: i64) -> String {
    format!("{} by {}", if micros < 0 { "back" } else { "forward" }, Span(micros.unsigned_abs()))
}

/// Parts in a million are whole per cents in most scripts.
fn rate(ppm: i32) -> String {
    let parts = ppm.unsigned_abs();
    match (parts.is_multiple_of(10_000), ppm < 0) {
        (true, false) => format!("{} % fast", parts / 10_000),
        (true, true) => format!("{} % slow", parts / 10_000),
        (false, false) => format!("{parts} ppm fast"),
        (false, true) => format!("{parts} ppm slow"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::command::VERBS;

    #[test]
    fn what_is_done_reads_as_a_sentence() {
        for (line, sentence) in [
            ("crash leader", "the leader crashes"),
            ("cut n1 -> n3", "The way from n1 to n3 is cut"),
            ("partition n1 n2 | n3 c1", "The network splits: n1 n2 | n3 c1"),
            ("drop n1 -> n3 Append #2", "`Append` #2 from n1 to n3 is lost"),
            ("clock n2 rate -500000ppm", "n2's clock goes 50 % slow"),
            ("clock n2 +500ms", "n2's clock is set forward by 500ms"),
            ("slow n1 n2 0s", "The link of n1 and n2 is as quick as before"),
            ("c1 put x 1", "c1 put x 1"),
        ] {
            assert_eq!(deed(line), sentence);
        }
    }

    /// Whatever changes what nodes and links can do has one.
    #[test]
    fn every_fault_has_a_sentence() {
        for (_, example) in VERBS {
            let line = example.split([',', '[', '(']).next().unwrap_or_default();
            let command = Command::parse(&mut Line::new(line)).unwrap_or_else(|wrong| panic!("{line}: {wrong:?}"));
            assert_eq!(sentence(&command).is_some(), command.is_fault(), "{line}");
        }
    }
}
