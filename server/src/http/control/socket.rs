//! The socket's file in the data folder: its path, its permissions, its removal.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket, UnixStream};

/// The only route on the socket.
pub(super) const PATH: &str = "/command";
/// The socket's name in the data folder.
const FILE: &str = "control.sock";
/// The longest path of a socket on every system, in bytes: macOS allows 104 with the closing
/// zero, Linux 108 (unix(7)).
const MAX_PATH_BYTES: usize = 103;
/// Connections that may wait to be accepted.
const BACKLOG: u32 = 16;

/// The listening socket. Dropping it removes its file.
pub struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl ControlSocket {
    /// Creates the socket in a data folder whose lock this process holds. The file of a server
    /// that was killed is replaced. Must be called within the runtime.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn bind(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let socket = UnixSocket::new_stream()?;
        let socket_path = SocketPath::of(folder)?;
        socket.bind(&socket_path.path)?;
        // Before it listens, so that nobody else can connect in between.
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let listener = socket.listen(BACKLOG)?;
        Ok(ControlSocket { listener, path })
    }

    /// The next connection.
    ///
    /// # Errors
    /// Mostly when the process has no more file descriptors.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        let (stream, _) = self.listener.accept().await?;
        Ok(stream)
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // If this fails, the next start replaces the file.
        let _removed = fs::remove_file(&self.path);
    }
}

/// A path to the socket that is short enough for the system, as long as this exists.
pub(super) struct SocketPath {
    path: PathBuf,
    // Keeps the folder open if the path leads through it.
    _folder: Option<File>,
}

impl SocketPath {
    /// The path to the socket in a data folder.
    ///
    /// # Errors
    /// When the folder cannot be opened, or its path cannot be shortened.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        if path.as_os_str().len() <= MAX_PATH_BYTES {
            return Ok(SocketPath {
                path,
                _folder: None,
            });
        }
        // A long path is shortened by going through the open folder (proc(5)).
        let folder = File::open(folder)?;
        let short = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
        if !short.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidFilename,
                format!("the path {} is too long for a socket", path.display()),
            ));
        }
        Ok(SocketPath {
            path: short.join(FILE),
            _folder: Some(folder),
        })
    }

    pub(super) fn as_path(&self) -> &Path {
        &self.path
    }
}
