//! A store that an earlier version wrote is migrated without loss.
//!
//! `data/schema-3.sqlite` was written by the program of commit 69bae3c: two guests, messages of
//! which one was changed and one deleted, one from a program, a command that was taken back, a
//! room that was removed, and rooms whose names look alike.

use shared::error::ErrorCode;
use shared::id::{Epoch, Rev, RoomId, Seq};

use crate::support::command::{send, with_id};
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::{Folder, Server, folder};
use server::store::sqlite::FILE;

const LOBBY: RoomId = RoomId::LOBBY;
const GARDEN: RoomId = RoomId(2);
const REMOVED: RoomId = RoomId(7);
const ADA: &str = "83cbcb0455b37ccc8a029d9efc0de204bcac29efee684d16b94bd4e7fc8f29c3";
/// The only start that the file had.
const EPOCH: &str = "\"f650e7ae-b31c-4015-85cc-095598204736\"";
const BOB: &str = "ad79768cf8f977d444fcd953ea1783dd533ed143e5f8c0b64ef078549e37368d";

fn written_before() -> Folder {
    let folder = folder();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/schema-3.sqlite");
    std::fs::copy(file, folder.path().join(FILE)).unwrap();
    folder
}

async fn connect(server: &Server, token: &str) -> Native {
    Native::connect(server.address, token).await
}

#[tokio::test]
async fn after_migration_people_messages_and_receipts_are_still_there() {
    let server = Server::start_in(written_before(), &[]).await;
    let mut ada = connect(&server, ADA).await;
    assert_eq!(ada.user().name, "Ada");
    assert_eq!(connect(&server, BOB).await.user().name, "Bob B.");
    let messages = ada.subscribe(LOBBY).await.messages();
    assert_eq!(messages.len(), 22);
    assert_eq!(messages[0].body, "message 1, edited");
    assert!(messages[0].edited_at.is_some());
    assert!(messages[1].is_deleted() && messages[1].body.is_empty());
    for (message, number) in messages[2..20].iter().zip(3..) {
        assert_eq!(message.body, format!("message {number}"));
    }
    let program = &messages[21];
    assert_eq!(
        (program.author.id, program.author.name.as_str()),
        (None, "Program")
    );
    // A retry gets the first reply.
    let id = serde_json::from_str("\"018bcfe5-6800-7707-8707-070707070707\"").unwrap();
    let again = with_id(send(LOBBY, "known send"), id);
    let ack = ada.ask(&again).await.unwrap();
    assert_eq!((ack.seq, ack.rev), (Some(Seq(21)), Some(Rev(22))));
    assert_eq!(ada.refused(&send(REMOVED, "x")).await, ErrorCode::RoomGone);
    ada.post(LOBBY, "and it goes on").await;
}

#[tokio::test]
async fn after_migration_a_returning_client_gets_exactly_what_it_missed() {
    let server = Server::start_in(written_before(), &[]).await;
    let mut bob = connect(&server, BOB).await;
    let epoch: Epoch = serde_json::from_str(EPOCH).unwrap();
    let missed = bob.resume(LOBBY, epoch, Rev(22)).await.changes();
    let places: Vec<_> = missed
        .messages()
        .iter()
        .map(|message| message.seq.0)
        .collect();
    assert_eq!(places, [1, 2, 22]);
    // The highest revision of the own stream was of a mark in the room that was removed. Behind it
    // are the memberships of public rooms, which there were not before.
    let stream = bob.own(Some(epoch), Rev(16)).await;
    let revs: Vec<_> = stream.memberships().iter().map(|own| own.rev.0).collect();
    assert_eq!((stream.from, stream.items.len()), (Rev(16), revs.len()));
    assert!(revs.iter().copied().eq(17..=stream.through.0), "{revs:?}");
    assert!(!revs.is_empty());
    bob.post(GARDEN, "after").await;
    let next = stream.through.next();
    assert_eq!(bob.next_own().await.marks()[0].rev, next);
}

#[tokio::test]
async fn a_file_is_migrated_once() {
    let server = Server::start_in(written_before(), &[]).await;
    let directory = connect(&server, ADA).await.directory(None, Rev::ZERO).await;
    let server = server.restart().await;
    let again = connect(&server, ADA).await.directory(None, Rev::ZERO).await;
    assert_eq!(again.rooms(), directory.rooms());
    assert_eq!(again.through, directory.through);
}
