//! A whole protocol under load, how long a crashed leader is missed, and how many states a search visits.

use super::{Clock, Figure, Unit};
use crate::lab::catalog::{self, Keep, Settings};
use crate::lab::explore::Limits;
use crate::lab::play::{self, Played};
use crate::lab::script::Script;
use crate::sim::Span;
use crate::sim::random::{below, fold};

const LEADER_BASED: &str = "zab";
const COUNTED: &str = "two_phase_commit";

pub(super) fn figures(clock: Clock<'_>) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(load(clock));
    figures.extend(leaderless());
    figures.extend(searches(clock));
    figures
}

fn played(system: &str, lines: &str, seed: u64) -> Option<Played> {
    let script = Script::parse(&format!("system {system}\nseed {seed}\n{lines}")).ok()?;
    play::play(&script, Keep::default()).ok().filter(Played::ok)
}

/// Five servers, all synchronized; two clients who write every two milliseconds.
fn load(clock: Clock<'_>) -> Vec<Figure> {
    const SPAN: Span = Span::seconds(20);
    let lines =
        "option jitter on\nuntil synced x4\nworkload c1 writes every 2ms\nworkload c2 writes every 2ms\nrun 1s\n";
    let Some(Played { mut engine, .. }) = played(LEADER_BASED, lines, 1) else { return Vec::new() };
    let (end, events, began) = (engine.position().time + SPAN, engine.events(), clock());
    while engine.next().is_some_and(|next| next <= end) && engine.step() {}
    let took = (clock() - began).max(1);
    let events = engine.events() - events;
    vec![
        Figure {
            name: "Zab, 5 servers, 1,000 writes a second",
            value: events * 1_000_000 / took,
            unit: Unit::PerSecond,
        },
        Figure { name: "… virtual time against real time", value: SPAN.0 / took, unit: Unit::Times },
    ]
}

/// From a leader's death to the next establishment, over many seeds, at moments spread over a tick.
fn leaderless() -> Vec<Figure> {
    const SEEDS: u64 = 200;
    let dies = [
        "process dies: least",
        "process dies: a tenth below",
        "process dies: median",
        "process dies: a tenth above",
        "process dies: most",
    ];
    let goes = [
        "power goes: least",
        "power goes: a tenth below",
        "power goes: median",
        "power goes: a tenth above",
        "power goes: most",
    ];
    let Ok(system) = catalog::find(LEADER_BASED) else { return Vec::new() };
    let defaults = Settings::defaults(system.options());
    let (finalize, tick) = (defaults.span("finalize_wait"), defaults.span("tick_time"));
    let silence = tick.times(defaults.number("sync_limit"));
    let mut figures = leaderless_by("crash leader", SEEDS, dies);
    figures
        .push(Figure { name: "… implied: finalize_wait, and messages", value: finalize.0, unit: Unit::VirtualTime });
    figures.extend(leaderless_by("crash leader power", SEEDS, goes));
    let implied = Span(silence.0 + finalize.0);
    figures.push(Figure {
        name: "… implied: syncLimit ticks, finalize_wait",
        value: implied.0,
        unit: Unit::VirtualTime,
    });
    figures
}

fn leaderless_by(crash: &str, seeds: u64, names: [&'static str; 5]) -> Vec<Figure> {
    let waited = |seed: u64| {
        let moment = below(fold(&[seed, 17]), 2_000);
        let lines =
            format!("option jitter on\nuntil synced x4\nrun {}ms\n{crash}\nuntil established\n", 1_000 + moment);
        let played = played(LEADER_BASED, &lines, seed)?;
        let crashed = played.schedule.iter().next_back()?.at.time;
        Some(played.end.time.since(crashed))
    };
    let mut waited: Vec<Span> = (1..=seeds).filter_map(waited).collect();
    waited.sort_unstable();
    let last = waited.len().saturating_sub(1);
    let quantile = |tenths: usize| waited.get(last * tenths / 10).copied().unwrap_or_default();
    let values = [0, 1, 5, 9, 10].map(quantile);
    names
        .into_iter()
        .zip(values)
        .map(|(name, value)| Figure { name, value: value.0, unit: Unit::VirtualTime })
        .collect()
}

fn searches(clock: Clock<'_>) -> Vec<Figure> {
    let counted = Limits { projection: Some("twophase"), ..Limits::default() };
    let led = Limits { timers: 3, ..Limits::default() };
    let searched = [
        ("search of two-phase commit: states", COUNTED, &[("participants", "4")][..], counted),
        (
            "search of Zab, 3 voters: states",
            LEADER_BASED,
            &[("voters", "3"), ("clients", "1"), ("election", "oracle")],
            led,
        ),
    ];
    let figures = searched.into_iter().filter_map(|(name, system, options, limits)| {
        let system = catalog::find(system).ok()?;
        let settings = catalog::searching(system, options).ok()?;
        let began = clock();
        let report = system.explore(&settings, &limits, 1, &mut |_| {});
        let took = (clock() - began).max(1);
        Some(Figure { name, value: report.states * 1_000_000 / took, unit: Unit::PerSecond })
    });
    figures.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_leader_is_missed_for_about_as_long_as_the_options_imply() {
        let millis = |crash| leaderless_by(crash, 10, [""; 5]).iter().map(|it| it.value / 1_000).collect::<Vec<_>>();
        let (dies, goes) = (millis("crash leader"), millis("crash leader power"));
        // A better vote that comes late begins the wait anew.
        assert!(dies[0] > 200 && dies[2] < 300 && dies[4] < 500, "{dies:?}");
        // The last word of the leader is at most half a tick old.
        assert!(goes[0] > 9_200 && goes[4] < 10_300, "{goes:?}");
    }
}
