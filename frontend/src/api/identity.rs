//! Requests about the identity at the identity provider that belongs to one's own account.

use serde::Deserialize;
use shared::id::Micros;

use super::{Failure, ask, parse};

const OWN: &str = "/api/v1/account/external";

/// What a person has at the identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OwnIdentity {
    /// What the provider is called; `None` without one.
    pub label: Option<String>,
    /// The identity, if there is one.
    pub linked: Option<LinkedIdentity>,
}

/// An identity that belongs to the account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LinkedIdentity {
    /// What the person is called there.
    pub name: String,
    /// Since when.
    pub linked_at: Micros,
}

#[derive(Deserialize)]
struct Begun {
    address: String,
}

/// The own identity.
///
/// # Errors
/// If the server cannot be reached, or there is no session.
pub async fn own() -> Result<OwnIdentity, Failure> {
    parse(&ask("GET", OWN, None).await?)
}

/// Begins to link an identity: the address at the provider to go to.
///
/// # Errors
/// If something has to be proved first, or the provider does not answer.
pub async fn begin_link() -> Result<String, Failure> {
    begin(OWN).await
}

/// Begins to prove again at the provider who one is: the address to go to. The browser comes back to
/// a section of the settings.
///
/// # Errors
/// If the provider does not answer.
pub async fn begin_confirmation(section: &str) -> Result<String, Failure> {
    // A path of the page has no characters that a query would need to escape.
    begin(&["/api/v1/account/confirmation/external?return_to=", section].concat()).await
}

/// Takes the identity from the account.
///
/// # Errors
/// If something has to be proved first, or it is the last way in.
pub async fn unlink() -> Result<(), Failure> {
    ask("DELETE", OWN, None).await.map(drop)
}

async fn begin(path: &str) -> Result<String, Failure> {
    let begun: Begun = parse(&ask("POST", path, None).await?)?;
    Ok(begun.address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn an_identity_is_read_as_the_server_writes_it() {
        let text = r#"{"label":"Test","linked":{"name":"ada","linked_at":5}}"#;
        let read: OwnIdentity = wire::from_str(text).unwrap();
        assert_eq!(read.label.as_deref(), Some("Test"));
        assert_eq!(read.linked.unwrap().name, "ada");
        let none: OwnIdentity = wire::from_str(r#"{"label":null,"linked":null}"#).unwrap();
        assert_eq!((none.label, none.linked), (None, None));
    }
}
