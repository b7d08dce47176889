//! Requests that prove again who somebody is, before credentials are changed.

use serde::{Deserialize, Serialize};

use super::{Failure, ask, parse};
use crate::wire;

#[derive(Serialize)]
struct Proof<'a> {
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

#[derive(Deserialize)]
struct OwnAccount {
    has_password: bool,
}

/// Proves the password, with a code if one is asked for.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn confirm(password: &str, code: Option<&str>) -> Result<(), Failure> {
    let body = wire::to_string(&Proof { password, code }).map_err(|_| Failure::Unreachable)?;
    let path = "/api/v1/account/confirmation";
    ask("POST", path, Some(body)).await.map(drop)
}

/// Whether the signed-in person has a password.
///
/// # Errors
/// As [`confirm`].
pub async fn has_password() -> Result<bool, Failure> {
    let account: OwnAccount = parse(&ask("GET", "/api/v1/account", None).await?)?;
    Ok(account.has_password)
}
