//! The load client: raw sockets, one thread, no JSON read per delivery.
//!
//! `connect` opens a WebSocket, `frame` cuts the stream into frames and makes them,
//! `pool` waits for many connections at once, `say` words what is sent and finds the
//! mark in what comes back, `session` lets people in, `member` makes connections follow
//! the lobby. A pool belongs to one thread; a second thread takes a second pool.

pub mod connect;
mod connection;
pub mod frame;
pub mod member;
pub mod pool;
pub mod returning;
pub mod say;
pub mod session;
