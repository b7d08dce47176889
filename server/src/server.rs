//! Starts the server, accepts connections, and stops.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
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
use tokio::time::{MissedTickBehavior, interval, timeout};
use tower::ServiceExt;

use crate::accounts::Accounts;
use crate::app::App;
use crate::bus::local::LocalBus;
use crate::chat::Chat;
use crate::chat::presence::PresenceTracker;
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::config::{CommandRate, Config};
use crate::critical_tasks::CriticalTasks;
use crate::edge::Peer;
use crate::edge::accept::{AcceptQueue, AcceptedConnection};
use crate::edge::access::AccessPolicy;
use crate::edge::blocked_addresses::BlockedAddresses;
use crate::edge::connection_limits::ConnectionLimits;
pub use crate::edge::listener::bind;
use crate::edge::listener::prepare_file_descriptors;
use crate::edge::progress_timeout::ProgressTimeoutStream;
use crate::edge::serve_connection::serve_connection;
use crate::gateway::delivery::hub::Hub;
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::gateway::delivery::{CommitPublisher, Writers, publish_ephemeral_state};
use crate::gateway::{ConnectionConfig, InboundRates, StopSignal};
use crate::http::control::{self, ControlSocket};
use crate::http::routes;
use crate::logging;
use crate::store::sqlite::{self, CommitReceiver, SqliteStore, StoreLimit};
use crate::store::{RoomQuota, Store};

/// Commands that may wait for the store's writer.
const WRITER_QUEUE: usize = 16_384;
/// The buffer for one request's headers, in bytes.
const HEADER_BYTES: usize = 16 * 1024;
/// How long a clean stop waits for connections to close.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);
/// How often the store is asked to sweep.
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);

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
    let tasks = CriticalTasks::new();
    let server = Server::build(&config, address, stopping.clone(), clock, &tasks).await?;
    let queue = AcceptQueue::new(listener, Arc::clone(&server.app))?;
    announce(&config, &server.app, address);
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

fn announce(config: &Config, app: &App, address: SocketAddr) {
    let guests = config.guests.is_on(config.is_local());
    let shown = app
        .access
        .public_url()
        .unwrap_or_else(|| match address.ip() {
            ip if ip.is_loopback() => format!("http://localhost:{}", address.port()),
            _ => format!("http://{address}"),
        });
    logging::print(&format!(
        "Madang is at {shown}  (listening on http://{address}, data in {})",
        config.data.display()
    ));
    tracing::info!(
        local_mode = app.access.is_local(),
        guests,
        simple_protocol = app.simple_enabled,
        "started"
    );
    if !guests {
        tracing::warn!(
            "guests are off, and there are no accounts yet: nobody can come in; --guests on lets people in with a name"
        );
    }
    if app.access.allows_opaque_origins() {
        tracing::warn!(
            "--allow-origin null lets pages opened from a file speak the simple protocol, and with them any site's sandboxed frame"
        );
    }
    if !config.allow_origins.is_empty() && !app.simple_enabled {
        tracing::warn!(
            "--allow-origin does nothing while the simple protocol is off; --simple on turns it on"
        );
    }
    if !app.access.is_local() && config.public_url.is_none() {
        tracing::warn!(
            "without --public-url only pages opened by a numeric address may connect; give the address that people use"
        );
    }
}

struct Server {
    app: Arc<App>,
    routes: Router,
    header_timeout: Duration,
    telling: JoinHandle<()>,
    // Serves the operator's commands.
    control: JoinHandle<()>,
    background: JoinSet<()>,
    // Dropped last: they write until everything else has ended.
    _writers: Writers,
}

/// Starts the tasks that run beside the connections until the server ends.
fn background_tasks(
    hub: &Arc<Hub>,
    store: &Arc<dyn Store>,
    critical: &CriticalTasks,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (hub, store) = (Arc::clone(hub), Arc::clone(store));
    let guards = (
        critical.guard("soft-state-teller"),
        critical.guard("tender"),
    );
    tasks.spawn(async move {
        let _guard = guards.0;
        publish_ephemeral_state(hub).await;
    });
    tasks.spawn(async move {
        let _guard = guards.1;
        let mut ticks = interval(SWEEP_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            logging::report_suppressed_lines();
            store.request_maintenance().await;
        }
    });
    tasks
}

