//! The shared writers: outboxes that were delivered to, and those who write them out.
//!
//! A delivery to a thousand members would otherwise wake a thousand tasks, each for one
//! write. Here a few tasks, one for each processor, write what each outbox holds by then.
//! While they are behind, deliveries gather in the outboxes: the more there is to do, the
//! more goes into one write. Deliveries take turns, so that a small room's does not wait
//! for all of a large one's; no outbox waits longer than one write to every other takes.
//!
//! Where a delivery is small, waking anybody costs more than the writes: whoever delivers
//! may then do them itself ([`Due::hold`]).

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::hub::Hub;
use super::outbox::Outbox;

/// Outboxes that are written at a turn: about a tenth of a millisecond.
const SHARE: usize = 32;
/// Emptied lists whose memory is kept.
const SPARE: usize = 4;

/// One delivery's outboxes that are not written yet.
type Delivery = Vec<Arc<Outbox>>;

/// What is to be written.
#[derive(Debug, Default)]
pub struct Due {
    // In the order of their turns. An outbox is in one of them at most.
    deliveries: Mutex<VecDeque<Delivery>>,
    // So that a delivery need not ask for memory.
    spare: Mutex<Vec<Delivery>>,
    // By how many it is held.
    held: AtomicUsize,
    filled: Notify,
}

/// While this is there, the shared writers are not told of what is added; then they are,
/// if anything is left.
pub struct Held<'a>(&'a Due);

impl Due {
    /// An empty list for [`Due::add`].
    pub fn spare(&self) -> Delivery {
        self.spare.lock().pop().unwrap_or_default()
    }

    /// Takes outboxes to write them.
    pub fn add(&self, outboxes: Delivery) {
        if outboxes.is_empty() {
            self.keep(outboxes);
        } else {
            self.deliveries.lock().push_back(outboxes);
            self.tell();
        }
    }

    /// Takes one outbox to write it.
    pub fn add_one(&self, outbox: Arc<Outbox>) {
        let mut deliveries = self.deliveries.lock();
        match deliveries.back_mut() {
            Some(last) if last.len() < SHARE => last.push(outbox),
            _ => {
                let mut outboxes = self.spare();
                outboxes.push(outbox);
                deliveries.push_back(outboxes);
            }
        }
        drop(deliveries);
        self.tell();
    }

    /// Has what is added from now on wait for whoever holds it.
    pub fn hold(&self) -> Held<'_> {
        self.held.fetch_add(1, Ordering::SeqCst);
        Held(self)
    }

    fn tell(&self) {
        // What was added before this look is seen by whoever lets go after it.
        if self.held.load(Ordering::SeqCst) == 0 {
            self.filled.notify_one();
        }
    }

    fn keep(&self, outboxes: Delivery) {
        let mut spare = self.spare.lock();
        if spare.len() < SPARE {
            spare.push(outboxes);
        }
    }

    /// Takes the next share, and says whether there is more.
    fn take(&self, share: &mut Delivery) -> bool {
        let mut deliveries = self.deliveries.lock();
        let Some(mut first) = deliveries.pop_front() else {
            return false;
        };
        let from = first.len().saturating_sub(SHARE);
        share.extend(first.drain(from..));
        if first.is_empty() {
            self.keep(first);
        } else {
            deliveries.push_back(first);
        }
        !deliveries.is_empty()
    }
}

impl Held<'_> {
    /// Writes out a share of what is due, and says whether there is more.
    pub fn write(&self) -> bool {
        let mut share = self.0.spare();
        let is_more = self.0.take(&mut share);
        for outbox in share.drain(..) {
            outbox.flush_listed();
        }
        self.0.keep(share);
        is_more
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.held.fetch_sub(1, Ordering::SeqCst);
        if !self.0.deliveries.lock().is_empty() {
            self.0.tell();
        }
    }
}

/// Writes out what is due, as long as the server runs.
pub async fn write_out(hub: Arc<Hub>) {
    let due = &hub.due;
    let mut share = Vec::with_capacity(SHARE);
    loop {
        if due.take(&mut share) {
            // Another writer takes some of it, if one is free.
            due.filled.notify_one();
        }
        if share.is_empty() {
            due.filled.notified().await;
            continue;
        }
        for outbox in share.drain(..) {
            outbox.flush_listed();
        }
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[test]
    fn deliveries_take_turns_and_each_outbox_is_written_once() {
        let due = Due::default();
        let large: Delivery = (0..100).map(|_| Arc::new(Outbox::new(1))).collect();
        let small: Delivery = (0..10).map(|_| Arc::new(Outbox::new(1))).collect();
        let all: usize = large.len() + small.len();
        let last = Arc::clone(&small[9]);
        due.add(large);
        due.add(small);
        let mut taken = Vec::new();
        let mut shares = Vec::new();
        loop {
            let mut share = due.spare();
            let is_more = due.take(&mut share);
            shares.push(share.len());
            taken.extend(share);
            if !is_more {
                break;
            }
        }
        assert_eq!(shares, [SHARE, 10, SHARE, SHARE, 4]);
        assert!(Arc::ptr_eq(&taken[SHARE + 9], &last));
        let mut pointers: Vec<_> = taken.iter().map(Arc::as_ptr).collect();
        pointers.sort_unstable();
        pointers.dedup();
        assert_eq!(pointers.len(), all);
    }

    /// Whether a shared writer that waits would be woken.
    fn is_told(due: &Due) -> bool {
        pin!(due.filled.notified()).as_mut().enable()
    }

    #[test]
    fn whoever_holds_it_writes_a_share_and_the_shared_writers_are_told_of_the_rest() {
        let due = Due::default();
        let outbox = || Arc::new(Outbox::new(1));
        let held = due.hold();
        due.add((0..=SHARE).map(|_| outbox()).collect());
        due.add_one(outbox());
        assert!(!is_told(&due));
        held.write();
        drop(held);
        assert!(is_told(&due), "two are left");
        let held = due.hold();
        held.write();
        held.write();
        drop(held);
        assert!(!is_told(&due), "nothing is left");
        due.add_one(outbox());
        assert!(is_told(&due));
    }
}
