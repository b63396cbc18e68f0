//! What survives a crash, and when a node knows it.

use netsplit::sim::{Crash, Fault};

use super::puppet::{Order::*, Perceived};
use super::stage::{Stage, ms, n};

fn durable(stage: &Stage) -> Vec<(u8, u64)> {
    let upto = |perceived| match perceived {
        Perceived::Durable(file, upto) => Some((file, upto)),
        _ => None,
    };
    stage.diary(1).into_iter().filter_map(upto).collect()
}

#[test]
fn a_record_is_durable_when_its_sync_is_answered() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Write(0, 7), Write(0, 8), Sync(0), Write(0, 9)]);
    stage.run(ms(4));
    assert_eq!(durable(&stage), []);
    assert!(stage.world.slot(n(1)).disk.stable().is_empty());
    stage.run(ms(1));
    assert_eq!(durable(&stage), [(0, 2)], "what was written after the sync is not in it");
    assert_eq!(*stage.world.slot(n(1)).disk.stable(), [(0, 7), (0, 8)]);
    let numbers = stage.diary(1).into_iter().take(3).collect::<Vec<_>>();
    assert_eq!(numbers, [Perceived::Numbered(1), Perceived::Numbered(2), Perceived::Numbered(3)]);
    let (synced, heard) = (stage.find(1, "synced").expect("seen"), stage.find(1, "durable").expect("seen"));
    assert_eq!(heard.cause, synced.number);
}

#[test]
fn each_file_loses_its_own_unsynced_end() {
    for (how, survives) in [
        (Crash::Process, vec![(1, 1), (0, 10)]),
        (Crash::Power, vec![(1, 1), (0, 10)]),
        (Crash::Torn, vec![(1, 1), (0, 10), (0, 11), (0, 12), (1, 2)]),
    ] {
        let mut stage = Stage::new(&[]);
        stage.tell(1, [Write(1, 1), Sync(1)]);
        stage.run(ms(1));
        stage.tell(1, [Write(0, 10), Sync(0)]);
        stage.run(ms(9));
        stage.tell(1, [Write(0, 11), Write(0, 12), Write(0, 13), Write(1, 2), Write(1, 3)]);
        stage.crash(1, how);
        assert_eq!(*stage.world.slot(n(1)).disk.stable(), survives, "{how}");
        stage.restart(1);
        assert_eq!(*stage.world.slot(n(1)).disk.stable(), survives, "{how}");
    }
}

#[test]
fn a_sync_that_a_crash_cut_short_never_happened() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Write(0, 1), Sync(0)]);
    stage.run(ms(4));
    stage.crash(1, Crash::Power);
    stage.restart(1);
    stage.tell(1, [Write(0, 2)]);
    stage.run(ms(100));
    assert_eq!(stage.diary(1), [Perceived::Numbered(1)], "records are counted anew, and no sync is answered");
    assert!(stage.world.slot(n(1)).disk.stable().is_empty());
}

#[test]
fn syncs_asked_for_during_a_sync_become_one() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Write(0, 1), Sync(0), Write(0, 2), Sync(0), Write(0, 3), Sync(0)]);
    stage.run(ms(2));
    stage.tell(1, [Write(0, 4), Sync(0), Write(1, 1), Sync(1)]);
    stage.run(ms(100));
    assert_eq!(durable(&stage), [(0, 1), (1, 1), (0, 4)], "files do not wait for one another");
    let causes: Vec<u32> = stage.seen.0.iter().filter(|s| s.says.starts_with("durable 0")).map(|s| s.cause).collect();
    let asked: Vec<u32> = stage.seen.0.iter().filter(|s| s.says == "synced 0").map(|s| s.number).collect();
    assert_eq!(causes, [asked[0], asked[1]], "each names who asked for it first");
}

#[test]
fn a_slow_disk_is_slow_until_it_is_mended() {
    let mut stage = Stage::new(&[]);
    stage.fault(Fault::SlowDisk { node: n(1), by: ms(95) });
    stage.tell(1, [Write(0, 1), Sync(0)]);
    stage.run(ms(99));
    assert_eq!(durable(&stage), []);
    stage.fault(Fault::SlowDisk { node: n(1), by: ms(0) });
    stage.run(ms(1));
    assert_eq!(durable(&stage), [(0, 1)]);
    stage.tell(1, [Write(0, 2), Sync(0)]);
    stage.run(ms(5));
    assert_eq!(durable(&stage), [(0, 1), (0, 2)]);
}

#[test]
fn a_disk_works_on_while_its_process_is_paused() {
    let mut stage = Stage::new(&[]);
    stage.tell(1, [Write(0, 1), Sync(0)]);
    stage.pause(1);
    stage.run(ms(100));
    assert_eq!(stage.world.slot(n(1)).disk.stable().len(), 1);
    assert_eq!(durable(&stage), []);
    stage.resume(1);
    assert_eq!(durable(&stage), [(0, 1)]);
}
