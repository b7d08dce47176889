//! The limit of connections.

use std::process::Command;

use shared::error::ErrorCode;
use tokio::net::TcpStream;

use crate::support::flood::{open_when_free, refused_connection};
use crate::support::http;
use crate::support::native::PATH;
use crate::support::process::{MADANG, Process, command_words};
use crate::support::raw::Raw;
use crate::support::server::Server;
use crate::support::within;

#[tokio::test]
async fn above_the_connection_limit_clients_are_refused_until_another_leaves() {
    let server = Server::start(&["--max-connections", "3"]).await;
    let mut inside = Vec::new();
    for _ in 0..3 {
        inside.push(open_when_free(server.address).await);
    }
    for _ in 0..20 {
        let answer = refused_connection(server.address).await;
        assert_eq!(answer.status, 503);
        assert_eq!(answer.code(), ErrorCode::TooManyConnections);
        assert!(answer.header("retry-after").is_some());
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            Some("same-origin")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(http::get(server.address, "/healthz", &[]).await.status, 503);
    }
    // Open connections are not affected.
    for raw in &mut inside {
        raw.text(r#"{"type":"ping"}"#).await;
        assert_eq!(raw.json().await["code"], "hello_first");
    }
    // One ends without a close frame, one with it.
    inside.pop();
    inside.push(open_when_free(server.address).await);
    let mut polite = inside.remove(0);
    polite.frame(0x88, &1000_u16.to_be_bytes()).await;
    assert_eq!(polite.closed().await, Some(1000));
    drop(polite);
    inside.push(open_when_free(server.address).await);
}

#[tokio::test]
async fn some_file_descriptors_are_reserved_for_the_server_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"ulimit -n 128; exec "$0" "$@""#, MADANG])
        .args(command_words(folder.path(), &[]));
    let server = Process::spawn(command).await.unwrap();
    assert!(server.log().contains("64 connections are taken instead"));
    let mut inside = Raw::open(server.address, PATH).await;
    let mut idle = Vec::new();
    for _ in 0..63 {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    for _ in 0..20 {
        let answer = refused_connection(server.address).await;
        assert_eq!(answer.code(), ErrorCode::TooManyConnections);
    }
    inside.text(r#"{"type":"ping"}"#).await;
    assert_eq!(inside.json().await["code"], "hello_first");
    drop(idle);
    open_when_free(server.address).await;
    assert!(!server.log().contains("cannot be accepted"));
    server.stop().await;
}

#[tokio::test]
async fn without_free_file_descriptors_open_connections_go_on_and_new_ones_come_later() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let mut inside = Raw::open(server.address, PATH).await;
    server.leave_files(8);
    // More than the server has file descriptors for; the system queues them.
    let mut idle = Vec::new();
    for _ in 0..16 {
        idle.push(TcpStream::connect(server.address).await.unwrap());
    }
    within("a word about it in the log", async {
        while !server.log().contains("cannot be accepted") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    inside.text(r#"{"type":"ping"}"#).await;
    assert_eq!(inside.json().await["code"], "hello_first");
    drop(idle);
    let mut after = open_when_free(server.address).await;
    after.text(r#"{"type":"ping"}"#).await;
    assert_eq!(after.json().await["code"], "hello_first");
    server.stop().await;
}
