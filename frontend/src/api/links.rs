//! Requests of those who follow a link that works once. Its secret goes into the body, as that of
//! an invitation.

use serde::{Deserialize, Serialize};
use shared::model::Profile;

use super::{Failure, ask, profile, send};
use crate::wire;

/// The body with the secret of a link.
#[derive(Serialize)]
struct LinkSecret<'a> {
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

/// A link that works.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OneTimeLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// For whom it is.
    #[serde(default)]
    pub user: Option<Profile>,
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// To set a new password.
    Reset,
    /// To sign in on this device.
    Transfer,
    /// Something that another form does.
    #[serde(other)]
    Other,
}

/// Looks a link up. It is not spent by this.
///
/// # Errors
/// If it does not work, or the server cannot be reached.
pub async fn look_up(token: &str) -> Result<OneTimeLink, Failure> {
    send("POST", "/api/v1/link", &secret(token)).await
}

/// Signs in by a link.
///
/// # Errors
/// As [`look_up`].
pub async fn sign_in(token: &str) -> Result<Profile, Failure> {
    let body = wire::to_string(&secret(token));
    profile(&ask("POST", "/api/v1/session/link", body.ok()).await?)
}

/// Sets a new password by a link, and signs in; with a code if one was asked for.
///
/// # Errors
/// If the link does not work, the password is refused, a code is needed, or the server cannot be
/// reached.
pub async fn reset_password(
    token: &str,
    password: &str,
    code: Option<&str>,
) -> Result<Profile, Failure> {
    let body = wire::to_string(&LinkSecret {
        password: Some(password),
        code,
        ..secret(token)
    });
    profile(&ask("POST", "/api/v1/password_reset", body.ok()).await?)
}

fn secret(token: &str) -> LinkSecret<'_> {
    LinkSecret {
        token,
        password: None,
        code: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_the_server_writes_it() {
        let text = r#"{"purpose":"reset","user":{"id":1,"name":"Olga","rev":4,"role":"member",
            "username":"olga"},"expires_at":1700000000000000}"#;
        let read: OneTimeLink = wire::from_str(text).unwrap();
        assert_eq!(read.purpose, LinkPurpose::Reset);
        assert_eq!(read.user.unwrap().name, "Olga");
        let text = r#"{"purpose":"claim","expires_at":1700000000000000}"#;
        let read: OneTimeLink = wire::from_str(text).unwrap();
        assert_eq!((read.purpose, read.user), (LinkPurpose::Other, None));
    }

    #[test]
    fn only_a_reset_sends_a_password() {
        let text = wire::to_string(&secret("0f")).unwrap();
        assert_eq!(text, r#"{"token":"0f"}"#);
    }
}
