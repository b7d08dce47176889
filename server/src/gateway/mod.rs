//! Reads commands from connections and brings changes to them.
//!
//! - `upgrade` turns an HTTP request into a WebSocket;
//! - `connection` reads and writes one socket, whatever protocol is spoken on it;
//! - `native` and `simple` are the two protocols;
//! - `delivery` brings committed changes to the connections that subscribed to them;
//! - `access` checks the `Host` and the `Origin` of a request.
//!
//! Nothing here decides what a command may do (that is `chat`), or what is kept (`store`).

mod connection;
pub mod delivery;
mod native;
mod simple;
mod upgrade;

pub use connection::{ConnectionConfig, InboundRates, StopSignal};
pub use upgrade::{native, simple_or};
