//! One memory budget for the frames that wait for all readers together.
//!
//! A published frame lies in memory once for all its readers, and each outbox has a limit. But
//! an answer belongs to the one connection that asked, and thousands may ask and not read.
//! When all of that exceeds the budget, the connections with the most bytes waiting are closed
//! first.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;
use shared::frame::close;
use slab::Slab;

use super::encode;
use crate::network::Network;

/// Connections that are closed in one pass.
const MAX_CLOSED_PER_PASS: usize = 256;
/// Between two passes: closed connections need time to free their memory.
const PASS_INTERVAL: Duration = Duration::from_millis(50);

/// The budget, and the connections that use it.
#[derive(Debug)]
pub struct MemoryBudget {
    max_bytes: usize,
    used_bytes: AtomicUsize,
    // Locked to add or remove a connection, and for a pass over all of them.
    connections: Mutex<Slab<Entry>>,
    // No pass before this.
    next_pass: Mutex<Option<Instant>>,
}

/// What the budget needs of a connection. Its outbox implements this.
pub trait BudgetedConnection: std::fmt::Debug + Send + Sync {
    /// Bytes that wait in memory for this connection.
    fn pending_bytes(&self) -> usize;
    /// Drops what waits and ends the connection at once, with this close frame if it can still
    /// be sent.
    fn shed(&self, close_frame: Bytes);
    /// Ends the connection with this close frame, behind what waits.
    fn close(&self, close_frame: Bytes);
}

#[derive(Debug)]
struct Entry {
    connection: Weak<dyn BudgetedConnection>,
    address: IpAddr,
}

/// Keeps a connection registered. Dropping it removes the connection.
#[derive(Debug)]
pub struct Registration {
    memory: Arc<MemoryBudget>,
    index: usize,
}

/// A part of the budget that is in use. Dropping it gives the part back.
#[derive(Debug)]
pub struct Charge {
    memory: Arc<MemoryBudget>,
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

impl MemoryBudget {
    /// A budget of this many bytes.
    pub fn new(max_bytes: usize) -> Arc<Self> {
        Arc::new(MemoryBudget {
            max_bytes,
            used_bytes: AtomicUsize::new(0),
            connections: Mutex::default(),
            next_pass: Mutex::default(),
        })
    }

    /// Registers a connection from an address, so that it can be closed.
    pub fn register(
        self: &Arc<Self>,
        connection: Weak<dyn BudgetedConnection>,
        address: IpAddr,
    ) -> Registration {
        let index = self.connections.lock().insert(Entry {
            connection,
            address,
        });
        Registration {
            memory: Arc::clone(self),
            index,
        }
    }

    /// Takes a part of the budget, even if it is exceeded then. The caller calls
    /// [`MemoryBudget::relieve`] afterwards, without holding the lock of an outbox.
    pub fn charge(self: &Arc<Self>, bytes: usize) -> Charge {
        let mut charge = Charge {
            memory: Arc::clone(self),
            bytes: 0,
        };
        charge.resize(bytes);
        charge
    }

    /// Makes bytes count in the budget until the last reference to them is dropped.
    pub fn hold(self: &Arc<Self>, bytes: Bytes) -> Bytes {
        let charge = self.charge(bytes.len());
        Bytes::from_owner(Charged {
            bytes,
            _charge: charge,
        })
    }

    /// As [`MemoryBudget::hold`]; none if the budget has no room.
    pub fn try_hold(self: &Arc<Self>, bytes: Bytes) -> Option<Bytes> {
        let held = self.hold(bytes);
        self.relieve();
        (!self.is_over()).then_some(held)
    }

    /// If the budget is exceeded, closes the connections with the most bytes waiting.
    pub fn relieve(&self) {
        if !self.is_over() {
            return;
        }
        let now = Instant::now();
        {
            let mut next = self.next_pass.lock();
            if next.is_some_and(|next| now < next) {
                return;
            }
            *next = Some(now + PASS_INTERVAL);
        }
        self.close_largest();
    }

