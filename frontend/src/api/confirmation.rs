//! Requests that prove again who somebody is, before credentials are changed.

use serde::Serialize;

use super::own_account::own_account;
use super::{Failure, ask};
use crate::wire;

#[derive(Serialize)]
struct Proof<'a> {
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
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
    Ok(own_account().await?.has_password)
}
