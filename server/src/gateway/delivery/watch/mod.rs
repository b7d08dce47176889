//! Watching: what is unread in rooms that are not open, without their messages.
//!
//! A connection may watch thousands of rooms. So it has no subscription to each of them: it has
//! a list of rooms ([`Watchers`]). The heads of watched rooms are kept in memory
//! ([`UnreadHeads`]). Once a second those that changed are sent, in one frame to each watcher.

mod encoded_head;
mod notices;
mod unread_counter;
mod unread_heads;
mod watchers;

pub use unread_heads::{HeadUpdate, UnreadHeads};
pub use watchers::{WatcherId, Watchers};
