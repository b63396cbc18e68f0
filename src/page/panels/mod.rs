//! The chrome around the stage: small, told by properties what to show, answering with intents.
//!
//! `bar` above, `side` beside, `dock` with transport and `tracks` below, `drawer` with one large view, `overlay` over all.

mod bar;
mod cells;
mod dock;
mod drawer;
mod field;
mod figures;
mod glyphs;
mod icons;
mod narration;
mod overlay;
mod side;
mod speaker;
pub mod tenure_rows;
mod toast;
pub mod tracks;
mod transport;
mod trouble;
mod verb_button;

pub use bar::bar;
pub use cells::{Cells, lost};
pub use dock::dock;
pub use drawer::{drawer, show_open_view};
pub use figures::figures_in_a_row;
pub use glyphs::{glyph, outcome, sign};
pub use icons::icon;
pub use narration::caption;
pub use overlay::{Overlay, Timing};
pub use side::{Side, Stuck, blocked, leader, operations_head, side_row, verdict, without_leader};
pub use speaker::Speaker;
pub use tenure_rows::ownership;
pub use toast::toast;
pub use verb_button::verb_button;
