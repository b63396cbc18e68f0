use web_sys::{Element, KeyboardEvent};
use yew::{Callback, Event, NodeRef, TargetCast, hook, use_effect_with, use_state_eq};

use super::use_size;

/// A line's height in pixels.
pub const ROW: f64 = 22.0;
/// Lines kept beyond what is in sight.
const MARGIN: usize = 12;

/// Of a long list of lines, those that are in the document.
pub struct Rows {
    pub first: usize,
    pub count: usize,
    pub on_scroll: Callback<Event>,
}

/// Brings a row of a list into sight whenever it, the version or the room changes: so far down as a share of the room.
#[hook]
pub fn use_rows(list: &NodeRef, row: usize, version: usize, share: f64) -> Rows {
    let scrolled = use_state_eq(|| 0.0);
    let (_, height) = use_size(list);
    {
        let list = list.clone();
        use_effect_with((row, version, height as u32), move |&(row, _, height)| {
            if let Some(list) = list.cast::<Element>() {
                let (top, high) = (row as f64 * ROW, f64::from(height));
                let scroll = f64::from(list.scroll_top());
                if top < scroll || top + ROW > scroll + high {
                    list.set_scroll_top((top - high * share).max(0.0) as i32);
                }
            }
        });
    }
    let first = ((*scrolled / ROW) as usize).saturating_sub(MARGIN);
    let count = (height / ROW) as usize + 2 * MARGIN + 2;
    let scrolled = scrolled.setter();
    let on_scroll = Callback::from(move |event: Event| {
        scrolled.set(f64::from(event.target_unchecked_into::<Element>().scroll_top()));
    });
    Rows { first, count, on_scroll }
}

/// The row that an arrow key goes to from this one; the key is then spent.
pub fn row_after(press: &KeyboardEvent, row: usize) -> Option<usize> {
    let to = match press.key().as_str() {
        "ArrowDown" => row + 1,
        "ArrowUp" => row.saturating_sub(1),
        _ => return None,
    };
    press.prevent_default();
    press.stop_propagation();
    Some(to)
}
