//! `GET /api/v1/rooms/{room}/members`: who is a member of a room.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::id::{RoomId, UserId};
use shared::model::{Member, MemberRole};
use utoipa::{IntoParams, ToSchema};

use super::error_body::ErrorBody;
use super::list_query::{LIST_COST, check_typed, cursor_of, cursor_text};
use super::viewer::RequestViewer;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;
use crate::store::{MemberPosition, MemberSearch};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MembersQuery {
    /// What is typed of a name or username.
    #[serde(default)]
    query: String,
    /// `next` of the page before.
    after: Option<String>,
    /// The highest number of members, 100 at most.
    limit: Option<usize>,
}

/// One page of the members of a room.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberList {
    /// Managers first, then by name. There may be fewer than asked for, even none, although more
    /// follow.
    members: Vec<Member>,
    /// The next page has this as `after`; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The members of a room. The lobby's are all people who can sign in.
#[utoipa::path(
    get,
    path = "/api/v1/rooms/{room}/members",
    params(("room" = RoomId, Path, description = "The room's number"), MembersQuery),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "One page of them", body = MemberList),
        (status = 400, description = "A parameter is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 404, description = "The room does not exist", body = ErrorBody),
        (status = 410, description = "The room was removed", body = ErrorBody),
        (status = 429, description = "Too many questions or requests came from the person or this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(chat): State<Arc<Chat>>,
    State(rate_limits): State<Arc<RateLimits>>,
    room: Result<Path<RoomId>, PathRejection>,
    query: Result<Query<MembersQuery>, QueryRejection>,
) -> Result<Json<MemberList>, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    rate_limits.take_list(&subject, LIST_COST)?;
    let Path(room) =
        room.map_err(|_| Refusal::bad_command("the room in the address is a whole number"))?;
    let Query(query) = query.map_err(|_| Refusal::bad_command("the parameters are not valid"))?;
    let after: Option<(MemberRole, String, UserId)> =
        query.after.as_deref().map(cursor_of).transpose()?;
    let search = MemberSearch {
        typed: check_typed(query.query)?,
        after: after.map(|(role, name, user)| MemberPosition { role, name, user }),
    };
    let page = chat
        .listed_members(viewer.viewer(), room, search, query.limit)
        .await?;
    // Again: the page must not go to who has lost the room since it was read.
    chat.room_kind(viewer.viewer(), room).await?;
    let next = page.next;
    Ok(Json(MemberList {
        members: page.members,
        next: next.map(|next| cursor_text(&(next.role, next.name, next.user))),
    }))
}
