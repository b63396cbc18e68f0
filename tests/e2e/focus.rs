//! Where the keyboard is: it stays with what it acts on, goes back to where it was, and keeps inside a dialog.

use crate::page::{Page, View};

fn standing() -> Page {
    let page = Page::open(View::DESKTOP).patient(40);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    page.press("Space");
    page.wait_until("it stands still", |page| page.has("button", "Play"));
    page
}

fn focused(page: &Page) -> String {
    let name =
        page.run("const e = document.activeElement; return e == document.body ? '' : e.ariaLabel || e.innerText");
    name.as_str().unwrap_or_default().trim().to_string()
}

#[track_caller]
fn is_at(page: &Page, name: &str) {
    page.wait_until(&format!("the focus is at {name}"), |page| focused(page).starts_with(name));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn acting_keeps_the_focus() {
    let page = standing();
    page.find("button", "n2, …").focus();
    page.press("i");
    page.find("button", "link n1 n2, cut");
    is_at(&page, "n2,");
    page.press("Enter");
    for (verb, after) in [("Crash", "Restart"), ("Rejoin", "Isolate"), ("Restart", "Crash")] {
        page.find("button", verb).focus();
        page.press("Enter");
        is_at(&page, after);
    }
    page.find("button", "More").focus();
    page.press("Enter");
    is_at(&page, "More");
    page.press("Tab");
    assert!(!["", "Crash", "Select"].contains(&focused(&page).as_str()), "what is more comes after it");
    page.find("button", "Make its clock fast").focus();
    page.press("Enter");
    is_at(&page, "Mend its clock");
    page.press("Escape");
    is_at(&page, "n2,");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn what_closes_gives_the_focus_back() {
    let page = standing();
    page.find("button", "n2, …").focus();
    page.press("Enter");
    page.find("button", "Drawer…").focus();
    page.press("Enter");
    page.find("button", "Logs").focus();
    page.press("Escape");
    is_at(&page, "Drawer");
    page.find("toolbar", "n2");
    page.find("button", "Present").focus();
    page.press("Enter");
    page.find("button", "Leave");
    page.press("Escape");
    page.wait_until("nothing is selected", |page| !page.has("toolbar", "n2"));
    page.press("Escape");
    is_at(&page, "Present");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_dialog_keeps_the_focus_inside() {
    let page = standing();
    for (button, dialog) in [("Scenarios", "Scenarios"), ("Options", "Options"), ("Keys", "Keys")] {
        page.find("button", button).focus();
        page.press("Enter");
        page.find("dialog", dialog);
        for _ in 0..40 {
            page.press("Tab");
            let inside =
                page.run("const e = document.activeElement; return e == document.body || !!e.closest('dialog')");
            assert_eq!(inside, true, "{dialog}: {}", focused(&page));
        }
        page.press("Escape");
        is_at(&page, button);
    }
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn several_nodes_are_isolated_together() {
    let page = standing();
    for name in ["n2, …", "n3, …"] {
        page.find("button", name).focus();
        page.press("g");
    }
    page.press("i");
    page.wait_until("both are apart", |page| {
        page.has("button", "link n1 n2, cut") && page.has("button", "link n1 n3, cut")
    });
    assert!(page.has("button", "link n2 n3"), "and not from each other");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn what_is_spoken_is_what_is_so() {
    let page = standing();
    let spoken = |page: &Page| {
        page.run("return document.querySelector('.unseen[role=status]').innerText")
            .as_str()
            .unwrap_or_default()
            .to_string()
    };
    page.wait_until("how things stand", |page| spoken(page).contains("n1 leads. "));
    assert!(!spoken(&page).contains(".."), "{}", spoken(&page));
    page.click("button", "n1, …");
    page.press("k");
    page.wait_until("nobody leads", |page| !spoken(page).contains("leads"));
    page.click("button", "中文");
    page.wait_until("the other language", |page| spoken(page).starts_with("暂停于"));
}
