//! What Madang's server and its clients share: ids, the frames of the native and of the
//! simple protocol, limits, the rules for text, the markup parser, the search for names, and
//! the state machine that keeps a client equal to the server ([`sync`]).
//!
//! Nothing here does I/O, reads a clock or draws a random number. Time and randomness are
//! arguments, so that every rule can be tested exactly, and the crate builds for
//! WebAssembly and for a server.

// `tests/support/platform.rs` is used by unit tests and by integration tests; it names this
// crate `shared` in both.
#[cfg(test)]
extern crate self as shared;

pub mod audit;
pub mod command;
pub mod error;
pub mod frame;
pub mod id;
pub mod limits;
pub mod markup;
pub mod model;
pub mod permission;
pub mod search;
pub mod simple;
pub mod stream;
pub mod sync;
pub mod text;

/// The version of the native protocol that this crate implements.
///
/// A client names it in its `hello`; the server answers `unsupported_version`
/// when it cannot speak it.
pub const PROTOCOL_VERSION: u32 = 2;
