//! `/api/v1/session`: signing in, asking who is signed in, signing out.
//!
//! This server's own page gets its token as a cookie that scripts cannot read. A program, which
//! sends no Origin, gets the token in the answer and sends it as a bearer token or in its
//! `hello`. Pages of other origins have no sessions, even if the browser sends a cookie.

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

use crate::accounts::Token;
use crate::app::App;
use crate::edge::access::ClientKind;
use crate::edge::{ApiError, Peer};
use crate::store::QueryClient;

/// The longest time for which browsers keep a cookie: 400 days.
const COOKIE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// A valid body, for error messages.
const EXAMPLE: &str = r#"{"name": "your name"}"#;

#[derive(Deserialize)]
pub(super) struct NewSession {
    name: String,
}

#[derive(Serialize)]
struct CreatedSession {
    user: Profile,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize)]
pub(super) struct CurrentSession {
    user: Option<Profile>,
}

/// `POST`: creates a guest of this name, and a session.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Result<Json<NewSession>, JsonRejection>,
) -> Result<Response, ApiError> {
    let client = app.check_session_request(&headers)?;
    let Json(NewSession { name }) = body.map_err(|rejection| bad_body(&rejection, EXAMPLE))?;
    app.rate_limits
        .take_guest(app.client_group(peer, &headers).address())?;
    let (user, token) = app.accounts.create_guest(&name).await?;
    let mut response = match client {
        ClientKind::OwnPage => Json(CreatedSession { user, token: None }).into_response(),
        ClientKind::Program => {
            let token = Some(token.secret().to_owned());
            return Ok((StatusCode::CREATED, Json(CreatedSession { user, token })).into_response());
        }
    };
    *response.status_mut() = StatusCode::CREATED;
    set_cookie(&app, &mut response, token.secret(), COOKIE_SECONDS);
    Ok(response)
}

/// `GET`: the person of the session; `null` for a page without a session, because that is what
/// a first visit looks like. A request with a bad bearer token is refused.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Json<CurrentSession>, ApiError> {
    let client = app.check_session_request(&headers)?;
    let user = match authenticate(&app, client, peer, &headers).await {
        Ok(user) => Some(user),
        Err(refusal) if refusal.code == ErrorCode::Unauthorized && bearer(&headers).is_none() => {
            None
        }
        Err(refusal) => return Err(refusal.into()),
    };
    Ok(Json(CurrentSession { user }))
}

/// `DELETE`: ends the session and closes its connections. For a page without a session this
/// succeeds too; a bad bearer token is refused.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let client = app.check_session_request(&headers)?;
    let token = match bearer(&headers) {
        Some(token) => {
            let token = token?;
            person_of(&app, peer, &headers, &token).await?;
            Some(token)
        }
        // A change needs an Origin: without one, any site may have made the browser send
        // the cookie.
        None if client == ClientKind::OwnPage => session_token(&app, &headers),
        None => return Err(Refusal::new(ErrorCode::Unauthorized).into()),
    };
    if let Some(token) = token {
        app.accounts.end_session(&token).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
}

/// The person of the request's bearer token or, for a page, of its cookie. Only for requests
/// that change nothing.
///
/// # Errors
/// `unauthorized`, or the store's.
pub(super) async fn authenticate(
    app: &App,
    client: ClientKind,
    peer: Peer,
    headers: &HeaderMap,
) -> Result<Profile, Refusal> {
    let token = match bearer(headers) {
        Some(token) => token?,
        None if cookie_counts_for_read(client, headers) => {
            session_token(app, headers).ok_or_else(|| Refusal::new(ErrorCode::Unauthorized))?
        }
        None => return Err(Refusal::new(ErrorCode::Unauthorized)),
    };
    person_of(app, peer, headers, &token).await
}

/// The person of a token. The question counts towards the rate limit of the address.
async fn person_of(
    app: &App,
    peer: Peer,
    headers: &HeaderMap,
    token: &Token,
) -> Result<Profile, Refusal> {
    let from = app.client_group(peer, headers).address();
    app.rate_limits.take_anonymous_query(from)?;
    app.accounts
        .authenticate(QueryClient::Address(from), token)
        .await
}

/// Whether the cookie of a request that reads comes from this server's own page. Such a page
/// sends no Origin with a plain GET. If the browser says that a page of another site made the
/// request (Fetch Metadata § 2.4), the cookie does not count. Older browsers do not say it, and
/// over plain http none does; there the other page cannot read the answer.
fn cookie_counts_for_read(client: ClientKind, headers: &HeaderMap) -> bool {
    match (client, headers.get("sec-fetch-site")) {
        (ClientKind::OwnPage, _) | (ClientKind::Program, None) => true,
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

/// The bearer token of the `Authorization` header (RFC 6750 § 2.1): none if there is none, an
/// error if it is malformed.
fn bearer(headers: &HeaderMap) -> Option<Result<Token, Refusal>> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let end = value.iter().position(|byte| *byte == b' ');
    let (scheme, token) = value.split_at(end.unwrap_or(value.len()));
    // The scheme is case-insensitive (RFC 9110 § 11.1). Other schemes are for a proxy.
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
    // Hexadecimal digits and our own name: always a valid header.
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The error for a request's body that should look like `example`. Serde's messages about
/// syntax are passed on, since they name a position; its messages about fields are not, since
/// they name types of this program.
pub(super) fn bad_body(rejection: &JsonRejection, example: &str) -> ApiError {
    let (code, message) = match rejection {
        JsonRejection::JsonDataError(_) => (ErrorCode::BadCommand, format!("send {example}")),
        JsonRejection::JsonSyntaxError(error) => {
            let mut cause: &dyn std::error::Error = error;
            while let Some(source) = cause.source() {
                cause = source;
            }
            let message = format!("the body is not valid JSON: {cause}; send {example}");
            (ErrorCode::BadJson, message)
        }
        JsonRejection::MissingJsonContentType(_) => (
            ErrorCode::BadJson,
            format!("send {example} with Content-Type: application/json"),
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
