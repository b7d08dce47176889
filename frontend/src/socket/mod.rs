//! The line to the server: a WebSocket that comes back.
//!
//! The only place that names the WebSocket API. It knows nothing of frames but
//! that they are text, and of the server's state nothing at all: what has to be
//! said after a reconnect is for `state` to know. One task owns the connection; a
//! [`Socket`] hands orders to it and hears of everything through one callback.

mod conversation;
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
use conversation::{End, converse};
use heartbeat::TICK_MS;
use retry::{Loss, Retry};

/// What the line tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An attempt has begun.
    Connecting,
    /// The line is up; nothing has been said yet.
    Open,
    /// A text frame came.
    Frame(String),
    /// The line is down. The next attempt is made at this time (milliseconds since
    /// 1970), or earlier where there is a reason.
    Lost {
        /// When the next attempt starts.
        until_ms: u64,
        /// What became of it.
        how: Lost,
    },
    /// The server wants a sign-in first; no further attempt is made before
    /// [`Socket::connect`].
    Unauthorized,
}

/// How a line was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
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
enum Order {
    Connect,
    Disconnect,
    Send(String),
    Welcomed {
        quiet_ms: u64,
        dead_ms: u64,
    },
    /// The network came back, or the tab did.
    Doubt,
    Tick,
}

/// A handle on the line. Cheap to clone; the line lives as long as the page.
#[derive(Clone)]
pub struct Socket {
    orders: UnboundedSender<Order>,
}

impl Socket {
    /// Starts the task. Nothing is connected before [`Socket::connect`].
    ///
    /// `url` is where the WebSocket is; `on_event` hears of everything, in order, and
    /// may give orders.
    pub fn new(url: String, on_event: impl Fn(Event) + 'static) -> Self {
        let (orders, queue) = mpsc::unbounded();
        let socket = Socket { orders };
        socket.watch_surroundings();
        spawn_local(run(url, queue, on_event));
        socket
    }

    /// Connects now, whatever it was waiting for.
    pub fn connect(&self) {
        self.order(Order::Connect);
    }

    /// Hangs up, until [`Socket::connect`].
    pub fn disconnect(&self) {
        self.order(Order::Disconnect);
    }

    /// Sends a frame on the present connection; without one it is dropped. Only the
    /// server's answer says that it arrived.
    pub fn send(&self, frame: String) {
        self.order(Order::Send(frame));
    }

    /// The server has welcomed us and told how long a silence may be.
    pub fn welcomed(&self, quiet_ms: u64, dead_ms: u64) {
        self.order(Order::Welcomed { quiet_ms, dead_ms });
    }

    fn order(&self, order: Order) {
        // The task ends only with the page.
        let _ = self.orders.unbounded_send(order);
    }

    fn watch_surroundings(&self) {
        let doubt = |socket: &Socket| {
            let socket = socket.clone();
            move |_| socket.order(Order::Doubt)
        };
        browser::on_window("online", doubt(self)).forever();
        browser::on_window("pageshow", doubt(self)).forever();
        let socket = self.clone();
        browser::on_document("visibilitychange", move |_| {
            if browser::is_visible() {
                socket.order(Order::Doubt);
            }
        })
        .forever();
        let socket = self.clone();
        spawn_local(async move {
            loop {
                browser::sleep(Duration::from_millis(TICK_MS.into())).await;
                socket.order(Order::Tick);
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

async fn run(url: String, mut orders: UnboundedReceiver<Order>, on_event: impl Fn(Event)) {
    let mut retry = Retry::default();
    let mut wanted = wait_for_connect(&mut orders).await;
    while wanted {
        on_event(Event::Connecting);
        let was_open = Rc::new(Cell::new(false));
        let tell = |event: Event| {
            if event == Event::Open {
                was_open.set(true);
            }
            on_event(event);
        };
        let end = converse(&url, &mut orders, &tell, &mut retry).await;
        wanted = match end {
            End::Restart => pause(Lost::Restart, &mut retry, &mut orders, &tell).await,
            End::Broken => {
                let how = if was_open.get() {
                    Lost::Broken
                } else {
                    Lost::NeverOpen
                };
                pause(how, &mut retry, &mut orders, &tell).await
            }
            End::Unauthorized => {
                retry.succeeded();
                on_event(Event::Unauthorized);
                wait_for_connect(&mut orders).await
            }
            End::Disconnected => wait_for_connect(&mut orders).await,
        };
    }
}

/// Waits until it is time for the next attempt; false when the page is gone.
async fn pause(
    how: Lost,
    retry: &mut Retry,
    orders: &mut UnboundedReceiver<Order>,
    on_event: &impl Fn(Event),
) -> bool {
    let loss = match how {
        Lost::Restart => Loss::Restart,
        Lost::NeverOpen | Lost::Broken => Loss::Broken,
    };
    let wait = retry.wait(loss, browser::random_fraction());
    let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    on_event(Event::Lost {
        until_ms: browser::unix_ms().saturating_add(millis),
        how,
    });
    let mut timer = std::pin::pin!(browser::sleep(wait));
    loop {
        match select(&mut timer, orders.next()).await {
            // A restarting server's clients keep to their drawn moment: a tab that
            // comes to the front is one person, a network that comes back is many.
            Either::Right((Some(Order::Doubt), _)) if loss == Loss::Restart => {}
            Either::Left(_) | Either::Right((Some(Order::Connect | Order::Doubt), _)) => {
                return true;
            }
            Either::Right((Some(Order::Disconnect), _)) => return wait_for_connect(orders).await,
            Either::Right((Some(_), _)) => {}
            Either::Right((None, _)) => return false,
        }
    }
}

/// Waits for the order to connect; false when the page is gone.
async fn wait_for_connect(orders: &mut UnboundedReceiver<Order>) -> bool {
    while let Some(order) = orders.next().await {
        if matches!(order, Order::Connect) {
            return true;
        }
    }
    false
}
