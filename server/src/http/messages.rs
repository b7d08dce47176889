//! `GET /api/v1/rooms/{room}/messages`: a page of a room's messages.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::{Anchor, FieldError, Refusal};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;

use super::session::reader;
use super::{ApiError, Peer};
use crate::app::App;
use crate::store::QueryClient;

/// Where too much waits for readers, in milliseconds.
const RETRY_AFTER_MS: u64 = 1_000;

#[derive(Deserialize)]
pub(super) struct Page {
    before: Option<Seq>,
    after: Option<Seq>,
    around: Option<Seq>,
    limit: Option<usize>,
}

/// The fields of the `history` frame without its question's number.
#[derive(Serialize)]
pub(super) struct Listed {
    room: RoomId,
    rev: Rev,
    seq: Seq,
    messages: Vec<Message>,
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    room: Result<Path<RoomId>, PathRejection>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Response, ApiError> {
    let client_kind = app.admit(&headers)?;
    let person = reader(&app, client_kind, peer, &headers).await?;
    let from = app.place(peer, &headers).address();
    let subject = app.rate_limits.person(person.id, from);
    app.rate_limits.take_query(&subject)?;
    let Path(room) = room.map_err(|_| wrong("the room in the address is a whole number".into()))?;
    let Query(page) = page.map_err(|_| {
        wrong(
            "`before`, `after`, `around` and `limit` are whole numbers, each given once at most"
                .into(),
        )
    })?;
    let anchor = match (page.before, page.after, page.around) {
        (None, None, None) => Anchor::Before(Seq(i64::MAX)),
        (before, after, around) => Anchor::of(before, after, around)
            .ok_or_else(|| wrong(FieldError::NotOneAnchor.to_string()))?,
    };
    let client = QueryClient::Person(person.id);
    let history = app.chat.history(client, room, anchor, page.limit).await?;
    let listed = Listed {
        room: history.room,
        rev: history.rev,
        seq: history.seq,
        messages: history.messages,
    };
    let text = serde_json::to_vec(&listed).map_err(|_| failed())?;
    // It waits for its reader like any other answer, and counts as long.
    let held = app.connections.memory.try_hold(Bytes::from(text));
    let body = held.ok_or_else(|| Refusal {
        retry_after_ms: Some(RETRY_AFTER_MS),
        ..Refusal::new(ErrorCode::RateLimited)
    })?;
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], Body::from(body)).into_response())
}

fn failed() -> Refusal {
    Refusal::new(ErrorCode::StorageFailed)
}

fn wrong(message: String) -> ApiError {
    Refusal {
        message,
        ..Refusal::new(ErrorCode::BadCommand)
    }
    .into()
}
