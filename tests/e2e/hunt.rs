//! "Find me a bug": chosen, found, watched, sent as a link; and stopped.

use std::{thread, time::Duration};

use crate::page::{Page, View};

/// Colours take a moment to change; for the pictures alone.
const FADES: Duration = Duration::from_millis(400);

/// The number beside a word in the view of the hunt.
fn figure(page: &Page, word: &str) -> u64 {
    let text = page.run(&format!(
        "const terms = [...document.querySelectorAll('.hunt dt')];
         return terms.find((term) => term.innerText === '{word}')?.nextElementSibling.firstChild.data ?? ''"
    ));
    text.as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn hunt(page: &Page, flaw: &str) {
    page.choose("Known mistake", flaw);
    page.click("button", "Find me a bug");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_bug_is_found_watched_and_sent() {
    let page = Page::open_at(View::DESKTOP, "#lock_queue/contention").patient(60);
    page.click("button", "Pause");
    assert!(!page.text().contains("claims broken"), "{}", page.text());
    page.press("9");
    page.find("button", "Find me a bug");
    page.screenshot("hunt-1-chosen");
    hunt(&page, "no_fencing");
    page.wait_for_text("A bug was found");
    page.screenshot("hunt-2-found");
    page.look(View::DESKTOP.dark());
    thread::sleep(FADES);
    page.screenshot("hunt-2-found-dark");
    page.look(View::DESKTOP);
    assert_eq!(figure(&page, "Seeds tried"), 491, "the smallest seed is the answer, however many hunt");
    assert!(page.text().contains("Found with seed 491."), "{}", page.text());

    page.click("button", "Watch");
    page.wait_for_text("found with seed 491");
    assert!(page.has("button", "Play"), "it stands still");
    assert!(!page.text().contains("claims broken"), "and before the violation:\n{}", page.text());
    page.screenshot("hunt-3-watched");
    page.click("button", "Share");
    page.wait_until("the link is in the address", |page| page.address().contains("#v1."));
    let fragment = page.address().split_once('#').map(|(_, fragment)| format!("#{fragment}")).unwrap_or_default();

    let other = Page::open_at(View::DESKTOP, &fragment).patient(60);
    other.wait_until("the run is open", |page| page.has("button", "r1, …"));
    assert_eq!(other.clock(), page.clock());
    assert!(!other.text().contains("claims broken") && !other.text().contains("expects"), "{}", other.text());
    other.click("button", "Play");
    other.wait_for_text("claims broken");
    other.wait_until("a violation stops the clock", |page| page.has("button", "Play"));
    other.screenshot("hunt-4-the-violation-elsewhere");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn stop_stops() {
    let page = Page::open(View::DESKTOP).patient(60);
    page.click("button", "Pause");
    page.press("9");
    hunt(&page, "");
    page.wait_until("seeds are tried", |page| figure(page, "Seeds tried") > 40);
    page.screenshot("hunt-5-under-way");
    page.click("button", "Stop");
    page.wait_for_text("Stopped");
    let tried = figure(&page, "Seeds tried");
    thread::sleep(Duration::from_millis(1_500));
    assert_eq!(figure(&page, "Seeds tried"), tried);

    // It goes on where it was stopped, and the view may be closed meanwhile.
    page.click("button", &format!("Look further, from seed {}", tried + 1));
    page.wait_until("it goes on", |page| figure(page, "Seeds tried") > 20);
    page.press("9");
    page.press("9");
    page.wait_until("it still goes on", |page| figure(page, "Seeds tried") > 60);
    page.click("button", "Stop");
    page.wait_for_text("Stopped");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_bug_is_found_on_a_phone_and_what_was_set_is_kept() {
    let page = Page::open(View::PHONE).patient(60);
    page.wait_until("it plays", |page| page.has("button", "n1, …"));
    page.click("button", "Menu");
    page.click("button", "Options");
    page.choose("mode…", "asynchronous");
    page.press("Escape");
    page.click("button", "Menu");
    page.click("button", "Hunt");
    page.wait_for_text("Keep what is set: mode asynchronous");
    hunt(&page, "apply_out_of_order");
    page.wait_for_text("A bug was found");
    page.fits();
    let name = page.run(
        "const open = document.querySelector('.drawer-head [aria-pressed=true]').getBoundingClientRect();
         return [open.left, open.right, document.querySelector('.drawer-head .views').getBoundingClientRect().right]",
    );
    assert!(
        name[0].as_f64() >= Some(0.0) && name[1].as_f64() <= name[2].as_f64(),
        "the open view's name is seen: {name}"
    );
    page.screenshot("hunt-phone-found");
    page.look(View::PHONE.dark());
    thread::sleep(FADES);
    page.screenshot("hunt-phone-found-dark");
    page.click("button", "Watch");
    page.wait_until("the stage is seen again", |page| !page.has("button", "Watch"));
    page.screenshot("hunt-phone-watched");
    page.click("button", "Play");
    page.wait_until("the claim is broken", |page| page.text().contains("broken"));
    page.screenshot("hunt-phone-violated");
}
