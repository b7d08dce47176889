//! Read marks, on all connections of a person.

use shared::frame::ClientFrame;
use shared::id::{Rev, RoomId, Seq};

use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
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
    away.say(&mark(1)).await;
    away.settle().await;
    let seen = loop {
        let stream = away.own(None, Rev::ZERO).await;
        if stream.through > Rev::ZERO {
            break stream;
        }
    };
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
