//! Heads: the last message of a room, and which messages count as unread.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Heads, ServerFrame};
use shared::id::{Rev, RoomId, Seq};

use super::{head_of, next_head};
use crate::support::command::{delete, send, watch};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

fn rooms(heads: &Heads) -> BTreeSet<RoomId> {
    heads.heads.iter().map(|head| head.room).collect()
}

/// How many of these messages are above a mark, as a head tells it.
fn expected(exist: &BTreeSet<i64>, mark: i64) -> usize {
    exist.range(mark + 1..).count().min(100)
}

#[tokio::test]
async fn one_question_brings_the_heads_of_all_rooms() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let garden = ada.create_room("garden").await;
    let empty = ada.create_room("empty").await;
    let private = ada.create_private_room("private").await;
    ada.post_numbers(LOBBY, 0..3).await;
    ada.post_numbers(garden, 0..7).await;
    ada.post(private, "to myself").await;
    let heads = ben.watch(None).await;
    assert_eq!(rooms(&heads), BTreeSet::from([LOBBY, garden, empty]));
    for (room, last) in [(LOBBY, 3), (garden, 7), (empty, 0)] {
        let head = head_of(&heads, room).unwrap();
        assert_eq!(head.seq, Seq(last));
        for mark in 0..=last {
            let unread = usize::try_from(last - mark).unwrap();
            assert_eq!(head.unread_above(Seq(mark)), unread, "{room} above {mark}");
        }
    }
    // Of a private room its members get it as well.
    let heads = ada.watch(None).await;
    assert_eq!(
        rooms(&heads),
        BTreeSet::from([LOBBY, garden, empty, private])
    );
}

#[tokio::test]
async fn unread_is_exact_to_99_with_deletions_among_the_messages() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut early = enter(server.address, "Early").await;
    early.watch(None).await;
    ada.post_numbers(LOBBY, 0..250).await;
    let mut exist: BTreeSet<i64> = (1..=250).collect();
    // The first deletions are far above, the last ones where the newest hundred begin.
    let deleted = (0..40).map(|step| 250 - step * 3);
    for seq in deleted.chain([1, 2, 3]) {
        ada.ask(&delete(LOBBY, Seq(seq))).await.unwrap();
        exist.remove(&seq);
    }
    let mut late = enter(server.address, "Late").await;
    let heads = late.watch(None).await;
    let head = head_of(&heads, LOBBY).unwrap();
    for mark in 0..=250 {
        assert_eq!(
            head.unread_above(Seq(mark)),
            expected(&exist, mark),
            "{mark}"
        );
    }
    // Who was there gets the same live, once the last change has come.
    while next_head(&mut early, LOBBY).await.0 != *head {}
    for seq in [249, 100] {
        ada.ask(&delete(LOBBY, Seq(seq))).await.unwrap();
        exist.remove(&seq);
    }
    let last = ada.post(LOBBY, "one more").await.seq.unwrap();
    exist.insert(last.0);
    for native in [&mut early, &mut late] {
        let mut head = next_head(native, LOBBY).await.0;
        while head.seq < last {
            head = next_head(native, LOBBY).await.0;
        }
        for mark in 0..=251 {
            assert_eq!(
                head.unread_above(Seq(mark)),
                expected(&exist, mark),
                "{mark}"
            );
        }
    }
}

#[tokio::test]
async fn heads_agree_with_read_marks_of_who_reads_now_and_then() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    ben.own(None, Rev::ZERO).await;
    ben.watch(None).await;
    ada.post_numbers(LOBBY, 0..5).await;
    ben.say(&ClientFrame::mark_read(LOBBY, Seq(2), 0)).await;
    let mark = ben.next_own().await.marks()[0];
    let mut head = next_head(&mut ben, LOBBY).await.0;
    while head.seq < Seq(5) {
        head = next_head(&mut ben, LOBBY).await.0;
    }
    assert_eq!(head.unread_above(mark.seq), 3);
    // One's own message raises the mark, and so is not unread.
    ben.post(LOBBY, "mine").await;
    let mark = ben.next_own().await.marks()[0];
    let head = next_head(&mut ben, LOBBY).await.0;
    assert_eq!((head.seq, head.unread_above(mark.seq)), (Seq(6), 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_come_at_most_once_a_second_however_many_messages_there_are() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let rooms = [LOBBY, ada.create_room("garden").await];
    ben.watch(None).await;
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let talking = tokio::spawn(async move {
        let mut posted = 0;
        while stopped.try_recv().is_err() {
            for room in rooms {
                ada.post(room, "and another").await;
            }
            posted += 1;
        }
        (ada, posted)
    });
    let mut seen = BTreeMap::new();
    let mut read = async |ben: &mut Native| {
        let heads = ben.next_heads().await.heads.into_iter();
        seen.extend(heads.map(|head| (head.room, head.seq.0)));
        seen.clone()
    };
    read(&mut ben).await;
    let begun = Instant::now();
    for _ in 0..3 {
        read(&mut ben).await;
    }
    // A frame that was late makes the time after it shorter.
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(2), "{took:?}");
    stop.send(()).unwrap();
    let (_ada, posted) = talking.await.unwrap();
    assert!(posted > 10, "{posted}");
    // The last state comes too.
    while read(&mut ben).await != BTreeMap::from(rooms.map(|room| (room, posted))) {}
}

