//! What all requests that begin a session have in common.

use std::sync::Arc;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::frame::Refusal;
use shared::model::Profile;
use utoipa::ToSchema;

use super::session_cookie::SessionCookie;
use super::state::HttpState;
use crate::accounts::{Device, SignedIn};
use crate::chat::rate_limits::RateLimits;
use crate::edge::access::ClientKind;
use crate::edge::{ApiError, ClientAddress};
use crate::store::QueryClient;

/// Who asks for a session, and how the answer is given.
pub(super) struct SessionRequest {
    /// Where the session begins.
    pub(super) device: Device,
    client: ClientKind,
    address: ClientAddress,
    cookie: SessionCookie,
    rate_limits: Arc<RateLimits>,
}

/// The answer to a request for a session.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedSession {
    user: Profile,
    /// The bearer token; absent for the server's own page, which gets a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

fn device(parts: &Parts, address: ClientAddress) -> Device {
    let user_agent = parts.headers.get(header::USER_AGENT);
    let user_agent = user_agent.and_then(|value| value.to_str().ok());
    Device::of(user_agent, address.group.address())
}

/// Where a request comes from.
impl FromRequestParts<HttpState> for Device {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let address = ClientAddress::from_request_parts(parts, state).await?;
        Ok(device(parts, address))
    }
}

/// Refuses as [`ClientKind`] does.
impl FromRequestParts<HttpState> for SessionRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let client = ClientKind::from_request_parts(parts, state).await?;
        let address = ClientAddress::from_request_parts(parts, state).await?;
        Ok(SessionRequest {
            device: device(parts, address),
            client,
            address,
            cookie: state.session_cookie.clone(),
            rate_limits: Arc::clone(&state.rate_limits),
        })
    }
}

impl SessionRequest {
    /// Counts a query towards the rate limit of the address.
    ///
    /// # Errors
    /// `rate_limited`.
    pub(super) fn take(&self) -> Result<QueryClient, Refusal> {
        let group = self.address.group.address();
        self.rate_limits.take_anonymous_query(group)?;
        Ok(QueryClient::Address(group))
    }

    /// Counts a new guest towards the rate limit of the address.
    ///
    /// # Errors
    /// `rate_limited`.
    pub(super) fn take_guest(&self) -> Result<(), Refusal> {
        self.rate_limits.take_guest(self.address.group.address())
    }

    /// Counts a sign-in that begins at the identity provider towards the rate limit of the address.
    ///
    /// # Errors
    /// `rate_limited`.
    pub(super) fn take_provider_sign_in(&self) -> Result<(), Refusal> {
        let group = self.address.group.address();
        self.rate_limits.take_provider_sign_in(group)
    }

    /// The answer: the server's own page gets the token as a cookie, a program gets it in the
    /// body.
    pub(super) fn answer(&self, signed_in: SignedIn) -> Response {
        let SignedIn { person, token } = signed_in;
        let shown = match self.client {
            ClientKind::OwnPage => None,
            ClientKind::Program => Some(token.secret().to_owned()),
        };
        let body = Json(CreatedSession {
            user: person,
            token: shown,
        });
        let mut response = (StatusCode::CREATED, body).into_response();
        if self.client == ClientKind::OwnPage {
            self.cookie.set(&mut response, &token);
        }
        response
    }
}
