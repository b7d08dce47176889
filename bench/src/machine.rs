//! The machine on which a report was measured.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

/// The properties of the machine that the figures depend on.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Machine {
    /// The number of processors that this process may use.
    pub cores: usize,
    /// The name of the processor.
    pub processor: String,
    /// The kernel's release.
    pub kernel: String,
    /// The load average of the last minute at the start. Above 0, other programs were running.
    pub load: String,
    /// The version of the server.
    pub server: String,
}

impl Machine {
    /// Reads the properties from the system, and the version from the server program.
    pub fn new(server: &Path) -> Self {
        let file = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let processor = file("/proc/cpuinfo")
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
            .map_or_else(|| "unknown".to_owned(), |(_, name)| name.to_owned());
        let load = file("/proc/loadavg");
        let version = std::process::Command::new(server)
            .arg("--version")
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        Machine {
            cores: available_parallelism().map_or(1, std::num::NonZero::get),
            processor,
            kernel: file("/proc/sys/kernel/osrelease").trim().to_owned(),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
            server: version.unwrap_or_default(),
        }
    }
}
