//! `/api/v1/session`: coming in, who one is, leaving.
//!
//! A page of the server's own gets its token as a cookie that scripts cannot read; a
//! program, which sends no Origin, gets it in the answer and shows it in its `hello`. Other
//! pages have no sessions, whatever cookie the browser sends along.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::model::Profile;

use super::{ApiError, Peer};
use crate::accounts::Token;
use crate::app::App;
use crate::gateway::access::ClientKind;
use crate::store::QueryClient;

/// As long as browsers keep a cookie: 400 days.
const MAX_AGE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// What a newcomer sends.
const MODEL: &str = r#"{"name": "your name"}"#;

#[derive(Deserialize)]
pub(super) struct ComeIn {
    name: String,
}

#[derive(Serialize)]
struct Session {
    user: Profile,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Present {
    user: Option<Profile>,
}

/// `POST`: a guest of this name, with a session.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Result<Json<ComeIn>, JsonRejection>,
) -> Result<Response, ApiError> {
    let client_kind = app.admit(&headers)?;
    let Json(ComeIn { name }) = body.map_err(|rejection| unreadable(&rejection, MODEL))?;
    app.rate_limits
        .take_guest(app.place(peer, &headers).address())?;
    let (user, token) = app.accounts.create_guest(&name).await?;
    let mut response = match client_kind {
        ClientKind::Page => Json(Session { user, token: None }).into_response(),
        ClientKind::Program => {
            let token = Some(token.secret().to_owned());
            return Ok((StatusCode::CREATED, Json(Session { user, token })).into_response());
        }
    };
    *response.status_mut() = StatusCode::CREATED;
    set_cookie(&app, &mut response, token.secret(), MAX_AGE_SECONDS);
    Ok(response)
}

/// `GET`: whose session this is; `null` for a page without one, which is a newcomer's
/// and no mistake. A program that shows a token means it: a bad one is refused.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Json<Present>, ApiError> {
    let client_kind = app.admit(&headers)?;
    let user = match reader(&app, client_kind, peer, &headers).await {
        Ok(user) => Some(user),
        Err(refusal) if refusal.code == ErrorCode::Unauthorized && bearer(&headers).is_none() => {
            None
        }
        Err(refusal) => return Err(refusal.into()),
    };
    Ok(Json(Present { user }))
}

/// `DELETE`: ends the session, and closes its connections. A page without one is where it
/// wants to be; a program that shows a token means it.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let client_kind = app.admit(&headers)?;
    let token = match bearer(&headers) {
        Some(shown) => {
            let token = shown?;
            who(&app, peer, &headers, &token).await?;
            Some(token)
        }
        // A change: without an Origin it is not known who has the browser send the cookie.
        None if client_kind == ClientKind::Page => session_token(&app, &headers),
        None => return Err(Refusal::new(ErrorCode::Unauthorized).into()),
    };
    if let Some(token) = token {
        app.accounts.end_session(&token).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
}

/// Who reads: the person of a program's bearer token, or of a page's cookie.
///
/// # Errors
/// `unauthorized`, or the store's.
pub(super) async fn reader(
    app: &App,
    client_kind: ClientKind,
    peer: Peer,
    headers: &HeaderMap,
) -> Result<Profile, Refusal> {
    let token = match bearer(headers) {
        Some(shown) => shown?,
        None if reads_as_own_page(client_kind, headers) => {
            session_token(app, headers).ok_or_else(|| Refusal::new(ErrorCode::Unauthorized))?
        }
        None => return Err(Refusal::new(ErrorCode::Unauthorized)),
    };
    who(app, peer, headers, &token).await
}

/// Whose a token is; the question is paid for by the address that it comes from.
async fn who(
    app: &App,
    peer: Peer,
    headers: &HeaderMap,
    token: &Token,
) -> Result<Profile, Refusal> {
    let from = app.place(peer, headers).address();
    app.rate_limits.take_anonymous_query(from)?;
    app.accounts
        .authenticate(QueryClient::Address(from), token)
        .await
}

/// Whether the cookie of a request that reads is that of a page of the server's own. Such a
/// page sends no Origin with a plain GET; where the browser says that another site's page had
/// it sent (Fetch Metadata § 2.4), the cookie does not count. Older browsers, and all of them
/// over plain http on a network, do not say so; what they are answered such a page cannot read.
fn reads_as_own_page(client_kind: ClientKind, headers: &HeaderMap) -> bool {
    match (client_kind, headers.get("sec-fetch-site")) {
        (ClientKind::Page, _) | (ClientKind::Program, None) => true,
        (ClientKind::Program, Some(site)) => matches!(site.as_bytes(), b"same-origin" | b"none"),
    }
}

/// The token in the session cookie, if there is one.
pub fn session_token(app: &App, headers: &HeaderMap) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == app.cookie_name)
        .find_map(|(_, value)| Token::parse(value))
}

/// The token that a program shows in its `Authorization` header (RFC 6750 § 2.1), or that it
/// is none; nothing where it shows none.
fn bearer(headers: &HeaderMap) -> Option<Result<Token, Refusal>> {
    let shown = headers.get(header::AUTHORIZATION)?.as_bytes();
    let end = shown.iter().position(|byte| *byte == b' ');
    let (scheme, token) = shown.split_at(end.unwrap_or(shown.len()));
    // The scheme's case says nothing (RFC 9110 § 11.1). Another one is a proxy's affair.
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return None;
    }
    let token = str::from_utf8(token).ok().map(str::trim_ascii);
    let token = token.and_then(Token::parse);
    Some(token.ok_or_else(|| Refusal::new(ErrorCode::Unauthorized)))
}

fn set_cookie(app: &App, response: &mut Response, value: &str, max_age: u32) {
    let secure = if app.access.is_secure() {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}",
        app.cookie_name
    );
    // Hexadecimal digits and a name of ours: always a valid header.
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// What is wrong with a request's body, which should look like `model`. Serde's own words
/// about a field name types of this program; those about syntax name places in the text.
pub(super) fn unreadable(rejection: &JsonRejection, model: &str) -> ApiError {
    let (code, message) = match rejection {
        JsonRejection::JsonDataError(_) => (ErrorCode::BadCommand, format!("send {model}")),
        JsonRejection::JsonSyntaxError(error) => {
            let mut cause: &dyn std::error::Error = error;
            while let Some(source) = cause.source() {
                cause = source;
            }
            let message = format!("the body is not valid JSON: {cause}; send {model}");
            (ErrorCode::BadJson, message)
        }
        JsonRejection::MissingJsonContentType(_) => (
            ErrorCode::BadJson,
            format!("send {model} with Content-Type: application/json"),
        ),
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            (ErrorCode::TooLarge, ErrorCode::TooLarge.to_string())
        }
        _ => (ErrorCode::BadJson, "the body could not be read".to_owned()),
    };
    Refusal {
        message,
        ..Refusal::new(code)
    }
    .into()
}
