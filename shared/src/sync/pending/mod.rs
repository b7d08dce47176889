//! Commands that have no answer yet, and sends that were refused.
//!
//! They are kept in the order in which they were given. Of one room only the
//! first unanswered one is on its way: were a second one sent along, the server
//! could refuse the first for now and carry out the second, and the order would be
//! lost. What waits goes out again after a reconnect with the same `client_id`,
//! and so is carried out once. How many are on their way in all is the [`pace`]'s affair.

mod age;
mod command;
mod pace;
mod queue;

pub use command::{Command, PendingCommand, PendingSnapshot, PendingState};
pub(super) use queue::{Answer, Pending, is_due, later, wait_ms};
