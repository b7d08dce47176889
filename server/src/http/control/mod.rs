//! The operator's commands to a running server, over a Unix socket in the data folder.
//!
//! Only the server's own user may open the socket's file, as only that user may read the
//! store. The public listener has no route for these commands. To add a command, add a variant
//! of [`OperatorCommand`] and, if its answer is new, one of [`OperatorAnswer`]; the command line
//! is derived from them.

mod client;
mod command;
mod invite_wish;
mod place;
mod service;
mod socket;
mod user;

pub use client::ask;
pub use command::{OperatorAnswer, OperatorCommand, OperatorContext};
pub use invite_wish::InviteWish;
pub use place::PlaceCommand;
pub use service::{OperatorState, serve};
pub use socket::ControlSocket;
pub use user::UserCommand;
