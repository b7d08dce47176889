//! The HTTP routes: the page, sessions, history, health, and the operator's commands. A route
//! answers one request with one response.
//!
//! Live connections are the business of `gateway`; the checks that every request must pass
//! before it reaches a route are in `edge`.

mod address_check;
pub mod control;
mod health;
mod json_body;
mod messages;
mod outer_layer;
mod page;
mod session;
pub mod session_cookie;
mod state;
mod viewer;
mod websocket;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use crate::edge::ApiError;
pub use state::{HttpParts, HttpState};

/// The highest size of a request's body, in bytes: enough for a name or an operator's command.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// All routes of the public listener.
pub fn routes(state: HttpState) -> Router {
    Router::new()
        .route("/", get(root))
        .route("/healthz", get(health::show))
        .route("/api/v1/ws", get(websocket::native))
        .route(
            "/api/v1/session",
            get(session::show)
                .post(session::create)
                .delete(session::delete),
        )
        .route("/api/v1/rooms/{room}/messages", get(messages::list))
        .route("/api/{*rest}", axum::routing::any(not_found))
        .fallback(page)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            address_check::check_address,
        ))
        .layer(middleware::from_fn(outer_layer::wrap))
        .with_state(state)
}

async fn root(State(state): State<HttpState>, request: Request) -> Result<Response, ApiError> {
    match websocket::simple(&state, request).await? {
        Ok(upgraded) => Ok(upgraded),
        Err(request) => Ok(serve_page(&state, &request)),
    }
}

async fn page(State(state): State<HttpState>, request: Request) -> Response {
    serve_page(&state, &request)
}

fn serve_page(state: &HttpState, request: &Request) -> Response {
    let mut response = page::serve(request.method(), request.uri().path(), request.headers());
    // Browsers obey it over https only (HTML § 7.1.3), and warn about it over http.
    if state.perimeter.access.is_secure() {
        response.headers_mut().insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    response
}

async fn not_found() -> ApiError {
    Refusal::new(ErrorCode::NotFound).into()
}

async fn method_not_allowed() -> Response {
    ApiError::from(Refusal::new(ErrorCode::MethodNotAllowed)).into_response()
}
