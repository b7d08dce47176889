//! The embedded store: one SQLite file in the data folder, in write-ahead log mode with
//! `synchronous=FULL`.
//!
//! One thread writes ([`writer`]). It takes all commands that wait, applies them in one
//! transaction, by the rules ([`apply`]), and commits once. Queries run on a small pool of read-only
//! connections ([`read`]), each within one snapshot. Only this folder contains SQL.

mod apply;
mod audit_queries;
mod commit_queue;
mod config;
mod days;
mod departures;
mod disk_space;
mod epoch;
#[cfg(feature = "faults")]
mod faults;
mod figures;
mod list_queries;
mod mail_queries;
mod migrations;
mod open;
#[cfg(feature = "faults")]
mod prefetched;
mod purge;
mod read;
mod restore;
mod room_names;
mod rows;
mod sqlite_error;
mod sqlite_store;
mod start;
mod stream_heads;
mod sweep;
mod tables;
#[cfg(test)]
mod test_store;
#[cfg(test)]
mod tests;
mod writer;
mod writer_health;

pub use commit_queue::CommitReceiver;
pub use config::{SqliteConfig, StoreLimit};
pub use open::{FILE, OpenError};
pub use restore::{Restored, restore};
pub use sqlite_store::SqliteStore;
