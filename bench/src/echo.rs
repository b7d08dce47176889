//! The cost of a bare round trip between two blocked threads: the lower bound for any answer.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use crate::stats::Sorted;

/// Sends `bytes` bytes over loopback and waits for the echo, `count` times; returns the times in
/// milliseconds.
///
/// # Errors
/// When loopback does not work.
pub fn costs(count: usize, bytes: usize) -> Result<Sorted> {
    let listener = TcpListener::bind("127.0.0.1:0").context("a round trip cannot be measured")?;
    let mut here = TcpStream::connect(listener.local_addr()?)?;
    let (there, _) = listener.accept()?;
    here.set_nodelay(true)?;
    there.set_nodelay(true)?;
    let echo = thread::spawn(move || echo(there, bytes));
    let mut frame = vec![b'x'; bytes];
    let costs: Result<Vec<Duration>> = (0..count)
        .map(|_| {
            let started = Instant::now();
            here.write_all(&frame)?;
            here.read_exact(&mut frame)?;
            Ok(started.elapsed())
        })
        .collect();
    drop(here);
    echo.join().map_err(|_| anyhow!("the echo panicked"))?;
    Ok(Sorted::millis(costs?))
}

/// Sends everything back until the connection ends.
fn echo(mut there: TcpStream, bytes: usize) {
    let mut frame = vec![0; bytes];
    while there.read_exact(&mut frame).is_ok() && there.write_all(&frame).is_ok() {}
}
