//! Clients that ask and do not read: the server's memory stays within its budget.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use shared::frame::close;
use shared::id::RoomId;
use tokio::net::TcpSocket;

use crate::pumps::folder;
use crate::support::guest::Guest;
use crate::support::native::PATH;
use crate::support::process::Process;
use crate::support::raw::{FIN, PING, Raw, TEXT, frame};
use crate::support::{DEADLINE, within};

const LOBBY: RoomId = RoomId::LOBBY;
const MIB: usize = 1024 * 1024;

/// What a process has in memory, in bytes.
pub fn resident(process: &Process) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse::<usize>().unwrap() * 1024
}

/// How many files a process has open, its connections among them.
fn open_files(process: &Process) -> usize {
    fs::read_dir(format!("/proc/{}/fd", process.id()))
        .unwrap()
        .count()
}

/// A connection that takes little from the network ahead of its reader.
async fn narrow(address: SocketAddr, token: &str) -> Raw {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(address).await.unwrap();
    Raw::greet_over(stream, PATH, token).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_readers_stay_within_the_memory_budget() {
    const READERS: usize = 400;
    const BUDGET: usize = 24 * MIB;
    let _alone = crate::alone().await;
    let folder = folder();
    let budget = BUDGET.to_string();
    let server = Process::start(
        folder.path(),
        &[
            "--rate-limit",
            "10",
            "--max-waiting-bytes",
            &budget,
            "--progress-timeout-seconds",
            "5",
        ],
    )
    .await;
    let mut ada = Guest::come_in(server.address, "Ada")
        .await
        .connect(server.address)
        .await;
    for _ in 0..30 {
        ada.post(LOBBY, &"x".repeat(10_000)).await;
    }
    let mut readers = Vec::new();
    let mut mallory = Guest::come_in(server.address, "Mallory").await;
    for number in 0..READERS {
        if number % 20 == 0 {
            mallory = Guest::come_in(server.address, "Mallory").await;
        }
        readers.push(narrow(server.address, &mallory.token).await);
    }
    let before = resident(&server);
    let files = open_files(&server);
    let question = r#"{"type":"history","question":1,"room":1,"before":1000}"#;
    for reader in &mut readers {
        for _ in 0..8 {
            reader.text(question).await;
        }
    }
    // All of them are given up in the end, and meanwhile nobody else notices.
    let mut most = 0;
    let watched = tokio::time::timeout(DEADLINE, async {
        let mut rhythm = tokio::time::interval(Duration::from_millis(50));
        while open_files(&server) > files - READERS + 10 {
            rhythm.tick().await;
            most = most.max(resident(&server));
            ada.settle().await;
        }
    });
    let ended = watched.await;
    let held = most.saturating_sub(before);
    println!("{READERS} slow readers: {} MiB more at most", held / MIB);
    assert!(held < 3 * BUDGET, "{} MiB", held / MIB);
    assert!(
        ended.is_ok(),
        "{} connections are left",
        open_files(&server)
    );
    ada.post(LOBBY, "still here").await;
    drop(readers);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn incomplete_messages_time_out_however_often_the_client_pings() {
    let _alone = crate::alone().await;
    let folder = folder();
    let server = Process::start(folder.path(), &["--progress-timeout-seconds", "2"]).await;
    let mut halves = Vec::new();
    for _ in 0..100 {
        let mut half = Raw::open(server.address, PATH).await;
        half.bytes(&frame(TEXT, &b"x".repeat(60_000))).await;
        halves.push(half);
    }
    let mut simple = Raw::open(server.address, "/").await;
    simple
        .bytes(&frame(FIN | TEXT, &b"x".repeat(60_000))[..1_000])
        .await;
    halves.push(simple);
    let mut closed = Vec::new();
    for mut half in halves {
        closed.push(tokio::spawn(async move {
            let mut rhythm = tokio::time::interval(Duration::from_millis(300));
            loop {
                tokio::select! {
                    code = half.closed() => return code,
                    _tick = rhythm.tick() => half.frame(FIN | PING, b"here").await,
                }
            }
        }));
    }
    for half in closed {
        let code = within("the end of a half message", half).await.unwrap();
        assert_eq!(code, Some(close::UNFINISHED));
    }
    server.stop().await;
}

/// What is refused, acknowledged and answered counts as well, if nobody reads it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_refusals_stay_within_the_memory_budget() {
    const PEERS: usize = 300;
    const BUDGET: usize = 16 * MIB;
    let _alone = crate::alone().await;
    let folder = folder();
    let budget = BUDGET.to_string();
    let server = Process::start(
        folder.path(),
        &["--rate-limit", "10", "--max-waiting-bytes", &budget],
    )
    .await;
    let ada = Guest::come_in(server.address, "Ada").await;
    let mut ada = ada.connect(server.address).await;
    let mallory = Guest::come_in(server.address, "Mallory").await;
    let mut peers = Vec::new();
    for _ in 0..PEERS {
        peers.push(narrow(server.address, &mallory.token).await);
    }
    let before = resident(&server);
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    let refused = format!(r#"{{"type":"send","client_id":"{id}","room":4711,"body":"x"}}"#);
    let many = frame(FIN | TEXT, refused.as_bytes()).repeat(3_000);
    let mut sending = Vec::new();
    for mut peer in peers {
        let many = many.clone();
        sending.push(tokio::spawn(async move {
            // The server reads no further when its answers are not read.
            let sent = tokio::time::timeout(Duration::from_secs(3), peer.bytes(&many)).await;
            (sent.is_ok(), peer)
        }));
    }
    let mut most = 0;
    let mut here = Vec::new();
    for sent in sending {
        here.push(sent.await.unwrap());
        most = most.max(resident(&server));
        ada.settle().await;
    }
    let held = most.saturating_sub(before);
    println!(
        "{PEERS} who read no refusal: {} MiB more at most",
        held / MIB
    );
    assert!(held < 5 * BUDGET, "{} MiB", held / MIB);
    ada.post(LOBBY, "still here").await;
    drop(here);
    server.stop().await;
}
