//! Checks the address that a request comes from, before the request is looked at any closer.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::error::ErrorCode;
use shared::frame::Refusal;

use crate::app::App;
use crate::edge::{ApiError, Peer};

/// The layer that refuses requests of blocked addresses, and of those that send too many.
pub async fn check_address(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    // A connection brings as many requests as its peer can send: others run before each.
    tokio::task::yield_now().await;
    match check(&app, peer, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => ApiError::from(refusal).into_response(),
    }
}

/// The page's files and `/healthz` are for everybody: a blocked person still sees why the
/// server does not answer.
fn check(app: &App, peer: Peer, request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let is_handshake = [header::UPGRADE, header::SEC_WEBSOCKET_KEY]
        .iter()
        .any(|name| headers.contains_key(name));
    if !is_handshake && !request.uri().path().starts_with("/api/") {
        return Ok(());
    }
    let address = app.client_address(peer, headers);
    if app.blocked_addresses.contains(address, app.now()) {
        return Err(Refusal::new(ErrorCode::Blocked));
    }
    app.rate_limits
        .take_request(app.client_group(peer, headers).address())
}
