//! Events that a tab reports.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::lock::lock;

/// An event of the debugging protocol.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name, such as `Runtime.exceptionThrown`.
    pub name: String,
    /// Its parameters.
    pub params: Value,
}

/// The events of one tab that nobody has taken.
#[derive(Default)]
pub(crate) struct Inbox {
    held: Mutex<Held>,
    changed: Condvar,
}

#[derive(Default)]
struct Held {
    events: Vec<Event>,
    ended: bool,
}

impl Inbox {
    pub(crate) fn put(&self, event: Event) {
        lock(&self.held).events.push(event);
        self.changed.notify_all();
    }

    pub(crate) fn end(&self) {
        lock(&self.held).ended = true;
        self.changed.notify_all();
    }

    /// Takes all events for which `wanted` is true.
    pub(crate) fn take(&self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut held = lock(&self.held);
        let (taken, kept) = std::mem::take(&mut held.events)
            .into_iter()
            .partition(|event| wanted(event));
        held.events = kept;
        taken
    }

    /// Waits for the first event for which `wanted` is true, and takes it.
    pub(crate) fn wait(&self, within: Duration, wanted: impl Fn(&Event) -> bool) -> Option<Event> {
        let end = Instant::now() + within;
        let mut held = lock(&self.held);
        loop {
            if let Some(index) = held.events.iter().position(&wanted) {
                return Some(held.events.remove(index));
            }
            let left = end.saturating_duration_since(Instant::now());
            if held.ended || left.is_zero() {
                return None;
            }
            let result = self.changed.wait_timeout(held, left);
            held = result.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
