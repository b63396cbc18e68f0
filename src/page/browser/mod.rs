//! What the page has of its browser: the address, what is kept between visits, light or dark and the language, and files
//! that lie beside it.

pub mod fragment;
pub mod memory;
pub mod theme;
pub mod translation;
