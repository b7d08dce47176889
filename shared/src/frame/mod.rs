//! The frames of the native protocol, version 2.
//!
//! Each frame is one JSON object in one WebSocket text frame; its `type` names it. Readers
//! ignore unknown fields. `docs/PROTOCOL.md` describes the frames without Rust. Rules and
//! state do not belong here.

mod client;
mod client_fields;
pub mod close;
mod frame_type;
mod server;

pub use client::{Anchor, ClientFrame};
pub use client_fields::{ClientFields, FieldError};
pub use frame_type::FRAME_TYPES;
pub use server::{
    Ack, Changes, Heads, History, Notice, People, Refusal, Reset, Rooms, ServerFrame, Welcome,
};
