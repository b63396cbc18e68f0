//! The style sheet's colours, read once a theme for the canvas.

use web_sys::CssStyleDeclaration;

use crate::describe::Epoch;
use crate::page::tint::tint;

#[derive(Clone, Debug, Default)]
pub struct Palette {
    pub paper: String,
    pub wash: String,
    pub line: String,
    pub line2: String,
    pub lane: String,
    pub ghost: String,
    pub ink: String,
    pub ink2: String,
    pub ink3: String,
    pub ink4: String,
    pub on_ink: String,
    pub down: String,
    pub down_fill: String,
    pub bad: String,
    pub bad_on: String,
    pub tints: [Tint; 5],
    pub sans: String,
    pub mono: String,
}

#[derive(Clone, Debug, Default)]
pub struct Tint {
    pub line: String,
    pub text: String,
    pub pale: String,
    pub on: String,
    pub solid: String,
}

impl Palette {
    pub fn read() -> Option<Palette> {
        let window = web_sys::window()?;
        let root = window.document()?.document_element()?;
        let style = window.get_computed_style(&root).ok()??;
        let get = |name: &str| value(&style, name);
        Some(Palette {
            paper: get("--paper"),
            wash: get("--wash"),
            line: get("--line"),
            line2: get("--line2"),
            lane: get("--lane"),
            ghost: get("--ghost"),
            ink: get("--ink"),
            ink2: get("--ink2"),
            ink3: get("--ink3"),
            ink4: get("--ink4"),
            on_ink: get("--on-ink"),
            down: get("--down"),
            down_fill: get("--down-fill"),
            bad: get("--bad"),
            bad_on: get("--bad-on"),
            tints: std::array::from_fn(|n| Tint {
                line: get(&format!("--e{n}")),
                text: get(&format!("--e{n}t")),
                pale: get(&format!("--e{n}f")),
                on: get(&format!("--e{n}on")),
                solid: get(&format!("--e{n}s")),
            }),
            sans: get("--sans"),
            mono: get("--mono"),
        })
    }

    pub fn tint(&self, epoch: Option<Epoch>) -> &Tint {
        &self.tints[tint(epoch)]
    }

    pub fn sans(&self, weight: u32, size: f64) -> String {
        format!("{weight} {size:.2}px {}", self.sans)
    }

    pub fn mono(&self, weight: u32, size: f64) -> String {
        format!("{weight} {size:.2}px {}", self.mono)
    }
}

fn value(style: &CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default().trim().to_string()
}
