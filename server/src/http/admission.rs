//! How many connections there may be, and who still has one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Config;

/// A connection's admission; held as long as the connection lasts, also when it has
/// become a WebSocket.
pub type Admission = Arc<dyn Send + Sync>;

/// How many connections an address has.
type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// How many connections the server takes: so many in all, so many from one address.
pub struct Admissions {
    free: Arc<Semaphore>,
    all: u32,
    // Held to count, at a connection's begin and end.
    addresses: Counts,
    most_per_address: usize,
    uncounted: Vec<IpAddr>,
}

/// One admitted connection.
struct Admitted {
    _permit: OwnedSemaphorePermit,
    counted: Option<(IpAddr, Counts)>,
}

impl Admissions {
    /// As the settings say.
    pub fn new(config: &Config) -> Self {
        let all = u32::try_from(config.max_connections)
            .unwrap_or(u32::MAX)
            .max(1);
        Admissions {
            free: Arc::new(Semaphore::new(all as usize)),
            all,
            addresses: Arc::default(),
            most_per_address: config.max_connections_per_address,
            uncounted: config.trusted_proxies.clone(),
        }
    }

    /// Admits a connection, if there is room for it.
    pub fn admit(&self, address: IpAddr) -> Option<Admission> {
        let permit = Arc::clone(&self.free).try_acquire_owned().ok()?;
        let mut counted = None;
        if !address.is_loopback() && !self.uncounted.contains(&address) {
            let mut addresses = self.addresses.lock();
            let count = addresses.entry(address).or_insert(0);
            if *count >= self.most_per_address {
                return None;
            }
            *count += 1;
            counted = Some((address, Arc::clone(&self.addresses)));
        }
        Some(Arc::new(Admitted {
            _permit: permit,
            counted,
        }))
    }

    /// Waits until every connection has ended.
    pub async fn all_gone(&self) {
        // The semaphore is never closed.
        let _all = self.free.acquire_many(self.all).await;
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        if let Some((address, addresses)) = &self.counted {
            let mut addresses = addresses.lock();
            if let Some(count) = addresses.get_mut(address) {
                *count -= 1;
                if *count == 0 {
                    addresses.remove(address);
                }
            }
        }
    }
}
