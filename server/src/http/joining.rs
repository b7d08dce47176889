//! `/api/v1/claim` and `/api/v1/invitation`: getting an account by a link.
//!
//! The secret of a link comes in the body: an address is written into logs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::id::{Micros, RoomId};
use shared::model::{Profile, Role};
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::links::LinkToken;
use super::new_session::{CreatedSession, SessionRequest};
use super::viewer::RequestActor;
use crate::accounts::{AccountRequest, Accounts};
use crate::edge::ApiError;

/// The body with which the owner claims the place.
#[derive(Deserialize, ToSchema)]
pub(super) struct Claim {
    /// The secret of the link that the server printed.
    token: String,
    /// The place's name.
    place: String,
    #[serde(flatten)]
    account: NewAccountBody,
}

impl ExampleBody for Claim {
    const EXAMPLE: &'static str = r#"{"token": "0f9c…", "place": "the place's name", "username": "ada", "name": "Ada Lee", "password": "a long one"}"#;
}

/// What somebody types to get an account.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewAccountBody {
    /// The username, with which to sign in.
    username: String,
    /// The name that others will see.
    name: String,
    /// The password.
    password: String,
    /// Whether the guest of the session becomes the account, and keeps what was written; else
    /// somebody new comes in.
    #[serde(default)]
    keep: bool,
}

impl NewAccountBody {
    /// `actor` is whose session it is; a session counts only if it is to be kept.
    fn request(self, actor: Result<RequestActor, ApiError>) -> Result<AccountRequest, ApiError> {
        let NewAccountBody {
            username,
            name,
            password,
            keep,
        } = self;
        let guest = if keep {
            Some(actor?.viewer.person)
        } else {
            None
        };
        Ok(AccountRequest {
            username,
            name,
            password,
            guest,
        })
    }
}

/// What an invitation offers.
#[derive(Serialize, ToSchema)]
pub(super) struct Invitation {
    /// Who invites; absent for the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Profile>,
    /// The role that the account will have.
    role: Role,
    /// The rooms that it will be a member of; of a guest, the only room that will exist.
    rooms: Vec<InviteRoom>,
    /// Whether a guest will see what was written before; present only if so.
    #[serde(skip_serializing_if = "is_false")]
    with_history: bool,
    /// When the invitation ends; absent if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Micros>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
pub(super) fn is_false(flag: &bool) -> bool {
    !*flag
}

/// A room that an invitation leads to.
#[derive(Serialize, ToSchema)]
pub(super) struct InviteRoom {
    id: RoomId,
    name: String,
}

impl From<(RoomId, String)> for InviteRoom {
    fn from((id, name): (RoomId, String)) -> Self {
        InviteRoom { id, name }
    }
}

/// The body with which somebody follows an invitation.
#[derive(Deserialize, ToSchema)]
pub(super) struct AcceptedInvitation {
    /// The secret of the link.
    token: String,
    #[serde(flatten)]
    account: NewAccountBody,
}

impl ExampleBody for AcceptedInvitation {
    const EXAMPLE: &'static str =
        r#"{"token": "0f9c…", "username": "ada", "name": "Ada Lee", "password": "a long one"}"#;
}

/// Makes the owner's account, names the place, and signs in.
///
/// With `keep` a guest who asks becomes the account; all sessions of the guest end.
#[utoipa::path(
    post,
    path = "/api/v1/claim",
    security((), ("token" = []), ("page" = [])),
    request_body = Claim,
    responses(
        (status = 201, description = "The place is claimed", body = CreatedSession),
        (status = 400, description = "The body, a name or the password is not valid", body = ErrorBody),
        (status = 401, description = "There is no session to keep", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or the session to keep is no guest's", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "Somebody has claimed the place", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn claim(
    request: SessionRequest,
    actor: Result<RequestActor, ApiError>,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(body): JsonBody<Claim>,
) -> Result<Response, ApiError> {
    let client = request.take()?;
    let Claim {
        token,
        place,
        account,
    } = body;
    let signed_in = accounts
        .claim(
            client,
            &token,
            &place,
            account.request(actor)?,
            &request.device,
        )
        .await?;
    Ok(request.answer(signed_in))
}

/// What an invitation offers.
///
/// One that was revoked, has been used, has expired or never was is answered alike.
#[utoipa::path(
    post,
    path = "/api/v1/invitation",
    request_body = LinkToken,
    responses(
        (status = 200, description = "What it offers", body = Invitation),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn invitation(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(LinkToken { token }): JsonBody<LinkToken>,
) -> Result<Json<Invitation>, ApiError> {
    let client = request.take()?;
    let open = accounts.invitation(client, &token).await?;
    Ok(Json(Invitation {
        by: open.by,
        role: open.role,
        rooms: open.rooms.into_iter().map(InviteRoom::from).collect(),
        with_history: open.with_history,
        expires_at: open.expires_at,
    }))
}

/// Makes an account by an invitation, and signs in.
///
/// With `keep` a guest who asks becomes the account; all sessions of the guest end.
#[utoipa::path(
    post,
    path = "/api/v1/invitation/account",
    security((), ("token" = []), ("page" = [])),
    request_body = AcceptedInvitation,
    responses(
        (status = 201, description = "The account is made", body = CreatedSession),
        (status = 400, description = "The body, a name or the password is not valid", body = ErrorBody),
        (status = 401, description = "There is no session to keep", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or the session to keep is no guest's", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "Somebody has the username", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn accept(
    request: SessionRequest,
    actor: Result<RequestActor, ApiError>,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(AcceptedInvitation { token, account }): JsonBody<AcceptedInvitation>,
) -> Result<Response, ApiError> {
    let client = request.take()?;
    let signed_in = accounts
        .join(client, &token, account.request(actor)?, &request.device)
        .await?;
    Ok(request.answer(signed_in))
}
