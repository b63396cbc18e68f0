//! What components share with the browser: sizes, media, keys, files.

mod drop;
mod keys;
mod media;
mod size;

pub use drop::use_file_drop;
pub use keys::use_keys;
pub use media::use_media;
pub use size::use_size;
