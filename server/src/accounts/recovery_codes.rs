//! Codes that replace a lost authenticator app, each once.

use sha2::{Digest, Sha256};

use super::encoding::base32;
use crate::store::RecoveryCodeHash;

/// Codes that a person gets at once.
pub const RECOVERY_CODES: usize = 10;
const CODE_BYTES: usize = 10;
/// 80 bits in digits of five.
const CODE_DIGITS: usize = 16;
const GROUP: usize = 4;
/// Crockford's base32: no letter looks like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code: 80 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Ten new codes; none if the system gives no random bytes.
    pub fn random_set() -> Option<Vec<Self>> {
        (0..RECOVERY_CODES).map(|_| Self::random()).collect()
    }

    fn random() -> Option<Self> {
        let mut bytes = [0_u8; CODE_BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(RecoveryCode(base32(&bytes, ALPHABET)))
    }

    /// Reads what a person typed: case, spaces and hyphens count for nothing, O is 0, I and L
    /// are 1. None if it is no code.
    pub fn parse(text: &str) -> Option<Self> {
        const MAX_BYTES: usize = 128;
        if text.len() > MAX_BYTES {
            return None;
        }
        let code: Option<String> = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| match c.to_ascii_uppercase() {
                'O' => Some('0'),
                'I' | 'L' => Some('1'),
                c => (c.is_ascii() && ALPHABET.iter().any(|&a| char::from(a) == c)).then_some(c),
            })
            .collect();
        code.filter(|code| code.len() == CODE_DIGITS)
            .map(RecoveryCode)
    }

    /// The code in groups of four, for its owner only.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(CODE_DIGITS + CODE_DIGITS / GROUP);
        for (at, c) in self.0.chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(c);
        }
        text
    }

    /// What is stored. A code has 80 random bits, so that a slow hash would add nothing.
    pub fn hash(&self) -> RecoveryCodeHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_set_has_ten_different_codes_that_are_read_back() {
        let codes = RecoveryCode::random_set().unwrap();
        let hashes: HashSet<_> = codes.iter().map(RecoveryCode::hash).collect();
        assert_eq!(hashes.len(), 10);
        for code in &codes {
            let text = code.text();
            assert_eq!(text.len(), 19, "{text}");
            let typed = format!(" {} ", text.to_lowercase().replace('-', " - "));
            assert_eq!(RecoveryCode::parse(&typed).unwrap().hash(), code.hash());
        }
    }

    #[test]
    fn letters_that_look_like_digits_are_read_as_digits() {
        let code = RecoveryCode::parse("oOiI-lL01-0000-zzzz").unwrap();
        assert_eq!(code.text(), "0011-1101-0000-ZZZZ");
    }

    #[test]
    fn other_texts_are_no_codes() {
        for text in [
            "",
            "0000-0000-0000-000",
            "0000-0000-0000-00000",
            "0000-0000-0000-000U",
            "0000-0000-0000-000０",
        ] {
            assert!(RecoveryCode::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_and_read_again(text in "[0-9a-zA-Z -]{0,24}|\\PC{0,40}") {
            if let Some(code) = RecoveryCode::parse(&text) {
                prop_assert!(RecoveryCode::parse(&code.text()) == Some(code));
            }
        }
    }
}
