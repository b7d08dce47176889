//! Session tokens.

use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::store::TokenHash;

const BYTES: usize = 32;
const TAG_BYTES: usize = 8;

/// A session's secret: 256 random bits, written as 64 hexadecimal digits.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new token; none if the system gives no random bytes.
    pub fn random() -> Option<Self> {
        let mut bytes = [0_u8; BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(Token(hex(&bytes)))
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

    /// A name for the session that its page may know and store: it says nothing of the secret.
    pub fn tag(&self) -> String {
        let digest = Sha256::new_with_prefix("tag ").chain_update(&self.0);
        hex(&digest.finalize()[..TAG_BYTES])
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
    fn a_tag_is_always_the_same_and_is_no_part_of_the_secret_or_its_hash() {
        let token = Token::random().unwrap();
        assert_eq!(token.tag(), Token::parse(token.secret()).unwrap().tag());
        assert_ne!(token.tag(), Token::random().unwrap().tag());
        assert_eq!(token.tag().len(), 16);
        assert!(!token.secret().contains(&token.tag()));
        assert!(!hex(&token.hash()).contains(&token.tag()));
    }

    #[test]
    fn malformed_tokens_are_rejected() {
        for text in ["", "abc", &"g".repeat(64), &"a".repeat(65)] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }
}
