//! Connections that are in the lobby.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::id::RoomId;

use super::pool::{Line, Pool};
use super::{connect, say, session};

/// How long all may take to come in.
const PATIENCE: Duration = Duration::from_mins(1);
/// Clients that ask at once to come in.
const AT_ONCE: usize = 100;

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `{"user": …, "content": …}`.
    Simple,
    /// Commands and events.
    Native,
}

impl Protocol {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Simple => "simple",
            Protocol::Native => "native",
        }
    }

    /// The path to connect to.
    pub fn path(self) -> &'static str {
        match self {
            Protocol::Simple => connect::SIMPLE,
            Protocol::Native => connect::NATIVE,
        }
    }
}

/// A pool of so many members of the lobby, each of them somebody else.
///
/// A native member has said hello and follows all that a page does; its answers have come.
///
/// # Errors
/// When one of them is refused.
pub fn join(address: SocketAddr, protocol: Protocol, count: usize) -> Result<Pool> {
    let mut pool = Pool::new()?;
    match protocol {
        Protocol::Simple => {
            for _ in 0..count {
                pool.shake_hands(AT_ONCE - 1)?;
                pool.connect(address, connect::SIMPLE)?;
            }
            pool.shake_hands(0)?;
        }
        Protocol::Native => {
            let tokens = session::guests(address, count)?;
            for some in tokens.chunks(AT_ONCE) {
                join_native(&mut pool, address, some)?;
            }
        }
    }
    let endings = pool.endings();
    ensure!(endings.is_empty(), "members were refused: {endings:?}");
    Ok(pool)
}

fn join_native(pool: &mut Pool, address: SocketAddr, tokens: &[String]) -> Result<()> {
    for token in tokens {
        let line = pool.connect(address, connect::NATIVE)?;
        let mut frames = Vec::new();
        say::native(&say::hello(token), &mut frames)?;
        frames.extend(follow_lobby()?);
        pool.send(line, &frames);
    }
    // The room's answer is the last one.
    let mut missing = tokens.len();
    let came = pool.turn_until(Instant::now() + PATIENCE, &mut |received| {
        if say::is_type(received.text, "reset") {
            missing = missing.saturating_sub(1);
        }
        missing == 0
    })?;
    ensure!(came, "{missing} of {} members had no answer", tokens.len());
    Ok(())
}

/// The frames by which a native member follows the lobby; again after a `resync`.
///
/// # Errors
/// Never, for these types.
pub fn follow_lobby() -> Result<Vec<u8>> {
    let mut frames = Vec::new();
    for asked in say::follow(RoomId::LOBBY) {
        say::native(&asked, &mut frames)?;
    }
    Ok(frames)
}

/// Adds someone who only writes: on the native protocol one who follows nothing.
///
/// # Errors
/// When it is refused.
pub fn add_writer(
    pool: &mut Pool,
    address: SocketAddr,
    protocol: Protocol,
    name: &str,
) -> Result<Line> {
    let line = pool.open(address, protocol.path())?;
    if protocol == Protocol::Native {
        let token = session::guest(address, name)?;
        let mut frames = Vec::new();
        say::native(&say::hello(&token), &mut frames)?;
        pool.send(line, &frames);
        let came = pool.turn_until(Instant::now() + PATIENCE, &mut |received| {
            say::is_type(received.text, "welcome")
        })?;
        ensure!(came, "the writer had no welcome");
    }
    Ok(line)
}
