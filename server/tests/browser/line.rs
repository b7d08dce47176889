//! A line between pages and the server that can be cut and spoken into.
//!
//! Requests pass as they are, each on a connection of its own; some can be led to
//! another path, or held. A WebSocket passes frame by frame from the server's side, so
//! that other frames can be put between them.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

const UPGRADE: &[u8] = b"GET /api/v1/ws";
/// Frame kinds with the bit of a last fragment (RFC 6455 §5.2).
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;

/// The line.
pub struct Line {
    /// Where pages find it.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    server: SocketAddr,
    down: AtomicBool,
    /// What the paths of requests are replaced by: a part, and what stands there instead.
    detour: Mutex<Option<(&'static str, &'static str)>>,
    /// A part of the paths of requests that do not get through.
    held: Mutex<Option<&'static str>>,
    released: Condvar,
    /// The pages' end of every WebSocket that is open.
    sockets: Mutex<Vec<Arc<Mutex<TcpStream>>>>,
}

impl Line {
    /// A line to a server.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            server,
            down: AtomicBool::new(false),
            detour: Mutex::default(),
            held: Mutex::default(),
            released: Condvar::new(),
            sockets: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for page in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&accepting);
                // What breaks here breaks a connection, as lines do.
                thread::spawn(move || shared.pass(page));
            }
        });
        Line { address, shared }
    }

    /// Cuts every WebSocket and lets no new one through; requests still pass.
    pub fn cut(&self) {
        self.shared.down.store(true, Ordering::SeqCst);
        for socket in self.shared.sockets.lock().unwrap().drain(..) {
            let _cut = socket.lock().unwrap().shutdown(Shutdown::Both);
        }
    }

    /// Lets a WebSocket through again.
    pub fn mend(&self) {
        self.shared.down.store(false, Ordering::SeqCst);
    }

    /// Asks the server for another path wherever a path has this part.
    pub fn lead(&self, part: &'static str, instead: &'static str) {
        *self.shared.detour.lock().unwrap() = Some((part, instead));
    }

    /// Lets all requests go where they want.
    pub fn lead_no_more(&self) {
        *self.shared.detour.lock().unwrap() = None;
    }

    /// Holds requests whose path has this part.
    pub fn hold(&self, part: &'static str) {
        *self.shared.held.lock().unwrap() = Some(part);
    }

    /// Lets held requests go on.
    pub fn release(&self) {
        *self.shared.held.lock().unwrap() = None;
        self.shared.released.notify_all();
    }

    /// Says something to all pages in the server's place.
    pub fn say(&self, text: &str) {
        self.frame(TEXT, text.as_bytes());
    }

    /// Sends bytes to all pages in the server's place.
    pub fn say_bytes(&self, bytes: &[u8]) {
        self.frame(BINARY, bytes);
    }

    /// Closes every WebSocket with a code in the server's place.
    pub fn close(&self, code: u16) {
        self.frame(CLOSE, &code.to_be_bytes());
        for socket in self.shared.sockets.lock().unwrap().drain(..) {
            // What the server itself still says comes too late.
            let _ended = socket.lock().unwrap().shutdown(Shutdown::Write);
        }
    }

    fn frame(&self, kind: u8, payload: &[u8]) {
        let mut frame = vec![kind];
        match u16::try_from(payload.len()) {
            Ok(length @ ..126) => frame.push(u8::try_from(length).unwrap()),
            Ok(length) => {
                frame.push(126);
                frame.extend(length.to_be_bytes());
            }
            Err(_) => {
                frame.push(127);
                frame.extend((payload.len() as u64).to_be_bytes());
            }
        }
        frame.extend(payload);
        for socket in self.shared.sockets.lock().unwrap().iter() {
            // A page that has gone hears nothing.
            let _sent = socket.lock().unwrap().write_all(&frame);
        }
    }
}

impl Shared {
    /// Holds a request, leads it elsewhere, and makes it the only one on its connection.
    fn lead(&self, request: Vec<u8>) -> Vec<u8> {
        let text = String::from_utf8(request).unwrap();
        let (line, rest) = text.split_once("\r\n").unwrap();
        let held = self.held.lock().unwrap();
        let is_held = |held: &mut Option<&str>| held.is_some_and(|part| line.contains(part));
        drop(self.released.wait_while(held, is_held).unwrap());
        let line = match *self.detour.lock().unwrap() {
            Some((part, instead)) => line.replace(part, instead),
            None => line.to_owned(),
        };
        format!("{line}\r\nConnection: close\r\n{rest}").into_bytes()
    }

    fn pass(&self, mut page: TcpStream) -> io::Result<()> {
        let mut head = read_head(&mut page)?;
        let is_socket = head.starts_with(UPGRADE);
        if is_socket && self.down.load(Ordering::SeqCst) {
            return Ok(());
        }
        if !is_socket {
            head = self.lead(head);
        }
        let mut server = TcpStream::connect(self.server)?;
        server.set_nodelay(true)?;
        page.set_nodelay(true)?;
        server.write_all(&head)?;
        let (mut from_page, mut to_server) = (page.try_clone()?, server.try_clone()?);
        thread::spawn(move || {
            let _copied = io::copy(&mut from_page, &mut to_server);
            let _closed = to_server.shutdown(Shutdown::Both);
        });
        if !is_socket {
            io::copy(&mut server, &mut page)?;
            return page.shutdown(Shutdown::Both);
        }
        let head = read_head(&mut server)?;
        let page = Arc::new(Mutex::new(page));
        page.lock().unwrap().write_all(&head)?;
        self.sockets.lock().unwrap().push(Arc::clone(&page));
        loop {
            let frame = read_frame(&mut server);
            let page = page.lock().unwrap();
            let passed = frame.and_then(|frame| (&*page).write_all(&frame));
            if passed.is_err() {
                return page.shutdown(Shutdown::Both);
            }
        }
    }
}

/// Reads to the end of a request's or an answer's headers, and not a byte further.
fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(head)
}

/// Reads one unmasked frame, as it is.
fn read_frame(server: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 2];
    server.read_exact(&mut frame)?;
    let more = match frame[1] {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let mut length = [0; 8];
    server.read_exact(&mut length[8 - more..])?;
    frame.extend(&length[8 - more..]);
    let length = match more {
        0 => u64::from(frame[1]),
        _ => u64::from_be_bytes(length),
    };
    let begun = frame.len();
    frame.resize(begun + usize::try_from(length).unwrap(), 0);
    server.read_exact(&mut frame[begun..])?;
    Ok(frame)
}
