//! The experiment that the page is for, from the first write to the link, by clicks.

use crate::page::{Page, View};

/// The first seconds with the opening: a write is acknowledged, the clock runs.
fn opened() -> Page {
    let page = Page::open(View::DESKTOP).patient(40);
    page.wait_until("n1 leads", |page| page.has("button", "n1, primary…"));
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    page
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_person_breaks_a_cluster_by_clicking_and_sends_the_link() {
    let page = opened();
    page.screenshot("1-a-write-is-acknowledged");

    // Crash the primary at an instant that is standing still.
    page.click("button", "Pause");
    page.click("button", "n1, primary…");
    page.screenshot("2-the-primary-is-selected");
    page.click("button", "Crash");
    page.wait_until("n1 is down", |page| {
        page.all("button").iter().any(|thing| thing.name.starts_with("n1,") && thing.name.ends_with("down"))
    });

    // The operator promotes a backup.
    page.click("button", "n2, …");
    page.click("button", "Promote");
    page.press("Escape");
    page.click("button", "Play");
    page.wait_until("n2 leads", |page| page.has("button", "n2, primary…"));
    page.click("button", "Pause");
    page.screenshot("3-a-backup-was-promoted");

    // Cut a link by clicking it.
    page.click("button", "link n2 n3");
    page.click("button", "Cut");
    page.wait_until("the link is cut", |page| page.has("button", "link n2 n3, cut"));
    page.screenshot("4-a-link-is-cut");

    // Step back: before the cut there was none.
    page.press("ArrowLeft");
    page.wait_until("the cut lies ahead", |page| !page.has("button", "link n2 n3, cut"));
    page.press("ArrowRight");
    page.wait_until("the cut is back", |page| page.has("button", "link n2 n3, cut"));

    // The link opens the same instant elsewhere, paused.
    page.click("button", "Share");
    page.wait_until("the link is in the address", |page| page.address().contains("#v1."));
    let (instant, names) = (page.clock(), node_names(&page));
    let fragment = page.address().split_once('#').map(|(_, fragment)| format!("#{fragment}")).unwrap_or_default();
    let other = Page::open_at(View::DESKTOP, &fragment).patient(40);
    other.wait_until("the run is open", |page| page.has("button", "n1, …"));
    assert_eq!((other.clock(), node_names(&other)), (instant, names));
    // What is still to come may be known there already, and a longer timeline has less room for flags: those that both have
    // room for are the same. Those that stand too near to be pressed apart are no buttons, and so not among them.
    let (here, there) = (marks(&page), marks(&other));
    let also = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|mark| those.contains(mark)).cloned().collect()
    };
    assert_eq!(also(&here, &there), also(&there, &here));
    assert!(also(&here, &there).len() > 3, "{here:?} and {there:?}");
    assert!(other.has("button", "link n2 n3, cut"));
    assert!(other.has("button", "Play"), "a link opens paused");
    other.screenshot("5-the-same-instant-elsewhere");
}

fn node_names(page: &Page) -> Vec<String> {
    let is_node = |name: &str| {
        name.split_once(", ").is_some_and(|(node, _)| {
            node.starts_with(['n', 'c']) && node.len() > 1 && node[1..].chars().all(|c| c.is_ascii_digit())
        })
    };
    page.all("button").into_iter().map(|thing| thing.name).filter(|name| is_node(name)).collect()
}

/// The timeline's, each with its time.
fn marks(page: &Page) -> Vec<String> {
    page.all("button").into_iter().map(|thing| thing.name).filter(|name| name.contains(" · ")).collect()
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn all_of_it_by_keyboard() {
    let page = opened();
    page.press("Space");
    page.find("button", "n1, primary…").focus();
    page.press("Enter");
    page.press("k");
    page.wait_until("n1 is down", |page| {
        node_names(page).iter().any(|name| name.starts_with("n1,") && name.ends_with("down"))
    });
    page.press("k");
    page.wait_until("n1 is up again", |page| {
        node_names(page).iter().any(|name| name.starts_with("n1,") && !name.ends_with("down"))
    });
    page.press("i");
    page.wait_until("n1 is cut off", |page| page.has("button", "link n1 n2, cut"));
    page.press("h");
    page.wait_until("all is mended", |page| !page.has("button", "link n1 n2, cut"));
    page.press("Escape");
    // The focus is still on n1, for which Space is a press.
    page.find("button", "Play").focus();
    page.press("Space");
    page.wait_until("it plays", |page| page.has("button", "Pause"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_mistake_has_a_place_and_a_hint_and_the_run_is_kept() {
    let page = opened();
    page.press("Space");
    page.press("6");
    let script = page.find("textbox", "The branch as a script");
    assert!(script.value().contains("system "), "{}", script.value());
    page.fill("textbox", "The branch as a script", "system replication\ncrsh n1\n");
    page.click("button", "Run");
    page.wait_for_text("Line 2, column 1");
    page.wait_for_text("did you mean crash?");
    assert!(page.has("button", "n1, primary…"), "the run at hand is kept");
    page.screenshot("6-a-mistake-has-a-place");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_broken_link_says_so_and_the_page_opens_all_the_same() {
    let page = Page::open_at(View::DESKTOP, "#v1.broken").patient(40);
    page.wait_for_text("This link cannot be opened");
    page.wait_until("a run is open", |page| page.has("button", "n1, …"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn on_a_phone_in_the_dark_the_verbs_are_at_hand() {
    let page = Page::open(View::PHONE.dark()).patient(40);
    page.wait_until("n1 leads", |page| page.has("button", "n1, primary…"));
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept") || page.has("button", "Pause"));
    page.click("button", "Pause");
    page.click("button", "n1, primary…");
    page.screenshot("7-phone-in-the-dark");
    let verb = page.find("button", "Crash");
    let [_, _, width, height] = verb.place();
    assert!(width >= 44.0 && height >= 44.0, "{width} by {height}");
    verb.click();
    page.wait_until("n1 is down", |page| {
        node_names(page).iter().any(|name| name.starts_with("n1,") && name.ends_with("down"))
    });
    page.fits();
}