#[tokio::test]
async fn rooms_without_a_change_and_rooms_that_are_not_watched_any_more_are_in_no_heads() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let [garden, orchard, yard] = [
        ada.create_room("garden").await,
        ada.create_room("orchard").await,
        ada.create_room("yard").await,
    ];
    ben.watch(None).await;
    ben.say(&ClientFrame::Unwatch {
        rooms: vec![orchard, RoomId(4711)],
    })
    .await;
    ben.settle().await;
    for number in 1..=3 {
        ada.post(orchard, "apples").await;
        ada.post(garden, "roses").await;
        let (head, record) = next_head(&mut ben, garden).await;
        assert_eq!(head.seq, Seq(number));
        for text in record {
            if let ServerFrame::Heads(heads) = serde_json::from_str(&text).unwrap() {
                assert_eq!(rooms(&heads), BTreeSet::from([garden]));
            }
        }
    }
    // The answer to the next question names what is watched.
    let heads = ben.watch(Some(&[yard])).await;
    assert_eq!(rooms(&heads), BTreeSet::from([LOBBY, garden, yard]));
    let heads = ben.watch(Some(&[orchard])).await;
    assert_eq!(head_of(&heads, orchard).unwrap().seq, Seq(3));
}

#[tokio::test]
async fn a_new_room_and_a_new_membership_are_watched_when_the_client_asks() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let private = ada.create_private_room("private").await;
    ada.post(private, "before").await;
    ben.watch(None).await;
    let garden = ada.create_room("garden").await;
    let refused = ben.watch(Some(&[private])).await;
    assert_eq!(rooms(&refused), BTreeSet::from([LOBBY]));
    ada.add_member(private, ben.user().id).await;
    let heads = ben.watch(Some(&[garden, private])).await;
    assert_eq!(rooms(&heads), BTreeSet::from([LOBBY, garden, private]));
    assert_eq!(head_of(&heads, private).unwrap().unread_above(Seq::ZERO), 1);
    for room in [garden, private] {
        let seq = ada.post(room, "hello").await.seq.unwrap();
        assert_eq!(next_head(&mut ben, room).await.0.seq, seq);
    }
}

#[tokio::test]
async fn an_overflow_ends_the_watching() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut witness = enter(server.address, "Witness").await;
    let garden = ada.create_room("garden").await;
    let guest = Guest::come_in(server.address, "Sleepy").await;
    let mut sleepy = Native::connect_narrow(server.address, &guest.token).await;
    sleepy.subscribe(LOBBY).await;
    sleepy.watch(None).await;
    witness.watch(None).await;
    let body = "x".repeat(ada.welcome.limits.body_bytes);
    for _ in 0..12 {
        ada.post_all(LOBBY, std::iter::repeat_n(body.clone(), 32))
            .await;
    }
    while sleepy.try_next().await.unwrap() != (ServerFrame::Resync {}) {}
    // By the second of these, the first would have come here.
    for _ in 0..2 {
        ada.post(garden, "roses").await;
        next_head(&mut witness, garden).await;
    }
    let mut record = Vec::new();
    sleepy.say(&ClientFrame::Ping {}).await;
    sleepy
        .record_until(&mut record, "a pong", |frame| {
            matches!(frame, ServerFrame::Pong {}).then_some(())
        })
        .await;
    assert_eq!(record, [r#"{"type":"pong"}"#]);
    let heads = sleepy.watch(None).await;
    assert_eq!(head_of(&heads, garden).unwrap().seq, Seq(2));
    ada.post(garden, "tulips").await;
    assert_eq!(next_head(&mut sleepy, garden).await.0.seq, Seq(3));
}

#[tokio::test]
async fn the_number_of_watched_rooms_is_limited() {
    let server = Server::start(&["--max-watched", "2"]).await;
    let mut ada = enter(server.address, "Ada").await;
    assert_eq!(ada.welcome.limits.watched, 2);
    let garden = ada.create_room("garden").await;
    let orchard = ada.create_room("orchard").await;
    let heads = ada.watch(Some(&[LOBBY, garden])).await;
    assert_eq!(heads.heads.len(), 2);
    // What is watched already takes no more room.
    ada.watch(Some(&[garden])).await;
    let refused = ada.question(&watch(Some(&[orchard]), false)).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::TooManySubscriptions);
    ada.say(&ClientFrame::Unwatch { rooms: vec![LOBBY] }).await;
    let heads = ada.watch(Some(&[orchard])).await;
    assert_eq!(rooms(&heads), BTreeSet::from([garden, orchard]));
    ada.ask(&send(garden, "roses")).await.unwrap();
    assert_eq!(next_head(&mut ada, garden).await.0.seq, Seq(1));
}
