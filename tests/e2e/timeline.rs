//! The dock and the drawer: bars are dragged, branches switched, the trace is filtered, drawn and asked.

use crate::page::{Page, View};

/// A partition that is healed, its whole course known, standing at its beginning.
fn partitioned(view: View) -> Page {
    let page = Page::open_at(view, "#replication/two_primaries").patient(40);
    page.wait_until("the run is known", |page| page.has("button", "partition n1 c1 | n2 n3 c2, …"));
    if page.has("button", "Pause") {
        page.press("Space");
    }
    page.wait_until("it stands", |page| page.has("button", "Play"));
    page
}

fn bar(page: &Page) -> (String, [f64; 4]) {
    let bar = page.find("button", "partition n1 c1 | n2 n3 c2, …");
    (bar.name.clone(), bar.place())
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_fault_is_dragged_by_the_mouse_and_taken_back() {
    let page = partitioned(View::DESKTOP);
    let (before, [left, top, width, height]) = bar(&page);
    let middle = ((left + width / 2.0) as i32, (top + height / 2.0) as i32);
    page.drag(middle, (middle.0 + 60, middle.1));
    page.wait_for_text("New branch; the old one is kept");
    page.wait_until("the bar begins later", |page| bar(page).0 != before);
    page.screenshot("timeline-1-a-fault-was-dragged");
    page.click("button", "Undo");
    page.wait_until("it is where it was", |page| bar(page).0 == before);

    // By its end: longer.
    let end = ((left + width - 3.0) as i32, middle.1);
    page.drag(end, (end.0 - 80, end.1));
    page.wait_until("it ends sooner", |page| bar(page).0 != before);
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_fault_is_moved_and_taken_out_by_keyboard() {
    let page = partitioned(View::DESKTOP);
    let (before, _) = bar(&page);
    page.find("button", "partition n1 c1 | n2 n3 c2, …").focus();
    page.press("ArrowRight");
    page.press("ArrowRight");
    page.press("Enter");
    page.wait_until("the bar begins later", |page| bar(page).0 != before);
    page.find("button", "partition n1 c1 | n2 n3 c2, …").focus();
    page.press("Delete");
    page.wait_until("it is gone", |page| !page.has("button", "partition n1 c1 | n2 n3 c2, …"));
    // Branches are in the dock now, and in the drawer with what differs.
    page.press("7");
    page.click("button", "What differs?");
    page.wait_for_text("The first difference");
    page.screenshot("timeline-2-what-differs");
    page.click("button", "A as recorded");
    page.wait_until("the first branch is back", |page| bar(page).0 == before);
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_picked_fault_is_let_go_of_and_taken_out() {
    let page = partitioned(View::DESKTOP);
    let [left, top, width, height] = bar(&page).1;
    let middle = ((left + width / 2.0) as i32, (top + height / 2.0) as i32);
    let is_picked = |page: &Page| page.has("button", "Remove this fault");
    let pick = || {
        page.click_at(middle);
        page.wait_until("it is picked out", is_picked);
    };
    let is_let_go = || page.wait_until("it is let go of", |page| !is_picked(page));
    pick();
    page.screenshot("timeline-7-a-picked-fault");
    page.press("Escape");
    is_let_go();
    pick();
    page.click_at(middle);
    is_let_go();
    pick();
    page.click_at((500, 500));
    is_let_go();
    pick();
    page.press("Delete");
    page.wait_until("it is taken out", |page| !page.has("button", "partition n1 c1 | n2 n3 c2, …"));
    assert!(!is_picked(&page));
    page.press("Control+z");
    page.wait_for_text("Undone");
    page.wait_until("it is back", |page| page.has("button", "partition n1 c1 | n2 n3 c2, …"));
    pick();
    page.click("button", "B without …");
    is_let_go();
    page.click("button", "A as recorded");
    page.wait_until("it is there again", |page| page.has("button", "partition n1 c1 | n2 n3 c2, …"));
    pick();
    page.go("#replication/available_under_partition");
    is_let_go();
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn branches_have_lanes_in_a_dock_that_keeps_its_height() {
    let page = partitioned(View::DESKTOP);
    let height = || page.run("return document.querySelector('.dock').offsetHeight").as_f64();
    let before = height();
    for (node, key, name) in [("n3", "z", "B pause n3 …"), ("n2", "k", "C crash n2 …"), ("n1", "z", "D pause n1 …")]
    {
        page.press("Home");
        page.find("button", &format!("{node}, …")).focus();
        page.press(key);
        page.wait_until(name, |page| page.has("button", name));
        page.press("Escape");
        page.click("button", "A as recorded");
    }
    for name in ["A as recorded", "B pause n3 …", "C crash n2 …", "D pause n1 …"] {
        let [_, top, _, height] = page.find("button", name).place();
        assert!(top + height <= 900.0, "{name} is in sight");
    }
    page.screenshot("timeline-8-branches");
    assert_eq!(height(), before);
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_branch_is_named_by_keyboard() {
    let page = partitioned(View::DESKTOP);
    page.press("7");
    page.find("button", "Name branch A").focus();
    page.press("Enter");
    page.wait_until("a field", |page| page.has("textbox", "The branch's name"));
    page.type_text("two sides");
    page.screenshot("branches-1-naming");
    page.press("Enter");
    page.wait_until("its name", |page| page.has("button", "A two sides"));
    assert!(!page.text().contains("the old one is kept"), "no branch was made");
    page.press("Enter");
    page.wait_until("the field again", |page| page.has("textbox", "The branch's name"));
    page.press("Escape");
    page.wait_until("only the field is closed", |page| {
        !page.has("textbox", "The branch's name") && page.has("button", "Name branch A")
    });
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn what_was_typed_over_a_script_is_kept() {
    let page = partitioned(View::DESKTOP);
    page.press("6");
    let script = page.find("textbox", "The branch as a script").value();
    page.fill("textbox", "The branch as a script", &format!("{script}crsh n1\n"));
    page.click("button", "Run");
    page.wait_for_text("`crsh` is no command");
    page.find("textbox", "The branch as a script").focus();
    page.press("Escape");
    assert!(page.has("textbox", "The branch as a script"), "Escape leaves the field first");
    page.press("Escape");
    page.wait_until("the drawer is closed", |page| !page.has("textbox", "The branch as a script"));
    page.press("6");
    page.wait_until("the draft is there", |page| {
        page.find("textbox", "The branch as a script").value().ends_with("crsh n1\n")
    });
    page.fill("textbox", "The branch as a script", &format!("{script}crash n1\n"));
    page.wait_until("the mistake is gone", |page| !page.text().contains("is no command"));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_newest_sentence_is_in_sight_until_somebody_scrolls() {
    let page = partitioned(View { height: 640, ..View::DESKTOP });
    let in_sight = |page: &Page| {
        page.run(
            "const all = document.querySelector('.sentences').getBoundingClientRect(); \
             const newest = document.querySelector('.sentences li:last-child').getBoundingClientRect(); \
             return newest.top >= all.top - 1 && newest.bottom <= all.bottom + 1",
        ) == true
    };
    page.press("End");
    page.wait_until("it plays on", |page| page.has("button", "Pause"));
    page.press("Space");
    let sentences = "document.querySelector('.sentences')";
    assert!(page.run(&format!("return {sentences}.scrollHeight > {sentences}.clientHeight")) == true);
    page.wait_until("the newest is in sight", in_sight);
    page.screenshot("timeline-9-the-newest-sentence");
    page.run(&format!("{sentences}.scrollTop = -60"));
    page.press("ArrowLeft");
    page.press("ArrowRight");
    assert!(!in_sight(&page), "it stays where somebody scrolled to");
    page.run(&format!("{sentences}.scrollTop = 0"));
    assert!(in_sight(&page));
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_timeline_seeks_steps_and_measures() {
    let page = partitioned(View::DESKTOP);
    let slider = page.find("slider", "Timeline");
    let [left, top, width, _] = slider.place();
    let at = |share: f64| ((left + width * share) as i32, (top + 8.0) as i32);
    let before = page.clock();
    page.click_at(at(0.5));
    page.wait_until("the clock went there", |page| page.clock() != before);
    let there = page.clock();
    page.press("Shift+ArrowRight");
    page.wait_until("a beat ahead", |page| page.clock() != there);
    page.press("Shift+ArrowLeft");
    page.press("Shift+ArrowLeft");
    page.wait_until("and back", |page| page.clock() <= there);
    page.press("a");
    page.wait_until("the axis is the clock's", |page| {
        page.find("button", "Clock").attribute("aria-pressed").as_deref() == Some("true")
    });
    page.press("a");
    page.press("m");
    page.drag(at(0.3), at(0.6));
    page.wait_for_text("messages,");
    page.screenshot("timeline-3-measured");
    page.press("m");
    page.wait_until("the cursors are gone", |page| !page.text().contains("messages,"));
    // Over a fault's bar it measures as well, and a cursor is taken again.
    let (before, [left, top, width, height]) = bar(&page);
    let over = |share: f64| ((left + width * share) as i32, (top + height / 2.0) as i32);
    page.press("m");
    page.drag(over(0.2), over(0.6));
    page.wait_for_text("messages,");
    let measured = || page.run("return document.querySelector('.measured span').textContent");
    let first = measured();
    page.drag(over(0.6), over(0.9));
    page.wait_until("the second cursor was carried", |_| measured() != first);
    assert_eq!(bar(&page).0, before, "the fault stays where it is");
    page.press("Escape");
    page.wait_until("the cursors are gone", |page| !page.text().contains("messages,"));
    // By keyboard the second cursor goes with the playhead.
    page.press("m");
    page.press("Shift+ArrowRight");
    page.wait_for_text("messages,");
    page.press("m");
}

/// Without a keyboard: from the menu.
#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn axis_measuring_and_run_until_are_within_reach_of_the_thumb() {
    let page = partitioned(View::PHONE);
    let pressed = |page: &Page, name: &str| {
        page.click("button", "Menu");
        let pressed = page.find("button", name).attribute("aria-pressed");
        pressed.as_deref() == Some("true")
    };
    assert!(!pressed(&page, "Clock"));
    page.screenshot("timeline-phone-1-menu");
    for name in ["Story", "Clock", "Measure"] {
        let [_, _, width, height] = page.find("button", name).place();
        assert!(width >= 44.0 && height >= 44.0, "{name}: {width} by {height}");
    }
    page.click("button", "Clock");
    page.wait_until("the menu is closed", |page| !page.has("button", "Options"));
    assert!(pressed(&page, "Clock"));
    page.click("button", "Story");
    assert!(!pressed(&page, "Measure"));
    page.click("button", "Measure");
    page.wait_for_text("Drag over the timeline to measure.");
    page.fits();
    let [left, top, width, height] = page.find("slider", "Timeline").place();
    let place = |share: f64| ((left + width * share) as i32, (top + height + 24.0) as i32);
    page.swipe(&[place(0.2), place(0.4), place(0.8)]);
    page.wait_for_text("messages,");
    page.screenshot("timeline-phone-2-measured");
    page.look(View::PHONE.dark());
    page.screenshot("timeline-phone-2-measured-dark");
    page.look(View::PHONE);
    assert!(pressed(&page, "Measure"));
    page.click("button", "Measure");
    page.wait_until("the cursors are gone", |page| !page.text().contains("messages,"));
    let before = page.clock();
    page.click("button", "Menu");
    page.choose("Run until …", "promoted");
    page.wait_until("it ran", |page| page.clock() != before);
    page.wait_for_text("n2 leads");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn events_are_filtered_and_gone_to() {
    let page = partitioned(View::DESKTOP);
    page.press("3");
    page.wait_until("the trace is read", |page| !page.all("option").is_empty() && !page.text().contains("Reading …"));
    page.fill("searchbox", "Filter by words", "promote");
    page.wait_until("few are left", |page| {
        let counted = page.run("return document.querySelector('.events .caption').textContent.match(/\\d+/g)");
        let count = |nth: usize| counted[nth].as_str().and_then(|count| count.parse::<u32>().ok()).unwrap_or(0);
        (1..count(1)).contains(&count(0))
    });
    let before = page.clock();
    page.run("document.querySelector('.event').click()");
    page.wait_until("the clock went there", |page| page.clock() != before);
    page.wait_for_text("Why?");
    page.screenshot("timeline-4-events");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_diagram_selects_what_is_clicked() {
    let page = partitioned(View::DESKTOP);
    page.press("1");
    let canvas = page.find("application", "Space-time diagram…");
    page.wait_until("the trace is read", |page| !page.text().contains("Reading …"));
    page.press("End");
    page.press("Space");
    page.wait_until("it stands", |page| page.has("button", "Play"));
    canvas.focus();
    page.press("ArrowUp");
    page.wait_for_text("Why?");
    let chosen = page.clock();
    for _ in 0..9 {
        page.press("ArrowUp");
    }
    page.wait_until("from event to event", |page| page.clock() < chosen);
    page.screenshot("timeline-5-space-time");
    // A press beside everything lets go; one on an event's place selects it.
    let [left, top, width, height] = canvas.place();
    let found = (0..12).any(|step| {
        let place = ((left + 58.0) as i32, (top + height * (0.25 + 0.04 * f64::from(step))) as i32);
        page.click_at(place);
        page.text().contains("Why?")
    });
    assert!(found && width > 300.0, "an event was found at a click");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn charts_promises_and_a_hundred_seeds() {
    let page = partitioned(View::DESKTOP);
    page.press("End");
    page.press("Space");
    page.wait_until("it stands", |page| page.has("button", "Play"));
    page.press("4");
    page.wait_for_text("premise held");
    page.press("5");
    page.wait_for_text("Does it always happen?");
    page.wait_until("the trace is read", |page| page.text().contains("answered, "));
    page.click("button", "Run a hundred");
    page.wait_for_text("Show seed");
    page.wait_until("all have run", |page| page.has("button", "Run a hundred"));
    page.screenshot("timeline-6-charts");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn it_runs_until_a_milestone() {
    let page = partitioned(View::DESKTOP);
    page.press("Home");
    let before = page.clock();
    let select = page.find("combobox", "Run until …");
    page.run("const s = document.querySelector('.until'); s.value = 'promoted'; s.dispatchEvent(new Event('change', {bubbles: true}))");
    page.wait_until("it ran", |page| page.clock() != before);
    page.wait_for_text("n2 leads");
    assert!(select.value().is_empty());
    // With the keyboard one goes through the choices, and Enter starts.
    page.press("Home");
    page.wait_until("it is at its start", |page| page.clock() < 0.001);
    select.focus();
    for _ in 0..12 {
        page.press("ArrowDown");
        if select.value() == "promoted" {
            break;
        }
    }
    assert_eq!((select.value().as_str(), page.clock() < 0.001), ("promoted", true), "choosing is not running");
    page.press("Enter");
    page.wait_for_text("n2 leads");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_whole_drawer_in_every_size_and_light() {
    for (size, view) in [("desktop", View::DESKTOP), ("phone", View::PHONE)] {
        let page = partitioned(view);
        for key in ["1", "2", "3", "4", "5", "6", "7", "8", "9"] {
            page.press(key);
            page.wait_until("nothing is being read", |page| !page.text().contains("Reading …"));
            page.screenshot(&format!("drawer-{size}-{key}-light"));
            page.look(view.dark());
            page.screenshot(&format!("drawer-{size}-{key}-dark"));
            page.look(view);
            page.fits();
            assert!(page.nameless().is_empty(), "{:?}", page.nameless());
        }
    }
}
