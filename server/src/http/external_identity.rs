//! `/api/v1/account/external`: the identity that a person has at the identity provider.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;
use utoipa::ToSchema;

use super::confirmation::ConfirmedActor;
use super::error_body::ErrorBody;
use super::provider_session::{OWN_ACCOUNT, other_base};
use super::state::HttpState;
use super::viewer::{RequestActor, RequestViewer};
use crate::accounts::Accounts;
use crate::accounts::oidc::{ActingSession, BrowserBinding, Purpose};
use crate::edge::ApiError;

/// What a person has at the identity provider.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnIdentity {
    /// What the provider is called; `null` without one.
    label: Option<String>,
    /// The identity; `null` if there is none.
    linked: Option<LinkedBody>,
}

/// An identity that belongs to the person.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkedBody {
    /// What the person is called there.
    name: String,
    linked_at: Micros,
}

/// Where the browser goes on.
#[derive(Serialize, ToSchema)]
pub(super) struct AddressBody {
    /// An address at the provider.
    address: String,
}

/// The person's identity at the identity provider.
#[utoipa::path(
    get,
    path = "/api/v1/account/external",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The identity, if there is one", body = OwnIdentity),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn show(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<OwnIdentity>, ApiError> {
    let linked = accounts.linked_identity(viewer.viewer()).await?;
    let provider = accounts.provider();
    Ok(Json(OwnIdentity {
        label: provider.map(|provider| provider.client.settings().label.clone()),
        linked: linked.map(|linked| LinkedBody {
            name: linked.name,
            linked_at: linked.linked_at,
        }),
    }))
}

/// Begins to link an identity: the browser goes to the provider, and comes back to
/// `/settings/sign-in`.
#[utoipa::path(
    post,
    path = "/api/v1/account/external",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "Where the browser goes on", body = AddressBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no account, or has to prove a credential first", body = ErrorBody),
        (status = 429, description = "Too many sign-ins, or requests, began at this address", body = ErrorBody),
        (status = 503, description = "The provider does not answer, the server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn begin_link(
    ConfirmedActor(actor): ConfirmedActor,
    State(state): State<HttpState>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    begin(&state, &headers, &actor, Purpose::Link(session_of(&actor))).await
}

/// Begins to prove again who one is, at the provider: the browser goes there, and comes back to
/// `/settings/sign-in`.
#[utoipa::path(
    post,
    path = "/api/v1/account/confirmation/external",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "Where the browser goes on", body = AddressBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many sign-ins, or requests, began at this address", body = ErrorBody),
        (status = 503, description = "The provider does not answer, the server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn begin_confirmation(
    actor: RequestActor,
    State(state): State<HttpState>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    begin(
        &state,
        &headers,
        &actor,
        Purpose::Confirm(session_of(&actor)),
    )
    .await
}

/// Takes the identity from the person. It is no error if there is none.
#[utoipa::path(
    delete,
    path = "/api/v1/account/external",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "There is no identity"),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no account, or has to prove a credential first", body = ErrorBody),
        (status = 409, description = "Without it the person could not sign in again", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn unlink(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<StatusCode, ApiError> {
    accounts.unlink_identity(&actor.acting_person()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn session_of(actor: &RequestActor) -> ActingSession {
    ActingSession {
        user: actor.user(),
        token_hash: actor.token.hash(),
    }
}

async fn begin(
    state: &HttpState,
    headers: &HeaderMap,
    actor: &RequestActor,
    purpose: Purpose,
) -> Result<Response, ApiError> {
    // The cookies of this name of the machine would not come back.
    if other_base(state, headers).is_some() {
        return Err(Refusal::new(ErrorCode::HostForbidden).into());
    }
    let address = actor.viewer.address.group.address();
    state.rate_limits.take_provider_sign_in(address)?;
    let browser = state.provider_cookie.token_or_new(headers)?;
    let binding = BrowserBinding::new(browser.hash());
    let begun = state
        .accounts
        .begin_at_provider(purpose, OWN_ACCOUNT, binding);
    let address = begun.await?;
    let mut response = Json(AddressBody { address }).into_response();
    state.provider_cookie.set(&mut response, &browser);
    Ok(response)
}
