//! `/api/v1/applications`: getting an account without an invitation.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::id::Micros;
use shared::model::Profile;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::new_session::{CreatedSession, SessionRequest};
use super::viewer::{RequestActor, RequestViewer};
use crate::accounts::{AccountRequest, Accounts, SignedUp};
use crate::edge::ApiError;
use crate::store::{Application, ApplicationId};

/// The body with which somebody asks for an account.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewApplicationBody {
    /// The username, with which to sign in. It is reserved while the application waits.
    username: String,
    /// The name that others will see.
    name: String,
    /// The password.
    password: String,
    /// For those who decide: who it is. 500 characters at most.
    #[serde(default)]
    note: String,
}

impl ExampleBody for NewApplicationBody {
    const EXAMPLE: &'static str = r#"{"username": "ada", "name": "Ada Lee", "password": "a long one", "note": "Ben's sister"}"#;
}

/// Somebody who has asked for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListedApplication {
    /// The application's number.
    pub id: i64,
    /// The username.
    pub username: String,
    /// The display name.
    pub name: String,
    /// What the person says.
    pub note: String,
    /// Since when the person waits.
    pub created_at: Micros,
}

impl From<Application> for ListedApplication {
    fn from(application: Application) -> Self {
        ListedApplication {
            id: application.id.0,
            username: application.username,
            name: application.name,
            note: application.note,
            created_at: application.created_at,
        }
    }
}

/// All who have asked and wait.
#[derive(Serialize, ToSchema)]
pub(super) struct Applications {
    applications: Vec<ListedApplication>,
}

/// An account that was approved.
#[derive(Serialize, ToSchema)]
pub(super) struct ApprovedAccount {
    user: Profile,
}

/// Asks for an account, or makes one where everybody may have one.
#[utoipa::path(
    post,
    path = "/api/v1/applications",
    request_body = NewApplicationBody,
    responses(
        (status = 201, description = "The account is made: everybody may have one here", body = CreatedSession),
        (status = 202, description = "An owner or administrator will decide"),
        (status = 400, description = "The body, a name, the password or the note is not valid", body = ErrorBody),
        (status = 403, description = "Nobody can ask here, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "Somebody has the username or has asked for it, or too many wait", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn create(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(body): JsonBody<NewApplicationBody>,
) -> Result<Response, ApiError> {
    let client = request.take()?;
    let NewApplicationBody {
        username,
        name,
        password,
        note,
    } = body;
    let account = AccountRequest {
        username,
        name,
        password,
        guest: None,
    };
    let signed_up = accounts
        .sign_up(client, account, &note, &request.device)
        .await?;
    Ok(match signed_up {
        SignedUp::Joined(signed_in) => request.answer(signed_in),
        SignedUp::Applied => StatusCode::ACCEPTED.into_response(),
    })
}

/// Who has asked for an account, the oldest first. After 30 days an application ends.
#[utoipa::path(
    get,
    path = "/api/v1/applications",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "All of them", body = Applications),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not decide, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<Applications>, ApiError> {
    let applications = accounts.applications(viewer.viewer()).await?.into_iter();
    Ok(Json(Applications {
        applications: applications.map(ListedApplication::from).collect(),
    }))
}

/// Makes the account that somebody has asked for, who can then sign in.
#[utoipa::path(
    post,
    path = "/api/v1/applications/{id}/approval",
    params(("id" = i64, Path, description = "The application's number")),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 201, description = "The account is made", body = ApprovedAccount),
        (status = 400, description = "The number is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not decide, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 404, description = "There is no such application, or somebody has decided about it", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn approve(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<(StatusCode, Json<ApprovedAccount>), ApiError> {
    let user = accounts.approve(actor.user(), number(id)?).await?;
    Ok((StatusCode::CREATED, Json(ApprovedAccount { user })))
}

/// Deletes an application.
#[utoipa::path(
    delete,
    path = "/api/v1/applications/{id}",
    params(("id" = i64, Path, description = "The application's number")),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "It is deleted"),
        (status = 400, description = "The number is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not decide, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 404, description = "Somebody has decided about it, or there was none", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn decline(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    accounts.decline(actor.user(), number(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn number(id: Result<Path<i64>, PathRejection>) -> Result<ApplicationId, ApiError> {
    let Path(id) =
        id.map_err(|_| Refusal::bad_command("the application in the address is a whole number"))?;
    Ok(ApplicationId(id))
}
