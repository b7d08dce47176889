//! `GET /api/v1/rooms`: the public rooms, to be looked through and searched.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::model::Room;
use utoipa::{IntoParams, ToSchema};

use super::error_body::ErrorBody;
use super::list_query::{LIST_COST, check_typed, cursor_of, cursor_text};
use super::viewer::RequestViewer;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;
use crate::store::{ListedRoom, RoomSearch};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RoomsQuery {
    /// What is typed of a name or topic.
    #[serde(default)]
    query: String,
    /// `next` of the page before.
    after: Option<String>,
    /// The highest number of rooms, 100 at most.
    limit: Option<usize>,
    /// Whether the archived rooms are listed, in place of the others.
    #[serde(default)]
    archived: bool,
}

/// A public room.
#[derive(Serialize, ToSchema)]
pub(super) struct RoomEntry {
    room: Room,
    /// How many members it has; counted up to 1,000. Everybody is in the lobby.
    members: u32,
    /// Whether the person is one of them.
    is_member: bool,
}

/// One page of the public rooms.
#[derive(Serialize, ToSchema)]
pub(super) struct RoomList {
    /// By their names. There may be fewer than asked for, even none, although more follow.
    rooms: Vec<RoomEntry>,
    /// The next page has this as `after`; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<ListedRoom> for RoomEntry {
    fn from(listed: ListedRoom) -> Self {
        RoomEntry {
            room: listed.room,
            members: listed.members,
            is_member: listed.is_member,
        }
    }
}

/// Public rooms, by their names.
#[utoipa::path(
    get,
    path = "/api/v1/rooms",
    params(RoomsQuery),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "One page of them", body = RoomList),
        (status = 400, description = "A parameter is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many questions or requests came from the person or this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(chat): State<Arc<Chat>>,
    State(rate_limits): State<Arc<RateLimits>>,
    query: Result<Query<RoomsQuery>, QueryRejection>,
) -> Result<Json<RoomList>, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    rate_limits.take_list(&subject, LIST_COST)?;
    let Query(query) = query.map_err(|_| Refusal::bad_command("the parameters are not valid"))?;
    let search = RoomSearch {
        typed: check_typed(query.query)?,
        after: query.after.as_deref().map(cursor_of).transpose()?,
        archived: query.archived,
    };
    let page = chat
        .listed_rooms(viewer.viewer(), search, query.limit)
        .await?;
    Ok(Json(RoomList {
        rooms: page.rooms.into_iter().map(RoomEntry::from).collect(),
        next: page.next.map(|key| cursor_text(&key)),
    }))
}
