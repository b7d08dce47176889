//! `GET /api/v1/account/export`: everything that is stored about oneself, as one JSON file.
//!
//! The file is written as it is read from the store: a page of messages waits for the reader, and
//! no more.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde::Serialize;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, RoomId, Seq};
use shared::model::{MemberRole, Profile, Role};
use tokio::sync::mpsc;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::viewer::RequestViewer;
use crate::accounts::{Accounts, OwnData, OwnMessageReader};
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::edge::ApiError;
use crate::store::{OwnMessage, OwnRoom};

/// What an export costs, as if it were a question about so many things.
const COST: usize = 50_000;
/// How long a page waits for its reader. A page has some 64 KiB of text, and few people may read an
/// export at one time.
const PAGE_TIME: Duration = Duration::from_secs(20);

/// Everything but the messages, and their place at the end.
#[derive(Serialize, ToSchema)]
pub(super) struct Export {
    exported_at: Micros,
    user: Profile,
    created_at: Micros,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
    credentials: ExportedCredentials,
    sessions: Vec<ExportedSession>,
    memberships: Vec<ExportedMembership>,
    read_marks: Vec<ExportedMark>,
    created_rooms: Vec<ExportedRoom>,
    invites: Vec<ExportedInvite>,
    /// Last, because it may be long.
    messages: Vec<ExportedMessage>,
}

/// By what the person proves to be the person, and nothing of the proofs.
#[derive(Serialize, ToSchema)]
struct ExportedCredentials {
    /// Since when the password is the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    password_since: Option<Micros>,
    /// Since when a code of an app is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp_since: Option<Micros>,
    recovery_codes: u32,
    passkeys: Vec<ExportedPasskey>,
    identities: Vec<ExportedIdentity>,
}

#[derive(Serialize, ToSchema)]
struct ExportedPasskey {
    name: String,
    created_at: Micros,
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Micros>,
}

#[derive(Serialize, ToSchema)]
struct ExportedIdentity {
    issuer: String,
    subject: String,
    name: String,
    linked_at: Micros,
}

#[derive(Serialize, ToSchema)]
struct ExportedSession {
    device: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    created_at: Micros,
    used_at: Micros,
}

#[derive(Serialize, ToSchema)]
struct ExportedMembership {
    room: RoomId,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_name: Option<String>,
    role: MemberRole,
    joined_at: Micros,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_at: Option<Micros>,
}

#[derive(Serialize, ToSchema)]
struct ExportedMark {
    room: RoomId,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_name: Option<String>,
    seq: Seq,
}

#[derive(Serialize, ToSchema)]
struct ExportedRoom {
    room: RoomId,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_name: Option<String>,
    created_at: Micros,
}

#[derive(Serialize, ToSchema)]
struct ExportedInvite {
    role: Role,
    created_at: Micros,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Micros>,
    uses: u32,
}

#[derive(Serialize, ToSchema)]
struct ExportedMessage {
    room: RoomId,
    /// Absent if the room does not exist for the person any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    room_name: Option<String>,
    seq: Seq,
    body: String,
    posted_at: Micros,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<Micros>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Micros>,
    /// The address, of IPv6 its network, as long as it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

impl From<OwnMessage> for ExportedMessage {
    fn from(message: OwnMessage) -> Self {
        let OwnRoom { id, name } = message.room;
        ExportedMessage {
            room: id,
            room_name: name,
            seq: message.seq,
            body: message.body,
            posted_at: message.posted_at,
            edited_at: message.edited_at,
            deleted_at: message.deleted_at,
            address: message.address,
        }
    }
}

/// Everything that is stored about the person.
#[utoipa::path(
    get,
    path = "/api/v1/account/export",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "A file, which is written while it is read", body = Export),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "The person, or too many others, read such a file at this time", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn show(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
    State(rate_limits): State<Arc<RateLimits>>,
    State(clock): State<Clock>,
) -> Result<Response, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    rate_limits.take_list(&subject, COST)?;
    let (data, messages) = accounts.export(viewer.viewer(), viewer.token_hash).await?;
    let export = export(clock.now(), viewer.person, data);
    let mut text = serde_json::to_string(&export).map_err(|_| failed())?;
    // The list of messages is empty yet; its end and that of the file follow.
    text.truncate(text.len() - "]}".len());
    let (pages, waiting) = mpsc::channel(1);
    tokio::spawn(write(text, messages, pages));
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"madang-export.json\"",
        ),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    let body = ExportBody {
        pages: waiting,
        is_whole: false,
    };
    Ok((headers, Body::new(body)).into_response())
}

