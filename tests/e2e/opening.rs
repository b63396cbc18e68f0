//! The first seconds with the page.

use crate::page::{Page, View};

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_page_opens_and_its_worker_answers() {
    let page = Page::open(View::DESKTOP);
    page.find("heading", "Netsplit");
    page.find("button", "n1, …");
    assert!(!page.text().contains("Starting the engine") && !page.text().contains("loading"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn loaded_again_it_shows_the_same_instant_as_the_person_likes_it() {
    let page = Page::open(View::DESKTOP).patient(40);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    page.press("Space");
    page.find("button", "n3, …").focus();
    page.press("k");
    let is_down = |page: &Page, word: &str| {
        page.all("button").iter().any(|thing| thing.name.starts_with("n3,") && thing.name.ends_with(word))
    };
    page.wait_until("n3 is down", |page| is_down(page, "down"));
    let before = page.find("timer", "…").text();
    page.click("button", "Light or dark");
    page.click("button", "中文");
    page.reload();
    page.wait_until("n3 is down still", |page| is_down(page, "停机"));
    assert_eq!(page.find("timer", "…").text().lines().next(), before.lines().next());
    assert_eq!(page.run("return document.documentElement.dataset.theme"), "dark");
    page.go("index.html");
    page.wait_until("another visit begins with the opening", |page| page.has("button", "n5, …"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn it_fits_a_phone_and_a_desktop_in_light_and_dark() {
    let page = Page::open(View::PHONE);
    for view in [View::PHONE, View::PHONE.dark(), View::DESKTOP, View::DESKTOP.dark(), View::DESKTOP.still()] {
        page.look(view);
        page.find("heading", "Netsplit");
        page.fits();
        assert_eq!(page.run("return innerWidth"), view.width, "{view:?}");
        assert_eq!(page.run("return devicePixelRatio"), view.density, "{view:?}");
        assert_eq!(page.run("return matchMedia('(prefers-color-scheme: dark)').matches"), view.dark, "{view:?}");
        assert_eq!(page.run("return matchMedia('(prefers-reduced-motion)').matches"), view.still, "{view:?}");
    }
    assert!(page.nameless().is_empty());
}