    /// Closes the connections from a network that was blocked.
    pub fn close_from(&self, network: Network) {
        let frame = encode::close_frame(close::BLOCKED, "this address is blocked for a time");
        for (_, entry) in &*self.connections.lock() {
            if network.contains(entry.address)
                && let Some(connection) = entry.connection.upgrade()
            {
                connection.close(frame.clone());
            }
        }
    }

    /// Bytes of the budget that are in use.
    pub fn used_bytes(&self) -> usize {
        self.used_bytes.load(Ordering::Relaxed)
    }

    /// Bytes that wait in the outboxes of all connections.
    pub fn pending_bytes(&self) -> usize {
        let connections: Vec<_> = self
            .connections
            .lock()
            .iter()
            .filter_map(|(_, entry)| entry.connection.upgrade())
            .collect();
        connections.iter().map(|each| each.pending_bytes()).sum()
    }

    fn is_over(&self) -> bool {
        self.used_bytes.load(Ordering::Relaxed) > self.max_bytes
    }

    fn close_largest(&self) {
        let mut pending: Vec<(usize, Arc<dyn BudgetedConnection>)> = self
            .connections
            .lock()
            .iter()
            .filter_map(|(_, entry)| {
                let connection = entry.connection.upgrade()?;
                Some((connection.pending_bytes(), connection)).filter(|(bytes, _)| *bytes > 0)
            })
            .collect();
        pending.sort_unstable_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
        for (_, connection) in pending.iter().take(MAX_CLOSED_PER_PASS) {
            if !self.is_over() {
                return;
            }
            connection.shed(encode::close_frame(
                close::SLOW_READER,
                "too much waits for readers, and most of it here; read faster",
            ));
        }
    }
}

impl Charge {
    /// Changes its size.
    pub fn resize(&mut self, bytes: usize) {
        let used = &self.memory.used_bytes;
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
        self.memory
            .used_bytes
            .fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.memory.connections.lock().try_remove(self.index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::delivery::outbox::Outbox;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn weak(outbox: &Arc<Outbox>) -> Weak<dyn BudgetedConnection> {
        let outbox: Weak<Outbox> = Arc::downgrade(outbox);
        outbox
    }

    fn frame(length: usize) -> Bytes {
        Bytes::from(vec![b'x'; length])
    }

    #[test]
    fn above_the_budget_the_connection_with_the_most_bytes_waiting_is_closed() {
        let memory = MemoryBudget::new(400_000);
        let outboxes: Vec<_> = (0..4).map(|_| Arc::new(Outbox::new(1_000_000))).collect();
        let _registrations: Vec<_> = outboxes
            .iter()
            .map(|outbox| memory.register(weak(outbox), HERE))
            .collect();
        for (outbox, length) in outboxes.iter().zip([50_000, 200_000, 100_000, 100_000]) {
            outbox.push(memory.hold(frame(length)));
        }
        memory.relieve();
        let closed: Vec<_> = outboxes.iter().map(|outbox| outbox.is_closed()).collect();
        assert_eq!(closed, [false, true, false, false]);
        assert_eq!(memory.used_bytes.load(Ordering::Relaxed), 250_000);
    }

    #[test]
    fn dropped_bytes_are_given_back_to_the_budget() {
        let memory = MemoryBudget::new(1_000);
        drop(memory.hold(frame(5_000)));
        assert_eq!(memory.used_bytes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_block_closes_the_connections_from_that_network() {
        let memory = MemoryBudget::new(1_000);
        let outboxes: Vec<_> = (0..2).map(|_| Arc::new(Outbox::new(1_000))).collect();
        let addresses = ["203.0.113.9", "198.51.100.9"];
        let _registrations: Vec<_> = outboxes
            .iter()
            .zip(addresses)
            .map(|(outbox, address)| memory.register(weak(outbox), address.parse().unwrap()))
            .collect();
        memory.close_from("203.0.113.0/24".parse().unwrap());
        assert!(outboxes[0].is_closed() && !outboxes[1].is_closed());
    }
}
