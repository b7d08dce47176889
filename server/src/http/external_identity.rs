//! `/api/v1/account/external`: the identity that a person has at the identity provider.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;
use utoipa::{IntoParams, ToSchema};

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

/// Where the person goes on after the proof.
#[derive(Default, Deserialize, IntoParams)]
pub(super) struct ReturnToSection {
    /// A section of the settings, such as `/settings/people`; anything else counts as
    /// `/settings/sign-in`.
    #[serde(default)]
    return_to: String,
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
    let purpose = Purpose::Link(session_of(&actor));
    begin(&state, &headers, &actor, purpose, OWN_ACCOUNT).await
}

/// Begins to prove again who one is, at the provider: the browser goes there, and comes back to the
/// section of the settings that asked for it.
#[utoipa::path(
    post,
    path = "/api/v1/account/confirmation/external",
    params(ReturnToSection),
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
    query: Result<Query<ReturnToSection>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(ReturnToSection { return_to }) = query.unwrap_or_default();
    let purpose = Purpose::Confirm(session_of(&actor));
    begin(&state, &headers, &actor, purpose, section(&return_to)).await
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

/// The section with this path. A code may follow it in a query, so it has none of its own.
fn section(path: &str) -> &str {
    let name = path.strip_prefix("/settings/").unwrap_or_default();
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    if !name.is_empty() && name.bytes().all(is_letter) {
        path
    } else {
        OWN_ACCOUNT
    }
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
    return_to: &str,
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
        .begin_at_provider(purpose, return_to, binding);
    let address = begun.await?;
    let mut response = Json(AddressBody { address }).into_response();
    state.provider_cookie.set(&mut response, &browser);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_leads_back_to_a_section_of_the_settings_and_nowhere_else() {
        for path in ["/settings/people", "/settings/sign-in"] {
            assert_eq!(section(path), path);
        }
        for path in [
            "",
            "/settings/",
            "/rooms/1",
            "/settings/people?a",
            "/settings/../sign-in",
            "//evil.example/settings/people",
            "https://evil.example/settings/people",
        ] {
            assert_eq!(section(path), OWN_ACCOUNT, "{path}");
        }
    }
}
