//! Requests over HTTP: the session.

pub mod account;
pub mod confirmation;
pub mod devices;
pub mod identity;
pub mod invites;
pub mod links;
pub mod mail;
pub mod own_account;
pub mod passkey;
pub mod people;
pub mod place;
pub mod profile;
pub mod rooms;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::error::{ErrorCode, Field};
use shared::frame::Refusal;
use shared::model::{Profile, SignUp};

use crate::browser::{self, HttpResponse};
use crate::wire;

const SESSION: &str = "/api/v1/session";
/// The status of a request without a session (RFC 9110 §15.5.2).
const UNAUTHORIZED: u16 = 401;

/// Why an action failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server could not be reached.
    Unreachable,
    /// The server refused. `i18n` has a sentence for each code. The refusal names the wrong
    /// field and, if it is `stale`, the current state.
    Refused(Box<Refusal>),
}

impl Failure {
    /// The field at which a form shows the failure.
    pub fn field(&self) -> Option<Field> {
        match self {
            Failure::Unreachable => None,
            Failure::Refused(refusal) => refusal.field,
        }
    }

    /// How long to wait before trying again, in milliseconds.
    pub fn wait_ms(&self) -> Option<u64> {
        match self {
            Failure::Unreachable => None,
            Failure::Refused(refusal) => refusal.retry_after_ms,
        }
    }

    /// Whether the person has to prove first who they are. A question of its own says so
    /// (`components::settings::confirmation`), so no form says it besides.
    pub fn needs_confirmation(&self) -> bool {
        self.code() == Some(ErrorCode::ConfirmationRequired)
    }

    /// The stable code, if the server gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Failure::Unreachable => None,
            Failure::Refused(refusal) => Some(refusal.code),
        }
    }
}

#[derive(Serialize)]
struct NewSession<'a> {
    name: &'a str,
}

#[derive(Deserialize)]
struct SessionState {
    user: Profile,
}

/// The body of every refusal over HTTP.
#[derive(Deserialize)]
struct Refused {
    error: RefusedRequest,
}

/// What a refusal over HTTP says, as far as the page needs it. A [`Refusal`] may have a room and a
/// message besides, and the sign-in page has no code to read these.
#[derive(Deserialize)]
struct RefusedRequest {
    code: ErrorCode,
    #[serde(default)]
    message: String,
    #[serde(default)]
    field: Option<Field>,
    #[serde(default)]
    retry_after_ms: Option<u64>,
}

#[derive(Deserialize)]
struct Present {
    user: Option<Profile>,
    /// Absent from servers before it.
    #[serde(default)]
    place: Option<Place>,
}

/// What the server says of itself to everyone.
#[derive(Deserialize)]
struct Place {
    name: String,
    guests: bool,
    /// Whether one can read without a session; servers before it do not allow it.
    #[serde(default)]
    public_reading: bool,
    #[serde(default)]
    sign_up: SignUp,
    /// Whether it sends mail; servers before it do not.
    #[serde(default)]
    mail: bool,
    #[serde(default)]
    oidc: Option<IdentityProvider>,
}

/// With what one can sign in beside a name or a password.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IdentityProvider {
    /// What people call it.
    pub label: String,
    /// Whether nobody but owners signs in with a password.
    pub is_only_way: bool,
}

/// Whom this browser's session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentSession {
    /// The person; `None` if there is no session.
    pub user: Option<Profile>,
    /// Whether the server lets guests in.
    pub guests: bool,
    /// Whether who has no session may read public rooms.
    pub public_reading: bool,
    /// The name of the place; empty if it has none.
    pub place_name: String,
    /// Who gets an account without an invitation.
    pub sign_up: SignUp,
    /// Whether the server sends mail.
    pub sends_mail: bool,
    /// The identity provider, if there is one.
    pub provider: Option<IdentityProvider>,
}

/// The person of this browser's session, if there is one.
///
/// # Errors
/// If the server cannot be reached, or does not allow this page.
pub async fn session() -> Result<PresentSession, Failure> {
    present(&ask("GET", SESSION, None).await?.text)
}

fn present(text: &str) -> Result<PresentSession, Failure> {
    let Present { user, place } = wire::from_str(text).map_err(|_| Failure::Unreachable)?;
    let guests = place.as_ref().is_none_or(|place| place.guests);
    let sign_up = place.as_ref().map(|place| place.sign_up);
    let place_name = place.as_ref().map(|place| place.name.clone());
    Ok(PresentSession {
        user,
        guests,
        public_reading: place.as_ref().is_some_and(|place| place.public_reading),
        place_name: place_name.unwrap_or_default(),
        sign_up: sign_up.unwrap_or_default(),
        sends_mail: place.as_ref().is_some_and(|place| place.mail),
        provider: place.and_then(|place| place.oidc),
    })
}

/// Starts a guest's session with this name.
///
/// # Errors
/// If the server refuses the name or guests, or cannot be reached.
pub async fn sign_in(name: &str) -> Result<Profile, Failure> {
    let body = wire::to_string(&NewSession { name }).map_err(|_| Failure::Unreachable)?;
    profile(&ask("POST", SESSION, Some(body)).await?)
}

