//! Each node has two clocks of its own, and its timers run on one of them.

use netsplit::sim::{Fault, Span, Time};

use super::puppet::{Order::*, Perceived};
use super::stage::{Stage, ms, n};

fn fired(stage: &Stage) -> Vec<Time> {
    stage.seen.0.iter().filter(|seen| seen.says.starts_with("fired")).map(|seen| seen.time).collect()
}

#[test]
fn a_timer_runs_on_the_clock_of_its_node() {
    for (ppm, world) in [(0, 100_000), (250_000, 80_000), (-200_000, 125_000), (1, 100_000), (-900_000, 1_000_000)] {
        let mut stage = Stage::new(&[]);
        stage.fault(Fault::SkewClock { node: n(1), ppm });
        stage.tell(1, [Set("bell", ms(100))]);
        stage.run(ms(2_000));
        assert_eq!(fired(&stage), [Time(world)], "at {ppm} ppm");
        assert!(stage.dated(1)[0].0 >= Time(100_000), "by its own clock a timer is never early");
    }
}

#[test]
fn a_timer_moves_when_the_rate_changes() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Set("bell", ms(100)), Set("gong", ms(300))]);
    stage.run(ms(50));
    stage.fault(Fault::SkewClock { node: n(1), ppm: 1_000_000 });
    stage.run(ms(50));
    stage.fault(Fault::SkewClock { node: n(1), ppm: -500_000 });
    stage.run(ms(5_000));
    assert_eq!(fired(&stage), [Time(75_000), Time(100_000 + 300_000)]);
    assert_eq!(stage.dated(1)[1], (Time(300_000), Perceived::Fired("gong")));
}

#[test]
fn many_changes_of_rate_do_not_make_a_timer_early() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Set("bell", ms(100))]);
    for step in 0..500 {
        stage.fault(Fault::SkewClock { node: n(1), ppm: step * 7 - 1_700 });
        stage.run(Span(99));
    }
    stage.run(ms(1_000));
    let at = stage.dated(1)[0].0;
    assert!((100_000..100_002).contains(&at.0), "{at}");
}

#[test]
fn a_step_of_the_wall_clock_moves_no_timer() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Set("bell", ms(100))]);
    stage.run(ms(10));
    stage.fault(Fault::StepClock { node: n(1), by_micros: -5_000_000 });
    stage.run(ms(1_000));
    assert_eq!(fired(&stage), [Time(100_000)]);
    let clock = stage.world.slot(n(1)).clock;
    assert_eq!((clock.monotonic(Time(20_000)), clock.wall(Time(20_000))), (Time(20_000), -4_980_000));
}

#[test]
fn a_timer_set_again_is_moved_and_a_cancelled_one_is_silent() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Set("bell", ms(10)), Set("gong", ms(10)), Set("whistle", ms(10))]);
    stage.tell(1, [Set("bell", ms(30)), Cancel("gong"), Cancel("horn")]);
    stage.run(ms(100));
    assert_eq!(stage.diary(1), [Perceived::Fired("whistle"), Perceived::Fired("bell")]);
    assert_eq!(fired(&stage), [Time(10_000), Time(30_000)]);
}

#[test]
fn a_clock_that_stands_or_runs_wild_is_refused() {
    let mut stage = Stage::new(&[]);
    for ppm in [-1_000_000, -900_001, 9_000_001, i32::MIN, i32::MAX] {
        assert!(stage.refused(Fault::SkewClock { node: n(1), ppm }).contains("rate"));
    }
}

#[test]
fn a_crash_forgets_timers_and_not_the_clock() {
    let mut stage = Stage::new(&[]);
    stage.fault(Fault::SkewClock { node: n(1), ppm: 1_000_000 });
    stage.tell(1, [Set("bell", ms(100))]);
    stage.crash(1, netsplit::sim::Crash::Process);
    stage.restart(1);
    stage.run(ms(100));
    assert_eq!(stage.diary(1), []);
    assert_eq!(stage.world.slot(n(1)).clock.monotonic(stage.world.now()), Time(200_000));
}
