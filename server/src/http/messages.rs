//! `GET /api/v1/rooms/{room}/messages`: one page of a room's messages.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::frame::{Anchor, FieldError, Refusal};
use shared::id::{Rev, RoomId, Seq};
use shared::stream::Item;
use utoipa::{IntoParams, ToSchema};

use super::error_body::ErrorBody;
use super::held_json::held_json;
use super::viewer::RequestViewer;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;
use crate::gateway::delivery::memory_budget::MemoryBudget;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Messages before this number. At most one of `before`, `after` and `around` is given.
    before: Option<Seq>,
    /// Messages after this number.
    after: Option<Seq>,
    /// Messages around this number.
    around: Option<Seq>,
    /// The highest number of messages.
    limit: Option<usize>,
}

/// The fields of the `history` frame, without the number of the question.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryPage {
    room: RoomId,
    rev: Rev,
    seq: Seq,
    items: Vec<Item>,
}

/// One page of a room's messages: the newest unless `before`, `after` or `around` is given.
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{room}/messages",
    params(("room" = RoomId, Path, description = "The room's number"), PageQuery),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The page", body = HistoryPage),
        (status = 400, description = "A parameter is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 404, description = "The room does not exist", body = ErrorBody),
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
    room: Result<Path<RoomId>, PathRejection>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    let Path(room) =
        room.map_err(|_| Refusal::bad_command("the room in the address is a whole number"))?;
    let Query(query) = query.map_err(|_| {
        Refusal::bad_command(
            "`before`, `after`, `around` and `limit` are whole numbers, each given once at most",
        )
    })?;
    let anchor = match (query.before, query.after, query.around) {
        (None, None, None) => Anchor::Before(Seq(i64::MAX)),
        (before, after, around) => Anchor::of(before, after, around)
            .ok_or_else(|| Refusal::bad_command(&FieldError::NotOneAnchor.to_string()))?,
    };
    let history = chat
        .history(viewer.viewer(), room, anchor, query.limit)
        .await?;
    // Again: the page must not go to who has lost the room since it was read.
    chat.room_kind(viewer.viewer(), room).await?;
    let page = HistoryPage {
        room,
        rev: history.rev,
        seq: history.seq,
        items: history.messages.into_iter().map(Item::Message).collect(),
    };
    Ok(held_json(&memory, &page)?)
}
