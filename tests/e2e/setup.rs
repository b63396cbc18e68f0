//! Conditions of a run: distance, clients, options; each change is a branch, says so, and can be undone.

use crate::page::{Page, View};

fn opened() -> Page {
    let page = Page::open(View::DESKTOP).patient(40);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    page.click("button", "Pause");
    page
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_distance_is_a_branch_that_can_be_undone() {
    let page = opened();
    page.click("button", "Options");
    page.screenshot("setup");
    page.click("button", "Three continents…");
    page.wait_for_text("The same run under other conditions; the old one is kept");
    page.press("Escape");
    page.click("button", "Undo");
    page.wait_for_text("Undone");
    page.press("6");
    assert!(!page.find("textbox", "The branch as a script").value().contains("latency"));
    page.click("button", "Options");
    page.click("button", "Three continents…");
    page.press("Escape");
    page.wait_until("the script says it", |page| {
        page.find("textbox", "The branch as a script").value().contains("option latency 60ms")
    });
}

/// A run that plays is seen anew many times while somebody types.
#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn what_is_typed_while_the_run_plays_stays_until_it_is_given() {
    let page = opened();
    page.click("button", "Play");
    page.click("button", "Options");
    let seed = || page.find("textbox", "seed");
    seed().focus();
    page.run("document.activeElement.select()");
    for letter in ["4", "2"] {
        page.type_text(letter);
        let at = page.run("return document.querySelector('.clock').textContent");
        page.wait_until("time goes on", |page| page.run("return document.querySelector('.clock').textContent") != at);
        std::thread::sleep(std::time::Duration::from_millis(400));
    }
    assert_eq!(seed().value(), "42");
    page.press("Enter");
    page.wait_for_text("The same run under other conditions; the old one is kept");
    assert_eq!(seed().value(), "42");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn another_system_is_two_clicks_away_and_so_is_another_language() {
    let page = opened();
    page.click("button", "Scenarios");
    page.run("[...document.querySelectorAll('.menu summary')].find((s) => s.innerText.includes('Zab')).click()");
    page.screenshot("menu");
    page.click("button", "Five servers elect a leader…");
    page.wait_until("five servers are there", |page| page.has("button", "n5, …"));
    page.click("button", "中文");
    page.wait_for_text("场景");
    assert_eq!(page.run("return document.documentElement.lang"), "zh-Hans");
    page.click("button", "English");
    page.find("button", "Scenarios");
}

/// Typed letter by letter: what it finds must not take the field away.
#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_scenario_is_found_by_words() {
    let page = opened();
    page.click("button", "Scenarios");
    page.find("searchbox", "Find a scenario").focus();
    let shown = |page: &Page| {
        page.run(
            "return [...document.querySelectorAll('.menu details[open] b')].map((title) => title.textContent).join()",
        )
    };
    page.type_text("observer ");
    page.wait_until("others are gone", |page| !shown(page).to_string().contains("Two primaries"));
    page.type_text("knows no such words");
    page.wait_for_text("No scenario says this.");
    page.run("document.activeElement.value = ''");
    page.type_text("two primaries");
    page.wait_until("one is left", |page| shown(page).to_string().contains("Two primaries"));
    page.press("Tab");
    page.press("Tab");
    page.press("Enter");
    page.wait_until("it runs", |page| page.address().ends_with("#replication/two_primaries"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn clients_are_told_what_to_ask_for() {
    let page = opened();
    page.click("button", "Options");
    page.choose("What they ask for…", "reads");
    page.choose("Each of them every", "500ms");
    page.click("button", "From now on");
    page.press("Escape");
    page.press("6");
    let script = page.find("textbox", "The branch as a script").value();
    assert!(script.contains("workload c1 reads every 500ms"), "{script}");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_node_is_copied_as_text_even_without_a_clipboard() {
    let page = opened();
    page.run("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))");
    page.click("button", "n1, …");
    page.click("button", "Copy its state as text");
    let text = page.find("textbox", "Copy its state as text").value();
    assert!(text.starts_with("n1, primary") && text.contains("Log: "), "{text}");
    page.press("Escape");
    page.click("button", "Share");
    page.wait_for_text("Copy the link by hand");
    assert!(page.find("textbox", "A link to this instant").value().contains("#v1."));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_sheet_of_a_phone_opens_by_its_handle() {
    let page = Page::open(View::PHONE).patient(40);
    page.wait_until("n1 leads", |page| page.has("button", "n1, primary…"));
    let top = |page: &Page| page.find("button", "Details").place()[1];
    let rest = top(&page);
    let (x, y) = page.find("button", "Details").centre();
    page.swipe(&[(x, y), (x, y - 60), (x, y - 110)]);
    page.wait_until("a third", |page| rest - top(page) > 90.0);
    page.click("button", "Details");
    page.wait_until("most of the screen", |page| rest - top(page) > 280.0);
    page.screenshot("phone-sheet");
    page.click("button", "Details");
    page.wait_until("at rest", |page| (rest - top(page)).abs() < 2.0);
    page.fits();
}
