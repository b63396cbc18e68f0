//! A link as a QR code, for those who look on.

use fast_qr::{ECL, QRBuilder};
use yew::{Html, html};

use crate::page::words::Words;

/// So many light modules around it, as readers expect.
const QUIET: usize = 4;
/// A denser code is beyond a telephone at the back of a room.
const LONGEST: usize = 1_800;

pub fn qr(address: &str, words: &Words) -> Html {
    match path(address) {
        Some((size, path)) => html! {
            <svg class="qr" role="img" aria-label={words.qr_label} viewBox={format!("0 0 {size} {size}")} shape-rendering="crispEdges">
                <rect width={size.to_string()} height={size.to_string()} fill="#ffffff" /><path d={path} fill="#000000" />
            </svg>
        },
        None => html! { <p class="dim">{ words.qr_too_long }</p> },
    }
}

/// The width in modules with the quiet zone, and the dark modules as one path.
fn path(address: &str) -> Option<(usize, String)> {
    if address.len() > LONGEST {
        return None;
    }
    let code = QRBuilder::new(address).ecl(ECL::L).build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let from = column;
            while column < code.size && code[row][column].value() {
                column += 1;
            }
            if column > from {
                path.push_str(&format!("M{} {}h{}v1h-{}z", from + QUIET, row + QUIET, column - from, column - from));
            }
            column += 1;
        }
    }
    Some((code.size + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_address_is_a_small_code() {
        let (size, path) = path("https://example.org/").unwrap();
        assert_eq!(size, 25 + 2 * QUIET, "version 2");
        assert!(path.starts_with(&format!("M{QUIET} {QUIET}h7v1h-7z")), "the upper left finder");
    }

    #[test]
    fn a_long_one_is_none() {
        assert!(path(&"x".repeat(LONGEST + 1)).is_none());
        assert!(path(&"x".repeat(LONGEST)).is_some());
    }
}
