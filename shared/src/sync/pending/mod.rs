//! Commands without an answer, and sends that were refused.
//!
//! They are kept in the order in which they were given. Of each room only the first
//! unanswered command is in flight. If two were, the server could refuse the first
//! temporarily and carry out the second, and their order would be lost. After a reconnect
//! commands are sent again with the same `client_id`, so that each is carried out once.
//! The [`send_window`] limits how many are in flight in all rooms together.

mod command;
mod expiry;
mod queue;
mod send_window;

pub use command::{PendingCommand, PendingSnapshot, PendingState};
pub(super) use queue::{Pending, ReplyOutcome};
