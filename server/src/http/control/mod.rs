//! The operator's commands to a running server, over a Unix socket in the data folder.
//!
//! Only the server's own user may open the socket's file, as only that user may read the
//! store. The public listener has no route for these commands. To add a command, add a variant
//! of [`OperatorCommand`] and, if its answer is new, one of [`OperatorAnswer`]; the command line
//! is derived from them.

mod accounts;
mod answer;
mod audit;
mod client;
mod command;
mod context;
mod invite_wish;
mod mail;
mod place;
mod room;
mod room_answer;
mod service;
mod socket;
mod time_span;
mod user;

pub use accounts::{ResetWish, SessionWish};
pub use answer::OperatorAnswer;
pub use audit::{AuditAnswer, AuditWish};
pub use client::ask;
pub use command::OperatorCommand;
pub use context::OperatorContext;
pub use invite_wish::InviteWish;
pub use mail::MailCommand;
pub use place::PlaceCommand;
pub use room::RoomCommand;
pub use service::{OperatorState, serve};
pub use socket::ControlSocket;
pub use user::UserCommand;
