//! What Madang's server and client agree on.
//!
//! Ids, the frames of the native and the simple protocol, limits, the rules for
//! text, and the state machine that keeps a client equal to the server's
//! timeline. Nothing here does I/O, reads a clock or draws a random number: time
//! and randomness come in as arguments, so that every rule can be tested exactly
//! and the crate builds for WebAssembly and for a server alike.

// For a platform that unit tests and the tests beside them share.
#[cfg(test)]
extern crate self as shared;

pub mod error;
pub mod frame;
pub mod id;
pub mod limits;
pub mod markup;
pub mod model;
pub mod simple;
pub mod sync;
pub mod text;

/// The version of the native protocol that this crate speaks.
///
/// A client names it in its `hello`; the server answers `unsupported_version`
/// when it cannot speak it.
pub const PROTOCOL_VERSION: u32 = 1;
