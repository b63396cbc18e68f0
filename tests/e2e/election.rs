//! A leader, its crash, its heir, and a leader that is cut off and comes back: all of it by clicks, and by what the nodes
//! are called.

use crate::page::{Page, View};

/// The name of the first node of which that is said: `n5` for `n5, leading, epoch 1`.
fn whoever(page: &Page, is: &str) -> Option<String> {
    let names = page.all("button").into_iter().map(|thing| thing.name);
    names.filter(|name| name.starts_with('n')).find_map(|name| {
        let (node, rest) = name.split_once(", ")?;
        rest.starts_with(is).then(|| node.to_owned())
    })
}

fn is_said(page: &Page, node: &str, words: &str) -> bool {
    let (start, names) = (format!("{node}, "), page.all("button"));
    names.iter().any(|thing| thing.name.starts_with(&start) && thing.name.contains(words))
}

fn leader(page: &Page) -> Option<String> {
    whoever(page, "leading, epoch")
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_leader_crashes_and_another_one_leads() {
    let page = Page::open_at(View::DESKTOP, "").patient(60);
    page.wait_until("votes are cast", |page| whoever(page, "looking, round 1, votes").is_some());
    page.screenshot("election-1-votes");
    page.wait_until("somebody leads", |page| leader(page).is_some());
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    let first = leader(&page).expect("a leader");
    page.screenshot("election-2-a-leader");

    page.click("button", &format!("{first}, …"));
    page.click("button", "Crash");
    page.wait_until("it is down", |page| is_said(page, &first, "down"));
    page.screenshot("election-3-it-is-down");
    page.press("Escape");
    page.wait_until("another one leads", |page| leader(page).is_some_and(|now| now != first));
    let second = leader(&page).expect("a leader");
    assert!(is_said(&page, &second, "epoch 2"), "a new leader has a new epoch");

    page.click("button", &format!("{first}, …"));
    page.click("button", "Restart");
    page.press("Escape");
    page.wait_until("the first one follows", |page| is_said(page, &first, &format!("following {second}, epoch 2")));
    page.screenshot("election-4-it-follows");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_leader_is_cut_off_and_comes_back_as_a_follower() {
    let page = Page::open_at(View::DESKTOP, "").patient(60);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    let first = leader(&page).expect("a leader");
    page.click("button", &format!("{first}, …"));
    page.click("button", "Isolate");
    page.press("Escape");
    page.wait_until("another one leads", |page| leader(page).is_some_and(|now| now != first));
    let second = leader(&page).expect("a leader");
    page.screenshot("election-5-two-sides");
    page.click("button", &format!("{first}, …"));
    page.click("button", "Rejoin");
    page.press("Escape");
    page.wait_until("the first one follows", |page| is_said(page, &first, &format!("following {second}, epoch 2")));
    assert!(page.text().contains("0 lost"), "no acknowledged write was lost");
    page.screenshot("election-6-one-again");
}
