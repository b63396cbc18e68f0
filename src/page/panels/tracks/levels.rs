//! How much there was of something over time, as steps with their numbers where there is room.

use yew::{Html, html};

use super::marks::text_width;
use crate::describe::Time;
use crate::lab::wire::TenureBar;
use crate::page::axis::Axis;

/// Where nothing and the most lie in the track.
const BOTTOM: f64 = 21.0;
const TOP: f64 = 6.0;

/// The steps of one level up to `end`; between its stretches there is nothing.
pub fn steps(bars: &[&TenureBar], end: Time, axis: &Axis, width: f64) -> Html {
    let amount = |bar: &TenureBar| f64::from(bar.tenure.words.parse::<u32>().unwrap_or_default());
    let most = bars.iter().map(|bar| amount(bar)).fold(1.0, f64::max);
    let mut path = format!("M0 {BOTTOM}");
    let mut numbers = Vec::new();
    let mut before = Time::ZERO;
    for bar in bars {
        let to = bar.to.unwrap_or(end);
        let (left, right) = (axis.at(bar.from) * width, axis.at(to) * width);
        let y = BOTTOM - amount(bar) / most * (BOTTOM - TOP);
        if bar.from > before {
            path.push_str(&format!("V{BOTTOM}"));
        }
        path.push_str(&format!("H{left:.1}V{y:.1}H{right:.1}"));
        if right - left > text_width(&bar.tenure.words) + 4.0 {
            numbers.push(html! { <text x={format!("{:.1}", left + 3.0)} y={format!("{:.1}", y + 9.5)}>{ &bar.tenure.words }</text> });
        }
        before = to;
    }
    if before < end {
        path.push_str(&format!("V{BOTTOM}H{:.1}", axis.at(end) * width));
    }
    html! { <svg class="level" aria-hidden="true"><path d={path} />{ for numbers }</svg> }
}
