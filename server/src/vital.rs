//! Threads and tasks that the server cannot be without: when one of them dies, the process
//! ends with a message, so that whoever supervises it starts another.

use tokio::sync::watch;

/// Who watches over them.
#[derive(Clone, Debug)]
pub struct Vital(watch::Sender<Option<&'static str>>);

/// Kept by a thread or task for as long as it does its work.
#[derive(Debug)]
pub struct Guard {
    vital: Vital,
    name: &'static str,
}

impl Vital {
    /// Nothing has died.
    pub fn new() -> Self {
        Vital(watch::Sender::new(None))
    }

    /// For a thread or task of this name, to keep.
    pub fn guard(&self, name: &'static str) -> Guard {
        Guard {
            vital: self.clone(),
            name,
        }
    }

    /// Waits until one has died; its name.
    pub async fn died(&self) -> &'static str {
        let mut names = self.0.subscribe();
        // This sender lives as long as the wait.
        loop {
            if let Some(name) = *names.borrow_and_update() {
                return name;
            }
            if names.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Whether one has died.
    pub fn has_died(&self) -> bool {
        self.0.borrow().is_some()
    }
}

impl Default for Vital {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.vital.0.send_replace(Some(self.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_death_is_told_and_an_end_is_not() {
        let vital = Vital::new();
        drop(vital.guard("one that ends"));
        assert!(!vital.has_died());
        let guard = vital.guard("one that dies");
        let dies = std::thread::spawn(move || {
            let _guard = guard;
            panic!("on purpose");
        });
        assert!(dies.join().is_err());
        assert_eq!(vital.died().await, "one that dies");
    }
}
