//! The shared writers: a few threads that write out what is due to the sockets.
//!
//! A message to a thousand members would otherwise wake a thousand tasks, each for one
//! write. They are threads of their own so that a long delivery takes no turn from those
//! who read: the system shares out the processors. Where a socket is full, nobody waits
//! here: the connection's own task does.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::due::Share;
use super::hub::Hub;
use crate::vital::Vital;

/// The writers of a hub; they end with this.
pub struct Writers {
    hub: Arc<Hub>,
    threads: Vec<JoinHandle<()>>,
}

impl Writers {
    /// Starts as many as there may be.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(hub: Arc<Hub>, vital: &Vital) -> io::Result<Self> {
        let mut writers = Writers {
            hub,
            threads: Vec::new(),
        };
        for number in 0..writers.hub.due.writers() {
            let hub = Arc::clone(&writers.hub);
            let guard = vital.guard("socket-writer");
            let thread = thread::Builder::new()
                .name(format!("socket-writer-{number}"))
                .spawn(move || {
                    let _guard = guard;
                    write_out(&hub, number);
                })?;
            writers.threads.push(thread);
        }
        Ok(writers)
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        self.hub.due.close();
        for thread in self.threads.drain(..) {
            // One that has panicked has said so.
            let _ended = thread.join();
        }
    }
}

fn write_out(hub: &Hub, number: usize) {
    let mut share = Share::new();
    while hub.due.wait(number) {
        hub.due.take(&mut share);
        for outbox in share.drain(..) {
            outbox.flush_shared();
        }
    }
}
