//! The metrics listener: `GET /metrics` on an address of its own, off unless `--metrics-listen`
//! names one. The public listener has no such route.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use shared::error::ErrorCode;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::edge::Perimeter;
use crate::edge::serve_connection::serve_connection;
use crate::gateway::Gateway;
use crate::metrics::{Exposition, Metrics};
use crate::stop_signal::{StopSignal, stopped};

/// The content type of the text format.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Connections at the same time.
const MAX_CONNECTIONS: usize = 8;
/// How long a client may take to send a request's headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may last. A scraper makes a new one or keeps one for a while.
const CONNECTION_TIMEOUT: Duration = Duration::from_mins(10);
/// How long no connection is accepted after the system could not give one.
const PAUSE: Duration = Duration::from_millis(50);

/// Where the figures come from.
#[derive(Clone)]
pub struct MetricsState {
    /// What was counted.
    pub metrics: Arc<Metrics>,
    /// Knows the open connections.
    pub perimeter: Arc<Perimeter>,
    /// Knows the queues.
    pub gateway: Arc<Gateway>,
}

/// Serves the figures until the server stops.
pub async fn serve(listener: TcpListener, state: MetricsState, mut stopping: StopSignal) {
    let routes = Router::new().route("/metrics", get(show)).with_state(state);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stopping) => break,
            Some(_ended) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok((stream, _peer)) => {
                    let served = serve_one(stream, routes.clone(), stopping.clone());
                    connections.spawn(timeout(CONNECTION_TIMEOUT, served));
                }
                Err(error) => {
                    tracing::warn!(%error, "the metrics listener cannot accept at the moment");
                    sleep(PAUSE).await;
                }
            },
        }
    }
}

async fn serve_one(stream: TcpStream, routes: Router, stopping: StopSignal) {
    let mut http = Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    let service = TowerToHyperService::new(routes);
    serve_connection(&http, TokioIo::new(stream), service, stopping).await;
}

async fn show(State(state): State<MetricsState>) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text(&state)).into_response()
}

fn text(state: &MetricsState) -> String {
    let mut text = Exposition::default();
    connections(&mut text, state);
    requests(&mut text, &state.metrics);
    commits(&mut text, &state.metrics);
    queues(&mut text, state);
    mails(&mut text, &state.metrics);
    text.into_text()
}

fn connections(text: &mut Exposition, state: &MetricsState) {
    text.single(
        "madang_connections",
        "gauge",
        "Open connections of the public listener, HTTP and WebSocket.",
        state.perimeter.connection_limits.open_connections(),
    );
    text.family("madang_websockets", "gauge", "Open WebSockets.");
    for (protocol, gauge) in [
        ("native", &state.metrics.native_connections),
        ("simple", &state.metrics.simple_connections),
    ] {
        text.sample(
            "madang_websockets",
            Some(("protocol", &protocol)),
            gauge.get(),
        );
    }
}

fn requests(text: &mut Exposition, metrics: &Metrics) {
    text.family(
        "madang_http_answers_total",
        "counter",
        "HTTP answers by the class of their status.",
    );
    for (class, counter) in ["1xx", "2xx", "3xx", "4xx", "5xx"]
        .iter()
        .zip(&metrics.http_answers)
    {
        text.sample(
            "madang_http_answers_total",
            Some(("status", class)),
            counter.get(),
        );
    }
    text.family(
        "madang_refusals_total",
        "counter",
        "Refused commands, queries and requests by error code.",
    );
    for (code, count) in metrics.refusals.counts() {
        text.sample(
            "madang_refusals_total",
            Some(("code", &CodeName(code))),
            count,
        );
    }
    text.single(
        "madang_resyncs_total",
        "counter",
        "Times that a client was told to resynchronise, mostly because it reads too slowly.",
        metrics.resyncs.get(),
    );
}

fn commits(text: &mut Exposition, metrics: &Metrics) {
    text.family(
        "madang_commands_total",
        "counter",
        "Commands that reached the store, by outcome.",
    );
    for (outcome, counter) in [
        ("committed", &metrics.commands_committed),
        ("refused", &metrics.commands_refused),
        ("failed", &metrics.commands_failed),
    ] {
        text.sample(
            "madang_commands_total",
            Some(("outcome", &outcome)),
            counter.get(),
        );
    }
    let times = metrics.commit_times.snapshot();
    text.family(
        "madang_commit_seconds",
        "histogram",
        "Time of a transaction, from its start until it is on the disk.",
    );
    for (bound, count) in &times.cumulative {
        text.sample(
            "madang_commit_seconds_bucket",
            Some(("le", &seconds(*bound))),
            count,
        );
    }
    text.sample(
        "madang_commit_seconds_bucket",
        Some(("le", &"+Inf")),
        times.count,
    );
    text.sample("madang_commit_seconds_sum", None, seconds(times.sum_micros));
    text.sample("madang_commit_seconds_count", None, times.count);
    text.single(
        "madang_slowest_commit_seconds",
        "gauge",
        "Time of the slowest transaction since the start.",
        seconds(times.longest_micros),
    );
}

fn queues(text: &mut Exposition, state: &MetricsState) {
    let (gateway, store) = (&state.gateway, state.gateway.store.figures());
    text.family(
        "madang_queue_depth",
        "gauge",
        "What waits: commands for the store's writer, queries for a reader, outboxes for a socket writer.",
    );
    for (queue, depth) in [
        ("commands", store.waiting_commands),
        ("queries", store.waiting_queries),
        ("outboxes", gateway.hub.write_queue.scheduled_outboxes()),
    ] {
        text.sample("madang_queue_depth", Some(("queue", &queue)), depth);
    }
    text.single(
        "madang_outbox_bytes",
        "gauge",
        "Bytes that wait in memory for readers, frames that several share counted for each.",
        gateway.connections.memory.pending_bytes(),
    );
    text.single(
        "madang_waiting_bytes",
        "gauge",
        "Bytes of answers that wait for readers, as --max-waiting-bytes counts them.",
        gateway.connections.memory.used_bytes(),
    );
    text.single(
        "madang_store_bytes",
        "gauge",
        "Size of the store's files.",
        store.file_bytes,
    );
}

fn mails(text: &mut Exposition, metrics: &Metrics) {
    text.single(
        "madang_mails_waiting",
        "gauge",
        "Mails that wait to be sent.",
        metrics.mails.waiting.get(),
    );
    text.family(
        "madang_mails_total",
        "counter",
        "Mails that were sent, attempts after which a mail is tried again, and mails that were given up.",
    );
    for (outcome, counter) in [
        ("sent", &metrics.mails.sent),
        ("deferred", &metrics.mails.deferred),
        ("failed", &metrics.mails.failed),
    ] {
        text.sample(
            "madang_mails_total",
            Some(("outcome", &outcome)),
            counter.get(),
        );
    }
}

/// A number of microseconds, in seconds.
fn seconds(micros: u64) -> impl Display {
    let (whole, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let text = format!("{whole}.{fraction:06}");
    // As Prometheus writes bounds: without zeros at the end.
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Shows a code as clients get it.
pub(super) struct CodeName(pub(super) ErrorCode);

impl Display for CodeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = serde_json::to_value(self.0).unwrap_or_default();
        f.write_str(name.as_str().unwrap_or("unknown"))
    }
}
