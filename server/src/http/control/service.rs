//! The server's side: answers commands, a few at a time, each within a deadline.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use axum::{Json, Router};
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::UnixStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{ControlSocket, OperatorAnswer, OperatorCommand, PATH, Place};
use crate::app::App;
use crate::gateway::StopSignal;
use crate::http::serving::{self, stopped};
use crate::http::session::unreadable;
use crate::http::{ApiError, BODY};

/// What `madang admin` sends, for one.
const MODEL: &str = r#"{"command": "remove_room", "room": 2}"#;
/// Connections at once.
const MOST: usize = 8;
/// How long a client has for a request's headers.
const HEADERS: Duration = Duration::from_secs(10);
/// How long a connection may last, with its one command.
const WHOLE: Duration = Duration::from_mins(1);
/// How long nothing is accepted when the system cannot give any.
const REST: Duration = Duration::from_millis(50);

/// Answers commands until the server stops, and then those that have begun.
pub async fn serve(socket: ControlSocket, app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let routes = Router::new()
        .route(PATH, post(command))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(app);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stopping) => break,
            Some(_ended) = connections.join_next(), if !connections.is_empty() => {}
            accepted = socket.accept(), if connections.len() < MOST => match accepted {
                Ok(stream) => {
                    let answered = answer(stream, routes.clone(), stopping.clone());
                    connections.spawn(timeout(WHOLE, answered));
                }
                Err(error) => {
                    tracing::warn!(%error, "the operator's socket cannot accept at the moment");
                    sleep(REST).await;
                }
            },
        }
    }
    while connections.join_next().await.is_some() {}
}

/// Answers the one request of a connection.
async fn answer(stream: UnixStream, routes: Router, stopping: StopSignal) {
    let mut http = Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(BODY)
        .keep_alive(false);
    let service = TowerToHyperService::new(routes);
    serving::serve(&http, TokioIo::new(stream), service, stopping).await;
}

async fn command(
    State(app): State<Arc<App>>,
    body: Result<Json<OperatorCommand>, JsonRejection>,
) -> Result<Json<OperatorAnswer>, ApiError> {
    let Json(command) = body.map_err(|rejection| unreadable(&rejection, MODEL))?;
    tracing::info!(?command, "the operator's command");
    let answer = command
        .carry_out(Place {
            store: app.store.as_ref(),
            clock: &app.clock,
            limits: app.limits(),
            running: Some(&app),
        })
        .await?;
    Ok(Json(answer))
}
