//! One connection, from opening to its end.

use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::future::{Either, poll_fn, ready, select};
use futures::stream::{self, SplitSink};
use futures::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use shared::frame::{ClientFrame, close};

use super::heartbeat::{Beat, Heartbeat};
use super::retry::Retry;
use super::{Event, Order};
use crate::browser;

/// An attempt that has not come up after this long never will.
const OPENING: Duration = Duration::from_secs(10);
/// What holds before the server's own figures are known, in milliseconds.
const QUIET_MS: f64 = 25_000.0;
const PATIENCE_MS: f64 = 35_000.0;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It broke, never came up, or went silent.
    Broken,
    /// The server restarts.
    Restart,
    /// The server wants a sign-in.
    Unauthorized,
    /// We were told to hang up.
    Disconnected,
}

type Write = SplitSink<WebSocket, Message>;

enum Input {
    Socket(Option<Result<Message, WebSocketError>>),
    Order(Order),
}

/// Opens a connection and carries frames both ways until it ends.
pub(super) async fn converse(
    url: &str,
    orders: &mut UnboundedReceiver<Order>,
    on_event: &impl Fn(Event),
    retry: &mut Retry,
) -> End {
    let Ok(mut socket) = WebSocket::open(url) else {
        return End::Broken;
    };
    // Dropping it closes the connection; so does every return below.
    let opening = {
        let opened = std::pin::pin!(opened(&mut socket));
        let hung_up = std::pin::pin!(hung_up(orders));
        match select(opened, hung_up).await {
            Either::Left((opening, _)) => opening,
            Either::Right(_) => Err(End::Disconnected),
        }
    };
    if let Err(end) = opening {
        return end;
    }
    let (mut write, read) = socket.split();
    on_event(Event::Open);

    let mut heartbeat = Heartbeat::new(browser::now_ms(), QUIET_MS, PATIENCE_MS);
    let incoming = read
        .map(|item| Input::Socket(Some(item)))
        .chain(stream::once(ready(Input::Socket(None))));
    let mut inputs = stream::select(incoming, orders.map(Input::Order));
    while let Some(input) = inputs.next().await {
        let now = browser::now_ms();
        let beat = match input {
            Input::Socket(Some(Ok(Message::Text(frame)))) => {
                heartbeat.heard(now);
                on_event(Event::Frame(frame));
                Beat::Fine
            }
            Input::Socket(Some(Err(WebSocketError::ConnectionClose(event)))) => {
                return end_of(event.code);
            }
            // The protocol is text: a binary frame is none of ours. `ConnectionError`
            // is followed by the close, which knows the code.
            Input::Socket(Some(_)) | Input::Order(Order::Connect) => Beat::Fine,
            Input::Socket(None) => return End::Broken,
            Input::Order(Order::Send(frame)) => say(&mut write, frame).await,
            Input::Order(Order::Welcomed { quiet_ms, dead_ms }) => {
                retry.succeeded();
                heartbeat.set(millis(quiet_ms), millis(dead_ms.saturating_sub(quiet_ms)));
                Beat::Fine
            }
            Input::Order(Order::Doubt) => heartbeat.doubt(now),
            Input::Order(Order::Tick) => heartbeat.tick(now),
            Input::Order(Order::Disconnect) => return End::Disconnected,
        };
        match beat {
            Beat::Fine => {}
            Beat::Ping => {
                if let Ok(ping) = serde_json::to_string(&ClientFrame::Ping {}) {
                    say(&mut write, ping).await;
                }
            }
            Beat::Dead => return End::Broken,
        }
    }
    End::Disconnected
}

/// Waits until the connection is up. (Its halves cannot: they are "ready" for a first
/// frame long before.)
async fn opened(socket: &mut WebSocket) -> Result<(), End> {
    let writable = poll_fn(|context| socket.poll_ready_unpin(context));
    let timer = std::pin::pin!(browser::sleep(OPENING));
    if let Either::Right(_) = select(writable, timer).await {
        return Err(End::Broken);
    }
    // A connection that failed is "ready" too.
    if matches!(socket.state(), State::Open) {
        return Ok(());
    }
    loop {
        match socket.next().await {
            Some(Err(WebSocketError::ConnectionClose(event))) => return Err(end_of(event.code)),
            Some(_) => {}
            None => return Err(End::Broken),
        }
    }
}

/// Waits for the order to hang up. Before the connection is up no other one counts.
async fn hung_up(orders: &mut UnboundedReceiver<Order>) {
    while let Some(order) = orders.next().await {
        if matches!(order, Order::Disconnect) {
            return;
        }
    }
}

async fn say(write: &mut Write, frame: String) -> Beat {
    // A failure shows as the end of the stream; nothing else is to be done here.
    let _ = write.send(Message::Text(frame)).await;
    Beat::Fine
}

fn end_of(code: u16) -> End {
    match code {
        close::RESTART => End::Restart,
        close::UNAUTHORIZED => End::Unauthorized,
        _ => End::Broken,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a heartbeat is far below 2^53 milliseconds"
)]
fn millis(value: u64) -> f64 {
    value as f64
}
