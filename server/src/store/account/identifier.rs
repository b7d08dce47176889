//! How accounts, sessions and links are told apart, and the secrets that are stored of them.

use std::fmt;

/// The SHA-256 of a session's token. The token itself is never stored.
pub type TokenHash = [u8; 32];

/// The SHA-256 of the secret of a link or an invite.
pub type LinkHash = [u8; 32];

/// The public number of a session. It is never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub i64);

/// The number of an invite. It is never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InviteId(pub i64);

/// The number of an application. It is never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationId(pub i64);

/// A username that was checked, and its two keys. Each is unique among all people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsernameKeys {
    /// The name as it is shown.
    pub username: String,
    /// Equal for names that differ only in case or normal form.
    pub key: String,
    /// Equal for names that look alike besides.
    pub look: String,
}

/// A password's hash, with its salt and its parameters, in PHC format.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    /// Shows nothing of the hash, which must reach no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// The SHA-256 of a recovery code.
pub type RecoveryCodeHash = [u8; 32];

/// The key from which codes of an authenticator app are computed (TOTP).
#[derive(Clone, PartialEq, Eq)]
pub struct TotpKey(pub Vec<u8>);

impl fmt::Debug for TotpKey {
    /// Shows nothing of the key, which must reach no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_password_s_hash_or_an_app_s_key_is_shown() {
        let hash = PasswordHash("$argon2id$secret".into());
        assert_eq!(format!("{hash:?}"), "PasswordHash");
        assert_eq!(format!("{:?}", TotpKey(vec![7])), "TotpKey");
    }
}
