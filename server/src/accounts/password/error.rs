//! Why a password was not hashed or verified.

/// Why a password was not hashed or verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`super::MIN_CHARS`] characters.
    #[error("the password is too short")]
    TooShort,
    /// More than [`super::MAX_CHARS`] characters or [`super::MAX_BYTES`] bytes.
    #[error("the password is too long")]
    TooLong,
    /// Too many computations wait. The client may try again in a moment.
    #[error("too many passwords are being checked")]
    Busy,
    /// The stored hash is malformed, or its parameters are above the ceiling.
    #[error("the stored password hash cannot be used")]
    Stored,
    /// The computation failed, or there are no random bytes.
    #[error("the password could not be hashed")]
    Failed,
}
