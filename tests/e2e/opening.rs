//! The first seconds with the page.

use crate::page::{Page, View};

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_page_opens_and_its_worker_answers() {
    let page = Page::open(View::DESKTOP);
    page.find("heading", "Netsplit");
    page.wait_until("the engine has started", |page| !page.text().contains("Starting the engine"));
    assert!(!page.text().contains("loading"));
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
