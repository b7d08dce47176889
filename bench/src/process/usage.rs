//! Processor time and memory of a process, from Linux's `/proc`.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::time::{ClockId, clock_gettime};

/// The processor time of another process, from a moment on.
///
/// It is the sum over the process's threads, in nanoseconds (`schedstat`): the
/// process's own sum comes in steps of ten milliseconds. A thread that has ended in
/// between is not in it; the server's long-lived ones do the work.
#[derive(Debug)]
pub struct Processor {
    id: u32,
    before: HashMap<String, u64>,
}

impl Processor {
    /// From now on.
    ///
    /// # Errors
    /// When the process is gone or the system does not tell.
    pub fn start(id: u32) -> Result<Self> {
        let before = threads(id)?;
        Ok(Processor { id, before })
    }

    /// Up to now.
    ///
    /// # Errors
    /// As [`Processor::start`].
    pub fn spent(&self) -> Result<Duration> {
        let now = threads(self.id)?;
        let each = now.iter().map(|(thread, nanos)| {
            let before = self.before.get(thread).copied().unwrap_or(0);
            nanos.saturating_sub(before)
        });
        Ok(Duration::from_nanos(each.sum()))
    }
}

/// Nanoseconds on a processor by thread.
fn threads(id: u32) -> Result<HashMap<String, u64>> {
    let folder = format!("/proc/{id}/task");
    let listing = fs::read_dir(&folder).with_context(|| format!("{folder} cannot be read"))?;
    let mut nanos = HashMap::new();
    for thread in listing {
        let thread = thread?;
        // A thread that has just ended has no file any more.
        let Ok(text) = fs::read_to_string(thread.path().join("schedstat")) else {
            continue;
        };
        let first = text.split(' ').next().and_then(|word| word.parse().ok());
        let time = first.context("the kernel keeps no schedstat")?;
        nanos.insert(thread.file_name().to_string_lossy().into_owned(), time);
    }
    Ok(nanos)
}

/// This process's own processor time since it began.
pub fn own_processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// A process's memory that lies in RAM (`VmRSS`), in bytes.
///
/// # Errors
/// When the process is gone.
pub fn resident_bytes(id: u32) -> Result<u64> {
    let path = format!("/proc/{id}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kibibytes: u64 = kibibytes.context("the kernel tells no VmRSS")?.parse()?;
    Ok(kibibytes * 1024)
}
