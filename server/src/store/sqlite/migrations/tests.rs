//! Files of earlier versions are opened with their data.

use std::path::Path;
use std::sync::Arc;

use rusqlite::params;
use shared::command::Command;
use shared::frame::Anchor;
use shared::id::{Epoch, Rev, RoomId, Seq, UserId};
use shared::model::{MemberRole, Message, ReadMark, RoomKind, SignUp};
use shared::stream::{Item, StreamKey};

use super::*;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::test_store::{NOTHING, config, session, start, viewer};
use crate::store::{
    AccountCommand, Actor, Outcome, Place, QueryClient, Reply, ResumeLimits, ResumePoint,
    SessionId, Store, StreamAnswer, StreamChanges, WriteCommand, WriteRequest,
};

const LIMITS: ResumeLimits = ResumeLimits {
    missed: 100,
    changes: 100,
    newest: 100,
};
const ADA: UserId = UserId(1);
const GARDEN: RoomId = RoomId(2);

/// Opens the store in a folder, as a start of the server does.
fn open_store(folder: &Path) -> Arc<SqliteStore> {
    start(&config(folder))
}

async fn changes(store: &SqliteStore, stream: StreamKey, known: ResumePoint) -> StreamChanges {
    match store.changes(viewer(ADA), stream, known, LIMITS).await {
        Ok(StreamAnswer::Changes(changes)) => changes,
        other => panic!("no changes of {stream}: {other:?}"),
    }
}

async fn messages(store: &SqliteStore, room: RoomId) -> Vec<Message> {
    let anchor = Anchor::After(Seq::ZERO);
    let page = store.history(viewer(ADA), room, anchor, 100).await;
    page.unwrap().messages
}

async fn done(store: &SqliteStore, command: Command) -> Outcome {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let request = WriteRequest {
        actor: Actor::User(ADA),
        client_id: None,
        command: WriteCommand::Client(command),
        connection: None,
        address: None,
        reply: Reply::new(move |result| drop(sender.send(result))),
    };
    store.submit(request).await;
    receiver.await.unwrap().unwrap()
}

/// A file of version 6: two rooms, of which one is removed, and three messages in the lobby,
/// of which one was edited and one deleted. Returns its epoch.
fn write_version_6(folder: &Path) -> Epoch {
    let connection = Connection::open(folder.join(FILE)).unwrap();
    connection
        .pragma_update(None, "journal_mode", "wal")
        .unwrap();
    for migration in &MIGRATIONS[..6] {
        connection.execute_batch(migration).unwrap();
    }
    connection.pragma_update(None, "user_version", 6).unwrap();
    let epoch = Epoch::new([7; 16]);
    connection
        .execute(
            "INSERT INTO epochs (id, started_at) VALUES (?1, 0)",
            params![epoch.0.as_bytes()],
        )
        .unwrap();
    connection
        .execute_batch(
            "INSERT INTO users (id, kind, name, directory_rev, created_at, has_posted, stream_floor)
             VALUES (1, 0, 'Ada', 4, 0, 1, 5);
             INSERT INTO rooms (id, name, name_key, name_look, topic, info_rev, directory_rev,
               created_at, created_by, removed_at)
             VALUES (1, 'lobby', 'lobby', 'lobby', '', 1, 1, 0, NULL, NULL),
               (2, 'garden', 'garden', 'garden', 'plants', 1, 2, 0, 1, NULL),
               (3, 'gone', 'gone', 'gone', '', 2, 3, 0, 1, 9000000000000000);
             UPDATE directory SET rev = 4;
             INSERT INTO messages (room, seq, rev, posted_rev, author, body, posted_at, edited_at,
               deleted_at)
             VALUES (1, 1, 5, 2, 1, 'edited', 0, 1, NULL), (1, 2, 6, 3, 1, '', 0, NULL, 1),
               (1, 3, 4, 4, 1, 'as posted', 0, NULL, NULL);
             INSERT INTO read_marks (user, room, seq, rev) VALUES (1, 1, 3, 6);
             INSERT INTO epoch_starts (kind, stream, epoch, first_rev)
             VALUES (0, 0, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1), (2, 1, 1, 1);",
        )
        .unwrap();
    epoch
}

