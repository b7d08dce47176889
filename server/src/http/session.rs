//! `/api/v1/session`: coming in, who one is, leaving.
//!
//! A page gets its token as a cookie that scripts cannot read; a program, which sends
//! no Origin, gets it in the answer and shows it in its `hello`.

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
use crate::gateway::access::Asker as Visitor;
use crate::store::Asker;

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
struct Present {
    user: Option<Profile>,
}

/// `POST`: a guest of this name, with a session.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Result<Json<ComeIn>, JsonRejection>,
) -> Result<Response, ApiError> {
    let asker = app.admit(&headers)?;
    let Json(ComeIn { name }) = body.map_err(|rejection| unreadable(&rejection, MODEL))?;
    app.budgets.guest(app.place(peer, &headers).address())?;
    let (user, token) = app.accounts.come_in(&name).await?;
    let mut response = match asker {
        Visitor::Page => Json(Session { user, token: None }).into_response(),
        Visitor::Program => {
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
) -> Result<Response, ApiError> {
    app.admit(&headers)?;
    let is_page = !headers.contains_key(header::AUTHORIZATION);
    let user = match who(&app, peer, &headers).await {
        Ok(user) => Some(user),
        Err(error) if is_page && error.status() == StatusCode::UNAUTHORIZED => None,
        Err(error) => return Err(error),
    };
    let mut response = Json(Present { user }).into_response();
    forbid_storing(&mut response);
    Ok(response)
}

/// Who asks, by what they show.
pub(super) async fn who(app: &App, peer: Peer, headers: &HeaderMap) -> Result<Profile, ApiError> {
    let token = credential(app, headers)?;
    let from = app.place(peer, headers).address();
    app.budgets.stranger(from)?;
    Ok(app.accounts.who(Asker::Address(from), &token).await?)
}

/// `DELETE`: ends the session, and closes its connections.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.admit(&headers)?;
    let token = credential(&app, &headers)?;
    app.accounts.leave(&token).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
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

/// A page's cookie or a program's bearer token.
///
/// A page without an Origin header is one that asks its own server with a plain GET;
/// its cookie is good, as the answer can only be read by that page.
pub(super) fn credential(app: &App, headers: &HeaderMap) -> Result<Token, ApiError> {
    let unauthorized = || ApiError::from(Refusal::new(ErrorCode::Unauthorized));
    bearer(headers)
        .or_else(|| session_token(app, headers))
        .ok_or_else(unauthorized)
}

/// The token that a program shows in its `Authorization` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<Token> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    // The scheme's case says nothing (RFC 9110 §11.1).
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    Token::parse(token.trim_start()).filter(|_| is_bearer)
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
    forbid_storing(response);
}

fn forbid_storing(response: &mut Response) {
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
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
