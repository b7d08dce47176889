//! The operator's commands to a running server, over a Unix socket in the data folder.
//!
//! The socket's file belongs to the server's own user and nobody else may open it: who can
//! read the store can give commands, and nobody else. The listener that visitors reach has
//! no such route. To add a command: a variant of [`OperatorCommand`] and, if what it says
//! is new, one of [`OperatorAnswer`]; the command line follows from them.

mod client;
mod command;
mod service;
mod socket;

pub use client::ask;
pub use command::{OperatorAnswer, OperatorCommand, Place};
pub use service::serve;
pub use socket::ControlSocket;

/// The one address that the socket serves.
const PATH: &str = "/command";
