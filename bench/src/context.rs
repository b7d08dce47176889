//! The settings that every benchmark gets.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;

use crate::cli::Cli;
use crate::process::program::Program;

/// What to measure, where, for how long and how many times.
#[derive(Debug)]
pub struct BenchContext {
    /// The server program.
    pub server: PathBuf,
    /// An earlier build of the server, to be measured as well.
    pub before: Option<PathBuf>,
    /// The programs to compare; all if it is empty.
    pub programs: Vec<Program>,
    /// The browser, if one is installed.
    pub chromium: Option<PathBuf>,
    /// The folder in which npm has installed other relays.
    pub peers: Option<PathBuf>,
    /// How much `relay.watch` puts into its store.
    pub watch: WatchSize,
    /// How long each measurement puts load on a program.
    pub load_time: Duration,
    /// How many times everything is measured.
    pub repetitions: usize,
    scratch: TempDir,
    // Whether progress is shown on one line that changes.
    is_terminal: bool,
}

/// The people of `relay.watch`.
#[derive(Clone, Copy, Debug)]
pub struct WatchSize {
    /// How many there are.
    pub people: usize,
    /// How many private rooms each of them has.
    pub rooms: usize,
}

impl BenchContext {
    /// Reads the command line.
    ///
    /// # Errors
    /// When there is no server program, or the folder cannot be written.
    pub fn new(cli: &Cli) -> Result<Self> {
        let server = cli.server.canonicalize().with_context(|| {
            format!(
                "there is no server at {}; `cargo xtask build` makes it",
                cli.server.display()
            )
        })?;
        ensure!(server.is_file(), "{} is no program", server.display());
        let beside = server.parent().unwrap_or(Path::new("."));
        let folder = cli.folder.as_deref().unwrap_or(beside);
        let scratch = tempfile::Builder::new()
            .prefix("bench-")
            .tempdir_in(folder)
            .with_context(|| format!("{} cannot be written", folder.display()))?;
        allow_many_files();
        Ok(BenchContext {
            server,
            before: cli.before.clone(),
            programs: cli.programs.clone(),
            chromium: cli.chromium.clone().or_else(chromium_on_path),
            peers: cli.peers.clone(),
            watch: WatchSize {
                people: cli.people.get(),
                rooms: cli.rooms.get(),
            },
            load_time: Duration::from_secs(cli.seconds.get().into()),
            repetitions: cli.repetitions.get(),
            scratch,
            is_terminal: std::io::stderr().is_terminal(),
        })
    }

    /// Creates an empty folder on the disk that is measured. Dropping it removes it.
    ///
    /// # Errors
    /// When the folder cannot be created.
    pub fn folder(&self) -> Result<TempDir> {
        tempfile::tempdir_in(&self.scratch).context("a temporary folder cannot be made")
    }

    /// The folder that contains all temporary folders.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// Whether to measure this program.
    pub fn has(&self, program: Program) -> bool {
        let is_there = program != Program::Before || self.before.is_some();
        is_there && (self.programs.is_empty() || self.programs.contains(&program))
    }

    /// Shows what is being done, on a line that the next one replaces.
    pub fn progress(&self, what: &str) {
        let mut stderr = std::io::stderr();
        // If nobody reads stderr, nothing is lost.
        let _written = if self.is_terminal {
            write!(stderr, "\r\x1b[2K{what}")
        } else {
            writeln!(stderr, "{what}")
        };
    }

    /// As [`BenchContext::progress`], with the number of the repetition.
    pub fn repetition(&self, what: &str, index: usize) {
        self.progress(&format!("{what}, {} of {}", index + 1, self.repetitions));
    }

    /// Removes the line of progress.
    pub fn progress_ends(&self) {
        if self.is_terminal {
            let _written = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}

/// Raises the limit of open files for this process and for the servers, which inherit it:
/// thousands of connections need it.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    // If this fails, connecting will report it.
    let _raised = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    );
}

fn chromium_on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|candidate| candidate.is_file())
}
