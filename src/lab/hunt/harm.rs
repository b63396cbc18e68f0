//! What can break, and how each is drawn. A seed draws which of these exist in its run, and how often each comes.

use super::plan::Part;
use super::stage::Stage;
use crate::lab::command::{Command, Pick};
use crate::sim::dice::Dice;
use crate::sim::{Crash, Span};

/// Commands, each with how long after the harm it is given.
pub type Drawn = Vec<(Span, Part, Command)>;

type Draw = fn(&Stage, &mut Dice) -> Drawn;

/// Kinds of harm, with their weight in a run where they exist.
pub const HARMS: &[(u64, Draw)] = &[
    (4, crash),
    (3, crash_before),
    (2, all_down),
    (6, rolling),
    (3, pause),
    (3, pause_before),
    (3, cut),
    (2, isolate),
    (2, partition),
    (2, reset),
    (2, slow),
    (1, lossy),
    (2, narrow),
    (1, hold),
    (2, slow_disk),
    (1, clock),
    (4, order),
];

const SOON: Span = Span::millis(1);

/// How long something stays broken: a moment, or past any time-out.
fn a_while(dice: &mut Dice) -> Span {
    dice.span(SOON, Span::seconds(16))
}

fn harm(command: Command) -> Drawn {
    vec![(Span::ZERO, Part::Harm, command)]
}

/// With what mends it, as a rule.
fn mended(command: Command, relief: impl IntoIterator<Item = Command>, dice: &mut Dice) -> Drawn {
    let mut drawn = harm(command);
    if dice.chance(85) {
        let after = a_while(dice);
        drawn.extend(relief.into_iter().map(|command| (after, Part::Relief, command)));
    }
    drawn
}

fn how(dice: &mut Dice) -> Crash {
    *dice.one_of(&[Crash::Process, Crash::Power, Crash::Power, Crash::Torn])
}

/// Those whom a pick may turn out to be.
fn candidates(stage: &Stage, node: &Pick) -> Vec<Pick> {
    if stage.everyone().contains(node) { vec![node.clone()] } else { stage.servers.clone() }
}

fn restarts(stage: &Stage, node: &Pick) -> Vec<Command> {
    candidates(stage, node).into_iter().map(|node| Command::Restart { node }).collect()
}

fn resumes(stage: &Stage, node: &Pick) -> Vec<Command> {
    candidates(stage, node).into_iter().map(|node| Command::Resume { node }).collect()
}

fn crash(stage: &Stage, dice: &mut Dice) -> Drawn {
    let node = stage.victim(dice);
    let relief = restarts(stage, &node);
    mended(Command::Crash { node, how: how(dice) }, relief, dice)
}

/// The next of its kind, mostly.
fn nth(dice: &mut Dice) -> u32 {
    *dice.one_of(&[1, 1, 1, 2, 3, 4])
}

fn crash_before(stage: &Stage, dice: &mut Dice) -> Drawn {
    let node = stage.victim(dice);
    let relief = restarts(stage, &node);
    let before = stage.effect(dice);
    mended(Command::Arm { node, pause: false, how: how(dice), before, nth: nth(dice) }, relief, dice)
}

/// The power goes everywhere, and comes back for one after the other.
fn all_down(stage: &Stage, dice: &mut Dice) -> Drawn {
    let how = how(dice);
    let crashes = stage.servers.iter().map(|node| (Span::ZERO, Part::Harm, Command::Crash { node: node.clone(), how }));
    let mut drawn: Drawn = crashes.collect();
    for node in &stage.servers {
        if dice.chance(85) {
            drawn.push((a_while(dice), Part::Relief, Command::Restart { node: node.clone() }));
        }
    }
    drawn
}

/// One server after the other goes down and comes back, as when all are upgraded; the next mostly goes before the one
/// before it is back. Whoever comes back may be struck again while it catches up, or whoever it learns from.
fn rolling(stage: &Stage, dice: &mut Dice) -> Drawn {
    let how = how(dice);
    let away = dice.span(Span::millis(100), Span::seconds(8));
    let mut waiting = stage.servers.clone();
    let mut drawn = Drawn::new();
    let mut at = Span::ZERO;
    while !waiting.is_empty() {
        let node = waiting.remove(dice.below(waiting.len() as u64) as usize);
        let back = at + away;
        drawn.push((at, Part::Harm, Command::Crash { node: node.clone(), how }));
        drawn.push((back, Part::Relief, Command::Restart { node: node.clone() }));
        if dice.chance(50) {
            let struck = if dice.chance(70) { node } else { Pick("leader".to_owned()) };
            let again = restarts(stage, &struck);
            let before = stage.effect(dice);
            drawn.push((back, Part::Harm, Command::Arm { node: struck, pause: false, how, before, nth: nth(dice) }));
            drawn.extend(again.into_iter().map(|restart| (back + away, Part::Relief, restart)));
        }
        let apart = dice.span(SOON, away);
        at = if dice.chance(70) { Span(back.0.saturating_sub(apart.0)) } else { back + apart };
    }
    drawn
}

