//! What survives: the real binary is killed in the middle of a flood, and what a
//! power cut would leave is read from a trace of its system calls.
//!
//! `chaos` makes people talk and the server die; what everyone saw is `evidence`,
//! and `checker` finds what is wrong with it. `trace` reads what strace writes and
//! finds an answer that left before its message was on the disk. Both judges are
//! pure, and are tested themselves: by hand-made evidence, and against servers with a
//! fault built in.

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
