//! `GET /api/v1/rooms/{room}/messages/{seq}/versions`: what a message said before its edits.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use shared::frame::Refusal;
use shared::id::{RoomId, Seq};
use shared::model::MessageVersion;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::held_json::held_json;
use super::viewer::RequestViewer;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;
use crate::gateway::delivery::memory_budget::MemoryBudget;

/// The versions of a message before the present one.
#[derive(Serialize, ToSchema)]
pub(super) struct Versions {
    /// Oldest first; the newest hundred.
    versions: Vec<MessageVersion>,
}

/// What a message said before its edits: for its author, and for who manages the room.
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{room}/messages/{seq}/versions",
    params(
        ("room" = RoomId, Path, description = "The room's number"),
        ("seq" = Seq, Path, description = "The message's number in the room"),
    ),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The versions; none of a message that was not edited, or that was deleted", body = Versions),
        (status = 400, description = "A number is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The message is somebody else's; or the `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 404, description = "The room or the message does not exist", body = ErrorBody),
        (status = 410, description = "The room was removed", body = ErrorBody),
        (status = 429, description = "Too many requests, or too much waits for readers", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(rate_limits): State<Arc<RateLimits>>,
    State(chat): State<Arc<Chat>>,
    State(memory): State<Arc<MemoryBudget>>,
    place: Result<Path<(RoomId, Seq)>, PathRejection>,
) -> Result<Response, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    let Path((room, seq)) =
        place.map_err(|_| Refusal::bad_command("the numbers in the address are whole numbers"))?;
    let versions = chat.versions(viewer.viewer(), room, seq).await?;
    // Again: they must not go to who has lost the room since they were read.
    chat.room_kind(viewer.viewer(), room).await?;
    Ok(held_json(&memory, &Versions { versions })?)
}