impl Server {
    async fn build(
        config: &Config,
        address: SocketAddr,
        stopping: StopSignal,
        clock: Clock,
        tasks: &CriticalTasks,
    ) -> anyhow::Result<Self> {
        let access = AccessPolicy::new(config).map_err(anyhow::Error::msg)?;
        let limits = config.limits();
        let presence = PresenceTracker::new(
            limits.presence_people,
            Duration::from_millis(limits.typing_ms),
        );
        let hub = Arc::new(Hub::new(presence));
        let bus = Arc::new(LocalBus::new(Arc::clone(&hub)));
        let publisher = CommitPublisher::new(bus, Arc::clone(&hub));
        let (store, commits) = open_store(config, publisher, &clock, tasks)?;
        let blocks = store.blocks().await.context("the store cannot be read")?;
        let rate_limits = Arc::new(RateLimits::new(&limits));
        // After the store: its lock proves that a socket file in the folder is left over.
        let control = ControlSocket::bind(&config.data)
            .inspect_err(|error| {
                // Some shared folders of virtual machines cannot hold sockets. The chat works there.
                tracing::warn!(%error, "`madang admin` will not reach this server: its socket cannot be made in the data folder");
            })
            .ok();
        let guests = config.guests.is_on(config.is_local());
        let port = access.public_port().unwrap_or(address.port());
        // Cookies ignore the port: two servers on one host need two names. The prefix keeps
        // a sibling domain from setting the cookie (RFC 6265bis § 4.1.3.2).
        let prefix = if access.is_secure() { "__Host-" } else { "" };
        let cookie_name = format!("{prefix}madang_session_{port}");
        let app = Arc::new(App {
            chat: Chat::new(
                Arc::clone(&store),
                limits.clone(),
                RoomQuota {
                    total: config.max_rooms,
                    per_person: config.max_rooms_per_person,
                },
                Arc::clone(&rate_limits),
            ),
            accounts: Accounts::new(Arc::clone(&store), limits, guests, clock.clone()),
            store,
            hub: Arc::clone(&hub),
            simple_enabled: config.simple.is_on(config.is_local()),
            access,
            connections: Arc::new(connection_config(config)),
            stopping,
            cookie_name,
            rate_limits,
            blocked_addresses: BlockedAddresses::new(blocks),
            clock,
            connection_limits: ConnectionLimits::new(config),
        });
        Ok(Server {
            routes: routes(Arc::clone(&app)),
            header_timeout: config.header_timeout(),
            telling: {
                let guard = tasks.guard("commit-teller");
                tokio::spawn(async move {
                    let _guard = guard;
                    commits.run().await;
                })
            },
            control: tokio::spawn(serve_operator(control, Arc::clone(&app))),
            background: background_tasks(&hub, &app.store, tasks),
            _writers: Writers::start(hub, tasks)?,
            app,
        })
    }

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
        let progress_timeout = self.app.connections.progress_timeout;
        let stopping = self.app.stopping.clone();
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
            self.app.connection_limits.all_closed().await;
            // The socket's file is removed before the folder's lock is released: after that the
            // file may belong to another server.
            let _ended = (&mut self.control).await;
        };
        if timeout(STOP_TIMEOUT, closed).await.is_err() {
            tracing::warn!("some connections did not end in time and are cut off");
            self.control.abort();
        }
        self.app.store.close().await;
        let _told = self.telling.await;
        self.background.abort_all();
    }
}

/// Serves the operator's commands, if the socket could be made.
async fn serve_operator(socket: Option<ControlSocket>, app: Arc<App>) {
    if let Some(socket) = socket {
        control::serve(socket, app).await;
    }
}

fn open_store(
    config: &Config,
    publisher: CommitPublisher,
    clock: &Clock,
    tasks: &CriticalTasks,
) -> anyhow::Result<(Arc<dyn Store>, CommitReceiver)> {
    let store_config = sqlite::SqliteConfig {
        folder: config.data.clone(),
        limit: config
            .max_store_bytes
            .map_or(StoreLimit::LeaveRoom, StoreLimit::Bytes),
        queue: WRITER_QUEUE,
        clock: clock.clone(),
        critical: tasks.clone(),
        #[cfg(feature = "faults")]
        fault: config.fault,
    };
    let (store, commits) = SqliteStore::open(&store_config, Arc::new(publisher))?;
    Ok((store, commits))
}

fn connection_config(config: &Config) -> ConnectionConfig {
    let limits = config.limits();
    ConnectionConfig {
        frame_bytes: limits.frame_bytes,
        outbox_bytes: limits.outbox_bytes,
        in_flight: limits.in_flight,
        heartbeat: Duration::from_millis(limits.heartbeat_ms),
        dead_after: Duration::from_millis(limits.dead_after_ms),
        hello_timeout: config.header_timeout(),
        progress_timeout: config.progress_timeout(),
        inbound: match config.rate_limit {
            CommandRate::Off => InboundRates::TRUSTED,
            CommandRate::PerSecond(_) => InboundRates::LIMITED,
        },
        memory: MemoryBudget::new(config.max_waiting_bytes),
    }
}
