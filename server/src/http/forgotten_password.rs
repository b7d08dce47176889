//! `/api/v1/password_reset/mail`: a link for a forgotten password, by mail.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::mail_language::mail_language;
use super::new_session::SessionRequest;
use crate::accounts::Accounts;
use crate::edge::ApiError;

/// Whose password it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct ForgottenPasswordBody {
    /// The username, or the address of mail.
    name: String,
}

impl ExampleBody for ForgottenPasswordBody {
    const EXAMPLE: &'static str = r#"{"name": "ada"}"#;
}

/// Sends a link with which a new password is set to the address of an account, if there is such
/// an account with a proved address.
///
/// The answer is the same for every name, at once. The link is that of `/api/v1/password_reset`;
/// it works once and for four hours.
#[utoipa::path(
    post,
    path = "/api/v1/password_reset/mail",
    request_body = ForgottenPasswordBody,
    responses(
        (status = 202, description = "If there is such an account, a mail is on its way"),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 403, description = "The server sends no mail, the `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address, or from all", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn create(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    headers: HeaderMap,
    JsonBody(ForgottenPasswordBody { name }): JsonBody<ForgottenPasswordBody>,
) -> Result<StatusCode, ApiError> {
    request.take()?;
    accounts.forgot_password(name, mail_language(&headers), request.device.address)?;
    Ok(StatusCode::ACCEPTED)
}
