//! Threads and tasks without which the server cannot work. When one of them panics, the
//! process ends with a message, so that its supervisor (systemd, Docker) starts it again.

use tokio::sync::watch;

/// Notices when a critical thread or task panics. Clones watch the same tasks.
#[derive(Clone, Debug)]
pub struct CriticalTasks {
    // The name of the task that panicked last; none while all work.
    panicked: watch::Sender<Option<&'static str>>,
}

/// A critical thread or task holds this value while it works. If it is dropped by a panic, the
/// process ends; if it is dropped in any other way, the task has ended normally.
#[derive(Debug)]
pub struct CriticalTaskGuard {
    tasks: CriticalTasks,
    name: &'static str,
}

impl CriticalTasks {
    /// No task has panicked yet.
    pub fn new() -> Self {
        CriticalTasks {
            panicked: watch::Sender::new(None),
        }
    }

    /// The guard for a thread or task of this name. The log shows the name.
    pub fn guard(&self, name: &'static str) -> CriticalTaskGuard {
        CriticalTaskGuard {
            tasks: self.clone(),
            name,
        }
    }

    /// Waits until a task has panicked, and returns its name.
    pub async fn panicked(&self) -> &'static str {
        let mut names = self.panicked.subscribe();
        loop {
            if let Some(name) = *names.borrow_and_update() {
                return name;
            }
            // This sender lives as long as the wait, so this error cannot come.
            if names.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Whether a task has panicked.
    pub fn has_panicked(&self) -> bool {
        self.panicked.borrow().is_some()
    }
}

impl Default for CriticalTasks {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for CriticalTaskGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.tasks.panicked.send_replace(Some(self.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_reported_and_a_normal_end_is_not() {
        let tasks = CriticalTasks::new();
        drop(tasks.guard("one that ends"));
        assert!(!tasks.has_panicked());
        let guard = tasks.guard("one that panics");
        let thread = std::thread::spawn(move || {
            let _guard = guard;
            panic!("on purpose");
        });
        assert!(thread.join().is_err());
        assert_eq!(tasks.panicked().await, "one that panics");
    }
}
