//! `GET /api/v1/rooms/{room}/messages`: a page of a room's messages.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::{Anchor, AnchorFields, Refusal};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;

use super::session::reader;
use super::{ApiError, Peer};
use crate::app::App;
use crate::store::Lane;

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
) -> Result<Json<Listed>, ApiError> {
    let asker = app.admit(&headers)?;
    let person = reader(&app, asker, peer, &headers).await?;
    let from = app.place(peer, &headers).address();
    let payer = app.budgets.person(person.id, from);
    app.budgets.question(&payer).await?;
    let Path(room) = room.map_err(|_| wrong("the room in the address is a whole number".into()))?;
    let Query(page) = page.map_err(|_| {
        wrong(
            "`before`, `after`, `around` and `limit` are whole numbers, each given once at most"
                .into(),
        )
    })?;
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
    let lane = Lane::Person(person.id);
    let history = app.chat.history(lane, room, anchor, page.limit).await?;
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
