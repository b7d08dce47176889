//! The HTTP routes: the page, sessions, history, health, and the operator's commands. A route
//! answers one request with one response.
//!
//! Live connections are the business of `gateway`; the checks that every request must pass
//! before it reaches a route are in `edge`.

mod address_check;
pub mod control;
mod messages;
mod outer_layer;
mod page;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use crate::app::App;
use crate::edge::ApiError;
use crate::gateway;
use crate::store::Health;
pub use session::session_token;

/// The highest size of a request's body, in bytes: enough for a name or an operator's command.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// All routes of the public listener.
pub fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(root))
        .route("/healthz", get(healthz))
        .route("/api/v1/ws", get(gateway::native))
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
            Arc::clone(&app),
            address_check::check_address,
        ))
        .layer(middleware::from_fn(outer_layer::wrap))
        .with_state(app)
}

async fn root(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let page_of = Arc::clone(&app);
    gateway::simple_or(app, request, move |request| serve_page(&page_of, &request)).await
}

async fn page(State(app): State<Arc<App>>, request: Request) -> Response {
    serve_page(&app, &request)
}

fn serve_page(app: &App, request: &Request) -> Response {
    let mut response = page::serve(request.method(), request.uri().path(), request.headers());
    // Browsers obey it over https only (HTML § 7.1.3), and warn about it over http.
    if app.access.is_secure() {
        response.headers_mut().insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    response
}

/// 200 while the store works. A full disk is 200 too: restarting the server would not help.
async fn healthz(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    match app.store.health() {
        Health::Healthy => (StatusCode::OK, "ok\n"),
        Health::Full => (
            StatusCode::OK,
            "full: nothing more is taken; remove something, or make room on the disk\n",
        ),
        Health::Failing => (
            StatusCode::SERVICE_UNAVAILABLE,
            "ill: the store does not take what it is given; see the log\n",
        ),
    }
}

async fn not_found() -> ApiError {
    Refusal::new(ErrorCode::NotFound).into()
}

async fn method_not_allowed() -> Response {
    ApiError::from(Refusal::new(ErrorCode::MethodNotAllowed)).into_response()
}
