//! The page's JSON: frames of the server and values of the browser's storage, from and into the
//! types of `shared`.
//!
//! It replaces `serde_json`, because it has no floating-point numbers (no frame has any) and no
//! error messages (nobody would see them). Those are a tenth of the page's size.

mod deserialize;
mod enums;
mod frame;
mod nested;
mod reader;
mod serialize;
#[cfg(test)]
mod tests;

pub use deserialize::from_str;
pub use frame::frame;
pub use serialize::to_string;
