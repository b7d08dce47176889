//! The control socket, over which the operator's commands reach a running server.

use std::path::Path;

use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::RoomId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::support::guest::{Guest, enter};
use crate::support::process::{Process, admin, try_admin};
use crate::support::server::{Server, folder};
use crate::support::{http, within};

const FILE: &str = "control.sock";

/// What the socket answers to these bytes: its status line.
async fn answered(folder: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(folder.join(FILE)).await.unwrap();
    // A refusal may come, and the connection be closed, before all is sent.
    let _sent = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _closed = within("the socket's answer", read).await;
    let answer = String::from_utf8(answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

fn request(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[tokio::test]
async fn operator_commands_are_not_reachable_over_the_public_listener() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let bearer = guest.bearer();
    let headers = [("authorization", bearer.as_str())];
    let body = r#"{"command":"remove_guest","user":1}"#;
    for path in ["/api/v1/control/remove", "/api/v1/command"] {
        let answer = http::post(server.address, path, &headers, body).await;
        assert_eq!((answer.status, answer.code()), (404, ErrorCode::NotFound));
    }
    let answer = http::post(server.address, "/command", &headers, body).await;
    assert_eq!(answer.status, 405, "a path of the page, which is read only");
    guest.connect(server.address).await.settle().await;
}

#[tokio::test]
async fn the_control_socket_of_a_killed_server_is_replaced() {
    let folder = folder();
    let server = Process::start(folder.path(), &[]).await;
    server.kill();
    assert!(folder.path().join(FILE).exists(), "left behind");
    let server = Process::start(folder.path(), &[]).await;
    let mut ada = enter(server.address, "Ada").await;
    admin(folder.path(), &["remove-guest", "1"]).await;
    assert_eq!(ada.closed().await, Some(close::UNAUTHORIZED));
    server.stop().await;
}

#[tokio::test]
async fn the_control_socket_works_in_a_deeply_nested_data_folder() {
    let around = folder();
    let mut deep = around.path().to_owned();
    for _ in 0..10 {
        deep.push("a folder whose name is long");
    }
    for _restart in 0..2 {
        let server = Process::start(&deep, &[]).await;
        let guest = Guest::come_in(server.address, "Ada").await;
        let mut ada = guest.connect(server.address).await;
        admin(&deep, &["remove-guest", &guest.profile.id.to_string()]).await;
        assert_eq!(ada.closed().await, Some(close::UNAUTHORIZED));
        server.stop().await;
        assert!(!deep.join(FILE).exists());
    }
}

#[tokio::test]
async fn a_malformed_operator_command_is_refused_and_the_next_one_served() {
    let server = Server::start(&[]).await;
    let path = server.folder.path();
    let large = format!(r#"{{"command":"{}"}}"#, "x".repeat(20_000));
    for (bytes, status) in [
        (request("/command", "{"), "400"),
        (request("/command", r#"{"command":"dance"}"#), "400"),
        (request("/command", r#"{"command":"remove_room"}"#), "400"),
        (request("/command", &large), "413"),
        (request("/", "{}"), "404"),
        (b"no HTTP at all\r\n\r\n".to_vec(), "400"),
        (vec![b'x'; 100_000], ""),
    ] {
        let line = answered(path, &bytes).await;
        assert!(line.contains(status), "{status}: {line}");
    }
    // Silent connections do not keep the operator out.
    let silent: Vec<UnixStream> = futures::future::join_all(
        (0..4).map(async |_| UnixStream::connect(path.join(FILE)).await.unwrap()),
    )
    .await;
    let mut ada = enter(server.address, "Ada").await;
    let room = ada.create_room("garden").await;
    admin(path, &["remove-room", &room.to_string()]).await;
    drop(silent);
    let output = try_admin(path, &["remove-room", &RoomId::LOBBY.to_string()]).await;
    assert!(!output.status.success());
}

#[tokio::test]
async fn without_a_control_socket_the_server_warns_and_starts() {
    let folder = folder();
    // A folder that is not empty cannot be replaced by a socket.
    std::fs::create_dir_all(folder.path().join(FILE).join("in the way")).unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.post(RoomId::LOBBY, "served").await;
    let output = try_admin(folder.path(), &["remove-guest", "1"]).await;
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cannot be reached"), "{said}");
    server.terminate();
    let (status, log) = server.exited().await;
    assert!(status.success() && log.contains("`madang admin`"), "{log}");
}
