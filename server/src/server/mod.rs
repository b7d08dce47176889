//! Starts the server, accepts connections, and stops.

mod announce;
mod build;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::clock::Clock;
use crate::config::Config;
use crate::critical_tasks::CriticalTasks;
use crate::edge::accept::{AcceptQueue, AcceptedConnection};
pub use crate::edge::listener::bind;
use crate::edge::listener::{bind_metrics, prepare_file_descriptors};
use crate::edge::progress_timeout::ProgressTimeoutStream;
use crate::edge::serve_connection::serve_connection;
use crate::edge::{Peer, Perimeter};
use crate::gateway::Gateway;
use crate::gateway::delivery::Writers;
use announce::announce;

/// The buffer for one request's headers, in bytes.
const HEADER_BYTES: usize = 16 * 1024;
/// How long a clean stop waits for connections to close.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// Runs a server on `listener` until `shutdown` completes, then stops it cleanly.
///
/// # Errors
/// When the settings are wrong or the store cannot be opened, and when a critical task panics.
pub async fn run(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    run_with_clock(Clock::system(), config, listener, shutdown).await
}

/// As [`run`], with this clock.
///
/// # Errors
/// As [`run`].
pub async fn run_with_clock(
    clock: Clock,
    mut config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    config.check().map_err(anyhow::Error::msg)?;
    let address = listener.local_addr()?;
    config.max_connections = prepare_file_descriptors(&listener, config.max_connections);
    let (stop, stopping) = watch::channel(false);
    let metrics_listener = config.metrics_listen.map(bind_metrics).transpose()?;
    let tasks = CriticalTasks::new();
    let server = Server::build(&config, address, stopping, clock, &tasks).await?;
    if let Some(listener) = metrics_listener {
        server.serve_metrics(listener);
    }
    let hub = Arc::clone(&server.gateway.hub);
    let deliveries = Box::new(move || hub.delivered_commits());
    let queue = AcceptQueue::new(listener, Arc::clone(&server.perimeter), deliveries)?;
    announce(&config, &server.perimeter, address);
    let panicked = tokio::select! {
        () = server.accept(queue) => None,
        () = shutdown => None,
        name = tasks.panicked() => Some(name),
    };
    match panicked {
        None => tracing::info!("stopping: what was accepted is committed and acknowledged"),
        Some(name) => tracing::error!("the {name} has died, so the server ends; start it again"),
    }
    stop.send_replace(true);
    server.finish().await;
    tracing::info!("stopped");
    match panicked {
        None => Ok(()),
        Some(name) => Err(anyhow::anyhow!("the {name} has died; the log says why")),
    }
}

struct Server {
    perimeter: Arc<Perimeter>,
    gateway: Arc<Gateway>,
    routes: Router,
    header_timeout: Duration,
    publishing: JoinHandle<()>,
    // Serves the operator's commands.
    control: JoinHandle<()>,
    background: JoinSet<()>,
    // Dropped last: they write until everything else has ended.
    _writers: Writers,
}

impl Server {
    /// Serves each accepted connection in its own task.
    async fn accept(&self, mut queue: AcceptQueue) {
        loop {
            let connection = queue.next().await;
            tokio::spawn(self.serve(connection));
        }
    }

    /// Serves one connection until it closes or becomes a WebSocket.
    fn serve(&self, connection: AcceptedConnection) -> impl Future<Output = ()> + Send + 'static {
        let AcceptedConnection {
            stream,
            peer,
            permit,
        } = connection;
        let routes = self.routes.clone();
        let header_timeout = self.header_timeout;
        let progress_timeout = self.gateway.connections.progress_timeout;
        let stopping = self.gateway.stopping.clone();
        async move {
            let service = service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                request.extensions_mut().insert(Arc::clone(&permit));
                routes.clone().oneshot(request.map(Body::new))
            });
            let mut http = Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(header_timeout)
                .max_buf_size(HEADER_BYTES);
            let io = TokioIo::new(ProgressTimeoutStream::new(stream, progress_timeout));
            serve_connection(&http, io, service, stopping).await;
        }
    }

    async fn finish(mut self) {
        let closed = async {
            self.perimeter.connection_limits.all_closed().await;
            // The socket's file is removed before the folder's lock is released: after that the
            // file may belong to another server.
            let _ended = (&mut self.control).await;
        };
        if timeout(STOP_TIMEOUT, closed).await.is_err() {
            tracing::warn!("some connections did not end in time and are cut off");
            self.control.abort();
        }
        self.gateway.store.close().await;
        let _published = self.publishing.await;
        self.background.abort_all();
    }
}
