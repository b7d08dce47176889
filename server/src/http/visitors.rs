//! How often someone may come in from one address: each time makes a person.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use parking_lot::Mutex;
use shared::frame::Refusal;
use shared::limits::Limits;

use crate::chat::rate::Bucket;

/// Guests per second and address on average, and at once.
const PER_SECOND: u32 = 1;
const BURST: u32 = 60;
/// Addresses that are remembered; beyond, all are forgotten and may come again.
const REMEMBERED: usize = 10_000;

/// Who came from where.
pub struct Visitors {
    // Held to find a bucket, not while it is used.
    buckets: Mutex<HashMap<IpAddr, Arc<Bucket>>>,
    limits: Limits,
    proxies: Vec<IpAddr>,
}

impl Visitors {
    /// Nobody yet. With `unlimited` everybody may come at any time.
    pub fn new(unlimited: bool, proxies: Vec<IpAddr>) -> Self {
        let rate_per_second = if unlimited { 0 } else { PER_SECOND };
        let limits = Limits {
            rate_per_second,
            rate_burst: BURST,
            ..Limits::default()
        };
        Visitors {
            buckets: Mutex::default(),
            limits,
            proxies,
        }
    }

    /// Lets someone in.
    ///
    /// # Errors
    /// `rate_limited` when too many came from that address.
    pub fn admit(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), Refusal> {
        let address = self.address(peer, headers);
        let bucket = {
            let mut buckets = self.buckets.lock();
            if buckets.len() >= REMEMBERED {
                buckets.clear();
            }
            Arc::clone(
                buckets
                    .entry(address)
                    .or_insert_with(|| Arc::new(Bucket::new(&self.limits))),
            )
        };
        bucket.take()
    }

    /// The visitor's address: what a trusted proxy says it is, else the peer's own.
    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.proxies.contains(&peer) {
            return peer;
        }
        let forwarded = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok());
        // The last one that is not itself a trusted proxy: what stands before it anyone may write.
        forwarded
            .flat_map(|value| value.split(','))
            .filter_map(|address| address.trim().parse().ok())
            .filter(|address| !self.proxies.contains(address))
            .last()
            .unwrap_or(peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let stranger: IpAddr = "203.0.113.9".parse().unwrap();
        let visitors = Visitors::new(false, vec![proxy]);
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            HeaderValue::from_static("1.1.1.1, 198.51.100.7"),
        );
        assert_eq!(visitors.address(stranger, &headers), stranger);
        assert_eq!(
            visitors.address(proxy, &headers).to_string(),
            "198.51.100.7"
        );
    }

    #[test]
    fn too_many_from_one_address_wait_and_others_do_not() {
        let visitors = Visitors::new(false, Vec::new());
        let (crowd, other) = (
            "203.0.113.9".parse().unwrap(),
            "203.0.113.10".parse().unwrap(),
        );
        let headers = HeaderMap::new();
        for _ in 0..BURST {
            visitors.admit(crowd, &headers).unwrap();
        }
        assert!(
            visitors
                .admit(crowd, &headers)
                .unwrap_err()
                .retry_after_ms
                .is_some()
        );
        assert!(visitors.admit(other, &headers).is_ok());
    }
}
