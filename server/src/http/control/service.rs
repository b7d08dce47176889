//! The server side: answers commands, a few at a time, each within a deadline.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, State};
use axum::routing::post;
use axum::{Json, Router};
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use shared::limits::Limits;
use tokio::net::UnixStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::answer::OperatorAnswer;
use super::command::OperatorCommand;
use super::context::{OperatorContext, RunningServer};
use super::socket::{ControlSocket, PATH};
use crate::clock::Clock;
use crate::edge::serve_connection::serve_connection;
use crate::edge::{ApiError, Perimeter};
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::http::json_body::{BodyLimit, ExampleBody, JsonBody};
use crate::mail::Mailer;
use crate::stop_signal::{StopSignal, stopped};
use crate::store::Store;

/// The highest size of a request and its body, in bytes.
const MAX_BODY_BYTES: usize = 16 * 1024;
/// Connections at the same time.
const MAX_CONNECTIONS: usize = 8;
/// How long a client may take to send a request's headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may last, with its one command.
const CONNECTION_TIMEOUT: Duration = Duration::from_mins(1);
/// How long no connection is accepted after the system could not give one.
const PAUSE: Duration = Duration::from_millis(50);

/// What the operator's commands work on.
#[derive(Clone)]
pub struct OperatorState {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Clock,
    /// The limits for names.
    pub limits: Arc<Limits>,
    /// Holds the blocked addresses.
    pub perimeter: Arc<Perimeter>,
    /// Knows the connections, to close those of a blocked address.
    pub memory: Arc<MemoryBudget>,
    /// Where people reach the server.
    pub base_url: Arc<str>,
    /// What writes mails, if the server sends any.
    pub mailer: Option<Arc<Mailer>>,
}

impl ExampleBody for OperatorCommand {
    const EXAMPLE: &'static str = r#"{"command": "remove_room", "room": 2}"#;
}

/// Answers commands until the server stops; commands that have begun are then finished.
pub async fn serve(socket: ControlSocket, state: OperatorState, mut stopping: StopSignal) {
    let routes = Router::new()
        .route(PATH, post(command))
        .layer(Extension(BodyLimit(MAX_BODY_BYTES)))
        .with_state(state);
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
    State(state): State<OperatorState>,
    JsonBody(command): JsonBody<OperatorCommand>,
) -> Result<Json<OperatorAnswer>, ApiError> {
    tracing::info!(?command, "the operator's command");
    let answer = command
        .execute(OperatorContext {
            store: state.store.as_ref(),
            clock: &state.clock,
            limits: &state.limits,
            running: Some(RunningServer {
                blocked_addresses: &state.perimeter.blocked_addresses,
                memory: &state.memory,
                base_url: &state.base_url,
                mailer: state.mailer.as_deref(),
            }),
        })
        .await?;
    Ok(Json(answer))
}
