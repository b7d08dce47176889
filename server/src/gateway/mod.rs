//! Sockets: from bytes to commands and back.
//!
//! Here live the upgrade, the connections, both protocols, and the outboxes into
//! which the bus delivers. What a command may do is `chat`'s affair; what is kept,
//! the store's. Nothing here decides either.

pub mod access;
mod answers;
mod connection;
mod due;
mod feed;
mod framing;
pub mod hub;
mod in_flight;
mod incoming;
mod intake;
pub mod memory;
mod native;
pub mod outbox;
mod refusals;
mod sending;
mod simple;
mod soft;
mod stretches;
mod telling;
mod upgrade;
mod wire;
mod writers;

pub use connection::{Settings, Stopping};
pub use intake::IntakeRates;
pub use soft::tell_soft_state;
pub use telling::Telling;
pub use upgrade::{native, simple_or};
pub use writers::Writers;
