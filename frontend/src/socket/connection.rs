//! One WebSocket connection, from opening to its end.

use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::future::{Either, poll_fn, ready, select};
use futures::stream::{self, SplitSink};
use futures::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use shared::frame::{ClientFrame, close};
use wasm_bindgen::JsCast;

use super::events::{SocketCommand, SocketEvent};
use super::heartbeat::{Beat, Heartbeat};
use super::retry::Retry;
use crate::browser;
use crate::wire;

/// An attempt that takes longer than this is given up.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// Where the first script leaves the connection that it has begun to open.
const OPENED: &str = "madangSocket";
/// Heartbeat times before `welcome`, in milliseconds.
const IDLE_MS: f64 = 25_000.0;
const TIMEOUT_MS: f64 = 35_000.0;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionEnd {
    /// It broke, was never open, or the server stopped answering.
    Broken,
    /// The server restarts.
    Restart,
    /// The server requires a sign-in.
    Unauthorized,
    /// The page disconnected.
    Disconnected,
}

type Write = SplitSink<WebSocket, Message>;

enum Input {
    Socket(Option<Result<Message, WebSocketError>>),
    SocketCommand(SocketCommand),
}

/// Opens a connection and carries frames both ways until it ends.
pub(super) async fn run_connection(
    url: &str,
    commands: &mut UnboundedReceiver<SocketCommand>,
    on_event: &impl Fn(SocketEvent),
    retry: &mut Retry,
) -> ConnectionEnd {
    let Ok(mut socket) = opened_socket().map_or_else(|| WebSocket::open(url), WebSocket::try_from)
    else {
        return ConnectionEnd::Broken;
    };
    // Dropping the socket closes the connection; so does every return below.
    let opening = {
        let wait_until_open = std::pin::pin!(wait_until_open(&mut socket));
        let wait_for_disconnect = std::pin::pin!(wait_for_disconnect(commands));
        match select(wait_until_open, wait_for_disconnect).await {
            Either::Left((opening, _)) => opening,
            Either::Right(_) => Err(ConnectionEnd::Disconnected),
        }
    };
    if let Err(end) = opening {
        return end;
    }
    let (mut write, read) = socket.split();
    on_event(SocketEvent::Open);

    let mut heartbeat = Heartbeat::new(browser::now_ms(), IDLE_MS, TIMEOUT_MS);
    let incoming = read
        .map(|item| Input::Socket(Some(item)))
        .chain(stream::once(ready(Input::Socket(None))));
    let mut inputs = stream::select(incoming, commands.map(Input::SocketCommand));
    while let Some(input) = inputs.next().await {
        let now = browser::now_ms();
        let beat = match input {
            Input::Socket(Some(Ok(Message::Text(frame)))) => {
                let is_answer = heartbeat.received(now);
                on_event(SocketEvent::Frame(frame));
                if is_answer {
                    on_event(SocketEvent::Answered);
                }
                Beat::Alive
            }
            Input::Socket(Some(Err(WebSocketError::ConnectionClose(event)))) => {
                return end_of(event.code);
            }
            // Binary frames are not part of the protocol. `ConnectionError` is followed by
            // the close event, which has the code.
            Input::Socket(Some(_)) | Input::SocketCommand(SocketCommand::Connect) => Beat::Alive,
            Input::Socket(None) => return ConnectionEnd::Broken,
            Input::SocketCommand(SocketCommand::Send(frame)) => send(&mut write, frame).await,
            Input::SocketCommand(SocketCommand::Welcomed { idle_ms, dead_ms }) => {
                retry.succeeded();
                heartbeat.set(millis(idle_ms), millis(dead_ms.saturating_sub(idle_ms)));
                Beat::Alive
            }
            Input::SocketCommand(SocketCommand::Probe) => heartbeat.probe(now),
            Input::SocketCommand(SocketCommand::ProbeNow) => heartbeat.probe_now(now),
            Input::SocketCommand(SocketCommand::Tick) => heartbeat.tick(now),
            Input::SocketCommand(SocketCommand::Disconnect) => return ConnectionEnd::Disconnected,
        };
        match beat {
            Beat::Alive => {}
            Beat::Ping => {
                if let Ok(ping) = wire::to_string(&ClientFrame::Ping {}) {
                    send(&mut write, ping).await;
                }
            }
            Beat::Dead => return ConnectionEnd::Broken,
        }
    }
    ConnectionEnd::Disconnected
}

/// The connection that the page's first script began to open (`assets/first.js`), once. The server
/// has said nothing on it: it waits for the first frame, but not for ever.
fn opened_socket() -> Option<web_sys::WebSocket> {
    let window = browser::window();
    let socket = js_sys::Reflect::get(&window, &OPENED.into()).ok()?;
    let socket = socket.dyn_into::<web_sys::WebSocket>().ok()?;
    // It cannot fail: the script has made it as an ordinary property.
    let _ = js_sys::Reflect::delete_property(&window, &OPENED.into());
    (socket.ready_state() <= web_sys::WebSocket::OPEN).then_some(socket)
}

/// Waits until the connection is open. (The split halves cannot: they are "ready" for a first
/// frame long before.)
async fn wait_until_open(socket: &mut WebSocket) -> Result<(), ConnectionEnd> {
    let writable = poll_fn(|context| socket.poll_ready_unpin(context));
    let timer = std::pin::pin!(browser::sleep(OPEN_TIMEOUT));
    if let Either::Right(_) = select(writable, timer).await {
        return Err(ConnectionEnd::Broken);
    }
    // A failed connection is "ready" too.
    if matches!(socket.state(), State::Open) {
        return Ok(());
    }
    loop {
        match socket.next().await {
            Some(Err(WebSocketError::ConnectionClose(event))) => return Err(end_of(event.code)),
            Some(_) => {}
            None => return Err(ConnectionEnd::Broken),
        }
    }
}

/// Waits for the command to disconnect. Before the connection is open, others are ignored.
async fn wait_for_disconnect(commands: &mut UnboundedReceiver<SocketCommand>) {
    while let Some(command) = commands.next().await {
        if matches!(command, SocketCommand::Disconnect) {
            return;
        }
    }
}

async fn send(write: &mut Write, frame: String) -> Beat {
    // A failure ends the stream, which the caller handles.
    let _ = write.send(Message::Text(frame)).await;
    Beat::Alive
}

fn end_of(code: u16) -> ConnectionEnd {
    match code {
        close::RESTART => ConnectionEnd::Restart,
        close::UNAUTHORIZED => ConnectionEnd::Unauthorized,
        _ => ConnectionEnd::Broken,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a heartbeat is far below 2^53 milliseconds"
)]
fn millis(value: u64) -> f64 {
    value as f64
}
