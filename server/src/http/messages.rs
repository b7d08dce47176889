//! `GET /api/v1/rooms/{room}/messages`: a page of a room's messages.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::{Anchor, Refusal};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;

use super::session::who;
use super::{ApiError, Peer};
use crate::app::App;
use crate::store::Asker;

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
    app.admit(&headers)?;
    let person = who(&app, peer, &headers).await?;
    let from = app.place(peer, &headers).address();
    app.budgets.question(&app.budgets.person(person.id, from)).await?;
    let Path(room) = room.map_err(|_| wrong("the room in the address is a whole number".into()))?;
    let Query(page) = page.map_err(|_| {
        wrong(
            "`before`, `after`, `around` and `limit` are whole numbers, each given once at most"
                .into(),
        )
    })?;
    let anchor = match (page.before, page.after, page.around) {
        (None, None, None) => Anchor::Before(Seq(i64::MAX)),
        (Some(seq), None, None) => Anchor::Before(seq),
        (None, Some(seq), None) => Anchor::After(seq),
        (None, None, Some(seq)) => Anchor::Around(seq),
        _ => return Err(wrong("give one of before, after and around".into())),
    };
    let asker = Asker::Person(person.id);
    let history = app.chat.history(asker, room, anchor, page.limit).await?;
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
