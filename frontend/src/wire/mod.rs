//! The page's JSON reader: frames of the server and values of the browser's storage, into
//! the types of `shared`.
//!
//! It replaces `serde_json::from_str`, because it has no floating-point numbers (no frame has
//! any) and no error messages (nobody would see them). Those are a tenth of the page's size.
//! `serde_json` still writes.

mod deserialize;
mod enums;
mod frame;
mod nested;
mod reader;
#[cfg(test)]
mod tests;

pub use deserialize::from_str;
pub use frame::frame;