#[tokio::test]
async fn a_file_of_the_version_before_is_opened_with_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let epoch = write_version_6(folder.path());
    let store = open_store(folder.path());
    let known = |rev| ResumePoint {
        epoch: Some(epoch),
        rev: Rev(rev),
    };
    let lobby = StreamKey::Room(RoomId::LOBBY);
    let stored = messages(&store, RoomId::LOBBY).await;
    let texts: Vec<_> = stored
        .iter()
        .map(|message| (message.body.as_str(), message.content_rev().0))
        .collect();
    assert_eq!(texts, [("edited", 5), ("", 6), ("as posted", 4)]);
    let missed = changes(&store, lobby, known(3)).await;
    let revs = missed.items.iter().map(|item| item.rev(lobby).0);
    assert_eq!((revs.collect(), missed.head), (vec![4, 5, 6], Rev(6)));
    let directory = changes(&store, StreamKey::Directory, NOTHING).await;
    let rooms = directory.items.iter().map(|item| match item {
        Item::Room(room) => (room.id, room.kind),
        other => panic!("no room: {other:?}"),
    });
    let public = [RoomId::LOBBY, GARDEN].map(|room| (room, RoomKind::Public));
    assert_eq!(rooms.collect::<Vec<_>>(), public);
    assert_eq!(directory.head, Rev(4));
    let own = changes(&store, StreamKey::Own, known(5)).await;
    let mark = ReadMark {
        room: RoomId::LOBBY,
        seq: Seq(3),
        generation: 0,
        rev: Rev(6),
    };
    // Who made a public room manages it.
    let [Item::ReadMark(found), Item::Membership(garden)] = own.items[..] else {
        panic!("not a mark and a membership: {own:?}");
    };
    assert_eq!(found, mark);
    assert_eq!((garden.room, garden.rev), (GARDEN, Rev(7)));
    assert_eq!(
        (garden.kind, garden.role),
        (RoomKind::Public, MemberRole::Manager)
    );
    // A page that has lost revisions of the epoch before does not take these for its own.
    let own = changes(&store, StreamKey::Own, known(7)).await;
    assert_eq!((own.from, own.items.len()), (Rev::ZERO, 2));
    let in_garden = StreamKey::Room(GARDEN);
    for (rev, is_known) in [(1, true), (2, false)] {
        let answer = store.changes(viewer(ADA), in_garden, known(rev), LIMITS);
        let answer = answer.await.unwrap();
        assert_eq!(
            matches!(answer, StreamAnswer::Changes(_)),
            is_known,
            "{rev}"
        );
    }
    let heads = store.unread_heads(QueryClient::Server, vec![RoomId::LOBBY]);
    let counted = [(Seq(1), Seq(1)), (Seq(3), Seq(3))];
    assert_eq!(heads.await.unwrap()[0].head.counted, counted);
    // What this version adds goes on from there.
    let (seq, rev) = (Seq(1), Rev(5));
    let (room, body) = (RoomId::LOBBY, "again".into());
    let edit = Command::Edit {
        room,
        seq,
        rev,
        body,
    };
    assert_eq!(done(&store, edit).await.parts().2, Some(Rev(7)));
    let (name, topic) = ("garden".into(), String::new());
    let kind = RoomKind::Private;
    let den = done(&store, Command::CreateRoom { name, topic, kind }).await;
    let since = ResumePoint {
        epoch: Some(store.epoch()),
        rev: Rev(7),
    };
    let own = changes(&store, StreamKey::Own, since).await;
    let [Item::Membership(membership)] = own.items[..] else {
        panic!("no membership: {own:?}");
    };
    assert_eq!(
        (Some(membership.room), membership.rev),
        (den.parts().0, Rev(8))
    );
    store.close().await;
    drop(store);
    // The next start gives no name to the private room, which has the name of another.
    let store = open_store(folder.path());
    let directory = changes(&store, StreamKey::Directory, NOTHING).await;
    assert_eq!(directory.head, Rev(4));
    store.close().await;
}

