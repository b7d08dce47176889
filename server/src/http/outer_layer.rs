//! The layer around all routes: every request names one host and is answered in time, and
//! every answer carries the common headers.

use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use crate::edge::ApiError;
use crate::edge::common_headers::add_common_headers;
use crate::edge::host_header::normalize_host;

/// How long a request other than a WebSocket may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs the routes inside this layer.
pub async fn wrap(mut request: Request, next: Next) -> Response {
    let mut response = match normalize_host(&mut request) {
        Ok(()) => match timeout(REQUEST_TIMEOUT, next.run(request)).await {
            Ok(response) => response,
            Err(_elapsed) => StatusCode::REQUEST_TIMEOUT.into_response(),
        },
        Err(refusal) => ApiError::from(refusal).into_response(),
    };
    add_common_headers(response.headers_mut());
    response
}
