//! Requests about what proves who the signed-in person is: the password and its second factor.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::mail::OwnMailAddress;
use super::{Failure, ask, parse};
use crate::wire;

const ACCOUNT: &str = "/api/v1/account";
const TOTP: &str = "/api/v1/account/totp";

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OwnAccount {
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether the password needs a code of an app.
    #[serde(default)]
    pub totp: bool,
    /// Recovery codes that are left.
    #[serde(default)]
    pub recovery_codes: u64,
    /// Whether the server sends mail; servers before it do not.
    #[serde(default)]
    pub sends_mail: bool,
    /// The addresses of mail, if there are any.
    #[serde(default)]
    pub mail_address: Option<OwnMailAddress>,
}

/// What an authenticator app has to learn.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TotpOffer {
    /// The key, as one types it.
    pub key: String,
    /// The address that an app on this device opens.
    pub uri: String,
    /// The address as a QR code, in SVG.
    #[serde(default)]
    pub qr: Option<String>,
}

#[derive(Serialize)]
struct ChangedPassword<'a> {
    password: &'a str,
}

#[derive(Serialize)]
struct ShownTotp<'a> {
    key: &'a str,
    code: &'a str,
}

#[derive(Deserialize)]
struct NewCodes {
    recovery_codes: Vec<String>,
}

/// What the signed-in person's account has.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn own_account() -> Result<OwnAccount, Failure> {
    asked("GET", ACCOUNT, None).await
}

/// Changes the password.
///
/// # Errors
/// As [`own_account`].
pub async fn change_password(password: &str) -> Result<(), Failure> {
    let body = wire::to_string(&ChangedPassword { password });
    let path = "/api/v1/account/password";
    ask("PUT", path, body.ok()).await.map(drop)
}

/// A new key for an authenticator app.
///
/// # Errors
/// As [`own_account`].
pub async fn offer_totp() -> Result<TotpOffer, Failure> {
    asked("POST", TOTP, None).await
}

/// Turns the app on that has this key and shows this code. Returns the recovery codes.
///
/// # Errors
/// As [`own_account`].
pub async fn turn_totp_on(key: &str, code: &str) -> Result<Vec<String>, Failure> {
    let body = wire::to_string(&ShownTotp { key, code });
    let codes: NewCodes = asked("PUT", TOTP, body.ok()).await?;
    Ok(codes.recovery_codes)
}

/// Turns the app off.
///
/// # Errors
/// As [`own_account`].
pub async fn turn_totp_off() -> Result<(), Failure> {
    ask("DELETE", TOTP, None).await.map(drop)
}

/// New recovery codes.
///
/// # Errors
/// As [`own_account`].
pub async fn replace_recovery_codes() -> Result<Vec<String>, Failure> {
    let codes: NewCodes = asked("POST", "/api/v1/account/recovery_codes", None).await?;
    Ok(codes.recovery_codes)
}

async fn asked<T: DeserializeOwned>(
    method: &str,
    path: &str,
    body: Option<String>,
) -> Result<T, Failure> {
    parse(&ask(method, path, body).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_as_the_server_writes_it() {
        let text = r#"{"user":{},"has_password":true,"totp":true,"recovery_codes":9,"sends_mail":true,
            "mail_address":{"address":"a@example.org","asked":"b@example.org","asked_until":1}}"#;
        let own: OwnAccount = wire::from_str(text).unwrap();
        assert!(own.has_password && own.totp && own.sends_mail);
        let address = own.mail_address.unwrap();
        assert_eq!(address.address.as_deref(), Some("a@example.org"));
        assert_eq!(address.asked.as_deref(), Some("b@example.org"));
        // Of a server that sends no mail.
        let before: OwnAccount = wire::from_str(r#"{"user":{},"has_password":false}"#).unwrap();
        assert!(!before.sends_mail && before.mail_address.is_none());
    }
}
