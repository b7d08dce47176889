//! Rows that nobody needs any more are deleted from the database.

use rusqlite::Connection;
use server::store::sqlite::FILE;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, close};
use shared::id::{Rev, RoomId, Seq};

use crate::support::command::{cancel, create_room, delete, new_id, rename, send, with_id};
use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::items::Items;
use crate::support::native::{Native, PATH};
use crate::support::process::admin;
use crate::support::server::{Folder, Server, folder};
use crate::support::socket::Socket;
use crate::support::time::{DAY, Time};
use crate::support::within;

const LOBBY: RoomId = RoomId::LOBBY;

/// How many rows a query counts in a server's file.
fn count(folder: &Folder, question: &str) -> i64 {
    let store = Connection::open(folder.path().join(FILE)).unwrap();
    store.query_row(question, [], |row| row.get(0)).unwrap()
}

/// Waits until a query counts this many rows.
async fn counts(server: &Server, native: &mut Native, question: &str, expected: i64) {
    within(question, async {
        while count(&server.folder, question) != expected {
            // Between two commands the server sweeps.
            native.settle().await;
        }
    })
    .await;
}

#[tokio::test]
async fn unused_sessions_and_old_sessions_expire() {
    let time = Time::default();
    let mut server = Server::start_by(time.clock(), folder(), &[]).await;
    let idle = Guest::come_in(server.address, "Idle").await;
    let used = Guest::come_in(server.address, "Used").await;
    let status = async |server: &Server, guest: &Guest| {
        let bearer = guest.bearer();
        let headers = [("authorization", bearer.as_str())];
        http::get(server.address, "/api/v1/session", &headers)
            .await
            .status
    };
    // A session that is used now and then does not expire.
    for day in [60, 120, 180] {
        time.set_ahead(day * DAY);
        assert_eq!(status(&server, &used).await, 200, "{day}");
    }
    assert_eq!(status(&server, &idle).await, 401);
    let socket = Socket::open(server.address, PATH, &[]).await.unwrap();
    let refused = Native::greet(socket, Some(&idle.token))
        .await
        .err()
        .unwrap();
    assert_eq!(refused.1, Some(close::UNAUTHORIZED));
    // The next start sweeps it away.
    server = server.restart().await;
    let mut witness = enter(server.address, "Witness").await;
    counts(&server, &mut witness, "SELECT count(*) FROM sessions", 2).await;
    // But no session lasts for ever.
    for day in [240, 300, 360] {
        time.set_ahead(day * DAY);
        assert_eq!(status(&server, &used).await, 200, "{day}");
    }
    time.set_ahead(401 * DAY);
    assert_eq!(status(&server, &used).await, 401);
}

#[tokio::test]
async fn a_connection_is_closed_when_its_session_expires() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    time.set_ahead(401 * DAY);
    // Another command wakes the writer, which then sweeps.
    let folder = server.folder.path().to_owned();
    let swept = async {
        loop {
            admin(&folder, &["edit-room", "1", "--topic", "look"]).await;
        }
    };
    tokio::select! {
        code = ada.closed() => assert_eq!(code, Some(close::UNAUTHORIZED)),
        () = swept => {}
    }
}

#[tokio::test]
async fn receipts_are_kept_for_a_month() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let seq = ada.post(LOBBY, "hello").await.seq.unwrap();
    let room = create_room("garden", "");
    let made = ada.ask(&room).await.unwrap();
    ada.ask(&delete(LOBBY, seq)).await.unwrap();
    ada.ask(&rename("Ada L.")).await.unwrap();
    time.set_ahead(29 * DAY);
    let server = server.restart().await;
    let mut ada = guest.connect(server.address).await;
    assert_eq!(ada.ask(&room).await.unwrap(), made);
    time.set_ahead(31 * DAY);
    let server = server.restart().await;
    let mut ada = guest.connect(server.address).await;
    counts(&server, &mut ada, "SELECT count(*) FROM receipts", 0).await;
    // A message is its own receipt, and stays.
    assert_eq!(ada.refused(&room).await, ErrorCode::NameTaken);
}

#[tokio::test]
async fn receipts_of_cancelled_unknown_posts_are_limited() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let mut last = None;
    for _ in 0..26 {
        let cancels: Vec<ClientFrame> = (0..250).map(|_| cancel(LOBBY, new_id())).collect();
        ada.say_all(&cancels).await;
        for command in &cancels {
            ada.answer(crate::support::command::id(command))
                .await
                .unwrap();
        }
        last = cancels.into_iter().last();
    }
    let rows = count(&server.folder, "SELECT count(*) FROM receipts");
    assert!((9_000..=10_000).contains(&rows), "{rows}");
    // The newest are remembered.
    let Some(ClientFrame::Command {
        command: Command::Cancel { target, .. },
        ..
    }) = last
    else {
        panic!("a cancel");
    };
    let late = with_id(send(LOBBY, "late"), target);
    assert_eq!(ada.refused(&late).await, ErrorCode::Cancelled);
}

