//! The replica of one room: its message window, its stream, and requested history.

mod history_loading;
mod history_request;
mod message_window;
mod replica;
mod timeline_ref;

pub use history_request::HistoryLoad;
pub(super) use replica::{ApplyContext, RoomDelta, RoomReplica};
pub use timeline_ref::TimelineRef;
