//! Makes the parts of a server and starts its tasks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::announce::base_url;
use super::mail::{mailer, serve_mail};
use super::parts::Server;
use crate::accounts::oidc::OidcClient;
use crate::accounts::{Accounts, AccountsConfig, Provider, ResetMailRequests};
use crate::bus::local::LocalBus;
use crate::chat::presence::PresenceTracker;
use crate::chat::rate_limits::RateLimits;
use crate::chat::{Chat, PublicReading, RoomAccess};
use crate::clock::Clock;
use crate::config::{CommandRate, Config};
use crate::critical_tasks::CriticalTasks;
use crate::edge::Perimeter;
use crate::gateway::delivery::hub::Hub;
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::gateway::delivery::{
    CommitPublisher, Writers, publish_ephemeral_state, publish_unread_heads,
};
use crate::gateway::{ConnectionConfig, Gateway, InboundRates};
use crate::http::control::{self, ControlSocket, OperatorState};
use crate::http::metrics::{self, MetricsState};
use crate::http::provider_cookie::ProviderCookie;
use crate::http::session_cookie::SessionCookie;
use crate::http::{HttpParts, HttpState, routes};
use crate::logging;
use crate::metrics::Metrics;
use crate::stop_signal::StopSignal;
use crate::store::sqlite::{self, CommitReceiver, SqliteStore, StoreLimit};
use crate::store::{RoomQuota, Store};

/// Commands that may wait for the store's writer.
const WRITER_QUEUE: usize = 16_384;
/// How often the store is asked to sweep.
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);

impl Server {
    pub(super) async fn build(
        config: &Config,
        address: SocketAddr,
        stopping: StopSignal,
        clock: Clock,
        tasks: &CriticalTasks,
    ) -> anyhow::Result<Self> {
        let metrics = Arc::new(Metrics::default());
        let perimeter =
            Arc::new(Perimeter::new(config, Arc::clone(&metrics)).map_err(anyhow::Error::msg)?);
        let limits = config.limits();
        let presence = PresenceTracker::new(
            limits.presence_people,
            Duration::from_millis(limits.typing_ms),
        );
        let room_access = Arc::new(RoomAccess::default());
        let hub = Arc::new(Hub::new(presence, Arc::clone(&room_access)));
        let bus = Arc::new(LocalBus::new(Arc::clone(&hub)));
        let publisher = CommitPublisher::new(bus, Arc::clone(&hub));
        let (store, commits) = open_store(config, publisher, &clock, tasks, &metrics)?;
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
        let mailer = mailer(config, &perimeter)?;
        let (reset_mails, reset_queue) = ResetMailRequests::new();
        let gateway = Arc::new(Gateway {
            chat: Arc::new(Chat::new(
                Arc::clone(&store),
                limits.clone(),
                Arc::clone(&rate_limits),
                room_access,
                public_reading(config),
            )),
            accounts: Arc::new(
                Accounts::new(
                    Arc::clone(&store),
                    AccountsConfig {
                        limits: limits.clone(),
                        guests: config.guests.is_on(config.is_local()),
                        host: perimeter.access.public_url(),
                        page_origin: base_url(&perimeter, address),
                        provider: provider(config, &base_url(&perimeter, address), &clock)?,
                        mailer: mailer.clone(),
                        reset_mails,
                    },
                    clock.clone(),
                )
                .context("passwords cannot be hashed")?,
            ),
            hub: Arc::clone(&hub),
            rate_limits,
            store,
            clock,
            connections: Arc::new(connection_config(config)),
            metrics,
            stopping,
        });
        let operator = OperatorState {
            store: Arc::clone(&gateway.store),
            clock: gateway.clock.clone(),
            limits: Arc::new(limits),
            perimeter: Arc::clone(&perimeter),
            memory: Arc::clone(&gateway.connections.memory),
            base_url: base_url(&perimeter, address).into(),
            mailer: mailer.clone(),
        };
        let port = perimeter.access.public_port().unwrap_or(address.port());
        let state = http_state(config, port, &perimeter, &gateway);
        Ok(Server {
            routes: routes(state),
            header_timeout: config.header_timeout(),
            publishing: {
                let guard = tasks.guard("commit-publisher");
                tokio::spawn(async move {
                    let _guard = guard;
                    commits.run().await;
                })
            },
            control: tokio::spawn(serve_operator(control, operator, gateway.stopping.clone())),
            mail: tokio::spawn(serve_mail(mailer, &gateway, reset_queue, tasks)),
            background: background_tasks(&hub, &gateway.store, tasks),
            _writers: Writers::start(hub, tasks)?,
            perimeter,
            gateway,
        })
    }
}

impl Server {
    /// Serves figures for Prometheus until the server stops.
    pub(super) fn serve_metrics(&self, listener: TcpListener) {
        if let Ok(address) = listener.local_addr() {
            tracing::info!("figures for Prometheus are at http://{address}/metrics");
        }
        let state = MetricsState {
            metrics: Arc::clone(&self.gateway.metrics),
            perimeter: Arc::clone(&self.perimeter),
            gateway: Arc::clone(&self.gateway),
        };
        tokio::spawn(metrics::serve(
            listener,
            state,
            self.gateway.stopping.clone(),
        ));
    }
}

/// The identity provider of the settings.
fn provider(config: &Config, base: &str, clock: &Clock) -> anyhow::Result<Option<Provider>> {
    let settings = config.oidc.settings(base).map_err(anyhow::Error::msg)?;
    let Some(settings) = settings else {
        return Ok(None);
    };
    tracing::info!(
        issuer = settings.issuer.as_str(),
        redirect_uri = settings.redirect_uri,
        "people can sign in with an identity provider"
    );
    Ok(Some(Provider {
        client: OidcClient::new(settings, clock.clone())?,
        policy: config.oidc.policy(),
    }))
}

/// Starts the tasks that run beside the connections until the server ends.
fn public_reading(config: &Config) -> PublicReading {
    if config.public_reading.is_on(config.is_local()) {
        PublicReading::within(config.max_connections)
    } else {
        PublicReading::OFF
    }
}

fn background_tasks(
    hub: &Arc<Hub>,
    store: &Arc<dyn Store>,
    critical: &CriticalTasks,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (hub, store) = (Arc::clone(hub), Arc::clone(store));
    let ephemeral = publish_ephemeral_state(Arc::clone(&hub));
    let guard = critical.guard("ephemeral-publisher");
    tasks.spawn(async move {
        let _guard = guard;
        ephemeral.await;
    });
    let heads = publish_unread_heads(hub, Arc::clone(&store));
    let guard = critical.guard("unread-heads-publisher");
    tasks.spawn(async move {
        let _guard = guard;
        heads.await;
    });
    let guard = critical.guard("maintenance");
    tasks.spawn(async move {
        let _guard = guard;
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
        provider_cookie: ProviderCookie::new(port, perimeter.access.is_secure()),
        simple_enabled: config.simple.is_on(config.is_local()),
    })
}

fn open_store(
    config: &Config,
    publisher: CommitPublisher,
    clock: &Clock,
    tasks: &CriticalTasks,
    metrics: &Arc<Metrics>,
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
        audit_days: Some(config.audit_days),
        queue: WRITER_QUEUE,
        clock: clock.clone(),
        critical: tasks.clone(),
        metrics: Arc::clone(metrics),
        #[cfg(feature = "faults")]
        fault: config.fault,
        #[cfg(feature = "faults")]
        store_tables: config.store_tables,
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
