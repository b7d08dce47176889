//! `/api/v1/invitation/guest`: following an invitation to one room, with nothing but a name.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::new_session::{CreatedSession, SessionRequest};
use crate::accounts::Accounts;
use crate::edge::ApiError;

/// The body with which a guest follows an invitation.
#[derive(Deserialize, ToSchema)]
pub(super) struct GuestOfRoom {
    /// The secret of the link.
    token: String,
    /// The name that others will see.
    name: String,
}

impl ExampleBody for GuestOfRoom {
    const EXAMPLE: &'static str = r#"{"token": "0f9c…", "name": "Ada Lee"}"#;
}

/// Lets a guest in to the one room of an invitation, and signs in.
///
/// It counts as a new guest of the address. No other room exists for the guest.
#[utoipa::path(
    post,
    path = "/api/v1/invitation/guest",
    request_body = GuestOfRoom,
    responses(
        (status = 201, description = "Signed in", body = CreatedSession),
        (status = 400, description = "The body or the name is not valid", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or the invitation makes an account", body = ErrorBody),
        (status = 404, description = "The link does not work (any more)", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many guests or requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(GuestOfRoom { token, name }): JsonBody<GuestOfRoom>,
) -> Result<Response, ApiError> {
    let client = request.take()?;
    let signed_in = accounts
        .join_as_guest(client, &token, &name, &request.device, || {
            request.take_guest()
        })
        .await?;
    Ok(request.answer(signed_in))
}
