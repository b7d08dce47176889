//! The shared writers: a few threads that write scheduled outboxes to their sockets.
//!
//! Without them a message to a thousand members would wake a thousand tasks, each for one
//! write. They are threads and not tasks, so that a long delivery does not keep the runtime
//! from reading: the operating system divides the processors. A writer never waits for a full
//! socket; the connection's own task does.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::hub::Hub;
use super::write_queue::WriteBatch;
use crate::critical_tasks::CriticalTasks;

/// The writer threads of a hub. Dropping it stops and joins them.
pub struct Writers {
    hub: Arc<Hub>,
    threads: Vec<JoinHandle<()>>,
}

impl Writers {
    /// Starts one thread for each writer that the hub's queue allows.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(hub: Arc<Hub>, critical: &CriticalTasks) -> io::Result<Self> {
        let mut writers = Writers {
            hub,
            threads: Vec::new(),
        };
        for number in 0..writers.hub.write_queue.max_writers() {
            let hub = Arc::clone(&writers.hub);
            let guard = critical.guard("socket-writer");
            let thread = thread::Builder::new()
                .name(format!("socket-writer-{number}"))
                .spawn(move || {
                    let _guard = guard;
                    run(&hub, number);
                })?;
            writers.threads.push(thread);
        }
        Ok(writers)
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        self.hub.write_queue.close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has logged it.
            let _ended = thread.join();
        }
    }
}

fn run(hub: &Hub, number: usize) {
    let mut batch = WriteBatch::new();
    while hub.write_queue.wait_for_work(number) {
        hub.write_queue.take_batch(&mut batch);
        for outbox in batch.drain(..) {
            outbox.flush_from_writer();
        }
    }
}
