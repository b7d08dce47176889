//! `/api/v1/account/sessions`: where somebody is signed in, and ending that.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use shared::frame::Refusal;
use shared::id::Micros;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::viewer::{RequestActor, RequestViewer};
use crate::accounts::Accounts;
use crate::edge::ApiError;
use crate::store::SessionId;

/// A session, as its person sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnSession {
    /// Its number, with which it can be ended.
    id: i64,
    /// The browser and the system, or the program; empty if it did not say.
    device: String,
    /// The address that it began at; absent for one that began before this was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    created_at: Micros,
    /// When it was last used, to the hour.
    used_at: Micros,
    /// Whether this request came with it.
    is_current: bool,
}

/// All sessions of a person.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnSessions {
    /// At most 50, the last used first.
    sessions: Vec<OwnSession>,
}

/// Where the person is signed in.
#[utoipa::path(
    get,
    path = "/api/v1/account/sessions",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The person's sessions", body = OwnSessions),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<OwnSessions>, ApiError> {
    let listed = accounts.sessions(viewer.viewer()).await?;
    let sessions = listed.into_iter().map(|session| OwnSession {
        id: session.id.0,
        is_current: session.id == viewer.session,
        device: session.device,
        address: session.network,
        created_at: session.created_at,
        used_at: session.used_at,
    });
    Ok(Json(OwnSessions {
        sessions: sessions.collect(),
    }))
}

/// Ends all sessions of the person but this one, and closes their connections.
#[utoipa::path(
    delete,
    path = "/api/v1/account/sessions",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "Only this session is left"),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn end_others(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<StatusCode, ApiError> {
    let viewer = actor.viewer.viewer();
    accounts.end_other_sessions(viewer, &actor.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one session of the person, and closes its connections.
///
/// It is no error if it has ended already.
#[utoipa::path(
    delete,
    path = "/api/v1/account/sessions/{id}",
    params(("id" = i64, Path, description = "The session's number")),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "The session has ended"),
        (status = 400, description = "The number is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn end(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) =
        id.map_err(|_| Refusal::bad_command("the session in the address is a whole number"))?;
    let viewer = actor.viewer.viewer();
    accounts.end_session_of(viewer, SessionId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
