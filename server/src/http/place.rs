//! `/api/v1/place`: the settings of this place.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use shared::model::SignUp;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::viewer::RequestActor;
use crate::accounts::Accounts;
use crate::edge::ApiError;

/// The body of a change of the place. What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct PlaceChangeBody {
    /// The name.
    name: Option<String>,
    /// Who gets an account without an invitation.
    sign_up: Option<WantedSignUp>,
}

/// As [`SignUp`], of which a client reads what it does not know as off; a wish is not read so.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WantedSignUp {
    Approval,
    Open,
    Off,
}

impl From<WantedSignUp> for SignUp {
    fn from(wanted: WantedSignUp) -> Self {
        match wanted {
            WantedSignUp::Approval => SignUp::Approval,
            WantedSignUp::Open => SignUp::Open,
            WantedSignUp::Off => SignUp::Off,
        }
    }
}

impl ExampleBody for PlaceChangeBody {
    const EXAMPLE: &'static str = r#"{"name": "Courtyard", "sign_up": "approval"}"#;
}

/// Changes the place. `GET /api/v1/session` says how it is.
#[utoipa::path(
    patch,
    path = "/api/v1/place",
    security(("token" = []), ("page" = [])),
    request_body = PlaceChangeBody,
    responses(
        (status = 204, description = "It is changed"),
        (status = 400, description = "The body or the name is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not change it, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn change(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(body): JsonBody<PlaceChangeBody>,
) -> Result<StatusCode, ApiError> {
    let PlaceChangeBody { name, sign_up } = body;
    accounts
        .set_place(actor.user(), name.as_deref(), sign_up.map(SignUp::from))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
