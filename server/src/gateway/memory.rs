//! The memory that waits for readers: one budget for all connections together.
//!
//! What is told to many lies in memory once, and each outbox is bounded. What one connection
//! asked for is its own, and thousands may ask for it and not read: when all of that is more
//! than the budget, whoever has most waiting loses the connection, and the next.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;
use shared::frame::close;
use slab::Slab;

use super::outbox::Outbox;
use super::wire;
use crate::network::Network;

/// Connections that are closed at one look.
const AT_ONCE: usize = 256;
/// Between two looks: what was closed has to have time to give back what it held.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// The budget, and the connections that use it.
#[derive(Debug)]
pub struct Memory {
    most: usize,
    used: AtomicUsize,
    // Held to add or remove one, and to look through all when the budget is used up.
    connections: Mutex<Slab<Entry>>,
    // Before this nobody looks through them again.
    next_look: Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct Entry {
    outbox: Weak<Outbox>,
    from: IpAddr,
}

/// A connection's place among those that are known; given back when this is dropped.
#[derive(Debug)]
pub struct Registered {
    memory: Arc<Memory>,
    place: usize,
}

/// A part of the budget, given back when this is dropped.
#[derive(Debug)]
pub struct Charge {
    memory: Arc<Memory>,
    bytes: usize,
}

struct Charged {
    bytes: Bytes,
    _charge: Charge,
}

impl AsRef<[u8]> for Charged {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Memory {
    /// A budget of so many bytes.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Memory {
            most,
            used: AtomicUsize::new(0),
            connections: Mutex::default(),
            next_look: Mutex::default(),
        })
    }

    /// Knows a connection from an address.
    pub fn register(self: &Arc<Self>, outbox: &Arc<Outbox>, from: IpAddr) -> Registered {
        let place = self.connections.lock().insert(Entry {
            outbox: Arc::downgrade(outbox),
            from,
        });
        Registered {
            memory: Arc::clone(self),
            place,
        }
    }

    /// Takes a part of the budget. Where it is used up, [`Memory::relieve`] is to be called,
    /// by somebody who holds no outbox.
    pub fn charge(self: &Arc<Self>, bytes: usize) -> Charge {
        let mut charge = Charge {
            memory: Arc::clone(self),
            bytes: 0,
        };
        charge.resize(bytes);
        charge
    }

    /// Bytes that count until nobody needs them any more: what one connection asked for.
    pub fn hold(self: &Arc<Self>, bytes: Bytes) -> Bytes {
        let charge = self.charge(bytes.len());
        Bytes::from_owner(Charged {
            bytes,
            _charge: charge,
        })
    }

    /// As [`Memory::hold`], if the budget has room for it.
    pub fn try_hold(self: &Arc<Self>, bytes: Bytes) -> Option<Bytes> {
        let held = self.hold(bytes);
        self.relieve();
        (!self.is_over()).then_some(held)
    }

    /// Where the budget is used up, closes those who have most waiting.
    pub fn relieve(&self) {
        if !self.is_over() {
            return;
        }
        let now = Instant::now();
        {
            let mut next = self.next_look.lock();
            if next.is_some_and(|next| now < next) {
                return;
            }
            *next = Some(now + BETWEEN_LOOKS);
        }
        self.shed();
    }

    /// Closes the connections from some addresses.
    pub fn close_from(&self, network: Network) {
        let frame = wire::close(close::BLOCKED, "this address is blocked for a time");
        for (_, entry) in &*self.connections.lock() {
            if network.contains(entry.from)
                && let Some(outbox) = entry.outbox.upgrade()
            {
                outbox.close(frame.clone());
            }
        }
    }

    fn is_over(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.most
    }

    fn shed(&self) {
        let mut waiting: Vec<(usize, Arc<Outbox>)> = self
            .connections
            .lock()
            .iter()
            .filter_map(|(_, entry)| {
                let outbox = entry.outbox.upgrade()?;
                Some((outbox.waiting(), outbox)).filter(|(waiting, _)| *waiting > 0)
            })
            .collect();
        waiting.sort_unstable_by_key(|(waiting, _)| std::cmp::Reverse(*waiting));
        for (_, outbox) in waiting.iter().take(AT_ONCE) {
            if !self.is_over() {
                return;
            }
            outbox.shed(wire::close(
                close::SLOW_READER,
                "too much waits for readers, and most of it here; read faster",
            ));
        }
    }
}

impl Charge {
    /// Takes so much, instead of what it was.
    pub fn resize(&mut self, bytes: usize) {
        let used = &self.memory.used;
        if bytes < self.bytes {
            used.fetch_sub(self.bytes - bytes, Ordering::Relaxed);
        } else {
            used.fetch_add(bytes - self.bytes, Ordering::Relaxed);
        }
        self.bytes = bytes;
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.memory.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.memory.connections.lock().try_remove(self.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn frame(length: usize) -> Bytes {
        Bytes::from(vec![b'x'; length])
    }

    #[test]
    fn whoever_has_most_waiting_pays_and_the_others_go_on() {
        let memory = Memory::new(400_000);
        let outboxes: Vec<_> = (0..4).map(|_| Arc::new(Outbox::new(1_000_000))).collect();
        let _registered: Vec<_> = outboxes
            .iter()
            .map(|outbox| memory.register(outbox, HERE))
            .collect();
        for (outbox, length) in outboxes.iter().zip([50_000, 200_000, 100_000, 100_000]) {
            outbox.push(memory.hold(frame(length)));
        }
        memory.relieve();
        let closed: Vec<_> = outboxes.iter().map(|outbox| outbox.is_closed()).collect();
        assert_eq!(closed, [false, true, false, false]);
        assert_eq!(memory.used.load(Ordering::Relaxed), 250_000);
    }

    #[test]
    fn what_was_read_counts_no_more() {
        let memory = Memory::new(1_000);
        drop(memory.hold(frame(5_000)));
        assert_eq!(memory.used.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_block_closes_those_who_come_from_there() {
        let memory = Memory::new(1_000);
        let outboxes: Vec<_> = (0..2).map(|_| Arc::new(Outbox::new(1_000))).collect();
        let addresses = ["203.0.113.9", "198.51.100.9"];
        let _registered: Vec<_> = outboxes
            .iter()
            .zip(addresses)
            .map(|(outbox, from)| memory.register(outbox, from.parse().unwrap()))
            .collect();
        memory.close_from("203.0.113.0/24".parse().unwrap());
        assert!(outboxes[0].is_closed() && !outboxes[1].is_closed());
    }
}
