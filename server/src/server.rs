//! Starting, accepting, stopping.

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
use crate::config::{Config, Rate};
use crate::gateway::access::Access;
use crate::gateway::delivery::hub::Hub;
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::gateway::delivery::{CommitPublisher, Writers, publish_ephemeral_state};
use crate::gateway::{ConnectionConfig, InboundRates, StopSignal};
use crate::http::admission::Admissions;
use crate::http::blocks::Blocks;
use crate::http::control::{self, ControlSocket};
use crate::http::door::{Door, Newcomer};
use crate::http::stall::Watched;
use crate::http::{Peer, routes, serving};
pub use crate::listener::bind;
use crate::listener::prepare_for_files;
use crate::logging;
use crate::store::sqlite::{self, CommitReceiver, SqliteStore, StoreLimit};
use crate::store::{RoomQuota, Store};
use crate::vital::Vital;

/// Commands that may wait for the writer.
const QUEUE: usize = 16_384;
/// Memory for one request's headers, in bytes.
const HEADERS: usize = 16 * 1024;
/// How long a clean stop waits for connections to end.
const STOP: Duration = Duration::from_secs(15);
/// How often the store is asked whether it has something to sweep.
const TENDED: Duration = Duration::from_secs(30);

/// Runs a server on `listener` until `shutdown` is done and everything is in order.
///
/// # Errors
/// When the settings or the store are not good to start with.
pub async fn run(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    run_by(Clock::system(), config, listener, shutdown).await
}

