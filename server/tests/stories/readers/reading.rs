//! What a reader gets of the room, and what not.

use rusqlite::Connection;
use serde_json::json;
use server::store::sqlite::FILE;
use shared::error::ErrorCode;
use shared::frame::{Anchor, ServerFrame};
use shared::id::{Rev, RoomId, Seq};
use shared::model::OnlyRoom;

use super::{ON, reader};
use crate::private_rooms::outsider::{NEVER, answer, frames, renamed};
use crate::support::command::{archive_room, delete, edit, send, subscribe, typing};
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::process::admin;
use crate::support::raw::Raw;
use crate::support::server::Server;

async fn written(native: &mut Native, room: RoomId) -> Vec<String> {
    let messages = native.subscribe(room).await.messages().into_iter();
    let written = messages.filter(|message| message.event.is_none());
    written.map(|message| message.body).collect()
}

#[tokio::test]
async fn a_stranger_reads_a_public_room_from_its_beginning_and_follows_it_live() {
    let server = Server::start(&ON).await;
    let address = server.address;
    let mut ada = enter(address, "Ada").await;
    let garden = ada.create_room("garden").await;
    ada.create_room("orchard").await;
    let first = ada.post(garden, "first").await.seq.unwrap();

    let mut stranger = reader(address, garden).await.ok().unwrap();
    let welcome = &stranger.welcome;
    assert_eq!((&welcome.user, welcome.lobby), (&None, garden));
    let only_room = OnlyRoom {
        room: garden,
        from: Seq::ZERO,
    };
    assert_eq!(welcome.only_room, Some(only_room));
    assert_eq!(written(&mut stranger, garden).await, ["first"]);
    let page = stranger.history(garden, Anchor::After(Seq::ZERO), None);
    let page = page.await.unwrap().messages();
    assert_eq!(page.last().unwrap().body, "first");

    // What is posted, changed and deleted comes live.
    let second = ada.post(garden, "second").await;
    let (seq, rev) = (second.seq.unwrap(), second.rev.unwrap());
    let live = stranger.changes(garden).await.messages();
    assert_eq!((live[0].seq, &*live[0].body), (seq, "second"));
    ada.ask(&edit(garden, seq, rev, "better")).await.unwrap();
    let live = stranger.changes(garden).await.messages();
    assert_eq!(live[0].body, "better");
    ada.ask(&delete(garden, first)).await.unwrap();
    let live = stranger.changes(garden).await.messages();
    assert_eq!((live[0].seq, &*live[0].body), (first, ""));
    assert!(live[0].deleted_at.is_some());

    // Of the place: this room, and who is in it or writes there.
    let silent = enter(address, "Silent").await.user().id;
    let directory = stranger.directory(None, Rev::ZERO).await;
    let rooms: Vec<_> = directory.rooms().iter().map(|room| room.id).collect();
    assert_eq!((rooms, directory.items().len()), (vec![garden], 1));
    let people = stranger.people(&[ada.user().id, silent]).await;
    let names: Vec<_> = people.iter().map(|person| &*person.name).collect();
    assert_eq!(names, ["Ada"]);
    // Nothing is the reader's own.
    let own = stranger.own(None, Rev::ZERO).await;
    assert_eq!((own.items().len(), own.head), (0, Some(Rev::ZERO)));

    // One who comes back is told what was missed.
    let (epoch, rev) = (stranger.epoch(), stranger.subscribe(garden).await.rev);
    drop(stranger);
    ada.post(garden, "third").await;
    let mut back = reader(address, garden).await.ok().unwrap();
    let missed = back.resume(garden, epoch, rev).await.changes().messages();
    assert_eq!(missed[0].body, "third");
}

#[tokio::test]
async fn an_archived_room_and_the_lobby_are_read_too() {
    let server = Server::start(&ON).await;
    let mut ada = enter(server.address, "Ada").await;
    let shed = ada.create_room("shed").await;
    for room in [RoomId::LOBBY, shed] {
        ada.post(room, "hello").await;
    }
    ada.ask(&archive_room(shed, true)).await.unwrap();
    for room in [RoomId::LOBBY, shed] {
        let mut stranger = reader(server.address, room).await.ok().unwrap();
        assert_eq!(written(&mut stranger, room).await, ["hello"]);
    }
}

