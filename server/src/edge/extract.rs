//! Extractors: what a route asks the perimeter about its request.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::access::ClientKind;
use super::api_error::ApiError;
use super::client_address::{ClientAddress, Peer};
use super::perimeter::Perimeter;

/// Every request of an accepted connection has a peer.
impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let peer = parts.extensions.get::<Peer>().copied();
        peer.ok_or_else(|| Refusal::new(ErrorCode::BadCommand).into())
    }
}

/// Resolved once per request.
impl<S: Sync> FromRequestParts<S> for ClientAddress
where
    Arc<Perimeter>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if let Some(client) = parts.extensions.get::<ClientAddress>() {
            return Ok(*client);
        }
        let peer = Peer::from_request_parts(parts, state).await?;
        let client = Arc::<Perimeter>::from_ref(state).client_address(peer, &parts.headers);
        parts.extensions.insert(client);
        Ok(client)
    }
}

/// Refuses requests that may not have a session: 403 with `host_forbidden` or
/// `origin_forbidden`.
impl<S: Sync> FromRequestParts<S> for ClientKind
where
    Arc<Perimeter>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Arc::<Perimeter>::from_ref(state).check_session_request(&parts.headers)
    }
}
