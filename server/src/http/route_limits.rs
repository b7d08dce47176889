//! The limits of each route: how large a request's body may be, and how long a request may
//! take. A WebSocket has no time limit here: its route answers at once, and the connection then
//! follows the rules of `gateway`.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, Extension, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use tokio::time::{Instant, timeout_at};

use super::json_body::{BodyLimit, collect};
use crate::edge::ApiError;

/// How long a client should wait after the server was too busy, in milliseconds.
const BUSY_RETRY_MS: u64 = 1_000;

/// The limits of one route.
#[derive(Clone, Copy, Debug)]
pub(super) struct RouteLimits {
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// The longest time from the request's headers to the answer's headers.
    pub time: Duration,
}

/// Adds the limits to all methods of a route.
pub(super) fn limit<S: Clone + Send + Sync + 'static>(
    route: MethodRouter<S>,
    limits: RouteLimits,
) -> MethodRouter<S> {
    route
        // For extractors of axum, and for the project's own.
        .layer((
            DefaultBodyLimit::max(limits.body_bytes),
            Extension(BodyLimit(limits.body_bytes)),
        ))
        .layer(middleware::from_fn_with_state(limits, limit_request))
}

/// Answers with `request_timeout` when the time is over: 408 if the client has not sent the
/// whole body (RFC 9110 §15.5.9), else 503.
///
/// The body is read before anything is decided about the request. Who is asked for only then
/// cannot begin a request, lose the right to it, and send the end of the body.
async fn limit_request(
    State(limits): State<RouteLimits>,
    request: Request,
    next: Next,
) -> Response {
    let deadline = Instant::now() + limits.time;
    let request = match timeout_at(deadline, with_whole_body(request, limits.body_bytes)).await {
        Ok(Ok(request)) => request,
        Ok(Err(refused)) => return refused.into_response(),
        Err(_elapsed) => return body_is_late(),
    };
    let answer = timeout_at(deadline, next.run(request)).await;
    answer.unwrap_or_else(|_elapsed| server_is_busy())
}

/// The request with its body in one piece of memory. A route that takes no body does not wait for
/// one.
async fn with_whole_body(request: Request, limit: usize) -> Result<Request, ApiError> {
    if limit == 0 || request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let bytes = collect(body, limit).await?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn server_is_busy() -> Response {
    let refusal = Refusal {
        retry_after_ms: Some(BUSY_RETRY_MS),
        ..Refusal::new(ErrorCode::RequestTimeout)
    };
    ApiError::from(refusal)
        .with_status(StatusCode::SERVICE_UNAVAILABLE)
        .into_response()
}

fn body_is_late() -> Response {
    let mut response = ApiError::from(Refusal::new(ErrorCode::RequestTimeout)).into_response();
    // What still arrives on this connection belongs to the old request.
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use axum::Router;
    use axum::body::Bytes;
    use axum::routing::post;
    use hyper::body::Frame;
    use tower::ServiceExt;

    use super::*;

    const LIMITS: RouteLimits = RouteLimits {
        body_bytes: 4,
        time: Duration::from_secs(5),
    };

    async fn never(_: Bytes) -> &'static str {
        pending().await
    }

    /// The answer of a route that reads its body and then never answers.
    async fn answer_to(body: Body) -> Response {
        let router: Router = Router::new().route("/", limit(post(never), LIMITS));
        let request = Request::post("/").body(body).unwrap();
        router.oneshot(request).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_server_is_503_and_a_late_body_is_408() {
        let started = Instant::now();
        let busy = answer_to(Body::from("body")).await;
        assert_eq!(busy.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(busy.headers()[header::RETRY_AFTER], "1");
        assert_eq!(started.elapsed(), LIMITS.time);
        let late = answer_to(Body::new(Late)).await;
        assert_eq!(late.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(late.headers()[header::CONNECTION], "close");
    }

    #[tokio::test(start_paused = true)]
    async fn a_larger_body_is_refused_at_once() {
        let answer = answer_to(Body::from("large")).await;
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    /// A body that never arrives.
    struct Late;

    impl HttpBody for Late {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            Poll::Pending
        }
    }
}
