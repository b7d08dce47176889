//! What is asked for and answered once: the page, sessions, history, health, and the
//! operator's commands.

pub mod address;
pub mod admission;
pub mod authority;
pub mod blocks;
pub mod control;
pub mod door;
mod entry;
mod error;
mod guard;
mod messages;
pub mod pace;
mod page;
pub mod serving;
mod session;
pub mod stall;

use std::net::SocketAddr;
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
use crate::gateway;
use crate::store::Health;
pub use error::ApiError;
pub use session::session_token;

/// A request's body at most, in bytes: a name, or an operator's command.
const BODY: usize = 16 * 1024;

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Every address of the server.
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
        .route("/api/{*rest}", axum::routing::any(nothing))
        .fallback(page)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            entry::enter,
        ))
        .layer(middleware::from_fn(guard::guard))
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
    // Browsers heed it only over https (HTML § 7.1.3), and complain of it elsewhere.
    if app.access.is_secure() {
        response.headers_mut().insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    response
}

/// Whether the server does what it is there for. A full disk is no reason to start it anew.
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

async fn nothing() -> ApiError {
    Refusal::new(ErrorCode::NotFound).into()
}

async fn wrong_method() -> Response {
    ApiError::from(Refusal::new(ErrorCode::MethodNotAllowed)).into_response()
}
