//! The listening socket, and the room that the system makes for its connections.

use std::io;
use std::net::SocketAddr;

use anyhow::Context;
use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4_096;
/// What the system keeps for one connection of what is on its way, in bytes; it doubles it for
/// its own use (socket(7)).
const SEND_BUFFER: u32 = 128 * 1024;

/// Opens the listening socket.
///
/// # Errors
/// When the address is taken or not this machine's; the text says what to do.
pub fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let open = || -> io::Result<TcpListener> {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.set_reuseaddr(true)?;
        // Those that are accepted inherit it.
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().with_context(|| match address.port() {
        0 => format!("cannot listen on {address}"),
        port => format!(
            "cannot listen on {address}; if port {port} is taken, give another with --listen {}:PORT",
            address.ip()
        ),
    })
}

/// Files that are the server's own: its store, its log, the operator's socket, and what it opens
/// for a moment.
const OWN_FILES: u64 = 64;

/// Raises how many files, and so connections, this process may open to what the system
/// allows it; what most systems give at first would end at a thousand. Then has the system
/// make room for so many connections: it doubles a process's table of files whenever that is
/// full, and the thread that opens one then waits, up to tens of milliseconds, until no
/// other can be looking at the old table. Gives how many connections there may be: no more
/// than there are files for, but for some of the server's own.
pub fn prepare_for_files(listener: &TcpListener, connections: usize) -> usize {
    use rustix::io::fcntl_dupfd_cloexec;
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of open files cannot be raised");
    }
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let highest = limit.saturating_sub(1).min(connections as u64);
    if let Ok(highest) = i32::try_from(highest) {
        // A file of that number, for a moment. Without it the table grows as it is needed.
        drop(fcntl_dupfd_cloexec(listener, highest));
    }
    let room = usize::try_from(limit.saturating_sub(OWN_FILES)).unwrap_or(usize::MAX);
    if room < connections {
        tracing::warn!(
            "the system lets this process have {limit} files: {} connections are taken instead of {connections}; raise the limit (ulimit -n)",
            room.max(1)
        );
    }
    connections.min(room.max(1))
}
