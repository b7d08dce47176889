//! From a commit to the sockets: what changed goes over the bus, then the answers follow,
//! then both are written out.

use std::sync::Arc;

use super::hub::Hub;
use crate::bus::Bus;
use crate::store::{Committed, Outlet, Pressure};

/// Tells and answers on this node.
pub struct Telling {
    bus: Arc<dyn Bus>,
    hub: Arc<Hub>,
}

impl Telling {
    /// By this bus; the answers go to this node's connections.
    pub fn new(bus: Arc<dyn Bus>, hub: Arc<Hub>) -> Self {
        Telling { bus, hub }
    }
}

impl Outlet for Telling {
    fn tell(&self, mut committed: Committed, pressure: Pressure) {
        let held = (pressure == Pressure::Idle).then(|| self.hub.due.hold());
        let batch = std::mem::take(&mut committed.batch);
        if !batch.is_empty() {
            self.bus.publish(batch);
        }
        committed.answer();
        if let Some(held) = held {
            held.write();
        }
    }
}
