//! Opens the listening socket, and prepares the process for many connections.

use std::io;
use std::net::SocketAddr;

use anyhow::Context;
use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait in the system's queue to be accepted.
const BACKLOG: u32 = 4_096;
/// The size of each connection's send buffer in the system, in bytes. The system doubles it for
/// its own use (socket(7)).
const SEND_BUFFER: u32 = 128 * 1024;
/// File descriptors that are no connections: the store, the log, the operator's socket, and
/// files that are open for a moment.
const OTHER_FILES: u64 = 64;

/// Opens the listening socket of `--listen`.
///
/// # Errors
/// When the address is in use or is not one of this machine; the text says what to do.
pub fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    bind_for("--listen", address)
}

/// Opens the listening socket of `--metrics-listen`.
///
/// # Errors
/// As [`bind`].
pub fn bind_metrics(address: SocketAddr) -> anyhow::Result<TcpListener> {
    bind_for("--metrics-listen", address)
}

fn bind_for(setting: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    let open = || -> io::Result<TcpListener> {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.set_reuseaddr(true)?;
        // Accepted connections inherit it.
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().with_context(|| match address.port() {
        0 => format!("cannot listen on {address}"),
        port => format!(
            "cannot listen on {address}; if port {port} is taken, give another with {setting} {}:PORT",
            address.ip()
        ),
    })
}

/// Prepares the process for this many connections, and returns how many it can have: fewer
/// where the system allows fewer file descriptors.
///
/// Two things are done. The limit of file descriptors is raised as far as the system allows,
/// since most systems start a process with a limit of 1,024. Then the system enlarges the
/// process's table of file descriptors now: otherwise it doubles the table whenever it is
/// full, and the thread that opens a file then waits for up to tens of milliseconds.
pub fn prepare_file_descriptors(listener: &TcpListener, connections: usize) -> usize {
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
        // A descriptor with this number, open for a moment, makes the table large enough. If
        // this fails, the table grows later.
        drop(fcntl_dupfd_cloexec(listener, highest));
    }
    let available = usize::try_from(limit.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    if available < connections {
        tracing::warn!(
            "the system lets this process have {limit} files: {} connections are taken instead of {connections}; raise the limit (ulimit -n)",
            available.max(1)
        );
    }
    connections.min(available.max(1))
}