/// A file of version 7: a guest with two sessions. Before it, a session has no number.
fn write_version_7(folder: &Path) {
    let connection = Connection::open(folder.join(FILE)).unwrap();
    connection
        .pragma_update(None, "journal_mode", "wal")
        .unwrap();
    for migration in &MIGRATIONS[..7] {
        connection.execute_batch(migration).unwrap();
    }
    connection.pragma_update(None, "user_version", 7).unwrap();
    let now = "CAST(unixepoch() AS INTEGER) * 1000000";
    connection
        .execute_batch(&format!(
            "INSERT INTO users (id, kind, name, directory_rev, created_at, has_posted)
             VALUES (1, 0, 'Ada', 0, 0, 1);
             INSERT INTO sessions (token_hash, user, created_at, used_at)
             VALUES (x'{}', 1, {now}, {now}), (x'{}', 1, {now} - 1, {now} - 1);",
            "01".repeat(32),
            "02".repeat(32),
        ))
        .unwrap();
}

#[tokio::test]
async fn sessions_from_before_they_had_numbers_are_numbered_and_still_work() {
    let folder = tempfile::tempdir().unwrap();
    write_version_7(folder.path());
    let store = open_store(folder.path());
    let find = async |token: u8| {
        let found = store.session(QueryClient::Server, [token; 32]).await;
        found.unwrap().unwrap()
    };
    let (later, earlier) = (find(1).await, find(2).await);
    assert_eq!((later.id, earlier.id), (SessionId(2), SessionId(1)));
    assert_eq!((later.person.id, later.person.username), (ADA, None));
    assert!(later.used_at > earlier.used_at);
    let listed = store.sessions(viewer(ADA)).await.unwrap();
    let devices = listed
        .iter()
        .map(|session| (session.id.0, &*session.device));
    assert_eq!(devices.collect::<Vec<_>>(), [(2, ""), (1, "")]);
    let nobody = Place {
        name: String::new(),
        claimed_at: None,
        relying_party: None,
        sign_up: SignUp::Off,
    };
    assert_eq!(store.place().await.unwrap(), nobody);
    let (name, session) = ("Ben".into(), session(3));
    let command = WriteCommand::from(AccountCommand::CreateGuest { name, session });
    let ben = store.carry_out(command).await.unwrap();
    assert_eq!(ben.into_person().unwrap().id, UserId(2));
    assert_eq!(find(3).await.id, SessionId(3));
    store.close().await;
}

#[tokio::test]
async fn a_file_of_an_older_program_is_opened_with_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/schema-3.sqlite");
    std::fs::copy(file, folder.path().join(FILE)).unwrap();
    let store = open_store(folder.path());
    let messages = messages(&store, RoomId::LOBBY).await;
    assert_eq!(messages.len(), 22);
    assert_eq!(messages[0].body, "message 1, edited");
    assert!(messages[1].is_deleted());
    store.close().await;
}

#[test]
fn a_file_of_the_first_version_is_migrated_with_its_counters() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(MIGRATIONS[0]).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    connection
        .execute_batch(
            "INSERT INTO rooms (id, name, name_key, topic, seq, rev, info_rev, directory_rev, created_at)
             VALUES (1, 'lobby', 'lobby', '', 2, 4, 1, 1, 0);
             INSERT INTO messages (room, seq, rev, posted_rev, author_name, body, posted_at)
             VALUES (1, 1, 4, 2, 'Ada', 'Hello again', 0), (1, 2, 3, 3, 'Ada', 'You there', 0);
             INSERT INTO users (id, kind, name, directory_rev, stream_rev, created_at)
             VALUES (1, 0, 'Ada', 0, 7, 0);
             INSERT INTO read_marks (user, room, seq, rev) VALUES (1, 1, 2, 7);",
        )
        .unwrap();
    migrate(&mut connection).unwrap();
    let version: usize = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, MIGRATIONS.len());
    let changed: i64 = connection
        .query_row(
            "SELECT seq FROM messages INDEXED BY messages_by_change
             WHERE room = 1 AND rev > 2 AND rev > posted_rev",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(changed, 1);
    let counters = "SELECT r.seq, r.rev, u.stream_rev FROM rooms_now r, users_now u";
    let counters: (i64, i64, i64) = connection
        .query_row(counters, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(counters, (2, 4, 7));
}
