//! Phones, upright and sideways, and windows as low as they are at 200 %: what is needed is in sight.

use crate::page::{Page, View};

const SIZES: [(u32, u32); 8] =
    [(390, 844), (360, 640), (390, 600), (375, 548), (667, 375), (844, 390), (640, 400), (720, 450)];

fn phone(width: u32, height: u32) -> View {
    View { width, height, density: 1, ..View::PHONE }
}

/// The lower and the right edge of what a selector finds.
fn ends(page: &Page, selector: &str) -> (f64, f64) {
    let rect = page.run(&format!(
        "const r = document.querySelector('{selector}').getBoundingClientRect(); return [r.right, r.bottom]"
    ));
    (rect[0].as_f64().unwrap_or_default(), rect[1].as_f64().unwrap_or_default())
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_transport_is_always_in_sight_and_the_sheet_above_it() {
    let page = Page::open(phone(390, 844)).patient(40);
    page.find("button", "n2, …");
    page.click("button", "Pause");
    for (width, height) in SIZES {
        page.look(phone(width, height));
        for selected in ["n2, …", "link n1 n3…"] {
            page.find("button", selected).focus();
            page.press("Enter");
            let here = format!("{selected} at {width}x{height}");
            page.wait_until(&format!("the sheet of {here}"), |page| {
                let (dock, sheet) = (page.find("toolbar", "Timeline").place(), ends(page, ".sheet"));
                let above = if width > height { dock[1] } else { ends(page, ".tracks").1 - 72.0 };
                dock[1] + dock[3] <= f64::from(height) && sheet.1 <= above + 1.0 && sheet.0 <= f64::from(width)
            });
            page.click("button", "More");
            page.run("document.querySelector('.sheet').scrollTop = 1e4");
            let verb = page.find("toolbar", if selected.starts_with("link") { "n1 n3" } else { "n2" }).place();
            assert!(verb[1] + verb[3] <= ends(&page, ".sheet").1, "the last verb is reached: {here}");
            page.click("button", "More");
        }
        page.fits();
        let stage = page.find("main", "Cluster").place();
        assert!(stage[3] >= 200.0, "{stage:?} at {width}x{height}");
        page.screenshot(&format!("low-{width}x{height}"));
    }
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_menu_opens_at_its_top_and_leads_to_the_projector() {
    let page = Page::open(View::PHONE).patient(40);
    page.click("button", "Menu");
    page.find("dialog", "Scenarios");
    assert_eq!(page.run("return document.querySelector('.panel-body').scrollTop"), 0);
    page.click("button", "Present");
    page.find("button", "Leave");
    page.fits();
    page.screenshot("present-phone");
    page.click("button", "Leave");
    page.find("button", "Menu");
}
