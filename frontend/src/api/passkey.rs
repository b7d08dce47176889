//! Requests with passkeys: the server says what to ask for, the browser asks, the server verifies.

use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::id::Micros;
use shared::model::Profile;

use super::{Failure, ask, parse, profile};
use crate::browser::{Ceremony, HttpResponse, NoPasskey, ceremony};
use crate::wire;

const PASSKEYS: &str = "/api/v1/account/passkeys";
const JOINING: &str = "/api/v1/invitation/passkey";

/// Why nothing was done with a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeyFailure {
    /// The browser has not done it.
    Browser(NoPasskey),
    /// The server does not know this passkey, or no longer.
    Unknown,
    /// The server refused for another reason, or could not be reached.
    Server(Failure),
}

impl From<Failure> for PasskeyFailure {
    fn from(failure: Failure) -> Self {
        match failure.code() {
            Some(ErrorCode::WrongCredentials) => PasskeyFailure::Unknown,
            _ => PasskeyFailure::Server(failure),
        }
    }
}

/// A passkey of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OwnPasskey {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// When it was added.
    pub created_at: Micros,
    /// When it was last used.
    #[serde(default)]
    pub used_at: Option<Micros>,
    /// The host name that it is for.
    pub relying_party: String,
    /// Whether it works at this address.
    pub is_usable: bool,
}

#[derive(Deserialize)]
struct OwnPasskeys {
    passkeys: Vec<OwnPasskey>,
}

#[derive(Serialize)]
struct Name<'a> {
    name: &'a str,
}

/// Who follows an invitation with a passkey.
#[derive(Clone, Serialize)]
pub struct Newcomer {
    /// The secret of the link.
    pub token: String,
    /// The name to sign in with.
    pub username: String,
    /// The name for others to see.
    pub name: String,
    /// Whether the guest who is signed in becomes the account.
    pub keep: bool,
}

/// Signs in with a passkey, which also says who it is.
///
/// # Errors
/// If the browser or the server does not do it.
pub async fn sign_in() -> Result<Profile, PasskeyFailure> {
    let answer = run(Ceremony::Use, "/api/v1/session/passkey").await?;
    Ok(profile(&answer)?)
}

/// Proves by a passkey that the signed-in person is here.
///
/// # Errors
/// As [`sign_in`].
pub async fn confirm() -> Result<(), PasskeyFailure> {
    let path = "/api/v1/account/confirmation/passkey";
    run(Ceremony::Use, path).await.map(drop)
}

/// Makes a passkey and adds it.
///
/// # Errors
/// As [`sign_in`].
pub async fn add() -> Result<OwnPasskey, PasskeyFailure> {
    Ok(parse(&run(Ceremony::Make, PASSKEYS).await?)?)
}

/// Lets the browser make the passkey of a new account; returns what [`join`] sends.
///
/// # Errors
/// As [`sign_in`].
pub async fn make_for(newcomer: &Newcomer) -> Result<String, PasskeyFailure> {
    let unreachable = || PasskeyFailure::Server(Failure::Unreachable);
    let body = wire::to_string(newcomer).map_err(|_| unreachable())?;
    let path = [JOINING, "/options"].concat();
    let options = ask("POST", &path, Some(body.clone())).await?;
    let made = ceremony(Ceremony::Make, &options.text).await;
    let made = made.map_err(PasskeyFailure::Browser)?;
    // Two objects become one.
    let made = made.strip_suffix('}').ok_or_else(unreachable)?;
    let body = body.strip_prefix('{').ok_or_else(unreachable)?;
    Ok([made, ",", body].concat())
}

/// Makes an account with the passkey that the browser has made, and signs in.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn join(body: String) -> Result<Profile, Failure> {
    profile(&ask("POST", JOINING, Some(body)).await?)
}

/// One's passkeys, the oldest first.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn list() -> Result<Vec<OwnPasskey>, Failure> {
    let own: OwnPasskeys = parse(&ask("GET", PASSKEYS, None).await?)?;
    Ok(own.passkeys)
}

/// Gives a passkey another name.
///
/// # Errors
/// As [`list`].
pub async fn rename(id: &str, name: &str) -> Result<(), Failure> {
    let body = wire::to_string(&Name { name }).map_err(|_| Failure::Unreachable)?;
    one("PATCH", id, Some(body)).await
}

/// Removes a passkey.
///
/// # Errors
/// As [`list`].
pub async fn remove(id: &str) -> Result<(), Failure> {
    one("DELETE", id, None).await
}

async fn one(method: &str, id: &str, body: Option<String>) -> Result<(), Failure> {
    let path = [PASSKEYS, "/", id].concat();
    ask(method, &path, body).await.map(drop)
}

/// Asks the server for options, lets the browser answer them, and sends that.
async fn run(kind: Ceremony, path: &str) -> Result<HttpResponse, PasskeyFailure> {
    let options = ask("POST", &[path, "/options"].concat(), None).await?;
    let answer = ceremony(kind, &options.text).await;
    let answer = answer.map_err(PasskeyFailure::Browser)?;
    Ok(ask("POST", path, Some(answer)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_read_as_the_server_writes_them() {
        let text = r#"{"passkeys":[{"id":"CQ","name":"내 전화","created_at":5,
            "relying_party":"chat.example.org","is_usable":true},
            {"id":"Cg","name":"key","created_at":5,"used_at":7,
            "relying_party":"example.org","is_usable":false,"new":{}}]}"#;
        let read: OwnPasskeys = wire::from_str(text).unwrap();
        assert_eq!(read.passkeys[0].used_at, None);
        assert_eq!(read.passkeys[1].used_at, Some(Micros(7)));
        assert!(!read.passkeys[1].is_usable);
    }
}
