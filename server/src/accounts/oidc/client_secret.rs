//! The secret that this server shares with the identity provider.

use std::fmt;

/// The client secret. It is not part of what `{:?}` writes.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// A secret; an empty one is refused.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the client secret is empty".into());
        }
        Ok(ClientSecret(text.to_owned()))
    }

    /// The secret itself, for the token endpoint only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = ClientSecret::parse("hunter2").unwrap();
        assert_eq!(format!("{secret:?}"), "ClientSecret");
    }
}
