//! On what was measured.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

/// What the figures depend on.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Machine {
    /// Processors that may be used.
    pub cores: usize,
    /// The processor, as it names itself.
    pub processor: String,
    /// The kernel's release.
    pub kernel: String,
    /// The load average of the last minute when measuring began: above 0, others work too.
    pub load: String,
    /// What the server says of itself.
    pub server: String,
}

impl Machine {
    /// Asks the system, and the server program for its version.
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
