//! Processor time and memory of a process, from Linux's `/proc`.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::time::{ClockId, clock_gettime};

/// Measures the processor time of another process.
///
/// It adds up the process's threads (`schedstat`, in nanoseconds), because the kernel's sum for
/// the process has steps of ten milliseconds. Threads that have ended meanwhile are missing; the
/// server does its work on threads that stay.
#[derive(Debug)]
pub struct CpuMeter {
    id: u32,
    before: HashMap<String, u64>,
}

impl CpuMeter {
    /// Starts to measure.
    ///
    /// # Errors
    /// When the process is gone, or the kernel has no `schedstat`.
    pub fn start(id: u32) -> Result<Self> {
        let before = threads(id)?;
        Ok(CpuMeter { id, before })
    }

    /// The processor time since the start.
    ///
    /// # Errors
    /// As [`CpuMeter::start`].
    pub fn spent(&self) -> Result<Duration> {
        let now = threads(self.id)?;
        let each = now.iter().map(|(thread, nanos)| {
            let before = self.before.get(thread).copied().unwrap_or(0);
            nanos.saturating_sub(before)
        });
        Ok(Duration::from_nanos(each.sum()))
    }
}

/// The processor time of each thread, in nanoseconds.
fn threads(id: u32) -> Result<HashMap<String, u64>> {
    let folder = format!("/proc/{id}/task");
    let listing = fs::read_dir(&folder).with_context(|| format!("{folder} cannot be read"))?;
    let mut nanos = HashMap::new();
    for thread in listing {
        let thread = thread?;
        // The thread has just ended.
        let Ok(text) = fs::read_to_string(thread.path().join("schedstat")) else {
            continue;
        };
        let first = text.split(' ').next().and_then(|word| word.parse().ok());
        let time = first.context("the kernel keeps no schedstat")?;
        nanos.insert(thread.file_name().to_string_lossy().into_owned(), time);
    }
    Ok(nanos)
}

/// The processor time of this process since it started.
pub fn own_processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The resident memory of a process (`VmRSS`), in bytes.
///
/// # Errors
/// When the process is gone.
pub fn resident_bytes(id: u32) -> Result<u64> {
    let path = format!("/proc/{id}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kibibytes: u64 = kibibytes.context("the kernel reports no VmRSS")?.parse()?;
    Ok(kibibytes * 1024)
}
