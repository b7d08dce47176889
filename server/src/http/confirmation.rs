//! `/api/v1/account/confirmation`: proving a credential again, before credentials are changed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;
use shared::model::Role;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::state::HttpState;
use super::viewer::RequestActor;
use crate::accounts::Accounts;
use crate::edge::ApiError;

/// A person with an account who has lately proved a credential in this session. Every route that
/// changes credentials takes it; the store looks again in the commit.
#[derive(Clone)]
pub(super) struct ConfirmedActor(pub(super) RequestActor);

/// Refuses as [`RequestActor`] does; who has no account with 403 `forbidden`; and else with 403
/// `confirmation_required`.
impl FromRequestParts<HttpState> for ConfirmedActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let actor = RequestActor::from_request_parts(parts, state).await?;
        if actor.viewer.person.role == Role::Guest {
            return Err(Refusal::new(ErrorCode::Forbidden).into());
        }
        if actor.viewer.confirmed_until.is_none() {
            return Err(Refusal::new(ErrorCode::ConfirmationRequired).into());
        }
        Ok(ConfirmedActor(actor))
    }
}

/// The body with which a person proves the password again.
#[derive(Deserialize, ToSchema)]
pub(super) struct ConfirmationBody {
    /// The password.
    password: String,
    /// A code of the authenticator app, or a recovery code, if the account has one.
    #[serde(default)]
    code: Option<String>,
}

impl ExampleBody for ConfirmationBody {
    const EXAMPLE: &'static str = r#"{"password": "your password"}"#;
}

/// The answer to a proof.
#[derive(Serialize, ToSchema)]
pub(super) struct Confirmation {
    /// Until when credentials can be changed in this session.
    pub(super) confirmed_until: Micros,
}

/// Proves the password again, with a code if the account has an authenticator app. For ten
/// minutes the session may then change credentials.
#[utoipa::path(
    post,
    path = "/api/v1/account/confirmation",
    request_body = ConfirmationBody,
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "Proved", body = Confirmation),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 401, description = "There is no session, the credentials are not right, or a code is needed besides", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or the person has no account", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many attempts at this account or from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(ConfirmationBody { password, code }): JsonBody<ConfirmationBody>,
) -> Result<Json<Confirmation>, ApiError> {
    let who = actor.acting_person();
    let confirmed_until = accounts
        .confirm_by_password(&who, &password, code.as_deref())
        .await?;
    Ok(Json(Confirmation { confirmed_until }))
}
