//! `GET /api/v1/account/export`: everything that is stored about oneself, as one JSON file.
//!
//! The file is written as it is read from the store: a page of messages waits for the reader, and
//! no more.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

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
use super::own_mail_address::OwnMailAddress;
use super::viewer::RequestViewer;
use crate::accounts::{Accounts, OwnData, OwnMessageReader};
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::edge::ApiError;
use crate::store::{OwnMessage, OwnRoom};

/// What an export costs, as if it were a question about so many things.
const COST: usize = 50_000;

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
    /// The address at which the person gets mail, and one that waits to be proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail_address: Option<OwnMailAddress>,
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
    let (data, messages) = accounts.export(viewer.viewer()).await?;
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
    Ok((headers, Body::new(ExportBody(waiting))).into_response())
}

fn export(now: Micros, user: Profile, data: OwnData) -> Export {
    let records = data.records;
    Export {
        exported_at: now,
        user,
        created_at: records.created_at,
        language: data.settings.language,
        time_zone: data.settings.time_zone,
        mail_address: OwnMailAddress::of(data.mail_address),
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

type Page = Result<Bytes, CutOff>;

/// Writes the file, as fast as it is read. It ends when nobody reads it any more.
async fn write(beginning: String, mut messages: OwnMessageReader, pages: mpsc::Sender<Page>) {
    let mut text = beginning;
    let mut is_first = true;
    loop {
        let page = match messages.next_page().await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(_refusal) => return drop(pages.send(Err(CutOff)).await),
        };
        for message in page.messages {
            if !std::mem::take(&mut is_first) {
                text.push(',');
            }
            match serde_json::to_string(&ExportedMessage::from(message)) {
                Ok(message) => text.push_str(&message),
                Err(_) => return drop(pages.send(Err(CutOff)).await),
            }
        }
        let page = Bytes::from(std::mem::take(&mut text));
        if !page.is_empty() && pages.send(Ok(page)).await.is_err() {
            return;
        }
    }
    let _read = pages.send(Ok(Bytes::from_static(b"]}"))).await;
}

/// The pages that are written meanwhile.
struct ExportBody(mpsc::Receiver<Page>);

impl HttpBody for ExportBody {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        let page = self.0.poll_recv(context);
        page.map(|page| page.map(|page| page.map(Frame::data)))
    }
}

fn failed() -> Refusal {
    Refusal::new(ErrorCode::StorageFailed)
}
