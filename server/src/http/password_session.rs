//! `/api/v1/session/password`: signing in with a username and a password.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::new_session::{CreatedSession, SessionRequest};
use crate::accounts::{Accounts, PasswordSignIn};
use crate::edge::ApiError;

/// The body of a request for a session by password.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasswordBody {
    /// The username.
    username: String,
    /// The password.
    password: String,
    /// A code of the authenticator app, or a recovery code, if the account has one.
    #[serde(default)]
    code: Option<String>,
}

impl ExampleBody for PasswordBody {
    const EXAMPLE: &'static str = r#"{"username": "ada", "password": "your password"}"#;
}

/// Signs in with a password.
///
/// An unknown username is answered as a wrong password is. `code_required` says that the password
/// is right and needs a code besides: the request is then sent again, with it.
#[utoipa::path(
    post,
    path = "/api/v1/session/password",
    request_body = PasswordBody,
    responses(
        (status = 201, description = "Signed in", body = CreatedSession),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 401, description = "The credentials are not right, or a code is needed besides", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or the account is deactivated", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many attempts at this account or from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(body): JsonBody<PasswordBody>,
) -> Result<Response, ApiError> {
    let client = request.take()?;
    let PasswordBody {
        username,
        password,
        code,
    } = body;
    let request_body = PasswordSignIn {
        username,
        password,
        code,
    };
    let signed_in = accounts
        .sign_in_by_password(client, request_body, &request.device)
        .await?;
    Ok(request.answer(signed_in))
}
