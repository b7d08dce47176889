//! What each address shows: a room, or that there is none. Components that more than one page
//! uses belong to `components`.

mod home;
mod reader;
mod room;
mod shell;

pub use reader::ReaderShell;
pub use shell::Shell;
