//! Sockets that send the same bytes again and again, as fast as the server reads.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::support::raw::HANDSHAKE;

/// What a connection does before it floods.
#[derive(Clone, Debug)]
pub enum Opening {
    /// A WebSocket at a path, and these bytes first.
    WebSocket(&'static str, Vec<u8>),
    /// Nothing: what is sent are requests.
    Http,
}

/// Sockets of one sort, sending until this is dropped.
pub struct Pump {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    closed: Arc<AtomicUsize>,
}

struct Attacker {
    stream: TcpStream,
    // How much of the chunk is out: frames are never cut.
    at: usize,
}

impl Pump {
    /// This many sockets, each sending `chunk` again and again. One that is closed connects again.
    pub fn start(address: SocketAddr, count: usize, opening: &Opening, chunk: Vec<u8>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let closed = Arc::new(AtomicUsize::new(0));
        let (opening, ends, count_of_closed) =
            (opening.clone(), Arc::clone(&stop), Arc::clone(&closed));
        let thread = std::thread::spawn(move || {
            // Of this thread alone, on Linux.
            let _niced = rustix::process::nice(19);
            let mut attackers: Vec<Option<Attacker>> = (0..count).map(|_| None).collect();
            while !ends.load(Ordering::Relaxed) {
                let mut is_idle = true;
                for slot in &mut attackers {
                    if ends.load(Ordering::Relaxed) {
                        return;
                    }
                    match slot {
                        None => *slot = Attacker::open(address, &opening),
                        Some(attacker) => {
                            if let Ok(is_done) = attacker.push(&chunk) {
                                is_idle &= !is_done;
                            } else {
                                *slot = None;
                                count_of_closed.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    }
                }
                if is_idle {
                    std::thread::yield_now();
                }
            }
        });
        Pump {
            stop,
            thread: Some(thread),
            closed,
        }
    }

    /// How many connections were closed by the server.
    pub fn closed(&self) -> usize {
        self.closed.load(Ordering::Relaxed)
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _joined = thread.join();
        }
    }
}

impl Attacker {
    fn open(address: SocketAddr, opening: &Opening) -> Option<Self> {
        let patience = Duration::from_secs(1);
        let mut stream = TcpStream::connect_timeout(&address, patience).ok()?;
        stream.set_read_timeout(Some(patience)).ok()?;
        stream.set_write_timeout(Some(patience)).ok()?;
        if let Opening::WebSocket(path, greeting) = opening {
            let mut text = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n");
            for (name, value) in HANDSHAKE {
                text.extend([name, ": ", value, "\r\n"]);
            }
            text.push_str("\r\n");
            stream.write_all(text.as_bytes()).ok()?;
            let mut head = [0; 512];
            let length = stream.read(&mut head).ok()?;
            if !head[..length].starts_with(b"HTTP/1.1 101 ") {
                return None;
            }
            stream.write_all(greeting).ok()?;
        }
        stream.set_nonblocking(true).ok()?;
        Some(Attacker { stream, at: 0 })
    }

    /// Sends what is taken, and throws away what comes. Says whether something was done.
    fn push(&mut self, chunk: &[u8]) -> Result<bool, ()> {
        let mut is_done = false;
        let mut thrown = [0; 16 * 1024];
        match self.stream.read(&mut thrown) {
            Ok(0) => return Err(()),
            Ok(_) => is_done = true,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return Err(()),
        }
        match self.stream.write(&chunk[self.at..]) {
            Ok(written) => {
                self.at = (self.at + written) % chunk.len();
                is_done = true;
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return Err(()),
        }
        Ok(is_done)
    }
}
