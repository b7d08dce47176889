//! Queries: what the store answers, each within one snapshot of the file.
//!
//! A few read-only connections ([`pool`]) serve everyone in turn ([`crate::store::fair_queue`]). Nothing here
//! changes the file.
//!
//! What a stream carries is collected by [`changes`], from one source for each kind of item.
//! Whether a room exists for who asks is decided in [`visibility`] and nowhere else.

pub mod account;
pub mod application;
pub mod audit;
pub mod authored;
mod changes;
pub mod credentials;
pub mod directory;
pub mod invite;
pub mod link;
pub mod mail;
pub mod member_list;
mod messages;
pub mod own_data;
pub mod passkey;
pub mod people;
pub mod people_search;
pub mod person;
mod pool;
pub mod room;
pub mod room_list;
pub mod session_list;
#[cfg(test)]
mod tests;
pub mod unread;
pub mod visibility;

pub use pool::ReaderPool;
