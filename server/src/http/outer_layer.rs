//! The layer around all routes: every request names one host, and every answer carries the
//! common headers and is counted.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::state::HttpState;
use crate::edge::common_headers::add_common_headers;
use crate::edge::host_header::normalize_host;
use crate::edge::{ApiError, RefusalCode};
use crate::metrics::Metrics;

/// Runs the routes inside this layer.
#[tracing::instrument(
    name = "request",
    level = "debug",
    skip_all,
    fields(method = %request.method(), path = request.uri().path())
)]
pub(super) async fn wrap(
    State(state): State<HttpState>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut response = match normalize_host(&mut request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => ApiError::from(refusal).into_response(),
    };
    add_common_headers(response.headers_mut());
    count(&state.perimeter.metrics, &response);
    response
}

fn count(metrics: &Metrics, response: &Response) {
    let class = usize::from(response.status().as_u16() / 100);
    if let Some(counter) = metrics.http_answers.get(class.wrapping_sub(1)) {
        counter.add(1);
    }
    if let Some(RefusalCode(code)) = response.extensions().get() {
        metrics.refusals.count(*code);
    }
}
