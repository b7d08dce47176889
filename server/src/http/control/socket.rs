//! The socket's file: where it lies, who may open it, how long it stays.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket, UnixStream};

/// The socket's name in the data folder.
const FILE: &str = "control.sock";
/// Bytes that every system has room for in a socket's address: macOS has 104 with the
/// closing zero, Linux 108 (unix(7)).
const ADDRESS: usize = 103;
/// Connections that may wait to be accepted.
const BACKLOG: u32 = 16;

/// The listening socket. Its file is removed with it.
pub struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl ControlSocket {
    /// Makes the socket in a data folder whose lock this process holds. What a server that
    /// was killed left there is replaced. To be called within the runtime.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn bind(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let socket = UnixSocket::new_stream()?;
        let address = Address::of(folder)?;
        socket.bind(&address.path)?;
        // Before it listens, so that nobody connects while the file is open to others.
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let listener = socket.listen(BACKLOG)?;
        Ok(ControlSocket { listener, path })
    }

    /// The next connection.
    ///
    /// # Errors
    /// When the system is out of files, mostly.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        let (stream, _) = self.listener.accept().await?;
        Ok(stream)
    }

    /// Connects to the server that runs on a data folder.
    ///
    /// # Errors
    /// When there is no socket, nobody listens, or it is another user's.
    pub async fn connect(folder: &Path) -> io::Result<UnixStream> {
        let address = Address::of(folder)?;
        UnixStream::connect(&address.path).await
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // Left behind, it is only useless: the next start replaces it.
        let _removed = fs::remove_file(&self.path);
    }
}

/// A path to the socket that fits into a socket's address.
struct Address {
    path: PathBuf,
    // The path may lead through this open folder.
    _folder: Option<File>,
}

impl Address {
    fn of(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        if path.as_os_str().len() <= ADDRESS {
            return Ok(Address {
                path,
                _folder: None,
            });
        }
        // A long path is shortened by way of the open folder (proc(5)).
        let folder = File::open(folder)?;
        let short = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
        if !short.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidFilename,
                format!("the path {} is too long for a socket", path.display()),
            ));
        }
        Ok(Address {
            path: short.join(FILE),
            _folder: Some(folder),
        })
    }
}
