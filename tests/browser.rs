//! What only a browser can tell. Natively this file is empty.
#![cfg(target_family = "wasm")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_tests_run_where_the_page_runs() {
    let window = web_sys::window().expect("a browser's main thread has a window");
    assert!(window.document().is_some_and(|document| document.body().is_some()));
    assert_eq!(usize::BITS, 32, "the engines run on 32 bits here, on 64 natively");
}
