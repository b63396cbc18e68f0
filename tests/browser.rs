//! What only a browser can tell. Natively this file is empty.
#![cfg(target_family = "wasm")]

use netsplit::describe::{Epoch, Fill, Kind, NodeId, NodeView, Reign, Shape, Standing, Tag};
use netsplit::lab::catalog::{Keep, SYSTEMS};
use netsplit::lab::frame::Position;
use netsplit::lab::frame::{Flight, Frame, Health, NodeFrame};
use netsplit::lab::play;
use netsplit::lab::script::Script;
use netsplit::lab::timeline::Timeline;
use netsplit::page::stage::paint::{Look, Painter};
use netsplit::page::words::EN;
use netsplit::sim::Time;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

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

/// As many nodes and messages as no system here has yet.
fn made_up(nodes: u16, flights: u64) -> Frame {
    let node = |id: u16| NodeFrame {
        id: NodeId(id),
        name: format!("n{}", id + 1),
        kind: Kind::Server,
        health: if id % 7 == 3 { Health::Crashed } else { Health::Up },
        view: NodeView {
            label: format!("following n{}", id % 5 + 1),
            standing: if id == 0 { Standing::Leader } else { Standing::Follower },
            epoch: Some(Epoch { of: Reign::Epoch, number: u64::from(id % 4) }),
            ..NodeView::default()
        },
        clock_offset: 0,
        clock_ppm: 0,
        inbox: 0,
        unsynced: 0,
        verbs: Vec::new(),
    };
    let flight = |number: u64| {
        let from = (number * 7 % u64::from(nodes)) as u16;
        let to = (from + 1 + (number * 11 % u64::from(nodes - 1)) as u16) % nodes;
        let tag = Tag {
            label: format!("PROP {number}"),
            shape: [Shape::Proposal, Shape::Decision, Shape::Routine, Shape::Election][number as usize % 4],
            fill: Fill::Request,
            epoch: Some(Epoch { of: Reign::Epoch, number: number % 4 }),
            rows: Vec::new(),
        };
        let (sent, arrives) = (Time(1_000 - number % 500), Some(Time(1_500 + number % 300)));
        let (from, to) = (NodeId(from), NodeId(to));
        Flight { number, from, to, sent, arrives, stalled: None, bytes: 64, tag, verbs: Vec::new() }
    };
    let mut frame = Frame {
        nodes: (0..nodes).map(node).collect(),
        flights: (0..flights).map(flight).collect(),
        ..Frame::default()
    };
    frame.at.time = Time(1_200);
    frame
}

const COLOURS: &str = "--paper:#fff;--wash:#eee;--line:#ddd;--line2:#ccc;--lane:#999;--ghost:#ddd;--ink:#111;--ink2:#444;\
    --ink3:#666;--ink4:#888;--on-ink:#fff;--down:#888;--down-fill:#eee;--bad:#d50;--sans:sans-serif;--mono:monospace;\
    --e0:#666;--e1:#085;--e2:#28c;--e3:#b59;--e4:#069";

/// The figures are for whoever reads the output: this build is not the one that is shipped.
#[wasm_bindgen_test]
fn a_crowd_is_painted() {
    let window = web_sys::window().expect("a window");
    let document = window.document().expect("a document");
    let root = document.document_element().expect("a root");
    root.set_attribute("style", COLOURS).expect("a style");
    for (nodes, flights) in [(5, 50), (50, 1_000)] {
        let canvas = document.create_element("canvas").expect("a canvas").unchecked_into();
        let mut painter = Painter::new(canvas).expect("a painter");
        painter.resize(1040.0, 620.0, 1.0);
        let look = Look { moving: true, rate: 500.0, ..Look::new(&EN) };
        let mut frame = made_up(nodes, flights);
        let clock = window.performance().expect("a clock");
        let mut times: Vec<f64> = Vec::new();
        let mut settled = false;
        for _ in 0..200 {
            frame.at.time.0 += 1;
            let before = clock.now();
            settled = !painter.paint(&frame, &look, 16.7);
            times.push(clock.now() - before);
        }
        assert!(settled, "nothing is on its way to its place any more");
        times.sort_by(f64::total_cmp);
        console_log!("{nodes} nodes, {flights} in flight: {:.2} ms a picture at the 95th percentile", times[190]);
    }
}
