//! What edited messages said before: who reads it, and that it goes with the message.

use std::net::SocketAddr;

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, Seq};

use crate::support::account::{ask_as, claim, invite, join, signed_in};
use crate::support::command::{delete, edit};
use crate::support::guest::Guest;
use crate::support::http::Answer;
use crate::support::native::Native;
use crate::support::process::madang;
use crate::support::server::{Server, holds};

/// The most versions that are kept of a message.
const MOST: usize = 100;

async fn ask(address: SocketAddr, who: &Guest, room: RoomId, seq: Seq) -> Answer {
    let path = format!("rooms/{room}/messages/{seq}/versions");
    ask_as(address, who, "GET", &path, &Value::Null).await
}

async fn texts(address: SocketAddr, who: &Guest, room: RoomId, seq: Seq) -> Vec<String> {
    let answer = ask(address, who, room, seq).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    let versions = answer["versions"].as_array().unwrap().iter();
    versions
        .map(|version| version["body"].as_str().unwrap().to_owned())
        .collect()
}

/// Posts a text and edits it to the next ones.
async fn written(native: &mut Native, room: RoomId, texts: &[&str]) -> (Seq, Rev) {
    let (first, edits) = texts.split_first().unwrap();
    let posted = native.post(room, first).await;
    let (seq, mut rev) = (posted.seq.unwrap(), posted.rev.unwrap());
    for text in edits {
        let edited = native.ask(&edit(room, seq, rev, text)).await.unwrap();
        rev = edited.rev.unwrap();
    }
    (seq, rev)
}

#[tokio::test]
async fn the_author_and_who_manages_the_room_read_what_a_message_said_before() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let olga = claim(address, server.folder.path()).await;
    let secret = invite(address, &olga, &json!({ "uses": 2 })).await;
    let mia = signed_in(&join(address, &secret, "mia").await);
    let leo = signed_in(&join(address, &secret, "leo").await);
    let mut line = mia.connect(address).await;
    let room = line.create_private_room("den").await;
    line.add_members(room, &[leo.profile.id]).await;
    let mut leos = leo.connect(address).await;

    let (seq, _) = written(&mut leos, room, &["one", "two", "two", "three"]).await;
    assert_eq!(texts(address, &leo, room, seq).await, ["one", "two"]);
    assert_eq!(texts(address, &mia, room, seq).await, ["one", "two"]);
    // The place's owner is nobody in a private room.
    let answer = ask(address, &olga, room, seq).await;
    assert_eq!((answer.status, answer.code()), (404, ErrorCode::NoSuchRoom));
    let (mias, _) = written(&mut line, room, &["a", "b"]).await;
    let answer = ask(address, &leo, room, mias).await;
    assert_eq!(
        (answer.status, answer.code()),
        (403, ErrorCode::NotPermitted)
    );
    let (lobbys, _) = written(&mut leos, RoomId::LOBBY, &["c", "d"]).await;
    assert_eq!(texts(address, &olga, RoomId::LOBBY, lobbys).await, ["c"]);
    let answer = ask(address, &mia, RoomId::LOBBY, lobbys).await;
    assert_eq!(
        (answer.status, answer.code()),
        (403, ErrorCode::NotPermitted)
    );

    let direct = line.open_direct(&[leo.profile.id]).await;
    let (told, _) = written(&mut line, direct, &["secret", "open"]).await;
    assert_eq!(texts(address, &mia, direct, told).await, ["secret"]);
    let answer = ask(address, &leo, direct, told).await;
    assert_eq!(
        (answer.status, answer.code()),
        (403, ErrorCode::NotPermitted)
    );

    // Lines about the room have none, nor what there is not.
    for seq in [Seq(1), Seq(0), Seq(4711)] {
        let answer = ask(address, &mia, room, seq).await;
        assert_eq!(
            (answer.status, answer.code()),
            (404, ErrorCode::NoSuchMessage)
        );
    }
    let (plain, _) = written(&mut line, room, &["never edited"]).await;
    assert!(texts(address, &mia, room, plain).await.is_empty());
}

#[tokio::test]
async fn deleting_erases_all_versions_and_an_edit_that_comes_later_is_refused() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let ada = Guest::come_in(address, "Ada").await;
    let mut line = ada.connect(address).await;
    let (seq, rev) = written(
        &mut line,
        RoomId::LOBBY,
        &["regretted one", "regretted two"],
    )
    .await;
    let removed = line.create_room("regrets").await;
    written(&mut line, removed, &["regretted three", "regretted four"]).await;
    // The edit is on its way while another device deletes.
    let mut phone = ada.connect(address).await;
    phone.ask(&delete(RoomId::LOBBY, seq)).await.unwrap();
    let late = edit(RoomId::LOBBY, seq, rev, "regretted five");
    assert_eq!(line.refused(&late).await, ErrorCode::MessageDeleted);
    assert!(texts(address, &ada, RoomId::LOBBY, seq).await.is_empty());
    let room = removed.to_string();
    madang(server.folder.path(), &["room", "remove", &room])
        .await
        .unwrap();
    let answer = ask(address, &ada, removed, Seq(1)).await;
    assert_eq!((answer.status, answer.code()), (410, ErrorCode::RoomGone));
    drop((line, phone));
    assert!(!holds(&server.stop().await, "regretted"));
}

#[tokio::test]
async fn the_newest_versions_are_kept_and_are_there_after_a_restart() {
    let server = Server::start(&["--rate-limit", "off"]).await;
    let ada = Guest::come_in(server.address, "Ada").await;
    let mut line = ada.connect(server.address).await;
    let all: Vec<String> = (0..MOST + 3)
        .map(|number| format!("text {number}"))
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (seq, _) = written(&mut line, RoomId::LOBBY, &all).await;
    drop(line);
    let server = server.restart().await;
    let kept = texts(server.address, &ada, RoomId::LOBBY, seq).await;
    assert_eq!(kept, all[2..MOST + 2]);
}
