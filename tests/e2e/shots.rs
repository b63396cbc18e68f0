//! Pictures for whoever works on the page: `cargo xtask shots`.

use std::{env, thread, time::Duration};

use crate::page::{Page, View};

/// Long enough for the page to have drawn something worth a look.
const SETTLES: Duration = Duration::from_millis(1500);

#[test]
#[ignore = "judges nothing: `cargo xtask shots`"]
fn pictures() {
    let address = env::var("NETSPLIT_SHOTS").unwrap_or_default();
    for (size, view) in [("desktop", View::DESKTOP), ("phone", View::PHONE)] {
        let page = Page::open_at(view, &address);
        thread::sleep(SETTLES);
        page.screenshot(&format!("{size}-light"));
        page.look(view.dark());
        thread::sleep(SETTLES / 3);
        page.screenshot(&format!("{size}-dark"));
    }
}

/// Instants at which a person can see whether the drawing says what it should: a name, and a script that ends there.
const SCENES: &[(&str, &str)] = &[
    ("votes", "system zab\noption jitter on\nrun 3ms"),
    ("final-wait", "system zab\nrun 114ms"),
    (
        "partition",
        "system zab\noption jitter on\nuntil synced x4\nc1 use n5\nc2 use n1\nworkload c1 writes every 900ms\n\
        workload c2 writes every 700ms\nrun 3s\npartition n4 n5 c1 | n1 n2 n3 c2\nuntil established\nrun 2s\n\
        c2 put x 97\nrun 1400us",
    ),
    (
        "snapshot",
        "system zab\noption commit_log 5\noption snap_count 6\noption purge on\noption retain 1\n\
        option snapshot_chunk 16\nuntil synced x4\nworkload c2 appends every 5ms\ncrash n1\nrun 1s\nrest c2\n\
        settle\nnarrow n1 n5 9000\nrestart n1\nuntil snap sent\nrun 14ms",
    ),
    (
        "broken",
        "system zab\noption observers 1\nuntil synced x5\nworkload c1 writes every 300ms\nrun 2s\ncrash n1\n\
        pause n2\nlose n3 n4 20%\nslow n5 n3 60ms\ncut n5 -> n6\nrun 1s\nc1 put x 1\nrun 900us",
    ),
    ("nine-vote", "system zab\noption voters 9\nrun 114ms"),
    (
        "nine",
        "system zab\noption voters 9\nuntil synced x8\ncut n1 n5\nworkload c1 writes every 30ms\nrun 500ms\n\
        c1 put x 1\nrun 1300us",
    ),
    (
        "eight-clients",
        "system zab\noption clients 8\nuntil synced x4\nworkload c1 writes every 200ms\n\
        workload c2 appends every 180ms\nworkload c3 reads every 150ms\nworkload c4 writes every 300ms\n\
        workload c5 writes every 170ms\nworkload c6 appends every 160ms\nworkload c7 writes every 190ms\n\
        workload c8 writes every 140ms\nrun 1s\npartition n1 n2 c1 c2 c3 c7 | n3 n4 n5 c4 c5 c6 c8\nrun 1200ms",
    ),
    (
        "many-faults",
        "system zab\nuntil synced x4\nworkload c1 writes every 300ms\nrun 1s\npause n2\nlose n3 n4 20%\n\
        slow n5 n3 60ms\ncut n5 -> n4\nrun 500ms\ncrash n1\nnarrow n3 n5 9000\nrun 2s\nresume n2\nrestart n1\nrun 1s",
    ),
    (
        "thirteen",
        "system zab\noption voters 9\noption observers 4\nuntil synced x12\nworkload c1 writes every 1ms\n\
        workload c2 writes every 1ms\ncrash n2\ncut n9 n4\nrun 301ms",
    ),
    (
        "mutex",
        "system mutex\nn1 t1 lock a; work 10ms; add; unlock a\nuntil lock taken\nn1 t3 lock a; add; unlock a\n\
        n1 t2 lock a; add; unlock a\nuntil thread waits\nuntil thread waits",
    ),
    (
        "mutex-circle",
        "system mutex\noption threads 2\nn1 t1 lock a; lock b; add; unlock b; unlock a\n\
        n1 t2 lock b; lock a; add; unlock a; unlock b\nuntil deadlock\nrun 1ms",
    ),
    (
        "mutex-silence",
        "system mutex\noption machines 2\noption threads 2\noption locks first\nflaw silence_is_death\n\
        n2 t1 lock a; add; unlock a\npause n2 before STORE\nuntil n1 is n2's t1 has a\n\
        n1 t1 lock a; work 1ms; add; unlock a\nuntil thread waits\nuntil silence taken for death\nrun 200us",
    ),
    (
        "stale-write",
        "system lock_queue\nc1 lock printer\nuntil c1 is holds\nc2 lock printer\nuntil c2 is waits, 1st\n\
        c3 lock printer\nuntil c3 is waits, 2nd\npause c1 before WRITE\nc1 write printer late\nuntil c2 is holds #2\n\
        c2 write printer fresh\nuntil c2 done\nresume c1\nuntil stale write refused\nrun 300us",
    ),
    (
        "blocked",
        "system two_phase_commit\noption work_timeout 20s\noption vote_timeout 20s\noption request_timeout 30s\n\
        c1 write a 1 b 2 c 3\nuntil all voted yes\ncut t1 n1\ncut t1 n2\nuntil committed\ncrash t1 power\n\
        partition n1 n2 | n3\nuntil asked in vain\nc2 write a 5 via n1\nrun 6s",
    ),
    (
        "lock-service",
        "system lock_service\noption renewal off\nuntil established\nclock c1 rate -500000ppm\nc1 lock printer\n\
        until c1 is holds\nc2 lock printer\nuntil c2 is waits\ncrash leader\n\
        until leases begin anew\ncut n2 -> c1\nuntil c2 is holds #2\nrun 500us",
    ),
];

/// How others see it: in shades of grey, and without telling red from green.
const EYES: [(&str, &str); 2] = [("grey", "achromatopsia"), ("deuteranopia", "deuteranopia")];

#[test]
#[ignore = "judges nothing: `cargo xtask shots --scenes`"]
fn pictures_of_scenes() {
    let wanted = env::var("NETSPLIT_SHOTS").unwrap_or_default();
    for (name, text) in SCENES.iter().filter(|(name, _)| name.contains(&wanted)) {
        for (size, view) in [("desktop", View::DESKTOP), ("phone", View::PHONE)] {
            let page = Page::open_script(view, text);
            thread::sleep(SETTLES);
            page.screenshot(&format!("{name}-{size}-light"));
            if !view.phone {
                // The drawer leaves the stage less room.
                page.press("6");
                thread::sleep(SETTLES);
                page.screenshot(&format!("{name}-{size}-drawer"));
                page.press("6");
            }
            for (eyes, deficiency) in EYES.into_iter().filter(|_| !view.phone) {
                page.eyes(deficiency);
                page.screenshot(&format!("{name}-{size}-{eyes}"));
            }
            page.eyes("none");
            page.look(view.dark());
            thread::sleep(SETTLES / 3);
            page.screenshot(&format!("{name}-{size}-dark"));
        }
    }
}