fn export(now: Micros, user: Profile, data: OwnData) -> Export {
    let records = data.records;
    Export {
        exported_at: now,
        user,
        created_at: records.created_at,
        language: data.settings.language,
        time_zone: data.settings.time_zone,
        credentials: ExportedCredentials {
            password_since: records.password_changed_at,
            totp_since: records.totp_since,
            recovery_codes: data.credentials.recovery_codes,
            passkeys: records
                .passkeys
                .into_iter()
                .map(|(name, created_at, used_at)| ExportedPasskey {
                    name,
                    created_at,
                    used_at,
                })
                .collect(),
            identities: records
                .identities
                .into_iter()
                .map(|(issuer, subject, name, linked_at)| ExportedIdentity {
                    issuer,
                    subject,
                    name,
                    linked_at,
                })
                .collect(),
        },
        sessions: data
            .sessions
            .into_iter()
            .map(|session| ExportedSession {
                device: session.device,
                address: session.network,
                created_at: session.created_at,
                used_at: session.used_at,
            })
            .collect(),
        memberships: records
            .memberships
            .into_iter()
            .map(|membership| ExportedMembership {
                room: membership.room.id,
                room_name: membership.room.name,
                role: membership.role,
                joined_at: membership.joined_at,
                left_at: membership.left_at,
            })
            .collect(),
        read_marks: records
            .read_marks
            .into_iter()
            .map(|(room, seq)| ExportedMark {
                room: room.id,
                room_name: room.name,
                seq,
            })
            .collect(),
        created_rooms: records
            .created_rooms
            .into_iter()
            .map(|(room, created_at)| ExportedRoom {
                room: room.id,
                room_name: room.name,
                created_at,
            })
            .collect(),
        invites: records
            .invites
            .into_iter()
            .map(|invite| ExportedInvite {
                role: invite.role,
                created_at: invite.created_at,
                expires_at: invite.expires_at,
                uses: invite.uses,
            })
            .collect(),
        messages: Vec::new(),
    }
}

/// Why a file ends early. The reader notices that it is cut off.
#[derive(Debug, thiserror::Error)]
#[error("the export was cut off")]
struct CutOff;

/// The end of the file.
const END: &[u8] = b"]}";

/// Writes the file, as fast as it is read. It ends early when nobody reads it any more, or too
/// slowly, and when the session ends.
async fn write(beginning: String, mut messages: OwnMessageReader, pages: mpsc::Sender<Bytes>) {
    let mut text = beginning;
    let mut is_first = true;
    while let Ok(page) = messages.next_page().await {
        let Some(page) = page else {
            let _read = send(&pages, Bytes::from_static(END)).await;
            return;
        };
        for message in page.messages {
            if !std::mem::take(&mut is_first) {
                text.push(',');
            }
            match serde_json::to_string(&ExportedMessage::from(message)) {
                Ok(message) => text.push_str(&message),
                Err(_) => return,
            }
        }
        let page = Bytes::from(std::mem::take(&mut text));
        if !page.is_empty() && send(&pages, page).await.is_err() {
            return;
        }
    }
}

/// Waits until a page can be read, for [`PAGE_TIME`] at most.
async fn send(pages: &mpsc::Sender<Bytes>, page: Bytes) -> Result<(), CutOff> {
    let sent = pages.send_timeout(page, PAGE_TIME).await;
    sent.map_err(|_| CutOff)
}

/// The pages that are written meanwhile.
struct ExportBody {
    pages: mpsc::Receiver<Bytes>,
    /// Whether the end of the file was among them.
    is_whole: bool,
}

impl HttpBody for ExportBody {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        let page = ready!(self.pages.poll_recv(context));
        Poll::Ready(match page {
            Some(page) => {
                self.is_whole = page == END;
                Some(Ok(Frame::data(page)))
            }
            None if self.is_whole => None,
            None => Some(Err(CutOff)),
        })
    }
}

fn failed() -> Refusal {
    Refusal::new(ErrorCode::StorageFailed)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::Instant;

    use super::*;

    async fn next(body: &mut ExportBody) -> Option<Result<Bytes, CutOff>> {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        frame.map(|frame| frame.map(|frame| frame.into_data().unwrap()))
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_for_a_while_holds_no_export() {
        let (pages, waiting) = mpsc::channel(1);
        let mut body = ExportBody {
            pages: waiting,
            is_whole: false,
        };
        let started = Instant::now();
        assert!(send(&pages, Bytes::from_static(b"{")).await.is_ok());
        assert!(send(&pages, Bytes::from_static(b"more")).await.is_err());
        assert_eq!(started.elapsed(), PAGE_TIME);
        drop(pages);
        assert_eq!(next(&mut body).await.unwrap().unwrap(), "{");
        assert!(next(&mut body).await.unwrap().is_err(), "it seems whole");
    }

    #[tokio::test]
    async fn a_whole_file_ends_without_an_error() {
        let (pages, waiting) = mpsc::channel(2);
        let mut body = ExportBody {
            pages: waiting,
            is_whole: false,
        };
        for page in [Bytes::from_static(b"{"), Bytes::from_static(END)] {
            send(&pages, page).await.unwrap();
        }
        drop(pages);
        assert!(next(&mut body).await.is_some() && next(&mut body).await.is_some());
        assert!(next(&mut body).await.is_none());
    }
}
