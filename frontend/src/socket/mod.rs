//! The line to the server: a WebSocket that comes back.
//!
//! The only place that names the WebSocket API. It knows nothing of frames but
//! that they are text, and of the server's state nothing at all: what has to be
//! said after a reconnect is for `state` to know. One task owns the connection; a
//! [`Socket`] hands orders to it and hears of everything through one callback.

mod connection;
mod heartbeat;
mod retry;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::future::{Either, select};
use wasm_bindgen_futures::spawn_local;

use crate::browser;
use connection::{ConnectionEnd, run_connection};
use heartbeat::TICK_MS;
use retry::{Retry, RetryKind};

/// What the line tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// An attempt has begun.
    Connecting,
    /// The line is up; nothing has been said yet.
    Open,
    /// A text frame came.
    Frame(String),
    /// The line is down. The next attempt is made at this time (milliseconds since
    /// 1970), or earlier where there is a reason.
    LossReason {
        /// When the next attempt starts.
        until_ms: u64,
        /// What became of it.
        reason: LossReason,
    },
    /// The server wants a sign-in first; no further attempt is made before
    /// [`Socket::connect`].
    Unauthorized,
}

/// How a line was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossReason {
    /// It never came up. The server may have refused it in a way that a WebSocket cannot
    /// tell.
    NeverOpen,
    /// It broke.
    Broken,
    /// The server restarts.
    Restart,
}

/// What the task is told.
#[derive(Debug)]
enum SocketCommand {
    Connect,
    Disconnect,
    Send(String),
    Welcomed {
        idle_ms: u64,
        dead_ms: u64,
    },
    /// The network came back, or the tab did.
    Probe,
    Tick,
}

/// A handle on the line. Cheap to clone; the line lives as long as the page.
#[derive(Clone)]
pub struct Socket {
    commands: UnboundedSender<SocketCommand>,
}

impl Socket {
    /// Starts the task. Nothing is connected before [`Socket::connect`].
    ///
    /// `url` is where the WebSocket is; `on_event` hears of everything, in order, and
    /// may give orders.
    pub fn new(url: String, on_event: impl Fn(SocketEvent) + 'static) -> Self {
        let (commands, queue) = mpsc::unbounded();
        let socket = Socket { commands };
        socket.listen_to_page();
        spawn_local(run(url, queue, on_event));
        socket
    }

    /// Connects now, whatever it was waiting for.
    pub fn connect(&self) {
        self.command(SocketCommand::Connect);
    }

    /// Hangs up, until [`Socket::connect`].
    pub fn disconnect(&self) {
        self.command(SocketCommand::Disconnect);
    }

    /// Sends a frame on the present connection; without one it is dropped. Only the
    /// server's answer says that it arrived.
    pub fn send(&self, frame: String) {
        self.command(SocketCommand::Send(frame));
    }

    /// The server has welcomed us and told how long a silence may be.
    pub fn welcomed(&self, idle_ms: u64, dead_ms: u64) {
        self.command(SocketCommand::Welcomed { idle_ms, dead_ms });
    }

    fn command(&self, command: SocketCommand) {
        // The task ends only with the page.
        let _ = self.commands.unbounded_send(command);
    }

    fn listen_to_page(&self) {
        let probe = |socket: &Socket| {
            let socket = socket.clone();
            move |_| socket.command(SocketCommand::Probe)
        };
        browser::on_window("online", probe(self)).forever();
        browser::on_window("pageshow", probe(self)).forever();
        let socket = self.clone();
        browser::on_document("visibilitychange", move |_| {
            if browser::is_visible() {
                socket.command(SocketCommand::Probe);
            }
        })
        .forever();
        let socket = self.clone();
        spawn_local(async move {
            loop {
                browser::sleep(Duration::from_millis(TICK_MS.into())).await;
                socket.command(SocketCommand::Tick);
            }
        });
    }
}

/// Where this page's WebSocket is: the same host, encrypted if the page is.
pub fn address() -> String {
    let location = browser::window().location();
    let scheme = match location.protocol().as_deref() {
        Ok("https:") => "wss",
        _ => "ws",
    };
    let host = location.host().unwrap_or_default();
    format!("{scheme}://{host}/api/v1/ws")
}

async fn run(
    url: String,
    mut commands: UnboundedReceiver<SocketCommand>,
    on_event: impl Fn(SocketEvent),
) {
    let mut retry = Retry::default();
    let mut wanted = wait_for_connect(&mut commands).await;
    while wanted {
        on_event(SocketEvent::Connecting);
        let was_open = Rc::new(Cell::new(false));
        let tell = |event: SocketEvent| {
            if event == SocketEvent::Open {
                was_open.set(true);
            }
            on_event(event);
        };
        let end = run_connection(&url, &mut commands, &tell, &mut retry).await;
        wanted = match end {
            ConnectionEnd::Restart => {
                pause(LossReason::Restart, &mut retry, &mut commands, &tell).await
            }
            ConnectionEnd::Broken => {
                let reason = if was_open.get() {
                    LossReason::Broken
                } else {
                    LossReason::NeverOpen
                };
                pause(reason, &mut retry, &mut commands, &tell).await
            }
            ConnectionEnd::Unauthorized => {
                retry.succeeded();
                on_event(SocketEvent::Unauthorized);
                wait_for_connect(&mut commands).await
            }
            ConnectionEnd::Disconnected => wait_for_connect(&mut commands).await,
        };
    }
}

/// Waits until it is time for the next attempt; false when the page is gone.
async fn pause(
    reason: LossReason,
    retry: &mut Retry,
    commands: &mut UnboundedReceiver<SocketCommand>,
    on_event: &impl Fn(SocketEvent),
) -> bool {
    let loss = match reason {
        LossReason::Restart => RetryKind::Restart,
        LossReason::NeverOpen | LossReason::Broken => RetryKind::Broken,
    };
    let wait = retry.wait(loss, browser::random_fraction());
    let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    on_event(SocketEvent::LossReason {
        until_ms: browser::unix_ms().saturating_add(millis),
        reason,
    });
    let mut timer = std::pin::pin!(browser::sleep(wait));
    loop {
        match select(&mut timer, commands.next()).await {
            // A restarting server's clients keep to their drawn moment: a tab that
            // comes to the front is one person, a network that comes back is many.
            Either::Right((Some(SocketCommand::Probe), _)) if loss == RetryKind::Restart => {}
            Either::Left(_)
            | Either::Right((Some(SocketCommand::Connect | SocketCommand::Probe), _)) => {
                return true;
            }
            Either::Right((Some(SocketCommand::Disconnect), _)) => {
                return wait_for_connect(commands).await;
            }
            Either::Right((Some(_), _)) => {}
            Either::Right((None, _)) => return false,
        }
    }
}

/// Waits for the order to connect; false when the page is gone.
async fn wait_for_connect(commands: &mut UnboundedReceiver<SocketCommand>) -> bool {
    while let Some(command) = commands.next().await {
        if matches!(command, SocketCommand::Connect) {
            return true;
        }
    }
    false
}