fn pause(stage: &Stage, dice: &mut Dice) -> Drawn {
    let node = stage.victim(dice);
    let relief = resumes(stage, &node);
    mended(Command::Pause { node }, relief, dice)
}

fn pause_before(stage: &Stage, dice: &mut Dice) -> Drawn {
    let node = stage.victim(dice);
    let relief = resumes(stage, &node);
    let before = stage.effect(dice);
    mended(Command::Arm { node, pause: true, how: Crash::Process, before, nth: nth(dice) }, relief, dice)
}

fn cut(stage: &Stage, dice: &mut Dice) -> Drawn {
    let link = stage.link(dice);
    mended(Command::Cut(link.clone()), [Command::Mend(link)], dice)
}

fn isolate(stage: &Stage, dice: &mut Dice) -> Drawn {
    let node = stage.victim(dice);
    let relief = candidates(stage, &node).into_iter().map(|node| Command::Rejoin { node }).collect::<Vec<_>>();
    mended(Command::Isolate { node }, relief, dice)
}

fn partition(stage: &Stage, dice: &mut Dice) -> Drawn {
    let (one, other): (Vec<Pick>, Vec<Pick>) = stage.everyone().into_iter().partition(|_| dice.chance(50));
    if one.is_empty() || other.is_empty() {
        return Drawn::new();
    }
    mended(Command::Partition(vec![one, other]), [Command::Heal], dice)
}

fn reset(stage: &Stage, dice: &mut Dice) -> Drawn {
    let link = stage.link(dice);
    harm(Command::Reset { a: link.a, b: link.b })
}

fn slow(stage: &Stage, dice: &mut Dice) -> Drawn {
    let link = stage.link(dice);
    let by = dice.span(SOON, Span::seconds(4));
    mended(Command::Slow { link: link.clone(), by }, [Command::Slow { link, by: Span::ZERO }], dice)
}

fn lossy(stage: &Stage, dice: &mut Dice) -> Drawn {
    let link = stage.link(dice);
    let percent = 10 + dice.below(90) as u8;
    if dice.chance(50) {
        mended(Command::Lose { link: link.clone(), percent }, [Command::Lose { link, percent: 0 }], dice)
    } else {
        mended(Command::Double { link: link.clone(), percent }, [Command::Double { link, percent: 0 }], dice)
    }
}

/// Mended with all else: a narrow link is so for long.
fn narrow(stage: &Stage, dice: &mut Dice) -> Drawn {
    let link = stage.link(dice);
    let bandwidth = dice.magnitude(500, 50_000);
    let as_before = Command::Narrow { link: link.clone(), bandwidth: Some(1 << 40) };
    mended(Command::Narrow { link, bandwidth: Some(bandwidth) }, [as_before], dice)
}

fn hold(stage: &Stage, dice: &mut Dice) -> Drawn {
    let link = stage.link(dice);
    mended(Command::Hold(Some(link.clone())), [Command::Release(Some(link))], dice)
}

fn slow_disk(stage: &Stage, dice: &mut Dice) -> Drawn {
    let node = stage.victim(dice);
    let by = dice.span(SOON, Span::seconds(4));
    let relief = candidates(stage, &node).into_iter().map(|node| Command::SlowDisk { node, by: Span::ZERO });
    mended(Command::SlowDisk { node: node.clone(), by }, relief.collect::<Vec<_>>(), dice)
}

fn clock(stage: &Stage, dice: &mut Dice) -> Drawn {
    let node = stage.anyone(dice);
    let faster = dice.chance(50);
    if dice.chance(50) {
        let by = dice.span(SOON, Span::seconds(60)).0 as i64;
        harm(Command::StepClock { node, by_micros: if faster { by } else { -by } })
    } else {
        let ppm = if faster { dice.magnitude(100, 2_000_000) as i32 } else { -(dice.magnitude(100, 800_000) as i32) };
        mended(Command::SkewClock { node: node.clone(), ppm }, [Command::SkewClock { node, ppm: 0 }], dice)
    }
}

/// The operator's word, where the system has one.
fn order(stage: &Stage, dice: &mut Dice) -> Drawn {
    if stage.orders.is_empty() {
        return Drawn::new();
    }
    let (node, text) = dice.one_of(&stage.orders).clone();
    vec![(Span::ZERO, Part::Ask, Command::Input { node, text })]
}
