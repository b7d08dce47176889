//! Passwords: how they are hashed, and how strong they are.
//!
//! Hashing is argon2id with OWASP's parameters. Nothing here knows people, the store, a
//! transport or the time.

mod error;
mod hasher;
mod keystrokes;
mod memory;
mod permits;
mod strength;
mod text;

pub use error::PasswordError;
pub use hasher::{PasswordHasher, Verification};
pub use permits::ComputePermits;
pub use strength::{Strength, StrengthHint};
pub use text::{MAX_BYTES, MAX_CHARS, MIN_CHARS, normalize_new};
