//! Pictures for whoever works on the page: `cargo xtask shots`.

use std::{env, thread, time::Duration};

use crate::page::{Page, View};

/// Long enough for the page to have drawn something worth a look.
const SETTLES: Duration = Duration::from_millis(1500);

#[test]
#[ignore = "judges nothing: `cargo xtask shots`"]
fn pictures() {
    let address = env::var("NETSPLIT_SHOTS").unwrap_or_default();
    for (size, view) in [("desktop", View::DESKTOP), ("phone", View::PHONE)] {
        let page = Page::open_at(view, &address);
        thread::sleep(SETTLES);
        page.screenshot(&format!("{size}-light"));
        page.look(view.dark());
        thread::sleep(SETTLES / 3);
        page.screenshot(&format!("{size}-dark"));
    }
}
