//! The server side: answers commands, a few at a time, each within a deadline.

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

use super::{ControlSocket, OperatorAnswer, OperatorCommand, OperatorContext, PATH};
use crate::app::App;
use crate::edge::ApiError;
use crate::edge::serve_connection::{serve_connection, stopped};
use crate::gateway::StopSignal;
use crate::http::MAX_BODY_BYTES;
use crate::http::session::bad_body;

/// A valid body, for error messages.
const EXAMPLE: &str = r#"{"command": "remove_room", "room": 2}"#;
/// Connections at the same time.
const MAX_CONNECTIONS: usize = 8;
/// How long a client may take to send a request's headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may last, with its one command.
const CONNECTION_TIMEOUT: Duration = Duration::from_mins(1);
/// How long no connection is accepted after the system could not give one.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers commands until the server stops; commands that have begun are then finished.
pub async fn serve(socket: ControlSocket, app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let routes = Router::new()
        .route(PATH, post(command))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(app);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stopping) => break,
            Some(_ended) = connections.join_next(), if !connections.is_empty() => {}
            accepted = socket.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok(stream) => {
                    let answered = answer(stream, routes.clone(), stopping.clone());
                    connections.spawn(timeout(CONNECTION_TIMEOUT, answered));
                }
                Err(error) => {
                    tracing::warn!(%error, "the operator's socket cannot accept at the moment");
                    sleep(PAUSE).await;
                }
            },
        }
    }
    while connections.join_next().await.is_some() {}
}

/// Serves one connection, which carries one request.
async fn answer(stream: UnixStream, routes: Router, stopping: StopSignal) {
    let mut http = Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_BODY_BYTES)
        .keep_alive(false);
    let service = TowerToHyperService::new(routes);
    serve_connection(&http, TokioIo::new(stream), service, stopping).await;
}

async fn command(
    State(app): State<Arc<App>>,
    body: Result<Json<OperatorCommand>, JsonRejection>,
) -> Result<Json<OperatorAnswer>, ApiError> {
    let Json(command) = body.map_err(|rejection| bad_body(&rejection, EXAMPLE))?;
    tracing::info!(?command, "the operator's command");
    let answer = command
        .execute(OperatorContext {
            store: app.store.as_ref(),
            clock: &app.clock,
            limits: app.limits(),
            running: Some(&app),
        })
        .await?;
    Ok(Json(answer))
}
