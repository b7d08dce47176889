//! `/api/v1/account/password`: changing one's own password.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::confirmation::ConfirmedActor;
use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use crate::accounts::Accounts;
use crate::edge::ApiError;

/// A new password.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasswordChange {
    /// The password.
    password: String,
}

impl ExampleBody for PasswordChange {
    const EXAMPLE: &'static str = r#"{"password": "a new long one"}"#;
}

/// Sets the password, and ends all other sessions of the person.
///
/// A credential must have been proved in this session in the last ten minutes, by signing in or
/// by `POST /api/v1/account/confirmation`.
#[utoipa::path(
    put,
    path = "/api/v1/account/password",
    request_body = PasswordChange,
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "The password is set"),
        (status = 400, description = "The body or the password is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no account, or has to prove a credential first", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn replace(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(PasswordChange { password }): JsonBody<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    let who = actor.acting_person();
    accounts.change_password(&who, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}
