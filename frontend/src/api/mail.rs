//! Requests about the address at which the signed-in person gets mail.

use serde::{Deserialize, Serialize};

use super::{Failure, ask};
use crate::wire;

const ADDRESS: &str = "/api/v1/account/mail_address";

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
