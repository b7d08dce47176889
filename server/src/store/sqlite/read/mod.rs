//! Queries: what the store answers, each within one snapshot of the file.
//!
//! A few read-only connections ([`pool`]) serve everyone in turn ([`fair_queue`]). Nothing here
//! changes the file.

pub mod authored;
pub mod directory;
mod fair_queue;
pub mod person;
mod pool;
pub mod room;

pub use pool::ReaderPool;
