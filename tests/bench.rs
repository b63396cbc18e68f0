//! How fast the engines are in a browser: what `netsplit bench` measures natively. It judges nothing, so it runs only
//! where it is asked for, by `cargo xtask bench`. Natively this file is empty.
#![cfg(all(target_family = "wasm", feature = "search"))]

use netsplit::lab::bench;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn figures() {
    let performance = web_sys::window().and_then(|window| window.performance()).expect("a browser has a clock");
    for figure in bench::figures(&|| (performance.now() * 1_000.0) as u64) {
        console_log!("{figure}");
    }
}
