//! The connection to the server: a WebSocket that reconnects.
//!
//! This is the only module that uses the WebSocket API. It carries frames as text and knows
//! neither their content nor the server's state: what to send after a reconnect is decided
//! in `state`. One task owns the connection. A [`Socket`] sends commands to it, and receives
//! all events through one callback.

mod connection;
mod events;
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
use events::SocketCommand;
pub use events::{LossReason, SocketEvent};
use heartbeat::{TICK_MS, URGENT_MS};
use retry::{Retry, RetryKind};

/// A handle of the connection. Cheap to clone; the task lives as long as the page.
#[derive(Clone)]
pub struct Socket {
    commands: UnboundedSender<SocketCommand>,
}

impl Socket {
    /// Starts the task. Nothing is connected before [`Socket::connect`].
    ///
    /// `url` is the address of the WebSocket. `on_event` is called with every event in order,
    /// and may send commands.
    pub fn new(url: String, on_event: impl Fn(SocketEvent) + 'static) -> Self {
        let (commands, queue) = mpsc::unbounded();
        let socket = Socket { commands };
        socket.listen_to_page();
        spawn_local(run(url, queue, on_event));
        socket
    }

    /// Connects now, without further waiting.
    pub fn connect(&self) {
        self.command(SocketCommand::Connect);
    }

    /// Disconnects, until [`Socket::connect`].
    pub fn disconnect(&self) {
        self.command(SocketCommand::Disconnect);
    }

    /// Sends a frame on the current connection; without one it is dropped. Only an answer of
    /// the server proves that it arrived.
    pub fn send(&self, frame: String) {
        self.command(SocketCommand::Send(frame));
    }

    /// The server sent `welcome` with its heartbeat times.
    pub fn welcomed(&self, idle_ms: u64, dead_ms: u64) {
        self.command(SocketCommand::Welcomed { idle_ms, dead_ms });
    }

    fn command(&self, command: SocketCommand) {
        // The task ends with the page.
        let _ = self.commands.unbounded_send(command);
    }

    fn listen_to_page(&self) {
        let probe = |socket: &Socket| {
            let socket = socket.clone();
            move |_| socket.command(SocketCommand::Probe)
        };
        for name in ["online", "offline"] {
            let socket = self.clone();
            browser::on_window(name, move |_| {
                socket.command(SocketCommand::ProbeNow);
                // The command is carried out a little later, and so is its deadline.
                let deadline = Duration::from_millis(u64::from(URGENT_MS) + 50);
                let socket = socket.clone();
                browser::after(deadline, move || socket.command(SocketCommand::Tick));
            })
            .forever();
        }
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

/// The address of the WebSocket: the page's host, encrypted if the page is.
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

/// Waits until it is time for the next attempt. Returns false if the page is closed.
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
    on_event(SocketEvent::Lost {
        until_ms: browser::unix_ms().saturating_add(millis),
        reason,
    });
    let mut timer = std::pin::pin!(browser::sleep(wait));
    loop {
        match select(&mut timer, commands.next()).await {
            // During a server restart every client keeps its random wait. When a network
            // comes back, many clients would otherwise reconnect at once.
            Either::Right((Some(SocketCommand::Probe | SocketCommand::ProbeNow), _))
                if loss == RetryKind::Restart => {}
            Either::Left(_)
            | Either::Right((
                Some(SocketCommand::Connect | SocketCommand::Probe | SocketCommand::ProbeNow),
                _,
            )) => {
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

/// Waits for the command to connect. Returns false if the page is closed.
async fn wait_for_connect(commands: &mut UnboundedReceiver<SocketCommand>) -> bool {
    while let Some(command) = commands.next().await {
        if matches!(command, SocketCommand::Connect) {
            return true;
        }
    }
    false
}
