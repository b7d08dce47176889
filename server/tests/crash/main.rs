//! Durability: the real binary is killed under load, and a trace of its system calls shows what a
//! power cut would leave.
//!
//! `chaos` runs clients and kills the server; `evidence` is what they recorded, and `checker` finds
//! what is wrong with it. `trace` reads the output of strace and finds replies that were sent
//! before their commit was on the disk. `checker` and `trace` do no I/O. They are tested
//! themselves, with records written by hand and with servers that have a fault built in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails the test, and says where"
)]

mod chaos;
mod checker;
mod evidence;
mod faults;
mod kills;
mod power_cut;
mod random;
#[path = "../support/mod.rs"]
mod support;
mod trace;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Runs a test's story with the machine to itself: each of them keeps it busy.
fn alone<T>(story: impl Future<Output = T>) -> T {
    static MACHINE: Mutex<()> = Mutex::new(());
    // A story that failed has left nothing behind.
    let _machine: MutexGuard<'_, ()> = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(story)
}
