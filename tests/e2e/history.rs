//! The history: what clients saw, whether an order explains it, and the way from what cannot be placed to its messages.

use std::path::Path;

use netsplit::judges::history::{Entry, Phase};
use netsplit::judges::models::Kind;
use netsplit::lab::bench::histories::Run;

use crate::page::{Page, View};

/// A run in which an answered write is gone, at its end: what a client read then cannot be explained.
fn broken(view: View) -> Page {
    let page = Page::open_at(view, "#replication/ack_before_sync").patient(40);
    page.wait_until("the run is known", |page| page.has("button", "Pause") || page.has("button", "Play"));
    if page.has("button", "Pause") {
        page.press("Space");
    }
    page.wait_until("it stands", |page| page.has("button", "Play"));
    page.press("8");
    page.wait_for_text("First error");
    page
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn what_cannot_be_placed_leads_to_its_messages() {
    let page = broken(View::DESKTOP);
    page.wait_for_text("So far one order explains all");
    page.click("button", "First error");
    page.wait_for_text("Not linearizable: c2, get x → nothing cannot be placed");
    page.wait_for_text("No order explains this answer");
    page.screenshot("history-1-first-error");
    // It can be let go, and clicked where it stands.
    let canvas = page.find("application", "History: rows of clients…");
    canvas.focus();
    page.press("Escape");
    page.wait_for_text("Point at an operation");
    let [left, top, width, height] = canvas.place();
    let clicked = (0..20).flat_map(|step| [0.62, 0.72, 0.82, 0.92].map(|down| (step, down))).any(|(step, down)| {
        let place = (left + width * (0.95 - 0.04 * f64::from(step)), top + height * down);
        page.click_at((place.0 as i32, place.1 as i32));
        page.text().contains("No order explains this answer")
    });
    assert!(clicked, "it was clicked on the canvas");
    page.click("button", "Its messages");
    page.find("application", "Space-time diagram…");
    page.wait_for_text("Why?");
    page.wait_for_text("get x");
    page.screenshot("history-2-its-messages");
}

/// Half of a transfer contradicts the bank that clients believe to be talking to, a token that comes again the lock.
#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn transactions_and_locks_are_held_to_their_promises() {
    for (scenario, held_to, wrong) in [
        ("two_phase_commit/no_overlooked", "as a bank", "Not linearizable: c1, read a b"),
        ("mutex/unlock_by_anyone", "as a mutex", "Not linearizable: n1 t2, unlock a"),
        ("lock_queue/volatile_tokens", "as a fenced-lock", "Not linearizable: c3, lock printer"),
    ] {
        let page = Page::open_at(View::DESKTOP, &format!("#{scenario}")).patient(40);
        page.wait_until("it plays or stands", |page| page.has("button", "Pause") || page.has("button", "Play"));
        page.press("8");
        page.wait_for_text(held_to);
        page.press("End");
        page.wait_for_text(wrong);
        page.screenshot(&format!("history-held-{}", scenario.replace('/', "-")));
    }
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn it_is_read_by_keyboard() {
    let page = broken(View::DESKTOP);
    let canvas = page.find("application", "History: rows of clients…");
    canvas.focus();
    page.press("e");
    page.wait_for_text("No order explains this answer");
    page.press("ArrowLeft");
    page.wait_for_text("Takes effect as number 1 of 1");
    page.press("ArrowDown");
    page.wait_for_text("No order explains this answer");
    // The list has the same in words.
    let lines: Vec<String> = page.all("option").iter().map(|line| line.name.clone()).collect();
    assert!(lines.iter().any(|line| line.contains("c2") && line.contains("get x → nothing")), "{lines:?}");
    page.press("Enter");
    page.find("application", "Space-time diagram…");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_history_in_every_size_and_light() {
    for (size, view) in [("desktop", View::DESKTOP), ("phone", View::PHONE)] {
        let page = broken(view);
        page.click("button", "First error");
        page.wait_for_text("No order explains this answer");
        page.fits();
        assert!(page.nameless().is_empty(), "{:?}", page.nameless());
        page.screenshot(&format!("history-{size}-light"));
        page.look(view.dark());
        page.screenshot(&format!("history-{size}-dark"));
        // A longer one, with faults and clients at once.
        page.go("#zab/two_partitions_in_turn");
        page.wait_for_text("of 3 clients");
        page.press("End");
        page.wait_until("it stands at the end", |page| page.has("button", "Pause"));
        page.press("Space");
        page.screenshot(&format!("history-long-{size}-dark"));
        page.look(view);
        page.screenshot(&format!("history-long-{size}-light"));
    }
}

/// Hands a file to the page as a person does: by its input, or dropped.
fn hand(page: &Page, name: &str, text: &str, dropped: bool) {
    let act = if dropped {
        "window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true, bubbles: true }))"
    } else {
        "const input = document.querySelector('input[type=file]');
         input.files = data.files; input.dispatchEvent(new Event('change', { bubbles: true }))"
    };
    page.run(&format!("const data = new DataTransfer(); data.items.add(new File([{text:?}], {name:?})); {act}"));
}

fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/histories").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_recorded_history_is_judged() {
    let page = broken(View::DESKTOP);
    let text = sample("knossos/cas-register-bad-rethink-fail-minimal.edn");
    hand(&page, "minimal.edn", &text, false);
    page.wait_for_text("Not linearizable: ");
    page.wait_for_text("Held to: linearizable, as a register");
    page.wait_for_text("minimal.edn");
    page.click("button", "First error");
    page.wait_for_text("No order explains this answer");
    assert!(!page.has("button", "Its messages"), "a recording has none");
    page.screenshot("history-3-recorded");
    // Another model, and another file, which is dropped.
    page.choose("Model", "mutex");
    page.wait_for_text("the model has no function");
    page.choose("Model", "model: automatic");
    page.wait_for_text("Not linearizable: ");
    hand(&page, "many.txt", &sample("porcupine/c10-bad.txt"), true);
    page.wait_for_text("as a key-value");
    page.wait_for_text("Not linearizable: ");
    page.click("button", "First error");
    page.wait_for_text("No order explains this answer");
    page.screenshot("history-4-many");
    page.look(View::DESKTOP.dark());
    page.screenshot("history-4-many-dark");
    page.look(View::PHONE);
    page.fits();
    page.screenshot("history-4-many-phone");
    page.look(View::DESKTOP);
    page.click("button", "Back to the run's own history");
    page.wait_for_text("Promised: linearizable");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn what_a_nemesis_did_is_seen() {
    let page = broken(View::DESKTOP);
    hand(&page, "cut.edn", &sample("knossos/cas-register-bad-cas-failure.edn"), true);
    page.wait_for_text("Not linearizable: ");
    page.wait_for_text("Faults: 2");
    page.wait_for_text("start Cut off [:n3 #[:n4 :n5 :n1]");
    page.click("button", "First error");
    page.wait_for_text("No order explains this answer");
    page.screenshot("history-8-faults");
    page.look(View::PHONE.dark());
    page.fits();
    page.screenshot("history-8-faults-phone-dark");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn format_and_initial_value_are_chosen() {
    let page = broken(View::DESKTOP);
    let text = "{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :read :value 3}\n";
    hand(&page, "one.edn", text, true);
    page.wait_for_text("Not linearizable: ");
    let initial = |page: &Page, text: &str| {
        // Emptied by the keyboard, it is not changed twice.
        page.find("textbox", "Initial value").focus();
        page.press("Control+a");
        page.type_text(text);
        page.press("Enter");
    };
    assert_eq!(page.find("textbox", "Initial value").attribute("placeholder").as_deref(), Some("initial value: 0"));
    initial(&page, "3");
    page.wait_for_text("Linearizable: one order explains all");
    // What is wrong is told, with its place, and the last verdict stays.
    initial(&page, "[1 2x]");
    page.wait_for_text("Line 1, column 4");
    page.wait_for_text("initial value: this is no number");
    page.wait_for_text("write it in plain digits");
    page.wait_for_text("Linearizable: one order explains all");
    page.screenshot("history-9-initial-value");
    page.look(View::PHONE);
    page.fits();
    page.screenshot("history-9-initial-value-phone");
    page.look(View::DESKTOP);
    initial(&page, "0");
    page.wait_for_text("Not linearizable: ");
    page.choose("Format", "jsonl");
    page.wait_for_text("this is no JSON");
    page.choose("Format", "jepsen-edn");
    page.wait_until("it is read", |page| !page.text().contains("this is no JSON"));
    page.wait_for_text("Not linearizable: ");
}

/// A recording that somebody could have made.
fn made(run: &Run) -> String {
    let line = |entry: &Entry| {
        let Entry { process, function, value, .. } = entry;
        let phase = match entry.phase {
            Phase::Invoke => "invoke",
            Phase::Ok => "ok",
            Phase::Fail => "fail",
            Phase::Info => "info",
        };
        format!("{{:process {process}, :type :{phase}, :f :{function}, :value {value}}}\n")
    };
    run.entries(1).iter().map(line).collect()
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn ten_thousand_operations_are_judged_and_walked_through() {
    let page = broken(View::DESKTOP);
    let run = Run { kind: Kind::KeyValue, clients: 50, operations: 10_000, unknown: 0, size: 10 };
    hand(&page, "long.edn", &made(&run), true);
    page.wait_for_text("Held to: linearizable, as a key-value");
    page.wait_for_text("Linearizable");
    page.screenshot("history-6-ten-thousand");
    page.run(
        "window.worst = 0; let turn = 0, last = performance.now();
         const canvas = document.querySelector('.drawer canvas');
         const step = () => {
             const now = performance.now(); if (turn) window.worst = Math.max(window.worst, now - last); last = now;
             canvas.dispatchEvent(new WheelEvent('wheel', { deltaX: 400, deltaY: 0, bubbles: true, cancelable: true }));
             if (++turn < 60) requestAnimationFrame(step); else document.body.dataset.walked = '';
         };
         requestAnimationFrame(step);",
    );
    page.wait_until("it was walked through", |page| {
        page.run("return 'walked' in document.body.dataset").as_bool() == Some(true)
    });
    println!("ten thousand operations: the longest of sixty frames took {} ms", page.run("return window.worst"));
    page.screenshot("history-6-ten-thousand-later");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_long_judgement_says_how_far_it_has_come_and_stops() {
    let page = broken(View::DESKTOP);
    let run = Run { kind: Kind::MultiRegister, clients: 30, operations: 10_000, unknown: 3, size: 10 };
    hand(&page, "hard.edn", &made(&run), false);
    page.wait_for_text("configurations tried, ");
    page.screenshot("history-7-judging");
    page.click("button", "Stop");
    page.wait_for_text("stopped before it was known");
    assert!(page.text().contains("hard.edn"), "the file stays: {}", page.text());
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_damaged_file_says_where() {
    let page = broken(View::DESKTOP);
    let text = sample("knossos/cas-register-bad-rethink-fail-minimal.edn");
    hand(&page, "half.edn", &text[..text.len() / 2], false);
    page.wait_for_text("this is no keyword");
    page.wait_for_text("Line 7, column 24");
    page.screenshot("history-5-damaged");
}
