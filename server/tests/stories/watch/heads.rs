//! Heads: the last message of a room, and which messages count as unread.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Heads, ServerFrame};
use shared::id::{Rev, RoomId, Seq};
use shared::limits::Limits;

use super::{head_at, head_of};
use crate::support::command::{create_room, delete, id, watch};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::process::admin;
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
    let heads = ben.watch(Some(&[LOBBY, garden, empty])).await;
    assert_eq!(rooms(&heads), BTreeSet::from([LOBBY, garden, empty]));
    for (room, last) in [(LOBBY, 3), (garden, 7), (empty, 0)] {
        let head = head_of(&heads, room).unwrap();
        assert_eq!(head.seq, Seq(last));
        for mark in 0..=last {
            let unread = usize::try_from(last - mark).unwrap();
            assert_eq!(head.unread_above(Seq(mark)), unread, "{room} above {mark}");
        }
    }
    // Without a list it is those of which one is a member, and the lobby.
    let mut cora = enter(server.address, "Cora").await;
    assert_eq!(rooms(&cora.watch(None).await), BTreeSet::from([LOBBY]));
    cora.join(garden).await;
    let heads = cora.watch(None).await;
    assert_eq!(rooms(&heads), BTreeSet::from([LOBBY, garden]));
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
    while head_at(&mut early, LOBBY, head.seq).await.0 != *head {}
    for seq in [249, 100] {
        ada.ask(&delete(LOBBY, Seq(seq))).await.unwrap();
        exist.remove(&seq);
    }
    let last = ada.post(LOBBY, "one more").await.seq.unwrap();
    exist.insert(last.0);
    for native in [&mut early, &mut late] {
        let (head, _) = head_at(native, LOBBY, last).await;
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
async fn heads_are_the_same_after_a_restart_and_a_removed_room_has_none() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let garden = ada.create_room("garden").await;
    let orchard = ada.create_room("orchard").await;
    ada.post_numbers(garden, 0..130).await;
    ada.ask(&delete(garden, Seq(77))).await.unwrap();
    ada.watch(None).await;
    ada.ask(&delete(garden, Seq(130))).await.unwrap();
    ada.post(orchard, "apples").await;
    let before = ada.watch(None).await;
    drop(ada);
    let server = server.restart().await;
    let mut ben = enter(server.address, "Ben").await;
    let all = [LOBBY, garden, orchard];
    assert_eq!(ben.watch(Some(&all)).await.heads, before.heads);
    admin(server.folder.path(), &["remove-room", &orchard.to_string()]).await;
    let mut cora = enter(server.address, "Cora").await;
    for native in [&mut ben, &mut cora] {
        let heads = native.watch(Some(&all)).await;
        assert_eq!(rooms(&heads), BTreeSet::from([LOBBY, garden]));
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
    let (head, _) = head_at(&mut ben, LOBBY, Seq(5)).await;
    assert_eq!(head.unread_above(mark.seq), 3);
    // One's own message raises the mark, and so is not unread.
    ben.post(LOBBY, "mine").await;
    let mark = ben.next_own().await.marks()[0];
    let (head, _) = head_at(&mut ben, LOBBY, Seq(6)).await;
    assert_eq!((head.seq, head.unread_above(mark.seq)), (Seq(6), 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_come_at_most_once_a_second_however_many_messages_there_are() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let rooms = [LOBBY, ada.create_room("garden").await];
    let begun = Instant::now();
    ben.watch(Some(&rooms)).await;
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
    for _ in 0..4 {
        read(&mut ben).await;
    }
    // Three seconds lie between the first and the last, and less if the server sent the first late.
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
    ben.watch(Some(&[LOBBY, garden, orchard, yard])).await;
    ben.say(&ClientFrame::Unwatch {
        rooms: vec![orchard, RoomId(4711)],
    })
    .await;
    ben.settle().await;
    // That the rooms were made may come once more with the first heads.
    let first = ada.post(garden, "roses").await.seq.unwrap();
    head_at(&mut ben, garden, first).await;
    for _ in 0..2 {
        ada.post(orchard, "apples").await;
        let last = ada.post(garden, "roses").await.seq.unwrap();
        let (_, record) = head_at(&mut ben, garden, last).await;
        for text in record {
            if let ServerFrame::Heads(heads) = serde_json::from_str(&text).unwrap() {
                assert_eq!(rooms(&heads), BTreeSet::from([garden]));
            }
        }
    }
    // It is watched again, once, and so are the others as before.
    let heads = ben.watch(Some(&[orchard, yard, orchard])).await;
    assert_eq!(rooms(&heads), BTreeSet::from([orchard, yard]));
    assert_eq!(head_of(&heads, orchard).unwrap().seq, Seq(2));
    for room in [orchard, garden] {
        ada.post(room, "leaves").await;
        let mut found = 0;
        while found == 0 {
            let heads = ben.next_heads().await.heads;
            found = heads.iter().filter(|head| head.room == room).count();
        }
        assert_eq!(found, 1, "{room}");
    }
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
    assert_eq!(rooms(&refused), BTreeSet::new());
    ada.add_members(private, &[ben.user().id]).await;
    let heads = ben.watch(Some(&[garden, private])).await;
    assert_eq!(rooms(&heads), BTreeSet::from([garden, private]));
    assert_eq!(head_of(&heads, private).unwrap().unread_above(Seq::ZERO), 1);
    for room in [garden, private] {
        let seq = ada.post(room, "hello").await.seq.unwrap();
        head_at(&mut ben, room, seq).await;
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
    sleepy.watch(Some(&[LOBBY, garden])).await;
    witness.watch(Some(&[LOBBY, garden])).await;
    let body = "x".repeat(ada.welcome.limits.body_bytes);
    for _ in 0..12 {
        ada.post_all(LOBBY, std::iter::repeat_n(body.clone(), 32))
            .await;
    }
    while sleepy.try_next().await.unwrap() != (ServerFrame::Resync {}) {}
    // By the second of these, the first would have come here.
    for _ in 0..2 {
        let seq = ada.post(garden, "roses").await.seq.unwrap();
        head_at(&mut witness, garden, seq).await;
    }
    let mut record = Vec::new();
    sleepy.say(&ClientFrame::Ping {}).await;
    sleepy
        .record_until(&mut record, "a pong", |frame| {
            matches!(frame, ServerFrame::Pong {}).then_some(())
        })
        .await;
    assert_eq!(record, [r#"{"type":"pong"}"#]);
    let heads = sleepy.watch(Some(&[LOBBY, garden])).await;
    assert_eq!(head_of(&heads, garden).unwrap().seq, Seq(2));
    let seq = ada.post(garden, "tulips").await.seq.unwrap();
    head_at(&mut sleepy, garden, seq).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_number_of_watched_rooms_is_limited() {
    let limit = Limits::default().watched;
    assert_eq!(limit, 5_000, "the default is what is promised");
    let server = Server::start(&["--max-rooms", "10000", "--max-rooms-per-person", "10000"]).await;
    let mut ada = enter(server.address, "Ada").await;
    assert_eq!(ada.welcome.limits.watched, limit);
    let commands: Vec<_> = (0..limit)
        .map(|number| create_room(&format!("room {number}"), ""))
        .collect();
    let mut rooms = vec![LOBBY];
    for together in commands.chunks(500) {
        ada.say_all(together).await;
        for command in together {
            let ack = ada.answer(id(command)).await.unwrap();
            rooms.extend(ack.room);
        }
    }
    let too_many = ada.question(&watch(Some(&rooms), false)).await;
    assert_eq!(too_many.unwrap_err().code, ErrorCode::TooManySubscriptions);
    let (last, most) = rooms.split_last().unwrap();
    assert_eq!(ada.watch(Some(most)).await.heads.len(), limit);
    // What is watched already takes no more room.
    ada.watch(Some(&most[..10])).await;
    let one_more = ada.question(&watch(Some(&[*last]), false)).await;
    assert_eq!(one_more.unwrap_err().code, ErrorCode::TooManySubscriptions);
    ada.say(&ClientFrame::Unwatch { rooms: vec![LOBBY] }).await;
    ada.watch(Some(&[*last])).await;
    for room in [*last, most[1]] {
        ada.post(room, "hello").await;
        head_at(&mut ada, room, Seq(1)).await;
    }
}
