//! `GET /api/v1/account/export`: everything that is stored about oneself, as one JSON file.
//!
//! The file is written as it is read from the store: a page of messages waits for the reader, and
//! no more.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, RoomId, Seq};
use shared::model::{MemberRole, Profile, Role, Sidebar};
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::export_body::{ExportBody, ExportedMessage};
use super::own_mail_address::OwnMailAddress;
use super::viewer::RequestViewer;
use crate::accounts::{Accounts, OwnData};
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::edge::ApiError;

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
    /// How the person has arranged the rooms.
    sidebar: Sidebar,
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
    let body = ExportBody::begin(text, messages);
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"madang-export.json\"",
        ),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
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
        sidebar: records.sidebar,
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

fn failed() -> Refusal {
    Refusal::new(ErrorCode::StorageFailed)
}
