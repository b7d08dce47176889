//! `/api/v1/session/passkey`: signing in with a passkey.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::new_session::{CreatedSession, SessionRequest};
use crate::accounts::Accounts;
use crate::accounts::passkey::{AuthenticationResponse, RequestOptions};
use crate::edge::ApiError;

/// What the browser is asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct PasskeyRequest {
    /// As `PublicKeyCredential.parseRequestOptionsFromJSON` takes them.
    #[schema(value_type = Object)]
    pub(super) options: RequestOptions,
}

/// The body with which a passkey is used.
#[derive(Deserialize, ToSchema)]
pub(super) struct UsedPasskey {
    /// What `toJSON()` gives of the credential that the browser found.
    #[schema(value_type = Object)]
    pub(super) credential: AuthenticationResponse,
}

impl ExampleBody for UsedPasskey {
    const EXAMPLE: &'static str = r#"{"credential": {"id": "…", "rawId": "…", "type": "public-key", "response": {"clientDataJSON": "…", "authenticatorData": "…", "signature": "…", "userHandle": "…"}}}"#;
}

/// Begins to sign in with a passkey.
///
/// The challenge in the options holds for five minutes and for one answer.
#[utoipa::path(
    post,
    path = "/api/v1/session/passkey/options",
    responses(
        (status = 200, description = "What the browser is asked for", body = PasskeyRequest),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or passkeys do not work at this server's address", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn options(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<PasskeyRequest>, ApiError> {
    request.take()?;
    let options = accounts.sign_in_options(&request.device).await?;
    Ok(Json(PasskeyRequest { options }))
}

/// Signs in with a passkey, which also says who it is.
///
/// A passkey that is unknown or was removed is answered as one whose signature is wrong.
#[utoipa::path(
    post,
    path = "/api/v1/session/passkey",
    request_body = UsedPasskey,
    responses(
        (status = 201, description = "Signed in", body = CreatedSession),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 401, description = "The passkey is not accepted", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the account is deactivated, or passkeys do not work at this server's address", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(UsedPasskey { credential }): JsonBody<UsedPasskey>,
) -> Result<Response, ApiError> {
    let client = request.take()?;
    let signed_in = accounts
        .sign_in_by_passkey(client, &credential, &request.device)
        .await?;
    Ok(request.answer(signed_in))
}
