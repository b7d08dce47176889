//! Read marks, on all connections of a person.

use shared::frame::ClientFrame;
use shared::id::{Rev, RoomId, Seq};

#[cfg(feature = "faults")]
use crate::support::command::id;
use crate::support::command::mark_unread;
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

fn mark(seq: i64) -> ClientFrame {
    ClientFrame::mark_read(LOBBY, Seq(seq), 0)
}

#[tokio::test]
async fn a_read_mark_reaches_the_other_connections_and_only_rises() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.post_numbers(LOBBY, 0..5).await;
    let guest = Guest::come_in(server.address, "Bob").await;
    let mut window = guest.connect(server.address).await;
    let mut other = guest.connect(server.address).await;
    assert_eq!(other.own(None, Rev::ZERO).await.through, Rev::ZERO);

    window.say(&mark(3)).await;
    let stream = other.next_own().await;
    assert_eq!((stream.from, stream.through), (Rev::ZERO, Rev(1)));
    assert_eq!(stream.marks()[0].seq, Seq(3));
    // Lower marks change nothing; one beyond the last message means the last message.
    window.say(&mark(2)).await;
    window.say(&mark(-5)).await;
    window.say(&mark(i64::MAX)).await;
    let stream = other.next_own().await;
    assert_eq!((stream.from, stream.marks()[0].seq), (Rev(1), Seq(5)));
}

#[tokio::test]
async fn a_person_s_own_post_raises_the_read_mark() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    bob.own(None, Rev::ZERO).await;
    ada.post_numbers(LOBBY, 0..3).await;
    let own = bob.post(LOBBY, "mine").await;
    assert_eq!(Some(bob.next_own().await.marks()[0].seq), own.seq);
    ada.post_numbers(LOBBY, 3..5).await;
    // Unread: the room's last sequence number above the own mark.
    let room = bob.subscribe(LOBBY).await.room();
    let stream = bob.own(None, Rev::ZERO).await;
    assert_eq!(room.seq.0 - stream.marks()[0].seq.0, 2);
}

#[tokio::test]
async fn read_marks_that_changed_meanwhile_come_with_the_stream() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let garden = ada.create_room("garden").await;
    ada.post_numbers(LOBBY, 0..3).await;
    ada.post_numbers(garden, 0..3).await;
    let guest = Guest::come_in(server.address, "Bob").await;
    let mut away = guest.connect(server.address).await;
    away.own(None, Rev::ZERO).await;
    away.say(&mark(1)).await;
    let seen = away.next_own().await;
    let epoch = away.epoch();
    away.socket.close().await;

    let mut window = guest.connect(server.address).await;
    window.own(Some(epoch), seen.through).await;
    window.say(&ClientFrame::mark_read(garden, Seq(2), 0)).await;
    window.next_own().await;

    let mut back = guest.connect(server.address).await;
    let missed = back.own(Some(epoch), seen.through).await;
    assert_eq!(missed.from, seen.through);
    assert_eq!(missed.marks().len(), 1);
    assert_eq!(
        (missed.marks()[0].room, missed.marks()[0].seq),
        (garden, Seq(2))
    );
    // A first visit gets all of them, and so does an unknown epoch.
    let all = back.own(None, Rev::ZERO).await;
    assert_eq!((all.from, all.marks().len()), (Rev::ZERO, 2));
    // Another person's stream is another stream.
    assert!(
        ada.own(None, Rev::ZERO)
            .await
            .marks()
            .iter()
            .all(|mark| mark.seq == Seq(3))
    );
}

#[tokio::test]
async fn a_negative_read_mark_counts_as_zero() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let guest = Guest::come_in(server.address, "Bob").await;
    let mut bob = guest.connect(server.address).await;
    ada.post_numbers(LOBBY, 0..3).await;
    bob.say(&mark(-5)).await;
    bob.say(&mark(i64::MIN)).await;
    // Commands are carried out in order, so the mark is stored before this reply.
    bob.create_room("after").await;
    let stream = bob.own(None, Rev::ZERO).await;
    assert!(stream.marks().iter().all(|mark| mark.seq >= Seq::ZERO));
}

/// A person who has read a lobby of ten messages, and two devices of theirs.
async fn reader_with_two_devices(server: &Server) -> [Native; 2] {
    let mut ada = enter(server.address, "Ada").await;
    ada.post_numbers(LOBBY, 0..10).await;
    let guest = Guest::come_in(server.address, "Bob").await;
    let mut devices = [
        guest.connect(server.address).await,
        guest.connect(server.address).await,
    ];
    for device in &mut devices {
        device.own(None, Rev::ZERO).await;
    }
    devices[0].say(&mark(10)).await;
    for device in &mut devices {
        assert_eq!(next_mark(device).await, (10, 0));
    }
    devices
}

