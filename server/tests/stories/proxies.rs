//! Visitors who come through a trusted proxy: each counts for the address that the proxy
//! names, and everybody counts for some address.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::native::PATH;
use crate::support::process::Process;
use crate::support::raw::HANDSHAKE;
use crate::support::server::{Server, folder};
use crate::support::within;

/// Two connections for each visitor. The proxy is on this machine, whose own programs are not
/// counted.
const SETTINGS: &[&str] = &[
    "--trusted-proxy",
    "127.0.0.1,10.0.0.1",
    "--max-connections-per-address",
    "2",
];

/// Opens a WebSocket through the proxy with these lines of `X-Forwarded-For`; gives the status,
/// and the connection to keep open.
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

/// Asserts that these three count as one visitor, who gets two connections and no third, and
/// that another visitor still gets one.
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
async fn the_last_entry_of_the_nearest_trusted_proxy_names_the_visitor() {
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
async fn a_port_in_the_entry_does_not_make_another_visitor() {
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
async fn bytes_that_are_not_utf8_do_not_hide_a_visitor() {
    assert_one_visitor([
        &[b"\xff, 203.0.113.9"],
        &[b"\xfe\xff", b"203.0.113.9"],
        &[b"203.0.113.9"],
    ])
    .await;
}

#[tokio::test]
async fn visitors_without_a_name_count_together_and_are_limited() {
    assert_one_visitor([&[], &[], &[]]).await;
    assert_one_visitor([
        &[b"203.0.113.1, unknown"],
        &[b"203.0.113.2, \xff"],
        &[b"203.0.113.3, "],
    ])
    .await;
    // A visitor cannot claim to be this machine.
    assert_one_visitor([&[b"127.0.0.1"], &[b"127.0.0.1:80"], &[]]).await;
    assert_one_visitor([&[b"127.0.0.2"], &[b"127.0.0.2"], &[b"::ffff:127.0.0.2"]]).await;
}

#[tokio::test]
async fn the_log_warns_of_a_proxy_that_does_not_name_visitors() {
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
async fn forwarded_addresses_from_others_than_trusted_proxies_are_ignored() {
    let arguments = [
        "--trusted-proxy",
        "10.0.0.1",
        "--max-connections-per-address",
        "1",
    ];
    let server = Server::start(&arguments).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        // Programs on this machine are not counted.
        let (status, stream) = open(server.address, &[b"203.0.113.9"]).await;
        assert_eq!(status, 101);
        held.push(stream);
    }
}
