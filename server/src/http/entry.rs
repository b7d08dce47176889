//! Whether whoever sends a request may, before it is looked at any closer.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::{ApiError, Peer};
use crate::app::App;

/// Lets a request in, or says why not. Others have their turn before each: a connection
/// brings as many as its peer can send.
pub async fn enter(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    tokio::task::yield_now().await;
    match may_enter(&app, peer, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => ApiError::from(refusal).into_response(),
    }
}

/// An address may be blocked, or ask too often. The page's own files, and whether the server
/// is well, are everybody's: they say what is the matter.
fn may_enter(app: &App, peer: Peer, request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let is_handshake = [header::UPGRADE, header::SEC_WEBSOCKET_KEY]
        .iter()
        .any(|name| headers.contains_key(name));
    if !is_handshake && !request.uri().path().starts_with("/api/") {
        return Ok(());
    }
    if app.blocks.holds(app.origin(peer, headers), app.now()) {
        return Err(Refusal::new(ErrorCode::Blocked));
    }
    app.rate_limits
        .take_request(app.place(peer, headers).address())
}