/// The read mark of the lobby that comes next, and its generation.
async fn next_mark(native: &mut Native) -> (i64, u32) {
    let [mark] = native.next_own().await.marks()[..] else {
        panic!("one mark");
    };
    assert_eq!(mark.room, LOBBY);
    (mark.seq.0, mark.generation)
}

#[tokio::test]
async fn unread_from_here_sets_the_mark_back_and_late_marks_change_nothing() {
    let server = Server::start(&[]).await;
    let [mut phone, mut desk] = reader_with_two_devices(&server).await;
    phone.ask(&mark_unread(LOBBY, Seq(4))).await.unwrap();
    assert_eq!(next_mark(&mut desk).await, (3, 1));
    // A device that was offline tells only now what it has read before.
    desk.say(&mark(10)).await;
    desk.say(&ClientFrame::mark_read(LOBBY, Seq(9), 7)).await;
    // Commands are carried out in order, so both are decided before this answer.
    desk.ask(&crate::support::command::rename("between"))
        .await
        .unwrap();
    desk.say(&ClientFrame::mark_read(LOBBY, Seq(6), 1)).await;
    assert_eq!(next_mark(&mut desk).await, (6, 1));
    assert_eq!(next_mark(&mut phone).await, (3, 1));
    assert_eq!(next_mark(&mut phone).await, (6, 1));
    // One's own post raises it within its generation.
    let own = desk.post(LOBBY, "mine").await.seq.unwrap();
    assert_eq!(next_mark(&mut desk).await, (own.0, 1));
    // Whoever comes later gets the generation as well, after a restart too.
    let all = phone.own(None, Rev::ZERO).await.marks();
    assert_eq!((all[0].seq, all[0].generation), (own, 1));
}

#[tokio::test]
async fn a_repeated_unread_from_here_gets_the_first_answer() {
    let mut server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.post_numbers(LOBBY, 0..10).await;
    let guest = Guest::come_in(server.address, "Bob").await;
    let mut bob = guest.connect(server.address).await;
    let command = mark_unread(LOBBY, Seq(4));
    let first = bob.ask(&command).await.unwrap();
    bob.say(&ClientFrame::mark_read(LOBBY, Seq(8), 1)).await;
    assert_eq!(bob.ask(&command).await.unwrap(), first);
    drop((ada, bob));
    server = server.restart().await;
    let mut bob = guest.connect(server.address).await;
    assert_eq!(bob.ask(&command).await.unwrap(), first);
    // It was carried out once: what was read later is still read.
    let [mark] = bob.own(None, Rev::ZERO).await.marks()[..] else {
        panic!("one mark");
    };
    assert_eq!((mark.seq, mark.generation), (Seq(8), 1));
    // Another one is another one, wherever it sets the mark.
    for (seq, expected) in [(1, 0), (-5, 0), (i64::MAX, 10)] {
        bob.ask(&mark_unread(LOBBY, Seq(seq))).await.unwrap();
        let [mark] = bob.own(None, Rev::ZERO).await.marks()[..] else {
            panic!("one mark");
        };
        assert_eq!(mark.seq, Seq(expected), "{seq}");
    }
}

/// Marks that wait are merged, so that the store has less to write.
#[cfg(feature = "faults")]
#[tokio::test]
async fn marks_that_wait_are_not_merged_across_generations() {
    // The writer waits, so that the commands below come into one commit.
    let server = Server::start(&["--fault", "slow-writer"]).await;
    let [mut phone, mut desk] = reader_with_two_devices(&server).await;
    let read = |seq, generation| ClientFrame::mark_read(LOBBY, Seq(seq), generation);
    let commands = [
        read(8, 0),
        read(9, 0),
        mark_unread(LOBBY, Seq(3)),
        read(10, 0),
        read(4, 1),
        read(5, 1),
        read(9, 1),
        mark_unread(LOBBY, Seq(2)),
        read(7, 1),
        read(6, 2),
    ];
    phone.say_all(&commands).await;
    assert_eq!(next_mark(&mut desk).await, (6, 2), "one commit");
    phone.answer(id(&commands[7])).await.unwrap();
    phone.create_room("after").await;
    let marks = desk.own(None, Rev::ZERO).await.marks();
    assert_eq!((marks[0].seq, marks[0].generation), (Seq(6), 2));
}
