//! The chrome around the stage: small, told by properties what to show, answering with intents.

mod bar;
mod cells;
mod dock;
mod drawer;
mod glyphs;
mod icons;
mod inspector;
mod keys;
mod logs;
mod menu;
mod narration;
mod overlay;
mod promises;
mod readout;
mod script;
mod setup;
mod side;
mod toast;
mod tracks;
mod transport;
mod verb_button;
mod write;

pub use bar::bar;
pub use dock::dock;
pub use drawer::drawer;
pub use glyphs::{glyph, sign};
pub use icons::icon;
pub use overlay::Overlay;
pub use side::Side;
pub use toast::toast;
pub use verb_button::verb_button;
