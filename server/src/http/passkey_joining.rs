//! `/api/v1/invitation/passkey`: following an invitation with a passkey in the place of a password.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::new_session::{CreatedSession, SessionRequest};
use super::own_passkeys::NewPasskeyRequest;
use super::viewer::RequestActor;
use crate::accounts::passkey::RegistrationResponse;
use crate::accounts::{Accounts, NewNames, newcomer};
use crate::edge::ApiError;

/// Who follows an invitation.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewcomerBody {
    /// The secret of the link.
    token: String,
    /// The username.
    username: String,
    /// The name that others will see.
    name: String,
}

impl ExampleBody for NewcomerBody {
    const EXAMPLE: &'static str = r#"{"token": "0f9c…", "username": "ada", "name": "Ada Lee"}"#;
}

/// The body with which somebody follows an invitation with a passkey.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasskeyNewcomer {
    #[serde(flatten)]
    newcomer: NewcomerBody,
    /// What `toJSON()` gives of the credential that the browser has made.
    #[schema(value_type = Object)]
    credential: RegistrationResponse,
    /// Whether the guest of the session becomes the account, and keeps what was written; else
    /// somebody new comes in.
    #[serde(default)]
    keep: bool,
}

impl ExampleBody for PasskeyNewcomer {
    const EXAMPLE: &'static str = r#"{"token": "0f9c…", "username": "ada", "name": "Ada Lee", "credential": {"id": "…", "rawId": "…", "type": "public-key", "response": {"clientDataJSON": "…", "attestationObject": "…"}}}"#;
}

/// Begins to follow an invitation with a passkey.
///
/// The challenge in the options holds for five minutes and for one answer.
#[utoipa::path(
    post,
    path = "/api/v1/invitation/passkey/options",
    request_body = NewcomerBody,
    responses(
        (status = 200, description = "What the browser is asked to make", body = NewPasskeyRequest),
        (status = 400, description = "The body or a name is not valid", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or passkeys do not work at this server's address", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "Somebody has the username", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn options(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(body): JsonBody<NewcomerBody>,
) -> Result<Json<NewPasskeyRequest>, ApiError> {
    let client = request.take()?;
    let (token, names) = body.parts();
    let options = accounts
        .joining_options(client, &token, &names, &request.device)
        .await?;
    Ok(Json(NewPasskeyRequest { options }))
}

/// Makes an account by an invitation, with the passkey that the browser has made, and signs in.
///
/// With `keep` a guest who asks becomes the account; all sessions of the guest end.
#[utoipa::path(
    post,
    path = "/api/v1/invitation/passkey",
    security((), ("token" = []), ("page" = [])),
    request_body = PasskeyNewcomer,
    responses(
        (status = 201, description = "The account is made", body = CreatedSession),
        (status = 400, description = "The body, a name or the passkey is not valid", body = ErrorBody),
        (status = 401, description = "There is no session to keep", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the session to keep is no guest's, or passkeys do not work at this server's address", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "Somebody has the username", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    request: SessionRequest,
    actor: Result<RequestActor, ApiError>,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(body): JsonBody<PasskeyNewcomer>,
) -> Result<Response, ApiError> {
    let client = request.take()?;
    let guest = if body.keep {
        Some(actor?.viewer.person)
    } else {
        None
    };
    let actor = newcomer(guest.as_ref())?;
    let (token, names) = body.newcomer.parts();
    let who = (&names, actor);
    let signed_in = accounts
        .join_by_passkey(client, &token, who, &body.credential, &request.device)
        .await?;
    Ok(request.answer(signed_in))
}

impl NewcomerBody {
    fn parts(self) -> (String, NewNames) {
        let NewcomerBody {
            token,
            username,
            name,
        } = self;
        (token, NewNames { username, name })
    }
}
