//! The frames of the native protocol, version 1.
//!
//! Each is one JSON object in one text frame, told apart by its `type`. Fields
//! that a reader does not know are ignored. `docs/PROTOCOL.md` describes them for
//! someone who does not read Rust.

mod client;
pub mod close;
mod server;

pub use client::{Anchor, AnchorFields, ClientFrame, NotOneAnchor};
pub use server::{Ack, Changes, Directory, History, Refusal, Reset, ServerFrame, Stream, Welcome};
