//! What components share with the browser: sizes, media, keys.

mod keys;
mod media;
mod size;

pub use keys::use_keys;
pub use media::use_media;
pub use size::use_size;
