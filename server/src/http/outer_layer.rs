//! The layer around all routes: every request names one host, and every answer carries the
//! common headers.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::edge::ApiError;
use crate::edge::common_headers::add_common_headers;
use crate::edge::host_header::normalize_host;

/// Runs the routes inside this layer.
pub async fn wrap(mut request: Request, next: Next) -> Response {
    let mut response = match normalize_host(&mut request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => ApiError::from(refusal).into_response(),
    };
    add_common_headers(response.headers_mut());
    response
}
