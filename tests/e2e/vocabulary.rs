//! The words of `page` do what they say, tried on a few controls of our own.

use std::cell::RefCell;

use crate::page::{Page, View};

/// A page with one of each, that writes down what happens to it.
fn page_of_controls() -> Page {
    let page = Page::open(View::DESKTOP);
    page.find("heading", "Netsplit");
    page.run(
        "document.body.innerHTML = `
            <button id=go>Go</button> <button disabled>Stop</button> <button aria-label='Split the net'>✂</button>
            <label>Seed <input id=seed value=1></label> <button hidden>Hidden</button>
            <svg width=40 height=40><circle role=button aria-label='n1, leading' tabindex=0 cx=20 cy=20 r=20 /></svg>
            <div id=pad style='position:fixed; left:100px; top:300px; width:200px; height:200px'></div>
            <p id=told role=status></p>`;
         const told = document.getElementById('told');
         const tell = (text) => told.textContent += text + '; ';
         document.getElementById('go').onclick = () => setTimeout(() => tell('went'), 200);
         document.querySelector('circle').onclick = () => tell('circle');
         document.onkeydown = (e) => tell((e.shiftKey && e.key != 'Shift' ? 'shift ' : '') + e.key.replace(' ', 'space'));
         document.getElementById('seed').onkeydown = (e) => e.stopPropagation();
         const pad = document.getElementById('pad');
         const at = (e) => `${e.type.slice(7)} ${e.clientX} ${e.clientY}`;
         pad.onpointerdown = pad.onpointerup = (e) => tell(at(e));
         pad.onpointerenter = () => tell('enter');",
    );
    page
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn things_are_found_by_role_and_name() {
    let page = page_of_controls();
    let names: Vec<String> = page.all("button").into_iter().map(|button| button.name).collect();
    assert_eq!(names, ["Go", "Stop", "Split the net", "n1, leading"]);
    assert!(page.find("button", "Stop").is_disabled());
    assert!(!page.find("button", "Go").is_disabled());
    assert_eq!(page.find("button", "Split the net").text(), "✂");
    assert_eq!(page.find("button", "n1, leading").attribute("tabindex").as_deref(), Some("0"));
    assert_eq!(page.find("button", "n1, …").place()[2], 40.0);
    assert!(!page.has("button", "n1") && !page.has("button", "n2, …"));
    assert!(!page.has("button", "Hidden") && page.has("textbox", "Seed"));
    assert!(page.nameless().is_empty());
    page.run("document.getElementById('go').textContent = ''");
    assert_eq!(page.nameless(), ["button"]);
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn hands_on_mouse_and_keyboard() {
    let page = page_of_controls();
    page.click("button", "Go");
    page.wait_for_text("went;");
    page.find("button", "n1, leading").click();
    page.wait_for_text("circle;");
    page.press("k");
    page.press("Shift+ArrowRight");
    page.press("Space");
    page.wait_for_text("k; Shift; shift ArrowRight; space;");
    page.fill("textbox", "Seed", "42");
    let seed = page.find("textbox", "Seed");
    seed.focus();
    page.type_text("7");
    assert_eq!(seed.value(), "427");
    page.run("document.getElementById('told').textContent = ''");
    page.hover_at((150, 350));
    page.drag((150, 350), (250, 450));
    page.click_at((110, 310));
    page.wait_for_text("enter; down 150 350; up 250 450; down 110 310; up 110 310;");
    seed.hover();
    page.screenshot("vocabulary");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_address_and_the_way_back() {
    let page = Page::open_at(View::PROJECTOR, "?seed=1#there").patient(20);
    assert_eq!(page.address(), "?seed=1#there");
    page.go("index.html");
    page.reload();
    page.find("heading", "Netsplit");
    assert_eq!(page.address(), "index.html");
    page.back();
    page.wait_until("the first address is back", |page| page.address() == "?seed=1#there");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn complaints_of_the_page_are_heard() {
    let mut page = Page::open(View::DESKTOP);
    page.find("heading", "Netsplit");
    assert_eq!(page.complaints(), [""; 0]);
    page.expect_complaints();
    page.run("console.error('on purpose'); fetch('no-such-file'); new Image().src = 'http://127.0.0.1:1/elsewhere'");
    page.run("new Worker('start.js', { type: 'module' })");
    let heard = RefCell::new(String::new());
    page.wait_until("an error, a missing file, a breach of the policy and a failing worker are heard", |page| {
        heard.borrow_mut().push_str(&page.complaints().join("\n"));
        ["on purpose", "404", "Content Security Policy", "document is not defined"]
            .iter()
            .all(|part| heard.borrow().contains(part))
    });
}
