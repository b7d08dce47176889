//! `/api/v1/link` and what makes or follows a link that works once.
//!
//! The secret of a link comes in the body: an address is written into logs, and is opened by
//! programs that show a preview.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::id::{Micros, UserId};
use shared::model::Profile;
use utoipa::{IntoParams, ToSchema};

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::link_picture::link_picture;
use super::new_session::{CreatedSession, SessionRequest};
use super::viewer::RequestActor;
use crate::accounts::{Accounts, MadeLink, ResetRequest};
use crate::edge::{ApiError, Perimeter};
use crate::store::{LinkPurpose, SecondFactorFate};

/// The secret of a link.
#[derive(Deserialize, ToSchema)]
pub(super) struct LinkToken {
    /// What follows the `#`.
    pub(super) token: String,
}

impl ExampleBody for LinkToken {
    const EXAMPLE: &'static str = r#"{"token": "0f9c…"}"#;
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LinkUse {
    /// To claim the place.
    Claim,
    /// To set a new password.
    Reset,
    /// To take a session to another device.
    Transfer,
}

/// A link that works.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkView {
    /// What it is for.
    purpose: LinkUse,
    /// For whom it is; absent for one that claims the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Profile>,
    /// When it ends.
    expires_at: Micros,
}

/// A link that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedLink {
    /// The path and fragment of the link. It is shown this once.
    link: String,
    /// The whole link as a QR code, in SVG; absent if it is too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    qr: Option<String>,
    /// When it ends.
    expires_at: Micros,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ResetQuery {
    /// Whether the link removes the second factor too, for who has lost it.
    #[serde(default)]
    remove_second_factor: bool,
}

/// The body with which somebody sets a new password.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasswordReset {
    /// The secret of the link.
    token: String,
    /// The new password.
    password: String,
    /// A code of the authenticator app, or a recovery code, if `code_required` has asked for it.
    #[serde(default)]
    code: Option<String>,
}

impl ExampleBody for PasswordReset {
    const EXAMPLE: &'static str = r#"{"token": "0f9c…", "password": "a long one"}"#;
}

/// What a link is for, and for whom. It is not spent by this.
///
/// One that has been used, has expired or never was is answered alike.
#[utoipa::path(
    post,
    path = "/api/v1/link",
    request_body = LinkToken,
    responses(
        (status = 200, description = "What it is for", body = LinkView),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn look(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(LinkToken { token }): JsonBody<LinkToken>,
) -> Result<Json<LinkView>, ApiError> {
    let client = request.take()?;
    let open = accounts.look_at_link(client, &token).await?;
    Ok(Json(LinkView {
        purpose: match open.purpose {
            LinkPurpose::Claim => LinkUse::Claim,
            LinkPurpose::Reset => LinkUse::Reset,
            LinkPurpose::Transfer => LinkUse::Transfer,
        },
        user: open.person,
        expires_at: open.expires_at,
    }))
}

/// Signs in by a link that somebody has made on another device.
#[utoipa::path(
    post,
    path = "/api/v1/session/link",
    request_body = LinkToken,
    responses(
        (status = 201, description = "Signed in", body = CreatedSession),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn sign_in(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(LinkToken { token }): JsonBody<LinkToken>,
) -> Result<Response, ApiError> {
    request.take()?;
    let signed_in = accounts.sign_in_by_link(&token, &request.device).await?;
    Ok(request.answer(signed_in))
}

/// Sets a new password by a link, ends all other sessions of the person, and signs in.
#[utoipa::path(
    post,
    path = "/api/v1/password_reset",
    request_body = PasswordReset,
    responses(
        (status = 201, description = "The password is set", body = CreatedSession),
        (status = 400, description = "The body or the password is not valid", body = ErrorBody),
        (status = 401, description = "A code is needed, or is not right", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or the identity provider is the only way in", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many attempts by this link, or requests from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn reset(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(body): JsonBody<PasswordReset>,
) -> Result<Response, ApiError> {
    let client = request.take()?;
    let reset = ResetRequest {
        link: body.token,
        password: body.password,
        code: body.code,
    };
    let signed_in = accounts.reset_password(client, reset, &request.device);
    Ok(request.answer(signed_in.await?))
}

/// Makes a link that takes this session to another device of the same person.
///
/// It works once, for four hours, and only as long as this session lasts. One that was made
/// before ends.
#[utoipa::path(
    post,
    path = "/api/v1/account/link",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 201, description = "The link", body = CreatedLink),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this person or address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn create_own(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    State(perimeter): State<Arc<Perimeter>>,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<CreatedLink>), ApiError> {
    let made = accounts.transfer_link(&actor.acting_person()).await?;
    Ok(created(&perimeter, &headers, made))
}

/// Makes a link with which another person sets a new password.
///
/// It works once and for four hours. One that was made before ends. Needs a credential that was
/// proved in this session in the last ten minutes.
#[utoipa::path(
    post,
    path = "/api/v1/people/{id}/link",
    params(("id" = i64, Path, description = "The person's number"), ResetQuery),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 201, description = "The link", body = CreatedLink),
        (status = 400, description = "The number is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The role does not permit it for this person, the account is deactivated, a credential has to be proved first, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 404, description = "There is no such person", body = ErrorBody),
        (status = 429, description = "Too many requests came from this person or address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn create_for(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    State(perimeter): State<Arc<Perimeter>>,
    headers: HeaderMap,
    id: Result<Path<UserId>, PathRejection>,
    query: Result<Query<ResetQuery>, QueryRejection>,
) -> Result<(StatusCode, Json<CreatedLink>), ApiError> {
    let Path(user) =
        id.map_err(|_| Refusal::bad_command("the person in the address is a whole number"))?;
    let Query(query) =
        query.map_err(|_| Refusal::bad_command("`remove_second_factor` is `true` or `false`"))?;
    let second_factor = if query.remove_second_factor {
        SecondFactorFate::Remove
    } else {
        SecondFactorFate::Keep
    };
    let by = actor.acting_person();
    let made = accounts.reset_link_of(&by, user, second_factor).await?;
    Ok(created(&perimeter, &headers, made))
}

fn created(
    perimeter: &Perimeter,
    headers: &HeaderMap,
    made: MadeLink,
) -> (StatusCode, Json<CreatedLink>) {
    let link = CreatedLink {
        qr: link_picture(perimeter, headers, &made.path),
        link: made.path,
        expires_at: made.expires_at,
    };
    (StatusCode::CREATED, Json(link))
}
