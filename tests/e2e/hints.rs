//! The opening's three hints wait for what they speak of, and are not shown to those who know.

use crate::page::{Page, View};

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn three_hints_wait_for_their_events() {
    let page = Page::open_at(View::DESKTOP, "").patient(60);
    page.wait_for_text("A write is safe. Crash the leader: select n5.");
    page.screenshot("hint-1-crash-the-leader");
    page.click("button", "Pause");
    page.click("button", "n5, …");
    page.press("k");
    page.wait_until("acting dismisses", |page| !page.text().contains("Crash the leader"));
    page.press("Escape");
    page.press("Space");
    page.wait_for_text("They go on. Now cut a link");
    page.screenshot("hint-2-cut-a-link");
    page.press("Space");
    page.find("button", "n4, …").hover();
    page.press("i");
    page.press("Space");
    page.wait_for_text("n4 cannot go on. Step back in time, or try otherwise.");
    page.screenshot("hint-3-step-back");
    page.press("Space");
    page.press("ArrowLeft");
    page.wait_until("stepping back dismisses", |page| !page.text().contains("or try otherwise"));
    page.go("index.html");
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    assert!(!page.has("button", "Skip"), "not again in the same browser");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn hints_can_be_skipped_and_a_link_has_none() {
    let page = Page::open_at(View::PHONE, "").patient(60);
    page.wait_for_text("Crash the leader");
    page.fits();
    page.screenshot("hint-on-a-phone");
    page.click("button", "Skip");
    page.wait_until("it is gone", |page| !page.has("button", "Skip"));
    let other = Page::open(View::DESKTOP).patient(40);
    other.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    assert!(!other.has("button", "Skip"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_hint_goes_with_its_story() {
    let page = Page::open_at(View::DESKTOP, "").patient(60);
    page.wait_for_text("Crash the leader: select n5.");
    page.press("Space");
    page.press("6");
    page.fill("textbox", "The branch as a script", "system zab\nuntil synced x4\nc1 put x 1\nuntil c1 done\nrun 1s");
    page.click("button", "Run");
    page.wait_until("another story is open", |page| !page.text().contains("Five servers elect a leader"));
    page.click("button", "Play");
    page.wait_for_text("1 kept");
    assert!(!page.has("button", "Skip"));
}
