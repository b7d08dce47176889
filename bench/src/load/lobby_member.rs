//! Connections that are subscribed to the lobby.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::id::RoomId;

use super::dialect::{Dialect, Endpoint};
use super::pool::ConnectionPool;
use super::received::ConnectionId;
use super::session::{self, Guest};
use super::{connect, message};

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
pub fn join(server: Endpoint, protocol: Protocol, count: usize) -> Result<ConnectionPool> {
    let mut pool = ConnectionPool::new()?;
    match protocol {
        Protocol::Simple => {
            for _ in 0..count {
                pool.finish_handshakes(AT_ONCE - 1)?;
                pool.connect(server.address, connect::SIMPLE)?;
            }
            pool.finish_handshakes(0)?;
        }
        Protocol::Native => {
            let guests = session::create_guests(server.address, count)?;
            for some in guests.chunks(AT_ONCE) {
                join_native(&mut pool, server, some)?;
            }
        }
    }
    let endings = pool.endings();
    ensure!(endings.is_empty(), "members were refused: {endings:?}");
    Ok(pool)
}

fn join_native(pool: &mut ConnectionPool, server: Endpoint, guests: &[Guest]) -> Result<()> {
    for guest in guests {
        let connection = pool.connect(server.address, connect::NATIVE)?;
        let mut frames = Vec::new();
        let hello = message::hello(&guest.token);
        server.dialect.append(&hello, &mut frames)?;
        frames.extend(lobby_subscriptions(server.dialect)?);
        pool.send(connection, &frames);
    }
    // The room's `reset` is the last answer.
    let mut missing = guests.len();
    let arrived = pool.poll_until(Instant::now() + TIMEOUT, &mut |received| {
        if message::is_type(received.text, "reset") {
            missing = missing.saturating_sub(1);
        }
        missing == 0
    })?;
    ensure!(
        arrived,
        "{missing} of {} members are not subscribed",
        guests.len()
    );
    Ok(())
}

/// The frames that subscribe a native member to the lobby, also after a `resync`.
///
/// # Errors
/// Never, for these types.
pub fn lobby_subscriptions(dialect: Dialect) -> Result<Vec<u8>> {
    let mut frames = Vec::new();
    for asked in message::page_subscriptions(RoomId::LOBBY) {
        dialect.append(&asked, &mut frames)?;
    }
    Ok(frames)
}

/// Adds a connection that only sends; on the native protocol it has no subscriptions.
///
/// # Errors
/// When the server refuses it.
pub fn add_writer(
    pool: &mut ConnectionPool,
    server: Endpoint,
    protocol: Protocol,
    name: &str,
) -> Result<ConnectionId> {
    match protocol {
        Protocol::Simple => pool.open(server.address, protocol.path()),
        Protocol::Native => {
            let guest = session::create_guest(server.address, name)?;
            sign_in(pool, server, &guest)
        }
    }
}

/// Adds a connection of a guest to the pool; it has no subscriptions.
///
/// # Errors
/// When the server refuses it.
pub fn sign_in(pool: &mut ConnectionPool, server: Endpoint, guest: &Guest) -> Result<ConnectionId> {
    let connection = pool.open(server.address, connect::NATIVE)?;
    let mut frames = Vec::new();
    let hello = message::hello(&guest.token);
    server.dialect.append(&hello, &mut frames)?;
    pool.send(connection, &frames);
    let arrived = pool.poll_until(Instant::now() + TIMEOUT, &mut |received| {
        received.connection == connection && message::is_type(received.text, "welcome")
    })?;
    ensure!(arrived, "a writer had no welcome");
    Ok(connection)
}
