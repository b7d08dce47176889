//! What is read of a person's credentials.

/// How a person can prove who it is, as the person sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountCredentials {
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether a password needs a code of an app besides.
    pub totp: bool,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
}