#[tokio::test]
async fn any_other_room_is_one_that_never_was() {
    let server = Server::start(&ON).await;
    let mut ada = enter(server.address, "Ada").await;
    let public = ada.create_room("orchard").await;
    let private = ada.create_private_room("den").await;
    let epoch = serde_json::to_value(ada.epoch()).unwrap();
    let epoch = epoch.as_str().unwrap().to_owned();
    let mut raw = Raw::open(server.address, crate::support::native::PATH).await;
    let hello = json!({"type": "hello", "version": shared::PROTOCOL_VERSION, "reads": 1});
    raw.text(&hello.to_string()).await;
    assert_eq!(raw.json().await["type"], "welcome");
    for room in [public, private] {
        let posted = ada.post(room, "nobody's business").await;
        // Others' questions fill the cache of answers and what is known of public rooms.
        ada.subscribe(room).await;
        let target = posted.client_id.to_string();
        let of_other = frames(room, &epoch, &target, 1);
        let of_never = frames(NEVER, &epoch, &target, 1);
        for (other, never) in of_other.iter().zip(&of_never) {
            let expected = answer(&mut raw, never).await;
            let refused = answer(&mut raw, other).await;
            assert_eq!(renamed(&refused, room, NEVER), expected, "{other}");
            let is_question = other["type"] == "subscribe" || other["type"] == "history";
            let code = if is_question {
                "no_such_room"
            } else {
                "not_permitted"
            };
            assert!(refused.contains(code), "{other}: {refused}");
        }
        assert_eq!(ada.subscribe(room).await.rev, posted.rev.unwrap());
    }
}

#[tokio::test]
async fn a_reader_is_not_there_and_is_not_told_who_is() {
    let server = Server::start(&ON).await;
    let address = server.address;
    let mut ada = enter(address, "Ada").await;
    let garden = ada.create_room("garden").await;
    let mut stranger = reader(address, garden).await.ok().unwrap();
    stranger.subscribe(garden).await;
    ada.subscribe(garden).await;
    let mut ben = enter(address, "Ben").await;
    ben.subscribe(garden).await;
    ben.say(&typing(garden)).await;
    // Both come once a second: of the people alone.
    let (mut count, mut is_typing) = (0, false);
    while count < 2 || !is_typing {
        ada.expect("who is there", |frame| match frame {
            ServerFrame::Presence { count: now, .. } => {
                assert!(*now <= 2, "a reader counts for nobody");
                count = *now;
                Some(())
            }
            ServerFrame::Typing { people, .. } => {
                is_typing = !people.is_empty();
                Some(())
            }
            _ => None,
        })
        .await;
    }
    ada.post(garden, "hello").await;
    let mut record = Vec::new();
    stranger
        .record_until(&mut record, "the message", |frame| match frame {
            ServerFrame::Changes(changes) if changes.question.is_none() => Some(()),
            _ => None,
        })
        .await;
    let told = record
        .iter()
        .filter(|text| text.contains("\"presence\"") || text.contains("\"typing\""));
    assert_eq!(told.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn when_the_room_is_removed_its_readers_are_told_and_nobody_new_is_let_in() {
    let server = Server::start(&ON).await;
    let mut ada = enter(server.address, "Ada").await;
    let garden = ada.create_room("garden").await;
    ada.post(garden, "first").await;
    let mut stranger = reader(server.address, garden).await.ok().unwrap();
    stranger.subscribe(garden).await;
    let room = garden.to_string();
    admin(server.folder.path(), &["remove-room", &room]).await;
    let gone = stranger.changes(garden).await.room();
    assert!(gone.removed_at.is_some());
    let again = stranger.question(&subscribe(garden, None, Rev::ZERO)).await;
    assert_eq!(again.unwrap_err().code, ErrorCode::RoomGone);
    let history = stranger.history(garden, Anchor::Around(Seq(1)), None).await;
    assert_eq!(history.unwrap_err().code, ErrorCode::RoomGone);
    let (refused, code) = reader(server.address, garden).await.err().unwrap();
    assert_eq!(refused.unwrap().code, ErrorCode::Unauthorized);
    assert_eq!(code, Some(shared::frame::close::UNAUTHORIZED));
}

#[tokio::test]
async fn nothing_is_stored_about_readers() {
    let server = Server::start(&ON).await;
    let path = server.folder.path().join(FILE);
    let mut ada = enter(server.address, "Ada").await;
    ada.post(RoomId::LOBBY, "hello").await;
    let rows = || {
        let file = Connection::open(&path).unwrap();
        let tables: Vec<String> = file
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let count = |table: &String| -> i64 {
            let sql = format!("SELECT count(*) FROM \"{table}\"");
            file.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        tables
            .iter()
            .map(|table| (table.clone(), count(table)))
            .collect::<Vec<_>>()
    };
    let before = rows();
    for _ in 0..3 {
        let mut stranger = reader(server.address, RoomId::LOBBY).await.ok().unwrap();
        stranger.subscribe(RoomId::LOBBY).await;
        let refused = stranger.refused(&send(RoomId::LOBBY, "x")).await;
        assert_eq!(refused, ErrorCode::NotPermitted);
    }
    assert_eq!(rows(), before);
}
