//! A clean stop under load.

use std::collections::HashSet;

use shared::error::ErrorCode;
use shared::frame::{Anchor, ClientFrame, ServerFrame, close};
use shared::id::{ClientId, RoomId, Seq};
use tokio::sync::mpsc;

use crate::support::command::{self, send};
use crate::support::guest::Guest;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::process::Process;
use crate::support::raw::Raw;
use crate::support::server::{Server, folder};
use crate::support::simple::Simple;
use crate::support::socket::Socket;
use crate::support::within;

const LOBBY: RoomId = RoomId::LOBBY;
const WRITERS: usize = 4;

/// Sends without end, up to 50 at a time. Returns what was acknowledged, and the closing code.
async fn write_on(
    mut native: Native,
    progress: mpsc::UnboundedSender<()>,
) -> (HashSet<ClientId>, Option<u16>) {
    let mut acked = HashSet::new();
    loop {
        let commands: Vec<ClientFrame> = (0..50).map(|_| send(LOBBY, "on and on")).collect();
        native.say_all(&commands).await;
        for _ in &commands {
            match native.try_next().await {
                Ok(ServerFrame::Ack(ack)) => assert!(acked.insert(ack.client_id)),
                Ok(ServerFrame::Error(refusal)) => {
                    assert_eq!(refusal.code, ErrorCode::ShuttingDown);
                }
                Ok(other) => panic!("{other:?}"),
                Err(code) => return (acked, code),
            }
        }
        // After the stop nobody counts any more.
        let _counted = progress.send(());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_acknowledges_all_accepted_commands_and_keeps_them() {
    let folder = folder();
    let server = Process::start(folder.path(), &[]).await;
    let address = server.address;
    let (progress, mut rounds) = mpsc::unbounded_channel();
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let guest = Guest::come_in(address, &format!("Writer {number}")).await;
        let native = guest.connect(address).await;
        writers.push(tokio::spawn(write_on(native, progress.clone())));
    }
    let guest = Guest::come_in(address, "Reader").await;
    let mut idle = guest.connect(address).await;
    let mut simple = Simple::connect(address).await;
    for _ in 0..10 * WRITERS {
        within("some progress", rounds.recv()).await.unwrap();
    }

    server.terminate();

    let mut acked = HashSet::new();
    for writer in writers {
        let (own, code) = within("the end of a writer", writer).await.unwrap();
        assert_eq!(code, Some(close::RESTART));
        acked.extend(own);
    }
    assert_eq!(idle.closed().await, Some(close::RESTART));
    assert_eq!(simple.closed().await, Some(close::RESTART));
    let (status, log) = server.exited().await;
    assert!(status.success(), "{log}");
    let refused = Socket::open(address, "/", &[]).await.err();
    assert_eq!(refused, Some(None), "nobody listens any more");

    let server = Process::start(folder.path(), &[]).await;
    let mut reader = guest.connect(server.address).await;
    let stored = all_ids(&mut reader).await;
    let unique: HashSet<ClientId> = stored.iter().copied().collect();
    assert_eq!(stored.len(), unique.len(), "nothing is there twice");
    assert_eq!(unique, acked);
    server.stop().await;
}

async fn all_ids(reader: &mut Native) -> Vec<ClientId> {
    let mut ids = Vec::new();
    let mut last = Seq::ZERO;
    loop {
        let page = reader.history(LOBBY, Anchor::After(last), None).await;
        let messages = page.unwrap().messages();
        let Some(end) = messages.last() else {
            return ids;
        };
        last = end.seq;
        ids.extend(messages.iter().filter_map(|message| message.client_id));
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_idle_connections() {
    let server = Server::start(&[]).await;
    // One has sent nothing, one half of a request, one a request and stays.
    let silent = tokio::net::TcpStream::connect(server.address)
        .await
        .unwrap();
    let mut half = tokio::net::TcpStream::connect(server.address)
        .await
        .unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut half, b"GET / HT")
        .await
        .unwrap();
    let mut raw = Raw::open(server.address, "/").await;
    let stopping = tokio::spawn(server.stop());
    assert_eq!(raw.closed().await, Some(close::RESTART));
    drop(raw);
    drop(silent);
    drop(half);
    within("the stop", stopping).await.unwrap();
}

#[tokio::test]
async fn a_command_sent_during_a_stop_gets_a_reply() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let sent = send(LOBBY, "just in time");
    ada.say(&sent).await;
    let stopping = tokio::spawn(server.stop());
    let mut answered = None;
    let code = loop {
        match ada.try_next().await {
            Ok(ServerFrame::Ack(ack)) => answered = Some(ack.client_id),
            Ok(_) => {}
            Err(code) => break code,
        }
    };
    assert_eq!(code, Some(close::RESTART));
    let folder = within("the stop", stopping).await.unwrap();
    let server = Server::start_in(folder, &[]).await;
    let mut ada = guest.connect(server.address).await;
    let stored = all_ids(&mut ada).await;
    let expected: Vec<ClientId> = answered.into_iter().collect();
    assert_eq!(stored, expected);
    // Whether it got a reply or not, a retry succeeds.
    ada.ask(&sent).await.unwrap();
    assert_eq!(all_ids(&mut ada).await, [command::id(&sent)]);
}

#[tokio::test]
async fn sigint_is_a_clean_stop_too() {
    let folder = folder();
    let server = Process::start(folder.path(), &[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    ada.post(LOBBY, "kept").await;
    server.interrupt();
    assert_eq!(ada.closed().await, Some(close::RESTART));
    let (status, log) = server.exited().await;
    assert!(status.success(), "{log}");
    // Everything is in one file: the write-ahead log was moved into it.
    assert!(!folder.path().join("madang.sqlite-wal").exists());
}