/// As [`run`], by a clock of one's own.
///
/// # Errors
/// As [`run`].
pub async fn run_by(
    clock: Clock,
    mut config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    config.check().map_err(anyhow::Error::msg)?;
    let address = listener.local_addr()?;
    config.max_connections = prepare_for_files(&listener, config.max_connections);
    let (stop, stopping) = watch::channel(false);
    let vital = Vital::new();
    let server = Server::build(&config, address, stopping.clone(), clock, &vital).await?;
    let door = Door::new(listener, Arc::clone(&server.app))?;
    announce(&config, &server.app, address);
    let died = tokio::select! {
        () = server.accept(door) => None,
        () = shutdown => None,
        name = vital.died() => Some(name),
    };
    match died {
        None => tracing::info!("stopping: what was accepted is committed and acknowledged"),
        Some(name) => tracing::error!("the {name} has died, so the server ends; start it again"),
    }
    stop.send_replace(true);
    server.finish().await;
    tracing::info!("stopped");
    match died {
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
        simple_protocol = app.speaks_simple,
        "started"
    );
    if !guests {
        tracing::warn!(
            "guests are off, and there are no accounts yet: nobody can come in; --guests on lets people in with a name"
        );
    }
    if app.access.allows_hidden_origins() {
        tracing::warn!(
            "--allow-origin null lets pages opened from a file speak the simple protocol, and with them any site's sandboxed frame"
        );
    }
    if !config.allow_origins.is_empty() && !app.speaks_simple {
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
    // The operator's commands.
    control: JoinHandle<()>,
    background: JoinSet<()>,
    // They write until all else has ended.
    _writers: Writers,
}

/// What goes on beside the connections, until the server ends.
fn background(hub: &Arc<Hub>, store: &Arc<dyn Store>, vital: &Vital) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (hub, store) = (Arc::clone(hub), Arc::clone(store));
    let guards = (vital.guard("soft-state-teller"), vital.guard("tender"));
    tasks.spawn(async move {
        let _guard = guards.0;
        publish_ephemeral_state(hub).await;
    });
    tasks.spawn(async move {
        let _guard = guards.1;
        let mut ticks = interval(TENDED);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            logging::report_left_out();
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
        vital: &Vital,
    ) -> anyhow::Result<Self> {
        let access = Access::new(config).map_err(anyhow::Error::msg)?;
        let limits = config.limits();
        let presence = PresenceTracker::new(
            limits.presence_people,
            Duration::from_millis(limits.typing_ms),
        );
        let hub = Arc::new(Hub::new(presence));
        let bus = Arc::new(LocalBus::new(Arc::clone(&hub)));
        let publisher = CommitPublisher::new(bus, Arc::clone(&hub));
        let (store, commits) = open_store(config, publisher, &clock, vital)?;
        let blocks = store.blocks().await.context("the store cannot be read")?;
        let rate_limits = Arc::new(RateLimits::new(&limits));
        // After the store, whose lock is what makes a socket that lies there a dead one's.
        let control = ControlSocket::bind(&config.data)
            .inspect_err(|error| {
                // Some shared folders of virtual machines have no sockets; people can talk there.
                tracing::warn!(%error, "`madang admin` will not reach this server: its socket cannot be made in the data folder");
            })
            .ok();
        let guests = config.guests.is_on(config.is_local());
        let port = access.public_port().unwrap_or(address.port());
        // Cookies do not tell ports apart: two servers on one host need two names. The
        // prefix keeps a sibling domain from planting one (RFC 6265bis § 4.1.3.2).
        let prefix = if access.is_secure() { "__Host-" } else { "" };
        let cookie_name = format!("{prefix}madang_session_{port}");
        let app = Arc::new(App {
            chat: Chat::new(Arc::clone(&store), limits.clone(), Arc::clone(&rate_limits)),
            accounts: Accounts::new(Arc::clone(&store), limits, guests, clock.clone()),
            store,
            hub: Arc::clone(&hub),
            speaks_simple: config.simple.is_on(config.is_local()),
            access,
            connections: Arc::new(connection_config(config)),
            stopping,
            cookie_name,
            rate_limits,
            blocks: Blocks::new(blocks),
            clock,
            admissions: Admissions::new(config),
        });
        Ok(Server {
            routes: routes(Arc::clone(&app)),
            header_timeout: config.header_timeout(),
            telling: {
                let guard = vital.guard("commit-teller");
                tokio::spawn(async move {
                    let _guard = guard;
                    commits.run().await;
                })
            },
            control: tokio::spawn(serve_operator(control, Arc::clone(&app))),
            background: background(&hub, &app.store, vital),
            _writers: Writers::start(hub, vital)?,
            app,
        })
    }

    /// Serves whoever is let in.
    async fn accept(&self, mut door: Door) {
        loop {
            let newcomer = door.next().await;
            tokio::spawn(self.serve(newcomer));
        }
    }

    /// Answers one connection's requests, until it ends or becomes a WebSocket.
    fn serve(&self, newcomer: Newcomer) -> impl Future<Output = ()> + Send + 'static {
        let Newcomer {
            stream,
            peer,
            admission,
        } = newcomer;
        let routes = self.routes.clone();
        let header_timeout = self.header_timeout;
        let stall = self.app.connections.progress_timeout;
        let stopping = self.app.stopping.clone();
        async move {
            let service = service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                request.extensions_mut().insert(Arc::clone(&admission));
                routes.clone().oneshot(request.map(Body::new))
            });
            let mut http = Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(header_timeout)
                .max_buf_size(HEADERS);
            let io = TokioIo::new(Watched::new(stream, stall));
            serving::serve(&http, io, service, stopping).await;
        }
    }

    async fn finish(mut self) {
        let ended = async {
            self.app.admissions.all_gone().await;
            // Its file is gone before the folder's lock is: it may be another server's then.
            let _answered = (&mut self.control).await;
        };
        if timeout(STOP, ended).await.is_err() {
            tracing::warn!("some connections did not end in time and are cut off");
            self.control.abort();
        }
        self.app.store.close().await;
        let _told = self.telling.await;
        self.background.abort_all();
    }
}

/// Answers the operator's commands, where there is a socket for them.
async fn serve_operator(socket: Option<ControlSocket>, app: Arc<App>) {
    if let Some(socket) = socket {
        control::serve(socket, app).await;
    }
}

fn open_store(
    config: &Config,
    publisher: CommitPublisher,
    clock: &Clock,
    vital: &Vital,
) -> anyhow::Result<(Arc<dyn Store>, CommitReceiver)> {
    let store_config = sqlite::SqliteConfig {
        folder: config.data.clone(),
        limit: config
            .max_store_bytes
            .map_or(StoreLimit::LeaveRoom, StoreLimit::Bytes),
        room_quota: RoomQuota {
            total: config.max_rooms,
            per_person: config.max_rooms_per_person,
        },
        queue: QUEUE,
        clock: clock.clone(),
        vital: vital.clone(),
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
        progress_timeout: config.stall_timeout(),
        inbound: match config.rate_limit {
            Rate::Off => InboundRates::TRUSTED,
            Rate::PerSecond(_) => InboundRates::LIMITED,
        },
        memory: MemoryBudget::new(config.max_waiting_bytes),
    }
}
