//! Present mode, as a lecturer uses it: by the remote's keys, with no word of the future.

use crate::page::{Page, View};

fn presenting() -> Page {
    let page = Page::open(View::PROJECTOR).patient(60);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    page.press("Space");
    page.press("p");
    page.find("button", "Leave");
    page
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_lecture_goes_from_beat_to_beat() {
    let page = presenting();
    page.fits();
    page.screenshot("present");
    let before = page.clock();
    page.press("PageDown");
    page.wait_until("the next beat was played, and it stands still", |page| {
        page.has("button", "Play") && page.clock() > before
    });
    let after = page.clock();
    page.press("PageUp");
    page.wait_until("it went back", |page| page.clock() < after);
    page.press("r");
    page.wait_until("the scene is as it was opened", |page| page.clock() < 0.001);
    page.press("Escape");
    page.find("button", "Scenarios");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_story_has_an_end() {
    let page = Page::open_at(View::PROJECTOR, "#replication/asynchronous_loses_on_failover").patient(60);
    page.find("button", "n1, …");
    page.press("End");
    page.wait_until("it is live", |page| page.has("button", "Pause"));
    page.press("Space");
    page.press("p");
    page.find("button", "Leave");
    let end = page.clock();
    page.press("PageDown");
    page.wait_for_text("The story ends here.");
    assert!(page.clock() < end + 60.0 && page.has("button", "Play"), "it stands still at {}", page.clock());
    page.press("r");
    page.wait_until("the scene is as it was opened", |page| page.clock() < 0.001);
    page.press("PageDown");
    page.wait_until("the story is told again", |page| page.has("button", "Play") && page.clock() > 0.001);
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_future_is_not_told() {
    let page = presenting();
    page.press("p");
    page.press("End");
    page.wait_until("it is live", |page| page.has("button", "Pause"));
    page.press("Space");
    page.press("Home");
    page.wait_until("it is at the start", |page| page.clock() < 0.001);
    assert!(page.text().contains("primary ready"), "outside of present mode the marks are there");
    page.press("p");
    page.find("button", "Leave");
    let bars = page.run("return document.querySelectorAll('.present-dock .leader').length");
    assert_eq!(bars, 0, "who will lead is not told");
    let labels = page.run("return document.querySelectorAll('.present-ruler span').length");
    assert!(labels.as_u64().is_some_and(|count| count <= 6), "{labels}");
    let sizes = page.run(
        "return Math.min(...[...document.querySelectorAll('.presenting *')].filter((e) =>
            [...e.childNodes].some((n) => n.nodeType == 3 && n.textContent.trim()) && e.getClientRects().length &&
            !e.closest('.unseen, kbd, svg')).map((e) => parseFloat(getComputedStyle(e).fontSize)))",
    );
    assert!(sizes.as_f64().is_some_and(|smallest| smallest >= 24.0), "the smallest text has {sizes} px");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_range_loops_and_the_link_is_a_code() {
    let page = presenting();
    let first = page.clock();
    page.press("l");
    page.press("Space");
    page.wait_until("the clock went on", |page| page.clock() > first);
    page.press("l");
    page.wait_until("it jumped back", |page| {
        page.find("button", "Loop a range…").attribute("aria-pressed").as_deref() == Some("true")
    });
    page.wait_until("and plays", |page| page.has("button", "Pause"));
    page.press("l");
    page.press("q");
    page.find("image", "The link as a QR code");
    page.screenshot("present-qr");
}
