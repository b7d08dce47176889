//! The load client: raw sockets, one thread, no JSON read per delivery.
//!
//! `connect` does the opening handshake, `frame` splits the stream into frames and builds them,
//! `pool` polls many connections, `message` builds the texts to send and finds their marks in
//! what is received, `dialect` knows the versions of the protocol, `session` creates guests, `lobby_member` subscribes connections to the
//! lobby, `resuming` lets clients return that missed something, `watching` lets people return who
//! have many rooms. A pool belongs to one thread;
//! a second thread uses a second pool. No benchmark is in here.

pub mod connect;
mod connection;
pub mod dialect;
pub mod frame;
pub mod lobby_member;
pub mod message;
pub mod pool;
pub mod received;
pub mod resuming;
pub mod session;
pub mod watching;
