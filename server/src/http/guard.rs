//! What stands around every route: a request that names one host, an answer in time, and
//! the headers that keep an answer from being misread, embedded or kept.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use tokio::time::timeout;

use super::ApiError;
use super::authority::Authority;

/// How long a request other than a WebSocket may take.
const ANSWER: Duration = Duration::from_secs(30);

/// What every answer bears that does not say otherwise itself: it is what its type says, no
/// other site's page may load it (Fetch § 3.7), and it is nobody's to keep.
pub const HEADERS: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// The layer around all routes.
pub async fn guard(mut request: Request, next: Next) -> Response {
    let mut response = match settle_host(&mut request) {
        Ok(()) => match timeout(ANSWER, next.run(request)).await {
            Ok(response) => response,
            Err(_late) => StatusCode::REQUEST_TIMEOUT.into_response(),
        },
        Err(refusal) => ApiError::from(refusal).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Sees to it that `Host` says which host is asked for: there is one, and it is well formed
/// (RFC 9112 § 3.2). A host in the request's target takes its place (§ 3.2.2). HTTP/1.0 has
/// requests without one, as health checks send them.
fn settle_host(request: &mut Request) -> Result<(), Refusal> {
    let refused = |message: &str| Refusal {
        message: message.into(),
        ..Refusal::new(ErrorCode::BadCommand)
    };
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let is_named = match (hosts.next(), hosts.next()) {
        (Some(host), None) => {
            let authority = host.to_str().ok().and_then(Authority::parse);
            authority.ok_or_else(|| refused("the Host header must be a host and its port"))?;
            true
        }
        (None, _) => false,
        (Some(_), Some(_)) => return Err(refused("a request has one Host header, not two")),
    };
    if !is_named && request.version() > Version::HTTP_10 {
        return Err(refused("a request needs a Host header"));
    }
    if let Some(target) = request.uri().authority() {
        let is_ours = matches!(request.uri().scheme_str(), None | Some("http" | "https"));
        let host = HeaderValue::from_str(target.as_str())
            .ok()
            .filter(|_| is_ours && Authority::parse(target.as_str()).is_some())
            .ok_or_else(|| refused("the request's target must name a host and its port"))?;
        request.headers_mut().insert(header::HOST, host);
    }
    Ok(())
}
