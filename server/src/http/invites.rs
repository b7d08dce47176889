//! `/api/v1/invites`: invitations, for those who may invite.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::de::{Error as _, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use shared::frame::Refusal;
use shared::id::{Micros, RoomId};
use shared::model::{Profile, Role};
use utoipa::{IntoParams, ToSchema};

use super::error_body::ErrorBody;
use super::joining::{InviteRoom, is_false};
use super::json_body::{ExampleBody, JsonBody};
use super::link_picture::link_picture;
use super::mail_language::mail_language;
use super::viewer::{RequestActor, RequestViewer};
use crate::accounts::{Accounts, InviteRequest, JOIN_PATH};
use crate::edge::{ApiError, Perimeter};
use crate::store::{Invite, InviteId};

/// The body of a new invitation.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewInviteBody {
    /// The role of the accounts.
    #[serde(default = "member", deserialize_with = "known_role")]
    role: Role,
    /// The rooms that they will be members of. An invitation of role guest is for exactly one, which
    /// may be public.
    #[serde(default)]
    rooms: Vec<RoomId>,
    /// Whether guests see what was written before they came; only with the role guest.
    #[serde(default)]
    with_history: bool,
    /// For how many days it works: 7 if absent, for ever if `null`.
    #[serde(default = "week")]
    days: Option<u32>,
    /// How many accounts it makes at most: 1 if absent, any number if `null`.
    #[serde(default = "once")]
    uses: Option<u32>,
    /// The address to which the link is mailed. Nobody else gets it then, and it works once.
    #[serde(default)]
    mail: Option<String>,
}

/// A role by its name. Elsewhere an unknown one is read as guest, here it would make a guest's link.
fn known_role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Role, D::Error> {
    let name = String::deserialize(deserializer)?;
    let role = Role::deserialize(IntoDeserializer::<D::Error>::into_deserializer(
        name.as_str(),
    ))?;
    if role == Role::Guest && name != "guest" {
        return Err(D::Error::custom("there is no such role"));
    }
    Ok(role)
}

fn member() -> Role {
    Role::Member
}

#[expect(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn week() -> Option<u32> {
    Some(7)
}

#[expect(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn once() -> Option<u32> {
    Some(1)
}

impl ExampleBody for NewInviteBody {
    const EXAMPLE: &'static str = r#"{"role": "member", "rooms": [], "days": 7, "uses": 1}"#;
}

/// A new invitation.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedInvite {
    /// Its number in the list.
    id: i64,
    /// The path and fragment of the link. It is shown this once; absent if it is mailed.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// The whole link as a QR code, an SVG picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    qr: Option<String>,
}

/// An invitation. One that has ended is listed for 30 more days.
#[derive(Serialize, ToSchema)]
pub(super) struct ListedInvite {
    id: i64,
    /// Who made it; absent for the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Profile>,
    created_at: Micros,
    role: Role,
    rooms: Vec<InviteRoom>,
    /// Whether guests see what was written before they came.
    #[serde(skip_serializing_if = "is_false")]
    with_history: bool,
    /// When it ends; absent if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Micros>,
    /// How many accounts it makes at most; absent for any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_uses: Option<u32>,
    /// How many accounts it has made.
    uses: u32,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Micros>,
    /// To whom it was mailed; absent once it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    mailed_to: Option<String>,
}

impl From<Invite> for ListedInvite {
    fn from(invite: Invite) -> Self {
        ListedInvite {
            id: invite.id.0,
            by: invite.by,
            created_at: invite.created_at,
            role: invite.role,
            rooms: invite.rooms.into_iter().map(InviteRoom::from).collect(),
            with_history: invite.with_history,
            expires_at: invite.expires_at,
            max_uses: invite.max_uses,
            uses: invite.uses,
            revoked_at: invite.revoked_at,
            mailed_to: invite.mailed_to,
        }
    }
}

/// One page of the invitations.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitePage {
    invites: Vec<ListedInvite>,
    /// Whether an invitation can be mailed.
    sends_mail: bool,
    /// The private rooms that the person manages, and may invite to.
    rooms: Vec<InviteRoom>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InviteQuery {
    /// Invitations before this number.
    before: Option<i64>,
}

/// Makes an invitation; with `mail` its link is mailed to an address and shown to nobody.
#[utoipa::path(
    post,
    path = "/api/v1/invites",
    security(("token" = []), ("page" = [])),
    request_body = NewInviteBody,
    responses(
        (status = 201, description = "The invitation", body = CreatedInvite),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not invite to this, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 404, description = "One of the rooms does not exist", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "There are too many invitations, or too many mails wait", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    State(perimeter): State<Arc<Perimeter>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewInviteBody>,
) -> Result<(StatusCode, Json<CreatedInvite>), ApiError> {
    let request = InviteRequest {
        role: body.role,
        rooms: body.rooms,
        with_history: body.with_history,
        days: body.days,
        uses: body.uses,
    };
    let by = actor.acting_person();
    let created = if let Some(address) = body.mail {
        let language = mail_language(&headers);
        let id = accounts
            .invite_by_mail(&by, request, &address, language)
            .await?;
        CreatedInvite {
            id: id.0,
            qr: None,
            link: None,
        }
    } else {
        let (id, token) = accounts.invite(&by, request).await?;
        let link = format!("{JOIN_PATH}{}", token.secret());
        CreatedInvite {
            id: id.0,
            qr: link_picture(&perimeter, &headers, &link),
            link: Some(link),
        }
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// The invitations, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/invites",
    params(InviteQuery),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "One page of them", body = InvitePage),
        (status = 400, description = "A parameter is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not invite, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
    query: Result<Query<InviteQuery>, QueryRejection>,
) -> Result<Json<InvitePage>, ApiError> {
    let Query(query) = query.map_err(|_| Refusal::bad_command("`before` is a whole number"))?;
    let before = query.before.map(InviteId);
    let (invites, rooms) = accounts.invites(viewer.viewer(), before).await?;
    Ok(Json(InvitePage {
        sends_mail: accounts.sends_mail(),
        invites: invites.into_iter().map(ListedInvite::from).collect(),
        rooms: rooms.into_iter().map(InviteRoom::from).collect(),
    }))
}

/// Ends an invitation.
#[utoipa::path(
    delete,
    path = "/api/v1/invites/{id}",
    params(("id" = i64, Path, description = "The invitation's number")),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "It works no more"),
        (status = 400, description = "The number is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not invite, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn revoke(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) =
        id.map_err(|_| Refusal::bad_command("the invitation in the address is a whole number"))?;
    accounts.revoke_invite(actor.user(), InviteId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
