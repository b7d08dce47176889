//! `/api/v1/audit`: the audit log, for those who manage the place. Nothing here changes it.

use std::fmt;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::audit::AuditAction;
use shared::frame::Refusal;
use shared::id::{Micros, RoomId, Seq, UserId};
use shared::model::Profile;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

use super::error_body::ErrorBody;
use super::export_body::{ExportBody, ExportPart, send};
use super::list_query::LIST_COST;
use super::viewer::RequestViewer;
use crate::accounts::{Accounts, AuditReader};
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;
use crate::store::{AuditDetail, AuditEntry, AuditId, AuditSearch};

/// Entries in one page, unless fewer are asked for.
const MAX_PAGE: usize = 100;
/// What a file costs, as if it were a question about so many things.
const EXPORT_COST: usize = 50_000;

/// One act of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShownAuditEntry {
    /// Its number. A later one is higher.
    pub id: i64,
    /// When it was done.
    pub at: Micros,
    /// Who did it; absent for the operator, and for what the server does for an identity provider. Of
    /// who is erased nothing but the number is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Profile>,
    /// What was done.
    pub action: AuditAction,
    /// Whom it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Profile>,
    /// The room that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<AuditRoom>,
    /// The message in that room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// What is particular about it, which depends on `action`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub detail: AuditDetail,
}

/// The room of an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditRoom {
    /// Its number.
    pub id: RoomId,
    /// Its name now; absent of a private room, and of one that was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl From<AuditEntry> for ShownAuditEntry {
    fn from(entry: AuditEntry) -> Self {
        ShownAuditEntry {
            id: entry.id.0,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            person: entry.person,
            room: entry.room.map(|(id, name)| AuditRoom { id, name }),
            seq: entry.seq,
            detail: entry.detail,
        }
    }
}

/// Who did what to whom, in one line.
impl fmt::Display for ShownAuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.actor {
            Some(actor) => write_person(f, actor)?,
            None => write!(f, "operator")?,
        }
        write!(f, "\t{}", self.action.name())?;
        if let Some(person) = &self.person {
            write!(f, "\t")?;
            write_person(f, person)?;
        }
        if let Some(AuditRoom { id, name }) = &self.room {
            write!(f, "\troom {id}")?;
            if let Some(name) = name {
                write!(f, " ({name})")?;
            }
            if let Some(seq) = self.seq {
                write!(f, ", message {seq}")?;
            }
        }
        if !self.detail.is_empty() {
            let detail = serde_json::to_string(&self.detail).unwrap_or_default();
            write!(f, "\t{detail}")?;
        }
        Ok(())
    }
}

fn write_person(f: &mut fmt::Formatter<'_>, person: &Profile) -> fmt::Result {
    match &person.username {
        Some(username) => write!(f, "@{username} ({})", person.id),
        None if person.name.is_empty() => write!(f, "({})", person.id),
        None => write!(f, "{} ({})", person.name, person.id),
    }
}

/// One page of the log.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditPage {
    /// The newest first.
    entries: Vec<ShownAuditEntry>,
    /// The next page has this as `before`; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// Entries before this number.
    before: Option<i64>,
    /// Those of this action alone.
    action: Option<String>,
    /// Those of what the person with this number did, or what was done to the person.
    person: Option<i64>,
    /// The highest number of entries, up to 100.
    limit: Option<usize>,
}

/// Who did what to whom: the newest acts first.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    params(AuditQuery),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "One page", body = AuditPage),
        (status = 400, description = "A parameter is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person manages nobody, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 429, description = "Too many questions or requests came from the person or this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
    State(rate_limits): State<Arc<RateLimits>>,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Json<AuditPage>, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    rate_limits.take_list(&subject, LIST_COST)?;
    let Query(query) = query.map_err(|_| {
        Refusal::bad_command(
            "`before`, `person` and `limit` are whole numbers, and each is given once at most",
        )
    })?;
    let limit = query.limit.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
    let search = search_of(&query)?;
    let found = accounts.audit(viewer.viewer(), search, limit).await?;
    let last = found.last().map(|entry| entry.id.0);
    Ok(Json(AuditPage {
        next: last.filter(|_| found.len() == limit),
        entries: found.into_iter().map(ShownAuditEntry::from).collect(),
    }))
}

fn search_of(query: &AuditQuery) -> Result<AuditSearch, Refusal> {
    let unknown = || Refusal::bad_command("there is no such `action`");
    let action = query.action.as_deref();
    let action = action.map(|name| AuditAction::from_name(name).ok_or_else(unknown));
    Ok(AuditSearch {
        before: query.before.map(AuditId),
        action: action.transpose()?,
        person: query.person.map(UserId),
        since: None,
    })
}

/// The whole log as JSON Lines: an entry on each line, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/audit/export",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "A file, which is written while it is read", body = ShownAuditEntry, content_type = "application/jsonl"),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person manages nobody, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 429, description = "The person, or too many others, read such a file at this time", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn export(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
    State(rate_limits): State<Arc<RateLimits>>,
) -> Result<Response, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    rate_limits.take_list(&subject, EXPORT_COST)?;
    let entries = accounts
        .export_audit(viewer.viewer(), viewer.token_hash)
        .await?;
    let (parts, waiting) = mpsc::channel(1);
    tokio::spawn(write(entries, parts));
    let headers = [
        (header::CONTENT_TYPE, "application/jsonl"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"madang-audit.jsonl\"",
        ),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, Body::new(ExportBody::of(waiting))).into_response())
}

/// Writes the file as fast as it is read. It ends early when nobody reads it, or too slowly, when the
/// session ends, and when the person manages nobody any more.
async fn write(mut entries: AuditReader, parts: mpsc::Sender<ExportPart>) {
    while let Ok(page) = entries.next_page().await {
        let Some(page) = page else {
            let _read = send(&parts, ExportPart::End(b"")).await;
            return;
        };
        let mut lines = String::new();
        for entry in page {
            match serde_json::to_string(&ShownAuditEntry::from(entry)) {
                Ok(line) => lines.push_str(&line),
                Err(_) => return,
            }
            lines.push('\n');
        }
        if !lines.is_empty()
            && send(&parts, ExportPart::Page(Bytes::from(lines)))
                .await
                .is_err()
        {
            return;
        }
    }
}
