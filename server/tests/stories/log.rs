//! A log that nobody reads, that cannot be written, or that clients try to fill: the server
//! keeps working.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::RoomId;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::process::{MADANG, Process, command_words, serve};
use crate::support::raw::handshake;
use crate::support::within;

const LOBBY: RoomId = RoomId::LOBBY;

/// A child that does not outlive its test.
struct Running(Child);

impl Running {
    fn terminate(&self) {
        let id = i32::try_from(self.0.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), Signal::TERM).unwrap();
    }

    async fn ended(mut self) -> std::process::ExitStatus {
        let waited = tokio::task::spawn_blocking(move || self.0.wait().unwrap());
        within("the end of the server", waited).await.unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _waited = self.0.wait();
    }
}

/// A port that is free at the moment.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A pipe that nobody reads.
fn broken_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

async fn wait_until_ready(address: SocketAddr) {
    within("the server", async {
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(http::get(address, "/healthz", &[]).await.status, 200);
}

/// Checks that a server whose log cannot be written works.
async fn does_all(address: SocketAddr, server: Running) {
    // A refused request is logged, or would be.
    for _ in 0..50 {
        let origin = [("origin", "https://evil.example")];
        let answer = handshake(address, "/api/v1/ws", &origin).await;
        assert_eq!(
            (answer.status, answer.code()),
            (403, ErrorCode::OriginForbidden)
        );
    }
    let mut ada = enter(address, "Ada").await;
    ada.post(LOBBY, "hello").await;
    server.terminate();
    assert_eq!(ada.closed().await, Some(close::RESTART));
    assert!(server.ended().await.success());
}

#[tokio::test]
async fn a_server_with_closed_output_starts_and_stops_cleanly() {
    let folder = TempDir::new().unwrap();
    let address = free_address();
    let listen = address.to_string();
    let mut command = serve(folder.path(), &["--listen", &listen]);
    let child = command
        .stdin(Stdio::null())
        .stdout(broken_pipe())
        .stderr(broken_pipe())
        .spawn();
    let server = Running(child.unwrap());
    wait_until_ready(address).await;
    does_all(address, server).await;
}

#[tokio::test]
async fn the_server_survives_the_end_of_its_log_reader() {
    let folder = TempDir::new().unwrap();
    let address = free_address();
    let listen = address.to_string();
    let mut command = serve(folder.path(), &["--listen", &listen, "--log", "debug"]);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut server = Running(child.unwrap());
    let mut line = String::new();
    let mut stdout = BufReader::new(server.0.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    drop((stdout, server.0.stderr.take()));
    wait_until_ready(address).await;
    does_all(address, server).await;
}

#[tokio::test]
async fn a_log_pipe_that_is_not_read_blocks_nobody() {
    let folder = TempDir::new().unwrap();
    let address = free_address();
    let listen = address.to_string();
    let mut command = serve(folder.path(), &["--listen", &listen, "--log", "trace"]);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut server = Running(child.unwrap());
    // Kept, and never read: the pipe is full soon.
    let _unread = server.0.stderr.take();
    wait_until_ready(address).await;
    let mut ada = enter(address, "Ada").await;
    for _ in 0..500 {
        let origin = [("origin", "https://evil.example")];
        assert_eq!(handshake(address, "/api/v1/ws", &origin).await.status, 403);
    }
    ada.post(LOBBY, "still here").await;
    drop(ada);
    does_all(address, server).await;
}

#[tokio::test]
async fn log_lines_that_a_client_can_cause_are_rate_limited() {
    let folder = TempDir::new().unwrap();
    let server = Process::start(folder.path(), &["--simple", "off"]).await;
    let requests: [&str; 3] = [
        "GET / HTTP/1.1\r\nhost: localhost\r\nsec-websocket-key: x\r\n\r\n",
        "GET /api/v1/session HTTP/1.1\r\nhost: evil.example\r\n\r\n",
        "GET /api/v1/session HTTP/1.1\r\nhost: localhost\r\norigin: https://evil.example\r\n\r\n",
    ];
    for request in requests {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let (mut reading, mut writing) = stream.split();
        let pipelined = request.repeat(500);
        let sent = async {
            // It may be closed before all is out.
            let _sent = writing.write_all(pipelined.as_bytes()).await;
            let _shut = writing.shutdown().await;
        };
        let read = async {
            let mut sink = tokio::io::sink();
            let _read = tokio::io::copy(&mut reading, &mut sink).await;
        };
        within("all answers", async { tokio::join!(sent, read) }).await;
    }
    let log = server.log();
    let lines = log.lines().count();
    assert!(lines < 100, "{lines} lines of 1,500 refusals");
    assert!(log.contains("--simple on"), "{log}");
    server.stop().await;
}

/// A disk of 3 MB that holds the data, the log, and something else of 1 MB.
const SMALL_DISK: &str = r#"
    mount -t tmpfs -o size=3m madang-test "$0" &&
    head -c 1000000 /dev/zero > "$0/ballast" &&
    exec "$@" 2> "$0/log""#;

#[tokio::test]
async fn the_server_survives_a_full_disk_that_also_holds_the_log() {
    let folder = TempDir::new().unwrap();
    let Some(server) = on_a_small_disk(folder.path()).await else {
        eprintln!("NOT TESTED: a log on a full disk; `unshare -rm` is not permitted here");
        return;
    };
    let seen = format!("/proc/{}/root{}", server.id(), folder.path().display());
    let seen = Path::new(&seen);
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let body = "x".repeat(10_000);
    let refused = loop {
        let command = crate::support::command::send(LOBBY, &body);
        if let Err(refusal) = ada.ask(&command).await {
            assert_eq!(refusal.code, ErrorCode::StorageFull);
            break command;
        }
    };
    // The disk is full, for the log too.
    let mut filler = std::fs::File::create(seen.join("filler")).unwrap();
    while std::io::Write::write(&mut filler, &[0; 4096]).is_ok() {}
    for _ in 0..100 {
        assert_eq!(ada.refused(&refused).await, ErrorCode::StorageFull);
        let origin = [("origin", "https://evil.example")];
        assert_eq!(
            handshake(server.address, "/api/v1/ws", &origin)
                .await
                .status,
            403
        );
    }
    std::fs::remove_file(seen.join("ballast")).unwrap();
    std::fs::remove_file(seen.join("filler")).unwrap();
    ada.ask(&refused).await.unwrap();
    let answer = http::get(server.address, "/healthz", &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
    drop(ada);
    server.stop().await;
}

async fn on_a_small_disk(folder: &Path) -> Option<Process> {
    let permitted = Command::new("unshare")
        .args(["-rm", "sh", "-c", r#"mount -t tmpfs madang-test "$0""#])
        .arg(folder)
        .output();
    if !permitted.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-c", SMALL_DISK])
        .arg(folder)
        .arg(MADANG)
        .args(command_words(folder, &["--max-store-bytes", "1000000000"]));
    Process::spawn(command).await.ok()
}
