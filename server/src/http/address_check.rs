//! Checks the address that a request comes from, before the request is looked at any closer.

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::state::HttpState;
use crate::edge::{ApiError, ClientAddress, Peer};

/// The layer that refuses requests of blocked addresses, and of those that send too many.
pub(super) async fn check_address(
    State(state): State<HttpState>,
    peer: Peer,
    mut request: Request,
    next: Next,
) -> Response {
    // A connection brings as many requests as its peer can send: others run before each.
    tokio::task::yield_now().await;
    if is_for_everybody(&request) {
        return next.run(request).await;
    }
    let client = state.perimeter.client_address(peer, request.headers());
    request.extensions_mut().insert(client);
    match check(&state, client) {
        Ok(()) => next.run(request).await,
        Err(refusal) => ApiError::from(refusal).into_response(),
    }
}

/// The page's files and `/healthz` are for everybody: a blocked person still sees why the
/// server does not answer.
fn is_for_everybody(request: &Request) -> bool {
    let headers = request.headers();
    let is_handshake = [header::UPGRADE, header::SEC_WEBSOCKET_KEY]
        .iter()
        .any(|name| headers.contains_key(name));
    let changes_nothing = request.method().is_safe();
    changes_nothing && !is_handshake && !request.uri().path().starts_with("/api/")
}

fn check(state: &HttpState, client: ClientAddress) -> Result<(), Refusal> {
    let blocked = &state.perimeter.blocked_addresses;
    if blocked.contains(client.ip, state.clock.now()) {
        return Err(Refusal::new(ErrorCode::Blocked));
    }
    state.rate_limits.take_request(client.group.address())
}
