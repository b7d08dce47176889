//! Makes sure that every request names exactly one host (RFC 9112 § 3.2).

use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use shared::frame::Refusal;

use super::authority::Authority;

/// Makes the `Host` header say which host is asked for: it is there once and is well formed. A
/// host in the request's target replaces it (§ 3.2.2). Requests of HTTP/1.0 may have none, as
/// health checks send them.
///
/// # Errors
/// `bad_command`.
pub fn normalize_host(request: &mut Request) -> Result<(), Refusal> {
    let refused = |message: &str| Refusal::bad_command(message);
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let has_host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => {
            let authority = host.to_str().ok().and_then(Authority::parse);
            authority.ok_or_else(|| refused("the Host header must be a host and its port"))?;
            true
        }
        (None, _) => false,
        (Some(_), Some(_)) => return Err(refused("a request has one Host header, not two")),
    };
    if !has_host && request.version() > Version::HTTP_10 {
        return Err(refused("a request needs a Host header"));
    }
    if let Some(target) = request.uri().authority() {
        let is_http = matches!(request.uri().scheme_str(), None | Some("http" | "https"));
        let host = HeaderValue::from_str(target.as_str())
            .ok()
            .filter(|_| is_http && Authority::parse(target.as_str()).is_some())
            .ok_or_else(|| refused("the request's target must name a host and its port"))?;
        request.headers_mut().insert(header::HOST, host);
    }
    Ok(())
}
