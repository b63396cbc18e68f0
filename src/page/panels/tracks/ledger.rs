//! Acknowledged writes as squares: tinted by their epoch, with the number of disks that hold each where there is room.

use yew::{Html, html};

use crate::describe::{LedgerEntry, Time};
use crate::page::axis::Axis;
use crate::page::state::seen::Seen;
use crate::page::tint::tint;

const WIDE: f64 = 13.0;
const THIN: f64 = 4.0;

pub fn ledger(seen: &Seen, axis: &Axis, width: f64) -> Html {
    let entries = &seen.frame.readout.ledger;
    let place = |time: Time| axis.at(time) * width;
    // Many ticks are one path a tint: an element each would be slow.
    let mut paths: [String; 6] = Default::default();
    let mut numbers = Vec::new();
    let mut last = f64::MIN;
    for (i, entry) in entries.iter().enumerate() {
        let x = place(entry.at);
        let next = entries.get(i + 1).map_or(f64::MAX, |next| place(next.at));
        let roomy = next - x > WIDE + 2.0 && x - last > WIDE + 2.0;
        if x - last < 2.0 && !entry.lost {
            continue;
        }
        let wide = if roomy { WIDE } else { THIN.min((next - x - 1.0).max(1.5)) };
        paths[path_of(entry)].push_str(&format!("M{:.1} 8h{wide:.1}v13h-{wide:.1}z", x - wide / 2.0));
        if roomy {
            let class = format!("n{}", path_of(entry));
            numbers.push(html! { <text {class} x={format!("{x:.1}")} y="18.4">{ if entry.lost { "✕".to_owned() } else { entry.holders.to_string() } }</text> });
        }
        last = x;
    }
    // What lies ahead, and what is no write of the ledger, is only known by its time.
    let known: Vec<Time> = entries.iter().map(|entry| entry.at).collect();
    let mut rest = String::new();
    let mut last = f64::MIN;
    for &write in seen.timeline.writes.iter().filter(|write| known.binary_search(write).is_err()) {
        let x = place(write);
        if x - last >= 3.0 {
            rest.push_str(&format!("M{:.1} 11h3v7h-3z", x - 1.5));
            last = x;
        }
    }
    html! {
        <svg aria-hidden="true">
            <path class="answered" d={rest} />
            { for paths.into_iter().enumerate().filter(|(_, path)| !path.is_empty()).map(|(i, path)| html! { <path class={format!("p{i}")} d={path} /> }) }
            { for numbers }
        </svg>
    }
}

/// The five tints, and what is lost.
fn path_of(entry: &LedgerEntry) -> usize {
    if entry.lost { 5 } else { tint(entry.epoch) }
}
