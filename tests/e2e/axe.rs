//! What axe-core finds wrong for people who do not see, or do not see well: nothing, in any of the page's states.

use std::fmt::Write as _;
use std::{env, fs};

use serde_json::Value;

use crate::page::{Page, View};

/// Fails with each rule that is broken, and where.
#[track_caller]
fn is_accessible(page: &Page, state: &str) {
    let file = env::var("NETSPLIT_AXE").expect("`cargo xtask e2e` says where axe-core is");
    page.run(&fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}")));
    let found = page.run_async(
        "const done = arguments[arguments.length - 1];
         // What is still fading in has not the contrast that it will have.
         const fading = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
         Promise.allSettled(fading.map((one) => one.finished)).then(() =>
             axe.run(document, { resultTypes: ['violations'] })).then(
             (result) => done(result.violations.map((rule) => ({
                 rule: rule.id, help: rule.help,
                 at: rule.nodes.map((node) => node.html + ' — ' + (node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? '')),
             }))),
             (error) => done('' + error))",
    );
    let violations = found.as_array().unwrap_or_else(|| panic!("axe did not run: {found}"));
    if violations.is_empty() {
        return;
    }
    let mut text = format!("{state}:");
    for violation in violations {
        let _ = write!(text, "\n  {}: {}", violation["rule"], violation["help"]);
        for place in violation["at"].as_array().into_iter().flatten().take(4) {
            let _ = write!(text, "\n    {}", place.as_str().unwrap_or_default().replace('\n', " "));
        }
    }
    panic!("{text}");
}

fn paused(view: View) -> Page {
    let page = Page::open(view).patient(40);
    page.wait_until("a write is acknowledged", |page| {
        page.text().contains("1 kept") || view.phone && page.has("button", "n1, …")
    });
    page.click("button", "Pause");
    page.wait_until("it stands still", |page| page.has("button", "Play"));
    page
}

fn states(view: View, name: &str) {
    let page = paused(view);
    is_accessible(&page, &format!("{name}, at rest"));
    page.find("button", "n2, …").click();
    is_accessible(&page, &format!("{name}, a node selected"));
    page.press("i");
    page.press("Escape");
    page.wait_until("n2 is cut off", |page| page.has("button", "link n1 n2, cut"));
    is_accessible(&page, &format!("{name}, parted"));
    page.press("?");
    is_accessible(&page, &format!("{name}, the keys"));
    page.press("Escape");
    for panel in ["Scenarios", "Options"] {
        if view.phone {
            page.click("button", "Menu");
        }
        if !view.phone || panel == "Options" {
            page.click("button", panel);
        }
        is_accessible(&page, &format!("{name}, {panel}"));
        page.press("Escape");
    }
    for key in ["2", "4", "6"] {
        page.press(key);
        is_accessible(&page, &format!("{name}, drawer {key}"));
        page.press(key);
    }
    page.press("9");
    is_accessible(&page, &format!("{name}, a hunt to be begun"));
    page.choose("Known mistake", "ack_before_sync");
    page.click("button", "Find me a bug");
    page.find("button", "Watch");
    is_accessible(&page, &format!("{name}, what a hunt found"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn nothing_is_wrong_on_a_desktop() {
    states(View::DESKTOP, "desktop, light");
    states(View::DESKTOP.dark(), "desktop, dark");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn nothing_is_wrong_on_a_phone() {
    states(View::PHONE, "phone, light");
    states(View::PHONE.dark(), "phone, dark");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn nothing_is_wrong_on_a_projector() {
    let page = paused(View::PROJECTOR);
    page.press("p");
    page.find("button", "Leave");
    is_accessible(&page, "projector");
    let size: Value = page.run("return getComputedStyle(document.querySelector('.caption-band span')).fontSize");
    let pixels: f64 = size.as_str().unwrap_or_default().trim_end_matches("px").parse().unwrap_or_default();
    assert!(pixels >= 32.0, "{size}");
}
