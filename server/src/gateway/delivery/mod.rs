//! From a committed change to the bytes on each socket of this node.
//!
//! The way of a change: [`commit_publisher`] receives the commit, [`hub`] encodes it once per
//! topic, a [`feed`] delivers the same bytes to the outbox of each subscriber, and the shared
//! [`writers`] write the outboxes to the sockets, in the order of the [`write_queue`].
//!
//! What is unread in rooms that are not open goes another way: see [`watch`].
//!
//! Nothing here reads from a socket, knows the commands of a protocol, or checks permissions:
//! connections subscribe here, and put their replies into their own [`outbox`].

mod commit_publisher;
pub mod encode;
mod ephemeral;
mod feed;
mod guest_frame;
pub mod hub;
pub mod memory_budget;
pub mod outbox;
mod ranges;
pub mod resume_cache;
pub mod watch;
mod write_queue;
mod writers;

pub use commit_publisher::CommitPublisher;
pub use ephemeral::{publish_ephemeral_state, publish_unread_heads};
pub use writers::Writers;
