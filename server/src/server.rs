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
use crate::bus::local::LocalBus;
use crate::chat::Chat;
use crate::chat::presence::PresenceTracker;
use crate::chat::rate_limits::RateLimits;
use crate::clock::Clock;
use crate::config::{CommandRate, Config};
use crate::critical_tasks::CriticalTasks;
use crate::edge::accept::{AcceptQueue, AcceptedConnection};
pub use crate::edge::listener::bind;
use crate::edge::listener::prepare_file_descriptors;
use crate::edge::progress_timeout::ProgressTimeoutStream;
use crate::edge::serve_connection::serve_connection;
use crate::edge::{Peer, Perimeter};
use crate::gateway::delivery::hub::Hub;
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::gateway::delivery::{CommitPublisher, Writers, publish_ephemeral_state};
use crate::gateway::{ConnectionConfig, Gateway, InboundRates};
use crate::http::control::{self, ControlSocket, OperatorState};
use crate::http::session_cookie::SessionCookie;
use crate::http::{HttpParts, HttpState, routes};
use crate::logging;
use crate::stop_signal::StopSignal;
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

fn announce(config: &Config, perimeter: &Perimeter, address: SocketAddr) {
    let access = &perimeter.access;
    let simple_enabled = config.simple.is_on(config.is_local());
    let guests = config.guests.is_on(config.is_local());
    let shown = access.public_url().unwrap_or_else(|| match address.ip() {
        ip if ip.is_loopback() => format!("http://localhost:{}", address.port()),
        _ => format!("http://{address}"),
    });
    logging::print(&format!(
        "Madang is at {shown}  (listening on http://{address}, data in {})",
        config.data.display()
    ));
    tracing::info!(
        local_mode = access.is_local(),
        guests,
        simple_protocol = simple_enabled,
        "started"
    );
    if !guests {
        tracing::warn!(
            "guests are off, and there are no accounts yet: nobody can come in; --guests on lets people in with a name"
        );
    }
    if access.allows_opaque_origins() {
        tracing::warn!(
            "--allow-origin null lets pages opened from a file speak the simple protocol, and with them any site's sandboxed frame"
        );
    }
    if !config.allow_origins.is_empty() && !simple_enabled {
        tracing::warn!(
            "--allow-origin does nothing while the simple protocol is off; --simple on turns it on"
        );
    }
    if !access.is_local() && config.public_url.is_none() {
        tracing::warn!(
            "without --public-url only pages opened by a numeric address may connect; give the address that people use"
        );
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
        let perimeter = Arc::new(Perimeter::new(config).map_err(anyhow::Error::msg)?);
        let limits = config.limits();
        let presence = PresenceTracker::new(
            limits.presence_people,
            Duration::from_millis(limits.typing_ms),
        );
        let hub = Arc::new(Hub::new(presence));
        let bus = Arc::new(LocalBus::new(Arc::clone(&hub)));
        let publisher = CommitPublisher::new(bus, Arc::clone(&hub));
        let (store, commits) = open_store(config, publisher, &clock, tasks)?;
        let blocked = store.blocks().await.context("the store cannot be read")?;
        perimeter.blocked_addresses.restore(blocked);
        // After the store: its lock proves that a socket file in the folder is left over.
        let control = ControlSocket::bind(&config.data)
            .inspect_err(|error| {
                // Some shared folders of virtual machines cannot hold sockets. The chat works there.
                tracing::warn!(%error, "`madang admin` will not reach this server: its socket cannot be made in the data folder");
            })
            .ok();
        let rate_limits = Arc::new(RateLimits::new(&limits));
        let gateway = Arc::new(Gateway {
            chat: Arc::new(Chat::new(
                Arc::clone(&store),
                limits.clone(),
                RoomQuota {
                    total: config.max_rooms,
                    per_person: config.max_rooms_per_person,
                },
                Arc::clone(&rate_limits),
            )),
            accounts: Arc::new(Accounts::new(
                Arc::clone(&store),
                limits.clone(),
                config.guests.is_on(config.is_local()),
                clock.clone(),
            )),
            hub: Arc::clone(&hub),
            rate_limits,
            store,
            clock,
            connections: Arc::new(connection_config(config)),
            stopping,
        });
        let operator = OperatorState {
            store: Arc::clone(&gateway.store),
            clock: gateway.clock.clone(),
            limits: Arc::new(limits),
            perimeter: Arc::clone(&perimeter),
            memory: Arc::clone(&gateway.connections.memory),
        };
        let port = perimeter.access.public_port().unwrap_or(address.port());
        let state = http_state(config, port, &perimeter, &gateway);
        Ok(Server {
            routes: routes(state),
            header_timeout: config.header_timeout(),
            publishing: {
                let guard = tasks.guard("commit-teller");
                tokio::spawn(async move {
                    let _guard = guard;
                    commits.run().await;
                })
            },
            control: tokio::spawn(serve_operator(control, operator, gateway.stopping.clone())),
            background: background_tasks(&hub, &gateway.store, tasks),
            _writers: Writers::start(hub, tasks)?,
            perimeter,
            gateway,
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

/// Serves the operator's commands, if the socket could be made.
async fn serve_operator(socket: Option<ControlSocket>, state: OperatorState, stopping: StopSignal) {
    if let Some(socket) = socket {
        control::serve(socket, state, stopping).await;
    }
}

fn http_state(
    config: &Config,
    port: u16,
    perimeter: &Arc<Perimeter>,
    gateway: &Arc<Gateway>,
) -> HttpState {
    HttpState::new(HttpParts {
        perimeter: Arc::clone(perimeter),
        gateway: Arc::clone(gateway),
        chat: Arc::clone(&gateway.chat),
        accounts: Arc::clone(&gateway.accounts),
        rate_limits: Arc::clone(&gateway.rate_limits),
        store: Arc::clone(&gateway.store),
        memory: Arc::clone(&gateway.connections.memory),
        clock: gateway.clock.clone(),
        session_cookie: SessionCookie::new(port, perimeter.access.is_secure()),
        simple_enabled: config.simple.is_on(config.is_local()),
    })
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
