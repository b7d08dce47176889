//! The parts of a running server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::task::{JoinHandle, JoinSet};

use crate::edge::Perimeter;
use crate::gateway::Gateway;
use crate::gateway::delivery::Writers;

/// A running server.
pub(super) struct Server {
    pub(super) perimeter: Arc<Perimeter>,
    pub(super) gateway: Arc<Gateway>,
    pub(super) routes: Router,
    pub(super) header_timeout: Duration,
    pub(super) publishing: JoinHandle<()>,
    // Serves the operator's commands.
    pub(super) control: JoinHandle<()>,
    // Sends mails, if there is a mail server.
    pub(super) mail: JoinHandle<()>,
    pub(super) background: JoinSet<()>,
    // Dropped last: they write until everything else has ended.
    pub(super) _writers: Writers,
}
