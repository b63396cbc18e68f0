//! What the page measures of itself while it plays; `cargo xtask bench` prints it.

use crate::page::{Page, View};

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn the_main_thread_time_of_a_frame() {
    let page = Page::open(View::DESKTOP).patient(40);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    let figure = |name: &str| {
        let value = page.run(&format!("return document.body.getAttribute('data-frame-{name}-ms') || ''"));
        value.as_str().unwrap_or_default().to_owned()
    };
    page.wait_until("frames were measured", |_| !figure("median").is_empty());
    println!("main thread per animation frame: median {} ms, worst {} ms", figure("median"), figure("worst"));
}
