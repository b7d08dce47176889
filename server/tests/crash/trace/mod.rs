//! Checks a trace of system calls: nothing may be sent before it would survive a power cut. No I/O.
//!
//! strace stops a thread at the entry of a call and at its return, and writes in the order of these
//! stops. What is above a call's line in the trace happened before that call. The order of lines
//! is therefore enough, and no clock is needed.

mod call;
mod check;
mod needles;
mod parse;
#[cfg(test)]
mod tests;

pub use call::Call;
pub use check::{Command, Violation, check};
pub use parse::parse;

/// The calls by which a file or a socket can be written, or made to last. What strace
/// is asked to trace.
pub const CALLS: &str = "mkdir,mkdirat,openat,fsync,fdatasync,sync_file_range,pwrite64,pwritev,\
    pwritev2,write,writev,sendto,sendmsg,sendmmsg,sendfile,splice";
