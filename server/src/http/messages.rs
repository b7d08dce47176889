//! `GET /api/v1/rooms/{room}/messages`: a page of a room's messages.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::{Anchor, AnchorFields, Refusal};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;

use super::ApiError;
use super::session::reader;
use crate::app::App;

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
    headers: HeaderMap,
    room: Result<Path<RoomId>, PathRejection>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Listed>, ApiError> {
    let asker = app.admit(&headers)?;
    reader(&app, asker, &headers).await?;
    let Path(room) = room.map_err(|rejection| wrong(rejection.body_text()))?;
    let Query(page) = page.map_err(|rejection| wrong(rejection.body_text()))?;
    let place = AnchorFields {
        before: page.before,
        after: page.after,
        around: page.around,
    };
    let anchor = if place == AnchorFields::default() {
        Anchor::Before(Seq(i64::MAX))
    } else {
        Anchor::try_from(place).map_err(|error| wrong(error.to_string()))?
    };
    let history = app.chat.history(room, anchor, page.limit).await?;
    Ok(Json(Listed {
        room: history.room,
        rev: history.rev,
        seq: history.seq,
        messages: history.messages,
    }))
}

fn wrong(message: String) -> ApiError {
    Refusal {
        message,
        ..Refusal::new(ErrorCode::BadCommand)
    }
    .into()
}
