//! Starts the server, accepts connections, and stops.

mod announce;
mod build;
mod mail;
mod parts;
mod serve;

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::Config;
use crate::critical_tasks::CriticalTasks;
use crate::edge::accept::AcceptQueue;
pub use crate::edge::listener::bind;
use crate::edge::listener::{bind_metrics, prepare_file_descriptors};
use announce::{announce, announce_claim, announce_passkeys, base_url, make_claim_link};
use parts::Server;

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
    // Before the address is printed: who has read it may ask for another link, with which this
    // one ends.
    let claim_link = make_claim_link(&server.gateway).await;
    announce(&config, &server.perimeter, address);
    let base_url = base_url(&server.perimeter, address);
    announce_passkeys(&server.gateway, &base_url).await;
    if let Some(link) = claim_link {
        announce_claim(link, &base_url);
    }
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
