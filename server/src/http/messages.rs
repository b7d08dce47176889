//! `GET /api/v1/rooms/{room}/messages`: one page of a room's messages.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::{Anchor, AnchorFields, Refusal};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;

use super::viewer::Viewer;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::store::QueryClient;

/// The time to wait when too many bytes wait for readers, in milliseconds.
const BUSY_RETRY_MS: u64 = 1_000;

#[derive(Deserialize)]
pub(super) struct PageQuery {
    before: Option<Seq>,
    after: Option<Seq>,
    around: Option<Seq>,
    limit: Option<usize>,
}

/// The fields of the `history` frame, without the number of the question.
#[derive(Serialize)]
pub(super) struct MessagePage {
    room: RoomId,
    rev: Rev,
    seq: Seq,
    messages: Vec<Message>,
}

/// `GET`: one page of the room's messages, the newest unless an anchor is given.
pub(super) async fn list(
    viewer: Viewer,
    State(rate_limits): State<Arc<RateLimits>>,
    State(chat): State<Arc<Chat>>,
    State(memory): State<Arc<MemoryBudget>>,
    room: Result<Path<RoomId>, PathRejection>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let person = viewer.person.id;
    let subject = rate_limits.person(person, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    let Path(room) =
        room.map_err(|_| bad_request("the room in the address is a whole number".into()))?;
    let Query(query) = query.map_err(|_| {
        bad_request(
            "`before`, `after`, `around` and `limit` are whole numbers, each given once at most"
                .into(),
        )
    })?;
    let fields = AnchorFields {
        before: query.before,
        after: query.after,
        around: query.around,
    };
    let anchor = if fields == AnchorFields::default() {
        Anchor::Before(Seq(i64::MAX))
    } else {
        Anchor::try_from(fields).map_err(|error| bad_request(error.to_string()))?
    };
    let client = QueryClient::Person(person);
    let history = chat.history(client, room, anchor, query.limit).await?;
    let page = MessagePage {
        room: history.room,
        rev: history.rev,
        seq: history.seq,
        messages: history.messages,
    };
    let text = serde_json::to_vec(&page).map_err(|_| failed())?;
    // The answer counts towards the bytes that wait for readers until it is sent.
    let held = memory.try_hold(Bytes::from(text));
    let body = held.ok_or_else(|| Refusal {
        retry_after_ms: Some(BUSY_RETRY_MS),
        ..Refusal::new(ErrorCode::RateLimited)
    })?;
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], Body::from(body)).into_response())
}

fn failed() -> Refusal {
    Refusal::new(ErrorCode::StorageFailed)
}

fn bad_request(message: String) -> ApiError {
    Refusal {
        message,
        ..Refusal::new(ErrorCode::BadCommand)
    }
    .into()
}
