//! What stands at an address: signing in, a room, or that there is nothing.

mod home;
mod room;
mod shell;

pub use shell::Shell;
