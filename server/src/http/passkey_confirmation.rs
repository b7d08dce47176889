//! `/api/v1/account/confirmation/passkey`: proving a passkey again, before credentials are changed.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::confirmation::Confirmation;
use super::error_body::ErrorBody;
use super::json_body::JsonBody;
use super::passkey_session::{PasskeyRequest, UsedPasskey};
use super::viewer::RequestActor;
use crate::accounts::Accounts;
use crate::edge::ApiError;

/// Begins to prove a passkey of the person.
///
/// The challenge in the options holds for five minutes and for one answer of this session.
#[utoipa::path(
    post,
    path = "/api/v1/account/confirmation/passkey/options",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "What the browser is asked for", body = PasskeyRequest),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or passkeys do not work at this server's address", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn options(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<PasskeyRequest>, ApiError> {
    let who = actor.acting_person();
    let options = accounts.confirmation_options(&who).await?;
    Ok(Json(PasskeyRequest { options }))
}

/// Proves a passkey again. For ten minutes the session may then change credentials.
#[utoipa::path(
    post,
    path = "/api/v1/account/confirmation/passkey",
    request_body = UsedPasskey,
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "Proved", body = Confirmation),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 401, description = "There is no session, or the passkey is not accepted", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or passkeys do not work at this server's address", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(UsedPasskey { credential }): JsonBody<UsedPasskey>,
) -> Result<Json<Confirmation>, ApiError> {
    let who = actor.acting_person();
    let confirmed_until = accounts.confirm_by_passkey(&who, &credential).await?;
    Ok(Json(Confirmation { confirmed_until }))
}
