//! Locks and transactions as a person sees them: a paused holder with and without fencing, a blocked coordinator, and a
//! majority that was taken for everybody.

use netsplit::lab::share;

use crate::page::{Page, View};

/// The commands of a scenario, without what it came to.
pub fn commands(scenario: &'static str) -> &'static str {
    scenario.split("\n---\n").next().expect("a scenario begins with its commands")
}

/// A link to an instant of a run, given in microseconds.
pub fn link(script: &str, micros: u64) -> String {
    let text = format!("{script}\nplayhead {micros}us #0\n");
    format!("#{}", share::pack(&text))
}

pub const PAUSED: &str = include_str!("../../src/protocols/lock_queue/scenarios/paused_holder.txt");
const BLOCKED: &str = include_str!("../../src/protocols/two_phase_commit/scenarios/blocked.txt");
const MAJORITY: &str = include_str!("../../src/protocols/two_phase_commit/scenarios/majority.txt");

fn opened(view: View, script: &str, micros: u64) -> Page {
    let page = Page::open_at(view, &link(script, micros)).patient(40);
    // The opening has a c1 as well, and none of these.
    page.wait_until("the run is open", |page| page.has("button", "t1, …") || page.has("button", "r1, …"));
    page
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_stale_write_is_refused_and_without_fencing_it_gets_in() {
    let page = opened(View::DESKTOP, commands(PAUSED), 4_000_000);
    page.wait_for_text("Two believe they hold it");
    page.screenshot("lock-1-c1-is-paused");
    page.press("End");
    page.wait_for_text("claims hold");
    assert_eq!(figure(&page, "Stale writes refused"), "1");
    assert_eq!(figure(&page, "Stale writes accepted"), "0");
    let tracks = page.text();
    assert!(tracks.contains("Writes to r1") && tracks.contains("line for printer"), "{tracks}");
    assert_eq!(page.run("return document.querySelectorAll('.arrivals .refused path').length"), 1);
    page.screenshot("lock-2-the-stale-write-is-refused");

    // The same run with a resource that looks at no token.
    page.click("button", "Options");
    page.click("checkbox", "The resource takes every write and looks at no token…");
    page.wait_for_text("claims broken");
    page.press("Escape");
    page.wait_for_text("a write with token 1 was taken after one with token 2");
    assert_eq!(figure(&page, "Stale writes accepted"), "1");
    assert!(page.text().contains("the old one is kept"), "the run with fencing is a branch of its own");
    page.screenshot("lock-3-without-fencing-it-got-in");
}

/// What the readout says beside a label.
fn figure(page: &Page, label: &str) -> String {
    let text = page.text();
    let mut lines = text.lines().skip_while(|line| *line != label).skip(1);
    lines.next().unwrap_or_default().trim().to_string()
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_blocked_transaction_says_who_could_free_it() {
    let page = opened(View::DESKTOP.dark(), commands(BLOCKED), 8_000_000);
    page.wait_for_text("n1 and n2 voted yes on T1 and may not decide alone. t1, which decided, is down. n3, which knows the outcome, is cut off.");
    assert!(page.has("image", "T2 → T1 at n1, T1 at n1 → t1, T1 at n1 → n3, T1 at n2 → t1, T1 at n2 → n3"));
    page.screenshot("commit-1-blocked");
    page.click("button", "n1, T1 in doubt…");
    page.wait_for_text("What would unblock this?");
    page.wait_for_text("T1 at n1 waits for the outcome of T1 from t1 (down) or n3 (cut off)");
    page.screenshot("commit-2-what-would-unblock-this");

    // Its return is what is missing.
    page.click("button", "t1, …");
    page.click("button", "Restart");
    page.press("Escape");
    page.press("Space");
    page.wait_until("nobody is blocked", |page| !page.text().contains("may not decide alone"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_majority_is_not_everybody() {
    let page = opened(View::DESKTOP, commands(MAJORITY), 0);
    page.press("End");
    page.wait_for_text("T1 was committed without the yes of n3");
    page.wait_for_text("claims broken");
    assert!(page.has("button", "n3, T1 aborted, holds nothing"), "and n1 has committed:\n{}", page.text());
    assert!(page.has("button", "n1, T1 committed, holds nothing"));
    page.screenshot("commit-3-a-majority");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_coordinator_can_be_told_at_which_step_to_die() {
    let page = opened(View::DESKTOP, "system two_phase_commit\nseed 1\nrun 1s\n", 100_000);
    page.click("button", "t1, …");
    page.click("button", "More");
    page.click("button", "Die before its decision is on disk");
    page.press("Escape");
    page.click("button", "c1, …");
    page.click("button", "Transfer");
    page.press("Escape");
    page.press("Space");
    page.wait_for_text("may not decide alone");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn both_fit_a_phone() {
    for (name, script, micros) in [("lock", PAUSED, 9_000_000), ("commit", BLOCKED, 8_000_000)] {
        let page = opened(View::PHONE, commands(script), micros);
        page.fits();
        assert!(page.nameless().is_empty());
        page.screenshot(&format!("{name}-phone"));
    }
}
