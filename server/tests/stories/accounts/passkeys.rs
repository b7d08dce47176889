//! Passkeys as a full way in.

mod address;
mod joining;
mod own;
mod signing_in;
