//! Reads commands from connections and brings changes to them.
//!
//! - `upgrade` turns an HTTP request into a WebSocket;
//! - `connection` reads and writes one socket, whatever protocol is spoken on it;
//! - `native` and `simple` are the two protocols;
//! - `delivery` brings committed changes to the connections that subscribed to them;
//! - `services` is what all connections share.
//!
//! Nothing here decides what a command may do (that is `chat`), or what is kept (`store`).

mod connection;
pub mod delivery;
mod native;
mod services;
mod simple;
mod upgrade;

pub use connection::{ConnectionConfig, InboundRates};
pub use services::Gateway;
pub use upgrade::{HandshakeClient, is_handshake, upgrade_native, upgrade_simple};
