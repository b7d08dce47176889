//! What every benchmark is given.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;

use crate::cli::Cli;
use crate::process::program::Program;

/// What is measured, where, how long and how often.
#[derive(Debug)]
pub struct Context {
    /// The server program.
    pub server: PathBuf,
    /// An earlier build of it, to be measured as well.
    pub before: Option<PathBuf>,
    /// The only programs to compare; all if there are none.
    pub programs: Vec<Program>,
    /// The browser, if there is one.
    pub chromium: Option<PathBuf>,
    /// Where npm has put the peers that need it.
    pub peers: Option<PathBuf>,
    /// How long load is put on for one figure.
    pub load_time: Duration,
    /// How often everything is measured.
    pub repetitions: usize,
    scratch: TempDir,
    // Whether progress is one line that changes, or one line after the other.
    is_terminal: bool,
}

impl Context {
    /// What the command line says.
    ///
    /// # Errors
    /// When the server program is not there, or the folder cannot be written.
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
        Ok(Context {
            server,
            before: cli.before.clone(),
            programs: cli.programs.clone(),
            chromium: cli.chromium.clone().or_else(chromium_on_path),
            peers: cli.peers.clone(),
            load_time: Duration::from_secs(cli.seconds.get().into()),
            repetitions: cli.repetitions.get(),
            scratch,
            is_terminal: std::io::stderr().is_terminal(),
        })
    }

    /// A new empty folder on the disk that is measured; gone with the value.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(&self) -> Result<TempDir> {
        tempfile::tempdir_in(&self.scratch).context("a temporary folder cannot be made")
    }

    /// The folder in which all others are made.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// Whether this program is to be compared.
    pub fn has(&self, program: Program) -> bool {
        let is_there = program != Program::Before || self.before.is_some();
        is_there && (self.programs.is_empty() || self.programs.contains(&program))
    }

    /// Says what is being done, in one line that the next one replaces.
    pub fn progress(&self, what: &str) {
        let mut stderr = std::io::stderr();
        // Nobody reads it: nothing is lost.
        let _written = if self.is_terminal {
            write!(stderr, "\r\x1b[2K{what}")
        } else {
            writeln!(stderr, "{what}")
        };
    }

    /// As [`Context::progress`], with the number of the repetition.
    pub fn repetition(&self, what: &str, index: usize) {
        self.progress(&format!("{what}, {} of {}", index + 1, self.repetitions));
    }

    /// Takes the line of progress away.
    pub fn progress_ends(&self) {
        if self.is_terminal {
            let _written = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}

/// Thousands of connections need as many files, here and in the server, which inherits it.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    // Where it is refused, connecting will say so.
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
