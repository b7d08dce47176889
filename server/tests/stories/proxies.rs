//! Clients behind a trusted proxy count for the address that the proxy forwards.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::native::PATH;
use crate::support::process::Process;
use crate::support::raw::HANDSHAKE;
use crate::support::server::{Server, folder};
use crate::support::within;

/// Two connections for each visitor; the proxy is on this machine, whose own programs are
/// not counted.
const SETTINGS: &[&str] = &[
    "--trusted-proxy",
    "127.0.0.1,10.0.0.1",
    "--max-connections-per-address",
    "2",
];

/// A WebSocket through the proxy with these lines of `X-Forwarded-For`; the status, and
/// the connection to hold.
async fn open(address: SocketAddr, lines: &[&[u8]]) -> (u16, TcpStream) {
    let mut request = format!("GET {PATH} HTTP/1.1\r\nhost: {address}\r\n").into_bytes();
    for (name, value) in HANDSHAKE {
        request.extend(format!("{name}: {value}\r\n").bytes());
    }
    for line in lines {
        request.extend([b"x-forwarded-for: ", *line, b"\r\n"].concat());
    }
    request.extend(b"\r\n");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&request).await.unwrap();
    let mut status = [0; 12];
    within("an answer", stream.read_exact(&mut status))
        .await
        .unwrap();
    let status = str::from_utf8(&status[9..]).unwrap().parse().unwrap();
    (status, stream)
}

/// Checks that these count as one client, which gets two connections and not a third, whatever the
/// client itself writes into the header; and that another client still gets one.
async fn assert_one_visitor(lines: [&[&[u8]]; 3]) {
    let server = Server::start(SETTINGS).await;
    let first = open(server.address, lines[0]).await;
    let second = open(server.address, lines[1]).await;
    assert_eq!((first.0, second.0), (101, 101), "{lines:?}");
    let third = open(server.address, lines[2]).await;
    assert_eq!(third.0, 503, "{lines:?}");
    let other = open(server.address, &[b"198.51.100.1"]).await;
    assert_eq!(other.0, 101, "{lines:?}");
}

#[tokio::test]
async fn the_client_address_is_the_last_one_that_the_nearest_trusted_proxy_names() {
    assert_one_visitor([
        &[b"203.0.113.9"],
        &[b"198.51.100.7, 203.0.113.9"],
        &[b"198.51.100.7", b"203.0.113.9"],
    ])
    .await;
    assert_one_visitor([
        &[b"203.0.113.9, 10.0.0.1"],
        &[b"203.0.113.9:1111, 10.0.0.1:2222"],
        &[b"junk, 203.0.113.9"],
    ])
    .await;
}

#[tokio::test]
async fn a_port_in_a_forwarded_address_makes_no_second_client() {
    assert_one_visitor([
        &[b"1.1.1.1, 203.0.113.9:5555"],
        &[b"2.2.2.2, 203.0.113.9:6666"],
        &[b"3.3.3.3, 203.0.113.9"],
    ])
    .await;
    assert_one_visitor([
        &[b"[2001:db8:5::1]:443"],
        &[b"[2001:db8:5::2]"],
        &[b"2001:db8:5::3"],
    ])
    .await;
}

#[tokio::test]
async fn invalid_bytes_in_the_forwarding_header_do_not_hide_the_client() {
    assert_one_visitor([
        &[b"\xff, 203.0.113.9"],
        &[b"\xfe\xff", b"203.0.113.9"],
        &[b"203.0.113.9"],
    ])
    .await;
}

#[tokio::test]
async fn clients_without_a_forwarded_address_count_as_one_and_not_as_loopback() {
    assert_one_visitor([&[], &[], &[]]).await;
    assert_one_visitor([
        &[b"203.0.113.1, unknown"],
        &[b"203.0.113.2, \xff"],
        &[b"203.0.113.3, "],
    ])
    .await;
    // A client cannot claim a loopback address.
    assert_one_visitor([&[b"127.0.0.1"], &[b"127.0.0.1:80"], &[]]).await;
    assert_one_visitor([&[b"127.0.0.2"], &[b"127.0.0.2"], &[b"::ffff:127.0.0.2"]]).await;
}

#[tokio::test]
async fn the_log_names_a_proxy_that_forwards_no_address() {
    let folder = folder();
    let server = Process::start(folder.path(), SETTINGS).await;
    open(server.address, &[b"203.0.113.9"]).await;
    assert!(!server.log().contains("X-Forwarded-For"));
    open(server.address, &[]).await;
    server.terminate();
    let (_, log) = server.exited().await;
    assert!(log.contains("trusted proxy 127.0.0.1"), "{log}");
}

#[tokio::test]
async fn forwarding_headers_of_untrusted_peers_are_ignored() {
    let arguments = [
        "--trusted-proxy",
        "10.0.0.1",
        "--max-connections-per-address",
        "1",
    ];
    let server = Server::start(&arguments).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        // This machine's own programs are not counted.
        let (status, stream) = open(server.address, &[b"203.0.113.9"]).await;
        assert_eq!(status, 101);
        held.push(stream);
    }
}
