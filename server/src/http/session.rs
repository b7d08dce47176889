//! `/api/v1/session`: signing in, asking who is signed in, signing out.
//!
//! This server's own page gets its token as a cookie that scripts cannot read. A program, which
//! sends no Origin, gets the token in the answer and sends it as a bearer token or in its
//! `hello`. Pages of other origins have no sessions, even if the browser sends a cookie.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::model::{OnlyRoom, Profile, SignUp};
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::new_session::{CreatedSession, SessionRequest};
use super::session_cookie::SessionCookie;
use super::state::HttpState;
use super::viewer::{RequestViewer, authenticate, bearer_token, cookie_counts_for_read};
use crate::accounts::Accounts;
use crate::chat::Chat;
use crate::edge::access::ClientKind;
use crate::edge::{ApiError, ClientAddress};

/// The body of a request for a session.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewSession {
    /// The name that others will see.
    name: String,
}

impl ExampleBody for NewSession {
    const EXAMPLE: &'static str = r#"{"name": "your name"}"#;
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct CurrentSession {
    /// The person; `null` for a page without a session.
    user: Option<Profile>,
    /// The only room that exists for the person; absent unless that is a guest of one room.
    #[serde(skip_serializing_if = "Option::is_none")]
    only_room: Option<OnlyRoom>,
    /// What the page has to know to let somebody in.
    place: PlaceBody,
}

/// What everybody may know of the place.
#[derive(Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the fields of a JSON object, each about something else"
)]
pub(super) struct PlaceBody {
    /// Its name; empty until it is claimed.
    name: String,
    /// Whether it has an owner.
    is_claimed: bool,
    /// Whether guests may come in with nothing but a name.
    guests: bool,
    /// Whether who has no session may read public rooms.
    public_reading: bool,
    /// Who gets an account without an invitation.
    sign_up: SignUp,
    /// The origin whose page can use passkeys; absent if no page of this server can.
    #[serde(skip_serializing_if = "Option::is_none")]
    passkeys: Option<String>,
    /// Whether the server sends mail: then there are links for forgotten passwords.
    mail: bool,
    /// The identity provider; `null` without one.
    oidc: Option<ProviderBody>,
}

/// An identity provider with which one can sign in.
#[derive(Serialize, ToSchema)]
pub(super) struct ProviderBody {
    /// What the page calls it: "Sign in with LABEL".
    label: String,
    /// Whether it is the only way in: the page then offers no form for passwords.
    is_only_way: bool,
}

/// Creates a guest of this name, and a session.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    request_body = NewSession,
    responses(
        (status = 201, description = "Signed in", body = CreatedSession),
        (status = 400, description = "The body or the name is not valid", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, guests are off, or the address is blocked", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many guests or requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(NewSession { name }): JsonBody<NewSession>,
) -> Result<Response, ApiError> {
    let take = || request.take_guest();
    let signed_in = accounts.create_guest(&name, &request.device, take).await?;
    Ok(request.answer(signed_in))
}

/// Who is signed in.
///
/// `null` for a page without a session, because that is what a first visit looks like; the cookies
/// of a session that has ended are then removed. A request with a bad bearer token is refused.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    security((), ("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The person of the session", body = CurrentSession),
        (status = 401, description = "The token is not valid", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn show(
    client: ClientKind,
    State(cookie): State<SessionCookie>,
    State(accounts): State<Arc<Accounts>>,
    State(chat): State<Arc<Chat>>,
    headers: HeaderMap,
    viewer: Result<RequestViewer, ApiError>,
) -> Result<Response, ApiError> {
    let (user, only_room) = match viewer {
        Ok(viewer) => (Some(viewer.person), viewer.only_room),
        Err(error)
            if error.code() == ErrorCode::Unauthorized && bearer_token(&headers).is_none() =>
        {
            (None, None)
        }
        Err(error) => return Err(error),
    };
    let was_read = cookie_counts_for_read(client, &headers);
    let has_ended = was_read && user.is_none() && cookie.token(&headers).is_some();
    let place = accounts.place().await?;
    let place = PlaceBody {
        is_claimed: place.claimed_at.is_some(),
        name: place.name,
        guests: accounts.admits_guests(),
        public_reading: chat.is_read_publicly(),
        sign_up: place.sign_up,
        mail: accounts.sends_mail(),
        passkeys: accounts.passkey_origin().map(str::to_owned),
        oidc: accounts.provider().map(|provider| ProviderBody {
            label: provider.client.settings().label.clone(),
            is_only_way: provider.policy.is_only_way,
        }),
    };
    let mut response = Json(CurrentSession {
        user,
        only_room,
        place,
    })
    .into_response();
    if has_ended {
        cookie.clear(&mut response);
    }
    Ok(response)
}

/// Ends the session and closes its connections.
///
/// For a page without a session this succeeds too; a bad bearer token is refused.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "The token is not valid", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn delete(
    client: ClientKind,
    address: ClientAddress,
    State(state): State<HttpState>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let token = match bearer_token(&headers) {
        Some(token) => {
            let token = token?;
            authenticate(&state, address, &token).await?;
            Some(token)
        }
        // A change needs an Origin: without one, any site may have made the browser send the
        // cookie.
        None if client == ClientKind::OwnPage => match state.session_cookie.token(&headers) {
            Some(token) => match authenticate(&state, address, &token).await {
                Ok(_) => Some(token),
                // There is nothing to end.
                Err(error) if error.code == ErrorCode::Unauthorized => None,
                Err(error) => return Err(error.into()),
            },
            None => None,
        },
        None => return Err(Refusal::new(ErrorCode::Unauthorized).into()),
    };
    if let Some(token) = token {
        state.accounts.end_session(&token).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    state.session_cookie.clear(&mut response);
    Ok(response)
}
