//! What components share with the browser: sizes, media, keys, focus, files, long lists.

mod drop;
mod focus;
mod keys;
mod media;
mod rows;
mod size;

pub use drop::use_file_drop;
pub use focus::{focused, use_focus_back};
pub use keys::use_keys;
pub use media::use_media;
pub use rows::{ROW, row_after, use_rows};
pub use size::use_size;
