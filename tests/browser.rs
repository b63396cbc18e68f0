//! What only a browser can tell. Natively this file is empty.
#![cfg(target_family = "wasm")]

use netsplit::lab::catalog::{Keep, SYSTEMS};
use netsplit::lab::frame::Position;
use netsplit::lab::play;
use netsplit::lab::script::Script;
use netsplit::lab::timeline::Timeline;
use netsplit::sim::Time;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_tests_run_where_the_page_runs() {
    let window = web_sys::window().expect("a browser's main thread has a window");
    assert!(window.document().is_some_and(|document| document.body().is_some()));
    assert_eq!(usize::BITS, 32, "the engines run on 32 bits here, on 64 natively");
}

/// The files were written by the native runner: the same text here is the same run.
#[wasm_bindgen_test]
fn every_scenario_gives_the_same_text_as_natively() {
    for system in SYSTEMS {
        for (name, text) in system.scenarios() {
            let script = Script::parse(text).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
            let played = play::play(&script, Keep::default()).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
            assert!(played.ok(), "{name}: {:?}", played.failures);
            assert_eq!(played.file(&script), *text, "{name}");
        }
    }
}

#[wasm_bindgen_test]
fn a_seek_is_the_run_here_too() {
    let (_, text) = SYSTEMS[0].scenarios()[0];
    let script = Script::parse(text).expect("reads");
    let played = play::play(&script, Keep::default()).expect("plays");
    let start = played.system.start(&played.settings, Keep::default());
    let mut timeline = Timeline::new(start, played.schedule);
    let half = Position { time: Time(played.end.time.0 / 2), k: u32::MAX };
    timeline.seek(half, u64::MAX);
    let there = timeline.engine().fingerprint();
    timeline.seek(played.end, u64::MAX);
    assert_eq!(timeline.engine().fingerprint(), played.engine.fingerprint());
    timeline.seek(half, u64::MAX);
    assert_eq!(timeline.engine().fingerprint(), there);
}
