//! What the page measures of itself while it plays; `cargo xtask bench` prints it.

use std::{thread, time::Duration};

use netsplit::lab::catalog::Keep;
use netsplit::lab::play;
use netsplit::lab::script::Script;

use crate::page::{Page, View};

/// As many frames as the figures are of.
const FRAMES: Duration = Duration::from_secs(6);

/// Five servers under so much load that about fifty messages are on their way at any time.
const LOADED: &str = "system zab\nseed 1\noption clients 4\noption latency 5ms\nuntil established\nuntil synced x4\n\
    workload c1 writes every 4ms\nworkload c2 writes every 4ms\nworkload c3 writes every 4ms\nrun 20s\n";

/// Fifty nodes, far apart, so that more than a thousand messages are on their way.
const CROWDED: &str = "system zab\nseed 1\noption voters 9\noption observers 37\noption clients 4\noption pipeline 64\n\
    option latency 200ms\nuntil established\nuntil synced x45\nworkload c1 writes every 40ms\nworkload c2 writes every 40ms\n\
    workload c3 writes every 40ms\nworkload c4 writes every 40ms\nrun 20s\n";

fn figure(page: &Page, name: &str) -> String {
    let value = page.run(&format!("return document.body.getAttribute('data-frame-{name}-ms') || ''"));
    value.as_str().unwrap_or_default().to_owned()
}

fn flying(script: &str) -> usize {
    let script = Script::parse(script).expect("a script");
    let played = play::play(&script, Keep::default()).expect("a run");
    played.engine.frame().flights.len()
}

fn print(page: &Page, what: &str) {
    thread::sleep(FRAMES);
    let [median, p95, worst] = ["median", "p95", "worst"].map(|name| figure(page, name));
    assert!(!p95.is_empty(), "frames were measured");
    println!("main thread per animation frame, {what}: median {median} ms, 95th percentile {p95} ms, worst {worst} ms");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_main_thread_time_of_a_frame() {
    let page = Page::open_at(View::DESKTOP, "").patient(40);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    print(&page, "the opening");

    page.click("button", "Pause");
    for (what, script, last) in [("5 nodes under load", LOADED, "c4, …"), ("50 nodes under load", CROWDED, "c4, …")]
    {
        page.press("6");
        page.fill("textbox", "The branch as a script", script);
        page.click("button", "Run");
        page.wait_until("it is the run on screen", |page| page.has("button", last));
        // A branch opens at the instant that one was at.
        page.press("Home");
        page.wait_until("it stands at its start", |page| page.text().contains("no write yet"));
        page.press("6");
        page.click("button", "Steady");
        page.click("button", "Play");
        page.wait_until("writes are acknowledged", |page| page.text().contains(" kept, 0 lost"));
        print(&page, what);
        page.press("1");
        print(&page, &format!("{what}, the diagram open"));
        page.press("1");
        page.click("button", "Pause");
        println!("  where its script ends, {} messages are on their way", flying(script));
        page.screenshot(&what.replace(' ', "-"));
    }
}
