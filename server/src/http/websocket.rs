//! The routes that upgrade a request to a WebSocket: `/api/v1/ws` for the native protocol, `/`
//! for the simple one. The connections themselves are the business of `gateway`.

use axum::extract::{FromRequestParts, Request, State};
use axum::response::Response;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::error_body::ErrorBody;
use super::state::HttpState;
use crate::edge::access::ClientKind;
use crate::edge::connection_limits::ConnectionPermit;
use crate::edge::{ApiError, ClientAddress, Peer};
use crate::gateway::{HandshakeClient, is_handshake, upgrade_native, upgrade_simple};

/// The native protocol, over WebSocket.
///
/// # Errors
/// 403 for a foreign `Host` or a page that is not the server's own; 426 for a request that is no
/// handshake of version 13; 400 for a malformed handshake.
#[utoipa::path(
    get,
    path = "/api/v1/ws",
    responses(
        (status = 101, description = "The connection is a WebSocket now"),
        (status = 400, description = "The handshake is malformed", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed", body = ErrorBody),
        (status = 426, description = "The request is no handshake of version 13", body = ErrorBody),
        (status = 503, description = "Too many connections", body = ErrorBody),
    )
)]
pub(super) async fn native(
    client: ClientKind,
    State(state): State<HttpState>,
    request: Request,
) -> Result<Response, ApiError> {
    let is_page = client == ClientKind::OwnPage;
    let cookie = if is_page {
        state.session_cookie.token(request.headers())
    } else {
        None
    };
    let (client, request) = handshake_client(&state, request).await?;
    upgrade_native(state.gateway.clone(), request, client, cookie, is_page)
}

/// `GET /` with a WebSocket handshake: the simple protocol. Gives the request back if it is no
/// handshake.
///
/// # Errors
/// As [`native`], except that pages of allowed origins may connect; 403 if the protocol is off.
pub(super) async fn simple(
    state: &HttpState,
    request: Request,
) -> Result<Result<Response, Request>, ApiError> {
    if !is_handshake(&request) {
        return Ok(Err(request));
    }
    state.perimeter.check_simple_request(request.headers())?;
    if !state.simple_enabled {
        tracing::warn!("a simple client was refused; --simple on would let it in");
        return Err(Refusal::new(ErrorCode::SimpleOff).into());
    }
    let (client, request) = handshake_client(state, request).await?;
    upgrade_simple(state.gateway.clone(), request, client).map(Ok)
}

/// What the gateway has to know about the client.
async fn handshake_client(
    state: &HttpState,
    request: Request,
) -> Result<(HandshakeClient, Request), ApiError> {
    let (mut parts, body) = request.into_parts();
    let peer = Peer::from_request_parts(&mut parts, state).await?;
    let address = ClientAddress::from_request_parts(&mut parts, state).await?;
    let client = HandshakeClient {
        address,
        permit: parts.extensions.get::<ConnectionPermit>().cloned(),
        slot: state.perimeter.count_forwarded(peer, address)?,
    };
    Ok((client, Request::from_parts(parts, body)))
}
