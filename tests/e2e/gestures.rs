//! What a hand does on the stage, by mouse, by keyboard and by finger; and that each gesture is a line of script.

use crate::page::{Page, View};

/// A run that stands still at a moment with a leader, so that what is drawn stays where it is.
fn standing(view: View) -> Page {
    let page = Page::open(view).patient(40);
    page.wait_until("a write is acknowledged", |page| {
        page.text().contains("1 kept") || view.phone && page.has("button", "n1, …")
    });
    page.click("button", "Pause");
    page.wait_until("it stands still", |page| page.has("button", "Play"));
    page
}

fn script(page: &Page) -> String {
    page.press("6");
    let text = || page.find("textbox", "The branch as a script").value();
    page.wait_until("the script is written", |_| !text().is_empty());
    let text = text();
    page.press("6");
    text
}

fn centre(page: &Page, name: &str) -> (i32, i32) {
    page.find("button", name).centre()
}

/// The middle between two things.
fn between(page: &Page, one: &str, other: &str) -> (i32, i32) {
    let ((ax, ay), (bx, by)) = (centre(page, one), centre(page, other));
    ((ax + bx) / 2, (ay + by) / 2)
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn dragging_a_node_moves_it_and_harms_nobody() {
    let page = standing(View::DESKTOP);
    let before = script(&page);
    let from = centre(&page, "n2, …");
    let to = (from.0 - 130, from.1 + 60);
    page.drag(from, to);
    page.wait_until("n2 stands where it was put", |page| near(centre(page, "n2, …"), to));
    assert_eq!(script(&page), before, "moving is no line of script");
    page.double_click_at(to);
    page.wait_until("n2 is back in its place", |page| near(centre(page, "n2, …"), from));
    page.drag(from, to);
    page.press("0");
    page.wait_until("a key puts everything back", |page| near(centre(page, "n2, …"), from));
}

fn near(one: (i32, i32), other: (i32, i32)) -> bool {
    (one.0 - other.0).abs() <= 3 && (one.1 - other.1).abs() <= 3
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_lasso_separates_from_the_rest() {
    let page = standing(View::DESKTOP);
    let (x, y) = centre(&page, "n2, …");
    page.stroke(&[(x - 70, y - 70), (x + 70, y - 70), (x + 70, y + 70), (x - 70, y + 70), (x - 70, y - 60)]);
    page.wait_until("n2 alone is selected", |page| {
        page.find("button", "n2, …").attribute("aria-pressed").as_deref() == Some("true")
    });
    let (x3, y3) = centre(&page, "n3, …");
    let (left, right) = (x.min(x3) - 70, x.max(x3) + 70);
    let (top, bottom) = (y.min(y3) - 70, y.max(y3) + 70);
    page.press("Escape");
    page.stroke(&[(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 8)]);
    page.screenshot("gesture-lasso");
    page.click("button", "Separate from the rest");
    page.wait_until("the partition is there", |page| page.has("button", "link n1 n2, cut"));
    assert!(script(&page).contains("partition n2 n3 | n1"), "{}", script(&page));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_group_is_put_together_and_separated_by_keyboard() {
    let page = standing(View::DESKTOP);
    for name in ["n2, …", "n3, …"] {
        page.find("button", name).focus();
        page.press("g");
    }
    page.wait_for_text("2 nodes");
    page.press("x");
    page.wait_until("the partition is there", |page| page.has("button", "link n1 n3, cut"));
    assert!(script(&page).contains("partition n2 n3 | n1"), "{}", script(&page));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_knife_cuts_what_it_crosses() {
    let page = standing(View::DESKTOP);
    page.click("button", "Knife");
    let ((x, y), (x1, y1)) = (between(&page, "n1, …", "n2, …"), centre(&page, "n1, …"));
    let (dx, dy) = (x - x1, y - y1);
    let length = f64::from(dx * dx + dy * dy).sqrt();
    let across = ((-f64::from(dy) / length * 24.0) as i32, (f64::from(dx) / length * 24.0) as i32);
    page.stroke(&[(x - across.0, y - across.1), (x, y), (x + across.0, y + across.1)]);
    page.wait_until("the link is cut", |page| page.has("button", "link n1 n2, cut"));
    assert!(script(&page).contains("cut n1 n2"), "{}", script(&page));
    page.click("button", "Select");
    page.press("h");
    page.wait_until("all is mended", |page| page.has("button", "link n1 n2"));
    // The same with the key held down, all around the first node: that is a partition.
    let (x, y) = (x1, y1);
    page.stroke_with("x", &[(x - 150, y + 10), (x - 90, y + 100), (x, y + 120), (x + 90, y + 100), (x + 150, y + 10)]);
    page.wait_until("n1 is alone", |page| page.has("button", "link n1 n3, cut"));
    assert!(script(&page).contains("partition n1 | n2 n3"), "{}", script(&page));
    page.screenshot("gesture-knife");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn scissors_and_ports_appear_on_a_link_at_hand() {
    let page = standing(View::DESKTOP);
    page.hover_at(between(&page, "n1, …", "n3, …"));
    page.find("button", "Cut n1 n3");
    page.screenshot("gesture-ports");
    page.click("button", "Cut n1 → n3, where it leaves n1");
    page.wait_until("one direction is cut", |page| page.has("button", "link n1 n3, cut from n1 to n3"));
    // By keyboard: the focus is as good as the pointer.
    page.find("button", "link n1 n3, …").focus();
    page.press("x");
    page.wait_until("the other one, too", |page| page.has("button", "link n1 n3, cut"));
    page.press("x");
    page.wait_until("the same place mends", |page| page.has("button", "link n1 n3"));
    let script = script(&page);
    for line in ["cut n1 -> n3", "cut n1 n3", "mend n1 n3"] {
        assert!(script.contains(line), "{line} in {script}");
    }
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_wheel_zooms_with_control_and_the_keyboard_does() {
    let page = standing(View::DESKTOP);
    let (plain, width) = (centre(&page, "n1, …"), |page: &Page| page.find("button", "n1, …").place()[2]);
    let before = width(&page);
    page.wheel(plain, -300, true);
    page.wait_until("it is larger", |page| width(page) > before * 1.3);
    page.press("0");
    page.wait_until("it is as before", |page| (width(page) - before).abs() < 1.0);
    page.wheel(plain, -300, false);
    page.press("+");
    page.wait_until("a step nearer", |page| (width(page) - 14.0) > (before - 14.0) * 1.2);
    assert!(width(&page) < before * 1.35, "the plain wheel did nothing");
    page.press("-");
    page.wait_until("and back", |page| (width(page) - before).abs() < 1.0);
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn keys_work_on_what_is_under_the_pointer_and_never_in_a_field() {
    let page = standing(View::DESKTOP);
    page.find("button", "n3, …").hover();
    page.press("z");
    page.wait_until("n3 is paused", |page| {
        page.all("button").iter().any(|thing| thing.name.starts_with("n3,") && thing.name.ends_with("paused"))
    });
    page.press("z");
    page.click("button", "Write");
    let field = page.find("textbox", "any line of script…");
    field.focus();
    page.type_text("kzxih 0g+");
    assert_eq!(field.value(), "kzxih 0g+");
    page.press("Escape");
    let script = script(&page);
    assert!(!script.contains("crash") && !script.contains("heal"), "{script}");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn right_click_and_long_press_open_the_verbs() {
    let page = standing(View::DESKTOP);
    page.right_click_at(centre(&page, "n2, …"));
    page.find("toolbar", "n2");
    page.find("button", "Isolate");
    drop(page);
    let page = standing(View::PHONE);
    page.long_press(centre(&page, "n2, …"));
    page.find("toolbar", "n2");
    let verb = page.find("button", "Isolate");
    assert!(verb.place()[3] >= 44.0, "{:?}", verb.place());
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_finger_on_a_link_selects_it_and_cuts_nothing() {
    let page = standing(View::PHONE);
    // Nothing flies there yet.
    page.press("Home");
    page.wait_until("it is at its start", |page| page.clock() == 0.0);
    let ((ax, ay), (bx, by)) = (centre(&page, "n1, …"), centre(&page, "n3, …"));
    // Where its scissors appear.
    let snip = ((ax * 655 + bx * 345) / 1000, (ay * 655 + by * 345) / 1000);
    let is_selected =
        |page: &Page| page.find("button", "link n1 n3").attribute("aria-pressed").as_deref() == Some("true");
    page.swipe(&[snip]);
    page.wait_until("it is selected", is_selected);
    page.press("Escape");
    // Where the focus is, scissors are at hand.
    page.run("document.activeElement.blur()");
    page.wait_until("nothing is at hand", |page| !page.has("button", "Cut n1 n3"));
    page.long_press(snip);
    page.wait_until("it is selected", is_selected);
    assert!(!script(&page).contains("cut"), "{}", script(&page));
    // A second tap there is meant for the scissors.
    page.swipe(&[snip]);
    page.wait_until("it is cut", |page| page.has("button", "link n1 n3, cut"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn fingers_move_pinch_and_cut() {
    let page = standing(View::PHONE);
    let from = centre(&page, "n2, …");
    let to = (from.0 - 20, from.1 - 60);
    page.swipe(&[from, to]);
    page.wait_until("n2 stands where it was put", |page| near(centre(page, "n2, …"), to));
    let width = |page: &Page| page.find("button", "n1, …").place()[2];
    let before = width(&page);
    let middle = (195, 250);
    page.pinch(middle, 40, 90);
    page.wait_until("it is larger", |page| width(page) > before * 1.3);
    page.run("document.activeElement.blur()");
    page.pinch(middle, 160, 40);
    page.click("button", "Knife");
    let (x, y) = between(&page, "n1, …", "n3, …");
    page.swipe(&[(x - 30, y - 4), (x, y), (x + 30, y + 4)]);
    page.swipe(&[(x - 4, y - 30), (x, y), (x + 4, y + 30)]);
    page.wait_until("the link is cut", |page| page.has("button", "link n1 n3, cut"));
    page.fits();
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_gesture_happens_at_the_instant_that_was_seen() {
    let page = Page::open(View::DESKTOP).patient(40);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    // While the clock runs: what the script says afterwards is no later than the clock when it was pressed, and no
    // earlier than what was read before.
    page.find("button", "n3, …").hover();
    let before = page.clock();
    page.press("k");
    let after = page.clock();
    page.press("Space");
    page.wait_until("n3 is down", |page| {
        page.all("button").iter().any(|thing| thing.name.starts_with("n3,") && thing.name.ends_with("down"))
    });
    let text = script(&page);
    let at = text.lines().scan("", |at, line| {
        if line.starts_with("at ") {
            *at = line
        }
        Some((*at, line))
    });
    let (at, _) = at.filter(|(_, line)| *line == "crash n3").last().expect("the crash is in the script");
    let at = at.split_whitespace().nth(1).map(seconds).unwrap_or_default();
    assert!(before - 0.001 <= at && at <= after + 0.001, "{before} {at} {after}");
}

/// A script's `25.5011s`, in seconds.
fn seconds(text: &str) -> f64 {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let value: f64 = digits.parse().unwrap_or_default();
    match text {
        text if text.contains("us") => value / 1e6,
        text if text.contains("ms") => value / 1e3,
        _ => value,
    }
}

/// A run in which an operation was answered a moment ago, and another one waits.
fn answered(view: View) -> Page {
    let text =
        "system replication\nuntil backup joined x2\nc1 put x 1\nuntil c1 done\nrun 10ms\nc2 put y 2\nrun 2500us";
    Page::open_script(view, text).patient(40)
}

fn is_pressed(page: &Page, name: &str) -> bool {
    page.find("button", name).attribute("aria-pressed").as_deref() == Some("true")
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn an_operation_is_selected_by_hand_and_by_keyboard_and_travels_with_a_link() {
    let page = answered(View::DESKTOP);
    let (bubble, waits) = ("operation put x 1 of c1, done", "operation put y 2 of c2, pending");
    page.find("button", waits);
    let before = script(&page);
    page.click_at(centre(&page, waits));
    page.wait_until("it is selected", |page| {
        is_pressed(page, waits) && page.find("region", "c2@1").text().contains("…")
    });
    page.screenshot("operation-waits");
    page.click_at(centre(&page, bubble));
    page.wait_until("it is selected", |page| is_pressed(page, bubble) && !is_pressed(page, waits));
    let inspector = |page: &Page| page.find("region", "c1@1").text();
    page.wait_until("its messages are told", |page| inspector(page).contains("c1 → n1"));
    page.screenshot("operation");
    let told = inspector(&page);
    for words in ["put x 1", "c1, done", "Answer", "ok", "Took", "n1 → n2", "n2 → n1", "n1 → c1"] {
        assert!(told.contains(words), "{words} in {told}");
    }
    page.press("Escape");
    page.wait_until("nothing is selected", |page| !is_pressed(page, bubble));
    page.find("button", bubble).focus();
    page.press("Enter");
    page.wait_until("it is selected by keyboard", |page| is_pressed(page, bubble));
    assert_eq!(script(&page), before, "looking harms nobody");
    let opened = page.address();
    page.click("button", "Share");
    page.wait_until("a link was made", |page| page.address() != opened);
    let fragment = page.address().split_once('#').map(|(_, fragment)| format!("#{fragment}")).unwrap_or_default();
    let other = Page::open_at(View::DESKTOP, &fragment).patient(40);
    other.wait_until("the link selects it", |page| is_pressed(page, bubble));
    other.wait_until("its messages are told there, too", |page| inspector(page).contains("n1 → c1"));
    // From what it came to, step by step, to whoever asked for it.
    other.click("button", "Why?");
    other.find("application", "Space-time diagram…");
    other.wait_until("its causes are told", |page| page.text().contains("complete"));
    other.screenshot("operation-why");
    other.click("button", "History");
    other.wait_for_text("Takes effect as number 1");
    // Beside the drawer its client has no room for words.
    other.click("button", "Close");
    other.click_at(centre(&other, "c1, …"));
    other.find("region", "c1");
    other.click("button", "put x 1…");
    other.wait_until("its client leads to it", |page| is_pressed(page, bubble));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_message_says_why_it_flies() {
    let text = "system replication\nuntil backup joined x2\nc1 put x 1\nuntil write committed\nrun 200us";
    let page = Page::open_script(View::DESKTOP, text).patient(40);
    page.click_at(centre(&page, "message ok, n1 to c1"));
    page.find("toolbar", "#…");
    page.click("button", "Why?");
    page.find("application", "Space-time diagram…");
    page.wait_for_text("deliver HELD");
    page.screenshot("message-why");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn what_a_selected_operation_causes_flies_as_slowly_as_at_first() {
    let text = "system replication\nuntil backup joined x2\nworkload c1 writes every 500ms\nrun 5s\nrest c1\nrun 1s\n\
                c1 put x 9\nrun 300us";
    let page = Page::open_script(View::DESKTOP, text).patient(40);
    // Virtual seconds for a second of screen.
    let speed = |page: &Page| {
        let text = page.text();
        let line = text.lines().find_map(|line| line.strip_prefix("1 s here = "));
        line.map(|line| seconds(line.split(" there").next().unwrap_or_default())).unwrap_or_default()
    };
    let bubble = "operation put x 9 of c1, pending";
    page.find("button", bubble);
    let worn = speed(&page);
    page.click_at(centre(&page, bubble));
    page.wait_until("it flies slowly", |page| speed(page) > 0.0 && speed(page) * 4.0 < worn);
    page.press("Escape");
    page.wait_until("it flies as all others do", |page| speed(page) == worn);
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn on_a_phone_an_operation_is_picked_from_its_clients_list() {
    let page = answered(View::PHONE);
    let (x, y) = centre(&page, "c1, …");
    page.swipe(&[(x, y)]);
    page.click("button", "put x 1…");
    page.wait_until("it is selected", |page| page.text().contains("c1, done"));
    page.screenshot("operation-phone");
    page.fits();
}