#[tokio::test]
async fn a_removed_room_leaves_no_rows_and_no_revision_is_given_twice() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let room = ada.create_room("garden").await;
    ada.post(LOBBY, "before").await;
    // The last revision of the own stream is one of the room's mark.
    ada.post(room, "roses").await;
    let stream = ada.own(None, Rev::ZERO).await;
    assert_eq!(
        stream.through,
        stream.marks().iter().map(|mark| mark.rev).max().unwrap()
    );
    let known = ada.directory(None, Rev::ZERO).await.through;
    let epoch = Some(ada.epoch());
    admin(server.folder.path(), &["remove-room", &room.to_string()]).await;
    drop(ada);

    let server = server.restart().await;
    let mut ada = guest.connect(server.address).await;
    for (table, column) in [("read_marks", "room"), ("messages", "room")] {
        let question = format!("SELECT count(*) FROM {table} WHERE {column} = {room}");
        counts(&server, &mut ada, &question, 0).await;
    }
    let epochs = format!("SELECT count(*) FROM epoch_starts WHERE kind = 1 AND stream = {room}");
    counts(&server, &mut ada, &epochs, 0).await;
    // The row with the highest revision is gone, and the next revision is still higher.
    let after = ada.own(epoch, stream.through).await;
    assert_eq!(after.from, stream.through, "nothing was lost");
    ada.post(LOBBY, "after").await;
    let live = ada.next_own().await;
    assert!(live.marks()[0].rev > stream.through, "{live:?}");
    // For a month a returning client gets the removal.
    let missed = ada.directory(epoch, known).await;
    assert!(missed.rooms()[0].removed_at.is_some());
    drop(ada);

    time.set_ahead(31 * DAY);
    let server = server.restart().await;
    let mut ada = guest.connect(server.address).await;
    let rooms = "SELECT count(*) FROM rooms WHERE removed_at IS NOT NULL";
    counts(&server, &mut ada, rooms, 0).await;
    // After that it gets the whole directory, because the room's row is gone.
    let answer = ada.directory(epoch, known).await;
    assert_eq!(answer.from, Rev::ZERO);
    assert!(answer.rooms().iter().all(|known| known.id != room));
    // A new room does not get the id of the removed one.
    let next = ada.create_room("garden").await;
    assert!(next > room);
}

#[tokio::test]
async fn guests_who_never_posted_are_deleted_and_authors_are_kept() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let silent = Guest::come_in(server.address, "Silent").await;
    let wrote = Guest::come_in(server.address, "Wrote").await;
    let mut natives = [
        silent.connect(server.address).await,
        wrote.connect(server.address).await,
    ];
    natives[1].post(LOBBY, "stays").await;
    natives[0]
        .say(&ClientFrame::mark_read(LOBBY, Seq(1), 0))
        .await;
    natives[0].settle().await;
    for guest in [&silent, &wrote] {
        let bearer = guest.bearer();
        let headers = [("authorization", bearer.as_str())];
        let left = http::ask(server.address, "DELETE", "/api/v1/session", &headers, "").await;
        assert_eq!(left.status, 204);
    }
    time.set_ahead(2 * DAY);
    let server = server.restart().await;
    let mut witness = enter(server.address, "Witness").await;
    let question = "SELECT count(*) FROM users WHERE name = 'Silent'";
    counts(&server, &mut witness, question, 0).await;
    let author = &witness.subscribe(LOBBY).await.messages()[0].author;
    assert_eq!(author.name, "Wrote");
    let id = silent.profile.id;
    for table in ["read_marks WHERE user", "receipts WHERE author"] {
        let question = format!("SELECT count(*) FROM {table} = {id}");
        assert_eq!(count(&server.folder, &question), 0);
    }
}

#[tokio::test]
async fn old_epochs_are_deleted_and_clients_from_them_get_a_reset() {
    let mut server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let rev = ada.post(LOBBY, "hello").await.rev.unwrap();
    let epoch = ada.epoch();
    drop(ada);
    let folder = server.stop().await;
    // As many epochs as are kept, inserted directly because starts are slow.
    let store = Connection::open(folder.path().join(FILE)).unwrap();
    for number in 0..600_u32 {
        let id = [number.to_le_bytes(); 4].concat();
        let insert = "INSERT INTO epochs (id, started_at) VALUES (?1, 0)";
        store.execute(insert, [id]).unwrap();
    }
    drop(store);
    server = Server::start_in(folder, &[]).await;
    let mut ada = guest.connect(server.address).await;
    counts(&server, &mut ada, "SELECT count(*) FROM epochs", 500).await;
    let resumed = ada.resume(LOBBY, epoch, rev).await;
    assert_eq!(resumed.reset().messages().len(), 1);
}
