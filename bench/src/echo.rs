//! What a bare round trip costs between two threads that sleep until something comes: the
//! least that an answer can, before anything is done for it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use crate::stats::Sorted;

/// Sends so many bytes over loopback and waits until they are back, `count` times; the times
/// in milliseconds.
///
/// # Errors
/// When there is no loopback.
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
            let begun = Instant::now();
            here.write_all(&frame)?;
            here.read_exact(&mut frame)?;
            Ok(begun.elapsed())
        })
        .collect();
    drop(here);
    echo.join().map_err(|_| anyhow!("the echo panicked"))?;
    Ok(Sorted::millis(costs?))
}

/// Sends back what comes, until nothing more does.
fn echo(mut there: TcpStream, bytes: usize) {
    let mut frame = vec![0; bytes];
    while there.read_exact(&mut frame).is_ok() && there.write_all(&frame).is_ok() {}
}
