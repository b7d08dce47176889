//! Makes a WebSocket of an HTTP request (RFC 6455 §4.2), and takes over its raw socket.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use tungstenite::handshake::derive_accept_key;

use super::connection::{Connection, InFlight, Protocol};
use super::delivery::outbox::Outbox;
use super::native::Native;
use super::services::Gateway;
use super::simple::Simple;
use crate::accounts::Token;
use crate::edge::connection_limits::{AddressSlot, ConnectionPermit};
use crate::edge::progress_timeout::ProgressTimeoutStream;
use crate::edge::{ApiError, ClientAddress};
use crate::metrics::Gauge;
use crate::store::ConnectionId;

/// What a handshake's request says about the client.
pub struct HandshakeClient {
    /// The address that it comes from.
    pub address: ClientAddress,
    /// Its part of the connection limits. The connection holds it until it ends.
    pub permit: Option<ConnectionPermit>,
    /// Its slot among the connections of the address, if it came through a proxy.
    pub slot: Option<AddressSlot>,
}

/// Upgrades a request to the native protocol. `cookie` is the session of the server's own page;
/// `is_page` says whether the request came from that page.
///
/// # Errors
/// 426 for a request that is no handshake of version 13; 400 for a malformed handshake.
pub fn upgrade_native(
    gateway: Arc<Gateway>,
    request: Request,
    client: HandshakeClient,
    cookie: Option<Token>,
    is_page: bool,
) -> Result<Response, ApiError> {
    let gauge = gateway.metrics.native_connections.clone();
    let group = client.address.group;
    upgrade(
        gateway,
        request,
        client,
        gauge,
        move |gateway, outbox, in_flight, connection| {
            Native::new(
                gateway, outbox, in_flight, connection, cookie, is_page, group,
            )
        },
    )
}

/// Upgrades a request to the simple protocol.
///
/// # Errors
/// As [`upgrade_native`].
pub fn upgrade_simple(
    gateway: Arc<Gateway>,
    request: Request,
    client: HandshakeClient,
) -> Result<Response, ApiError> {
    let gauge = gateway.metrics.simple_connections.clone();
    let group = client.address.group;
    upgrade(
        gateway,
        request,
        client,
        gauge,
        move |gateway, outbox, in_flight, connection| {
            Simple::new(gateway, outbox, in_flight, connection, group)
        },
    )
}

/// Whether a request looks like a WebSocket handshake, well formed or not.
pub fn is_handshake(request: &Request) -> bool {
    request.headers().contains_key(header::SEC_WEBSOCKET_KEY) || asks_upgrade(request)
}

fn upgrade<P: Protocol + Send + 'static>(
    gateway: Arc<Gateway>,
    mut request: Request,
    client: HandshakeClient,
    gauge: Gauge,
    protocol: impl FnOnce(Arc<Gateway>, Arc<Outbox>, Arc<InFlight>, ConnectionId) -> P + Send + 'static,
) -> Result<Response, ApiError> {
    let key = accept_key(&request)?;
    let upgrade = request
        .extensions_mut()
        .remove::<OnUpgrade>()
        .ok_or_else(|| Refusal::new(ErrorCode::BadCommand))?;
    let ip = client.address.ip;
    // The connection counts towards the limits for as long as this lives.
    let admitted = (client.permit, client.slot);
    tokio::spawn(async move {
        match upgrade.await {
            Ok(upgraded) => {
                let counted = gauge.count_one();
                serve(gateway, upgraded, protocol, ip, (admitted, counted));
            }
            Err(error) => tracing::debug!(%error, "a handshake was not completed"),
        }
    });
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, key);
    Ok(response)
}

