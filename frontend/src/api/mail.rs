//! Requests about the address at which the signed-in person gets mail.

use serde::{Deserialize, Serialize};

use super::{Failure, ask, get};
use crate::wire;

const ADDRESS: &str = "/api/v1/account/mail_address";

/// What the server knows of mail for the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OwnMail {
    /// Whether it sends mail; servers before it do not.
    #[serde(default)]
    pub sends_mail: bool,
    /// The addresses, if there are any.
    #[serde(default)]
    pub mail_address: Option<OwnMailAddress>,
}

/// The addresses of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OwnMailAddress {
    /// The one that is proved.
    #[serde(default)]
    pub address: Option<String>,
    /// The one that waits for that.
    #[serde(default)]
    pub asked: Option<String>,
}

#[derive(Serialize)]
struct NewAddress<'a> {
    address: &'a str,
}

#[derive(Serialize)]
struct Secret<'a> {
    token: &'a str,
}

/// What the server knows of mail for the signed-in person.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn own() -> Result<OwnMail, Failure> {
    get("/api/v1/account").await
}

/// Sends a link to an address, which proves it.
///
/// # Errors
/// If it is no address, a credential has to be proved first, or the server cannot be reached.
pub async fn ask_for(address: &str) -> Result<(), Failure> {
    let body = wire::to_string(&NewAddress { address });
    ask("PUT", ADDRESS, body.ok()).await.map(drop)
}

/// Forgets the addresses.
///
/// # Errors
/// As [`ask_for`].
pub async fn remove() -> Result<(), Failure> {
    ask("DELETE", ADDRESS, None).await.map(drop)
}

/// Proves an address by the secret of the link that was sent to it.
///
/// # Errors
/// If the link does not work, or the server cannot be reached.
pub async fn prove(token: &str) -> Result<(), Failure> {
    let body = wire::to_string(&Secret { token });
    let path = "/api/v1/account/mail_address/proof";
    ask("POST", path, body.ok()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_are_read_as_the_server_writes_them() {
        let text = r#"{"user":{},"sends_mail":true,
            "mail_address":{"address":"a@example.org","asked":"b@example.org","asked_until":1}}"#;
        let own: OwnMail = wire::from_str(text).unwrap();
        let address = own.mail_address.unwrap();
        assert_eq!(address.address.as_deref(), Some("a@example.org"));
        assert_eq!(address.asked.as_deref(), Some("b@example.org"));
        let before: OwnMail = wire::from_str(r#"{"user":{}}"#).unwrap();
        assert_eq!(before, OwnMail::default());
    }
}
