//! A server inside the test's own process.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use server::cli::{Cli, Subprogram};
use server::clock::Clock;
use server::config::Config;
use server::store::sqlite::FILE;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::within;

/// A data folder that is deleted with its last reference.
pub type Folder = Arc<TempDir>;

/// A new, empty data folder.
pub fn folder() -> Folder {
    Arc::new(TempDir::with_prefix("madang-test-").unwrap())
}

/// A copy of a data folder, as a backup would be made of a server at rest: with all that
/// is in its log file.
pub fn backup(of: &Folder) -> Folder {
    let copy = folder();
    for entry in std::fs::read_dir(of.path()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if text == FILE || text == format!("{FILE}-wal") {
            std::fs::copy(entry.path(), copy.path().join(name)).unwrap();
        }
    }
    copy
}

/// Whether a stopped server's file holds a text anywhere.
pub fn holds(folder: &Folder, text: &str) -> bool {
    let bytes = std::fs::read(folder.path().join(FILE)).unwrap();
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

/// The settings that `madang serve` would have with these arguments: port 0, this
/// folder, and no rate limit and none of the store's unless the arguments name one.
pub fn config(folder: &Path, arguments: &[&str]) -> Config {
    let line = command_line(folder, arguments);
    let Subprogram::Serve(config) = Cli::try_parse_from(line).unwrap().command else {
        panic!("`serve` is a command");
    };
    *config
}

/// The command line that gives [`config`].
pub fn command_line(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let mut line = vec![
        "madang".to_owned(),
        "serve".to_owned(),
        "--data".to_owned(),
        folder.to_str().unwrap().to_owned(),
    ];
    for (name, value) in [
        ("--listen", "127.0.0.1:0"),
        ("--rate-limit", "off"),
        // However much of its disk the machine has free: no test is about that unless it says so.
        ("--max-store-bytes", "100000000000"),
    ] {
        if !arguments.contains(&name) {
            line.extend([name.to_owned(), value.to_owned()]);
        }
    }
    line.extend(arguments.iter().map(|&argument| argument.to_owned()));
    line
}

/// A running server. Dropped without [`Server::stop`], it ends with the test's runtime.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its data folder.
    pub folder: Folder,
    arguments: Vec<String>,
    clock: Clock,
    stop: oneshot::Sender<()>,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Server {
    /// Starts one on a new folder.
    pub async fn start(arguments: &[&str]) -> Self {
        Self::start_in(folder(), arguments).await
    }

    /// Starts one on this folder.
    pub async fn start_in(folder: Folder, arguments: &[&str]) -> Self {
        Self::start_by(Clock::system(), folder, arguments).await
    }

    /// Starts one on this folder, with a clock of its own.
    pub async fn start_by(clock: Clock, folder: Folder, arguments: &[&str]) -> Self {
        let config = config(folder.path(), arguments);
        let listener = server::server::bind(config.listen).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let time = clock.clone();
        let running = tokio::spawn(server::server::run_with_clock(
            time,
            config,
            listener,
            async {
                // A dropped sender stops the server as well.
                let _stopped = stopped.await;
            },
        ));
        let answer = super::http::get(address, "/healthz", &[]).await;
        assert_eq!(answer.status, 200, "the server is ready");
        Server {
            address,
            folder,
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            clock,
            stop,
            running,
        }
    }

    /// Stops it cleanly and waits until it has released its folder.
    pub async fn stop(self) -> Folder {
        drop(self.stop);
        within("the server's end", self.running)
            .await
            .unwrap()
            .unwrap();
        released(&self.folder).await;
        self.folder
    }

    /// Stops it and starts it again on the same folder, with another port.
    pub async fn restart(self) -> Self {
        let (arguments, clock) = (self.arguments.clone(), self.clock.clone());
        let folder = self.stop().await;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Self::start_by(clock, folder, &arguments).await
    }
}

/// Waits until no server has the folder: in one process the last reference to a store
/// may outlive its server by a moment.
async fn released(folder: &Folder) {
    let lock = std::fs::File::open(folder.path().join("madang.lock")).unwrap();
    let locked = tokio::task::spawn_blocking(move || lock.lock());
    within("the folder's lock", locked).await.unwrap().unwrap();
}