/// Starts the connection as a task of its own, so that the memory of the handshake is freed.
fn serve<P: Protocol + Send + 'static>(
    gateway: Arc<Gateway>,
    upgraded: Upgraded,
    protocol: impl FnOnce(Arc<Gateway>, Arc<Outbox>, Arc<InFlight>, ConnectionId) -> P,
    from: IpAddr,
    admitted: impl Send + 'static,
) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let Ok(parts) = upgraded.downcast::<TokioIo<ProgressTimeoutStream>>() else {
        tracing::error!("an upgraded connection is not the socket that was accepted");
        return;
    };
    let connection_id = ConnectionId(NEXT.fetch_add(1, Ordering::Relaxed));
    let stream = parts.io.into_inner().into_inner();
    let limit = gateway.connections.outbox_bytes;
    let outbox = Arc::new(Outbox::with_socket(
        stream,
        limit,
        Arc::clone(&gateway.connections.memory),
    ));
    let in_flight = Arc::new(InFlight::default());
    let weak: Weak<Outbox> = Arc::downgrade(&outbox);
    let registration = gateway.connections.memory.register(weak, from);
    let connection = Connection {
        leftover: parts.read_buf.to_vec(),
        outbox: Arc::clone(&outbox),
        in_flight: Arc::clone(&in_flight),
        config: Arc::clone(&gateway.connections),
        stopping: gateway.stopping.clone(),
        protocol: protocol(gateway, outbox, in_flight, connection_id),
        admitted: (admitted, registration),
    };
    tokio::spawn(connection.run());
}

/// Checks a handshake and returns `Sec-WebSocket-Accept` (RFC 6455 §4.2.1).
///
/// # Errors
/// 426 with the supported version for another protocol or version; 400 for a malformed
/// handshake.
fn accept_key(request: &Request) -> Result<HeaderValue, ApiError> {
    let refused = |status, message: &str| {
        let refusal = Refusal::bad_command(message);
        Err(ApiError::from(refusal).with_status(status))
    };
    let headers = request.headers();
    let mut versions = headers.get_all(header::SEC_WEBSOCKET_VERSION).iter();
    let speaks = versions.next().is_some_and(|version| version == "13");
    if request.method() != Method::GET || !asks_upgrade(request) || !speaks {
        return refused(
            StatusCode::UPGRADE_REQUIRED,
            "this address takes a WebSocket handshake, version 13",
        );
    }
    let has_body = headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get(header::CONTENT_LENGTH)
            .is_some_and(|length| length != "0");
    if has_body || versions.next().is_some() {
        return refused(
            StatusCode::BAD_REQUEST,
            "a WebSocket handshake has no body, and one Sec-WebSocket-Version",
        );
    }
    let mut keys = headers.get_all(header::SEC_WEBSOCKET_KEY).iter();
    let key = match (keys.next(), keys.next()) {
        (Some(key), None) if is_key(key.as_bytes()) => derive_accept_key(key.as_bytes()),
        _ => {
            return refused(
                StatusCode::BAD_REQUEST,
                "a WebSocket handshake has one Sec-WebSocket-Key: sixteen bytes in base64",
            );
        }
    };
    // Base64 is always a valid header.
    HeaderValue::try_from(key).map_err(|_| Refusal::new(ErrorCode::BadCommand).into())
}

/// Whether a request asks to become a WebSocket. HTTP/1.0 cannot (RFC 9110 §7.8).
fn asks_upgrade(request: &Request) -> bool {
    let lists = |name, token: &str| {
        let values = request.headers().get_all(name).iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|item| item.trim().eq_ignore_ascii_case(token))
    };
    request.version() >= Version::HTTP_11
        && lists(header::CONNECTION, "upgrade")
        && lists(header::UPGRADE, "websocket")
}

/// Sixteen bytes in base64: 22 digits of which the last leaves four bits unused, and `==`.
fn is_key(key: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    match key.split_at_checked(22) {
        Some((digits, b"==")) => {
            digits.iter().all(is_digit) && digits.last().is_some_and(|last| b"AQgw".contains(last))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sixteen_bytes_in_base64() {
        assert!(is_key(b"dGhlIHNhbXBsZSBub25jZQ=="));
        for key in [
            "",
            "dGhlIHNhbXBsZSBub25jZQ=",
            "dGhlIHNhbXBsZSBub25jZR==",
            "dGhlIHNhbXBsZSBub25jZQ==x",
        ] {
            assert!(!is_key(key.as_bytes()), "{key}");
        }
    }

    #[test]
    fn the_accept_value_is_that_of_the_specification_s_example() {
        // RFC 6455 §1.3.
        let mut request = Request::default();
        for (name, value) in [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ] {
            let value = HeaderValue::from_static(value);
            request.headers_mut().insert(name, value);
        }
        assert_eq!(
            accept_key(&request).unwrap(),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }
}
