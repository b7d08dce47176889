//! Creates guests with `POST /api/v1/session`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Deserialize;
use serde_json::json;
use shared::id::UserId;

use super::connect::read_head;

/// Connections that create guests in parallel, so that the server commits them together.
const AT_ONCE: usize = 16;
/// The longest time for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A guest with a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The person.
    pub id: UserId,
    /// The token of the session.
    pub token: String,
}

#[derive(Deserialize)]
struct CreatedSession {
    user: CreatedUser,
    token: String,
}

/// A page gets its token as a cookie.
#[derive(Deserialize)]
struct PageSession {
    user: CreatedUser,
}

#[derive(Deserialize)]
struct CreatedUser {
    id: UserId,
}

/// The session cookie of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Its name, which contains the port.
    pub name: String,
    /// The token.
    pub value: String,
}

/// Creates a guest.
///
/// # Errors
/// When the server refuses it.
pub fn create_guest(address: SocketAddr, name: &str) -> Result<Guest> {
    create_on(&mut connect(address)?, address, name)
}

/// Creates `count` guests.
///
/// # Errors
/// When the server refuses one.
pub fn create_guests(address: SocketAddr, count: usize) -> Result<Vec<Guest>> {
    let share = count.div_ceil(AT_ONCE).max(1);
    let starts: Vec<usize> = (0..count).step_by(share).collect();
    thread::scope(|scope| {
        let workers: Vec<_> = starts
            .into_iter()
            .map(|start| scope.spawn(move || create(address, start..count.min(start + share))))
            .collect();
        let mut guests = Vec::with_capacity(count);
        for worker in workers {
            let created = worker.join().map_err(|_| anyhow!("a worker panicked"))?;
            guests.extend(created?);
        }
        Ok(guests)
    })
}

fn create(address: SocketAddr, numbers: std::ops::Range<usize>) -> Result<Vec<Guest>> {
    let mut stream = connect(address)?;
    numbers
        .map(|number| create_on(&mut stream, address, &format!("guest {number}")))
        .collect()
}

fn create_on(stream: &mut TcpStream, address: SocketAddr, name: &str) -> Result<Guest> {
    let (_, body) = post(stream, address, name, "")?;
    let CreatedSession { user, token } = serde_json::from_slice(&body)?;
    Ok(Guest { id: user.id, token })
}

/// Creates a guest for a page of `origin`; returns the cookie, and who the guest is.
///
/// # Errors
/// When the server refuses it.
pub fn page_cookie(address: SocketAddr, origin: &str, name: &str) -> Result<(Cookie, UserId)> {
    let mut stream = connect(address)?;
    let header = format!("Origin: {origin}\r\n");
    let (head, body) = post(&mut stream, address, name, &header)?;
    let PageSession { user } = serde_json::from_slice(&body)?;
    let cookie = head.lines().find_map(|line| {
        let (header, value) = line.split_once(": ")?;
        let is_cookie = header.eq_ignore_ascii_case("set-cookie");
        let (name, value) = value.split(';').next()?.split_once('=')?;
        is_cookie.then(|| Cookie {
            name: name.to_owned(),
            value: value.to_owned(),
        })
    });
    let cookie = cookie.context("the server set no cookie")?;
    Ok((cookie, user.id))
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    Ok(stream)
}

/// Posts on a kept-alive connection; returns the response's head and body.
fn post(
    stream: &mut TcpStream,
    address: SocketAddr,
    name: &str,
    more_headers: &str,
) -> Result<(String, Vec<u8>)> {
    let body = json!({ "name": name }).to_string();
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nHost: {address}\r\n{more_headers}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let (head, mut body) = read_head(stream)?;
    let length = head.lines().find_map(|line| {
        let (header, value) = line.split_once(": ")?;
        header
            .eq_ignore_ascii_case("content-length")
            .then_some(value)
    });
    let length: usize = length
        .context("the response has no Content-Length")?
        .parse()?;
    let received = body.len();
    body.resize(length.max(received), 0);
    stream.read_exact(&mut body[received..])?;
    if !head.starts_with("HTTP/1.1 201 ") {
        bail!("no session: {}", String::from_utf8_lossy(&body));
    }
    Ok((head, body))
}
