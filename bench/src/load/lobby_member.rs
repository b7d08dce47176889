//! Connections that are subscribed to the lobby.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::id::RoomId;

use super::pool::ConnectionPool;
use super::received::ConnectionId;
use super::{connect, message, session};

/// The longest time until all are subscribed.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Clients that connect at the same time.
const AT_ONCE: usize = 100;

/// A protocol of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// The simple protocol, `{"user": …, "content": …}`.
    Simple,
    /// The native protocol.
    Native,
}

impl Protocol {
    /// Its name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Simple => "simple",
            Protocol::Native => "native",
        }
    }

    /// The path of its WebSocket.
    pub fn path(self) -> &'static str {
        match self {
            Protocol::Simple => connect::SIMPLE,
            Protocol::Native => connect::NATIVE,
        }
    }
}

/// Connects `count` members of the lobby, each with a session of its own.
///
/// On the native protocol a member has sent hello and has all subscriptions of a page, and its
/// answers have arrived.
///
/// # Errors
/// When the server refuses one of them.
pub fn join(address: SocketAddr, protocol: Protocol, count: usize) -> Result<ConnectionPool> {
    let mut pool = ConnectionPool::new()?;
    match protocol {
        Protocol::Simple => {
            for _ in 0..count {
                pool.finish_handshakes(AT_ONCE - 1)?;
                pool.connect(address, connect::SIMPLE)?;
            }
            pool.finish_handshakes(0)?;
        }
        Protocol::Native => {
            let tokens = session::create_guests(address, count)?;
            for some in tokens.chunks(AT_ONCE) {
                join_native(&mut pool, address, some)?;
            }
        }
    }
    let endings = pool.endings();
    ensure!(endings.is_empty(), "members were refused: {endings:?}");
    Ok(pool)
}

fn join_native(pool: &mut ConnectionPool, address: SocketAddr, tokens: &[String]) -> Result<()> {
    for token in tokens {
        let connection = pool.connect(address, connect::NATIVE)?;
        let mut frames = Vec::new();
        message::append_native(&message::hello(token), &mut frames)?;
        frames.extend(lobby_subscriptions()?);
        pool.send(connection, &frames);
    }
    // The room's `reset` is the last answer.
    let mut missing = tokens.len();
    let arrived = pool.poll_until(Instant::now() + TIMEOUT, &mut |received| {
        if message::is_type(received.text, "reset") {
            missing = missing.saturating_sub(1);
        }
        missing == 0
    })?;
    ensure!(
        arrived,
        "{missing} of {} members are not subscribed",
        tokens.len()
    );
    Ok(())
}

/// The frames that subscribe a native member to the lobby, also after a `resync`.
///
/// # Errors
/// Never, for these types.
pub fn lobby_subscriptions() -> Result<Vec<u8>> {
    let mut frames = Vec::new();
    for asked in message::page_subscriptions(RoomId::LOBBY) {
        message::append_native(&asked, &mut frames)?;
    }
    Ok(frames)
}

/// Adds a connection that only sends; on the native protocol it has no subscriptions.
///
/// # Errors
/// When the server refuses it.
pub fn add_writer(
    pool: &mut ConnectionPool,
    address: SocketAddr,
    protocol: Protocol,
    name: &str,
) -> Result<ConnectionId> {
    let connection = pool.open(address, protocol.path())?;
    if protocol == Protocol::Native {
        let token = session::create_guest(address, name)?;
        let mut frames = Vec::new();
        message::append_native(&message::hello(&token), &mut frames)?;
        pool.send(connection, &frames);
        let arrived = pool.poll_until(Instant::now() + TIMEOUT, &mut |received| {
            message::is_type(received.text, "welcome")
        })?;
        ensure!(arrived, "the writer had no welcome");
    }
    Ok(connection)
}