/// Ends the session.
///
/// # Errors
/// If the server cannot be reached.
pub async fn sign_out() -> Result<(), Failure> {
    match ask("DELETE", SESSION, None).await {
        // The session had already ended.
        Err(failure) if failure.code() != Some(ErrorCode::Unauthorized) => Err(failure),
        _ => Ok(()),
    }
}

/// Asks for something, and parses it.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    parse(&ask("GET", path, None).await?)
}

/// Sends something, and parses the answer.
///
/// # Errors
/// As [`get`].
pub async fn send<T: DeserializeOwned>(
    method: &str,
    path: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    let body = wire::to_string(body).map_err(|_| Failure::Unreachable)?;
    parse(&ask(method, path, Some(body)).await?)
}

fn parse<T: DeserializeOwned>(answer: &HttpResponse) -> Result<T, Failure> {
    wire::from_str(&answer.text).map_err(|_| Failure::Unreachable)
}

async fn ask(method: &str, path: &str, body: Option<String>) -> Result<HttpResponse, Failure> {
    let answer = browser::request(method, path, body).await;
    let answer = answer.ok_or(Failure::Unreachable)?;
    if (200..300).contains(&answer.status) {
        return Ok(answer);
    }
    if let Some(refusal) = refusal(&answer.text) {
        return Err(Failure::Refused(Box::new(refusal)));
    }
    // Not the body of our server: a proxy answered.
    Err(if answer.status == UNAUTHORIZED {
        Failure::Refused(Box::new(Refusal::of(ErrorCode::Unauthorized)))
    } else {
        Failure::Unreachable
    })
}

/// The refusal in a body; `None` if the body is not from our server.
fn refusal(body: &str) -> Option<Refusal> {
    let Refused { error } = wire::from_str(body).ok()?;
    Some(Refusal {
        message: error.message,
        field: error.field,
        retry_after_ms: error.retry_after_ms,
        ..Refusal::of(error.code)
    })
}

fn profile(answer: &HttpResponse) -> Result<Profile, Failure> {
    parse::<SessionState>(answer).map(|session| session.user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_parsed_as_the_server_writes_it() {
        // `docs/PROTOCOL.md`, HTTP.
        let body =
            r#"{"error": {"code": "rate_limited", "message": "too many", "retry_after_ms": 990}}"#;
        let read = refusal(body).unwrap();
        assert_eq!(read.code, ErrorCode::RateLimited);
        assert_eq!(read.retry_after_ms, Some(990));
        for (code, read) in [
            ("guests_off", ErrorCode::GuestsOff),
            ("host_forbidden", ErrorCode::HostForbidden),
            ("a_code_of_tomorrow", ErrorCode::Unknown),
        ] {
            let body = format!(r#"{{"error":{{"code":"{code}","message":""}}}}"#);
            assert_eq!(refusal(&body).map(|refusal| refusal.code), Some(read));
        }
    }

    #[test]
    fn whether_guests_may_come_is_read_and_a_server_of_before_lets_them_in() {
        for (body, guests) in [
            (r#"{"user":null}"#, true),
            (
                r#"{"user":null,"place":{"name":"","is_claimed":false,"guests":true}}"#,
                true,
            ),
            (
                r#"{"user":null,"place":{"name":"마당","is_claimed":true,"guests":false,"new":[1]}}"#,
                false,
            ),
        ] {
            let read = present(body).unwrap();
            assert_eq!((read.user, read.guests), (None, guests), "{body}");
            assert_eq!(read.provider, None);
        }
    }

    #[test]
    fn the_place_says_its_name_and_who_may_sign_up() {
        let place =
            |more| format!(r#"{{"user":null,"place":{{"name":"마당","guests":false{more}}}}}"#);
        for (more, sign_up) in [
            ("", SignUp::Off),
            (r#","sign_up":"approval""#, SignUp::Approval),
            (r#","sign_up":"open""#, SignUp::Open),
            (r#","sign_up":"of_tomorrow""#, SignUp::Off),
        ] {
            let read = present(&place(more)).unwrap();
            assert_eq!((&*read.place_name, read.sign_up), ("마당", sign_up));
        }
    }

    #[test]
    fn the_identity_provider_is_read_and_may_be_none() {
        let body = |oidc| {
            let place = r#""name":"","is_claimed":true,"guests":false"#;
            format!(r#"{{"user":null,"place":{{{place},"oidc":{oidc}}}}}"#)
        };
        assert_eq!(present(&body("null")).unwrap().provider, None);
        let read = present(&body(r#"{"label":"회사","is_only_way":true}"#)).unwrap();
        let provider = read.provider.unwrap();
        assert_eq!(
            (provider.label.as_str(), provider.is_only_way),
            ("회사", true)
        );
    }

    #[test]
    fn a_body_of_another_server_is_no_refusal() {
        for body in [
            "",
            "<html>502</html>",
            "{}",
            r#"{"code":"guests_off","message":""}"#,
        ] {
            assert_eq!(refusal(body), None, "{body}");
        }
    }
}
