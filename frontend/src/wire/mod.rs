//! Reading what the server and this browser's own store hold: JSON, into the types
//! of `shared`.
//!
//! The reader is our own: it knows no floating-point numbers, as no frame has any,
//! and no error messages, as nobody would see them. What a general one brings for
//! both is a tenth of the page's weight. Writing is left to `serde_json`.

mod enums;
mod frame;
mod nested;
mod reader;
#[cfg(test)]
mod tests;

pub use frame::frame;
pub use reader::from_str;
