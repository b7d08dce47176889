//! `GET /healthz`: whether the server works, for supervisors and load balancers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::store::{Health, Store};

/// Whether the server works.
///
/// 200 while the store works. A full disk is 200 too: restarting the server would not help.
#[utoipa::path(
    get,
    path = "/healthz",
    responses(
        (status = 200, description = "The server works: `ok`, or `full` while it accepts nothing that adds text", body = String),
        (status = 503, description = "The store fails", body = String),
    )
)]
pub(super) async fn show(State(store): State<Arc<dyn Store>>) -> (StatusCode, &'static str) {
    match store.health() {
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
