//! Session tokens.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::store::TokenHash;

const BYTES: usize = 32;

/// A session's secret: 256 random bits, written as 64 hexadecimal digits.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new token; none if the system gives no random bytes.
    pub fn random() -> Option<Self> {
        let mut bytes = [0_u8; BYTES];
        getrandom::fill(&mut bytes).ok()?;
        let mut text = String::with_capacity(2 * BYTES);
        for byte in bytes {
            // Writing to a string cannot fail.
            let _written = write!(text, "{byte:02x}");
        }
        Some(Token(text))
    }

    /// Parses a token; none if the text does not have its form.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 2 * BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then(|| Token(text.to_ascii_lowercase()))
    }

    /// Its SHA-256, which is all that is stored.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The secret itself, to be sent to its holder only.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_parsed_back_to_itself() {
        let token = Token::random().unwrap();
        assert_eq!(Token::parse(token.secret()).unwrap().hash(), token.hash());
    }

    #[test]
    fn two_tokens_differ() {
        assert_ne!(
            Token::random().unwrap().hash(),
            Token::random().unwrap().hash()
        );
    }

    #[test]
    fn malformed_tokens_are_rejected() {
        for text in ["", "abc", &"g".repeat(64), &"a".repeat(65)] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }
}
