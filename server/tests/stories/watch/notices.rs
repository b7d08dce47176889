//! Notices: the newest message of a watched room, for who asked for them.

use std::time::{Duration, Instant};

use shared::frame::{ClientFrame, Notice, ServerFrame};
use shared::id::{RoomId, Seq};

use super::head_at;
use crate::support::command::{delete, edit, unsubscribe};
use crate::support::guest::enter;
use crate::support::native::Native;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

/// The notices that come until the heads name this message of the lobby.
async fn notices_until(native: &mut Native, seq: Option<Seq>) -> Vec<Notice> {
    let (_, mut record) = head_at(native, LOBBY, seq.unwrap()).await;
    // Those of the same second may come after their heads.
    record_until_settled(native, &mut record).await;
    notices_of(&record)
}

async fn record_until_settled(native: &mut Native, record: &mut Vec<String>) {
    native.say(&ClientFrame::Ping {}).await;
    native
        .record_until(record, "a pong", |frame| {
            matches!(frame, ServerFrame::Pong {}).then_some(())
        })
        .await;
}

fn notices_of(record: &[String]) -> Vec<Notice> {
    let frames = record
        .iter()
        .map(|text| serde_json::from_str(text).unwrap());
    frames
        .filter_map(|frame| match frame {
            ServerFrame::Notice(notice) => Some(notice),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_notice_names_the_newest_message_and_how_it_begins() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let garden = ada.create_room("garden").await;
    ben.watch_with_notices(Some(&[LOBBY, garden])).await;
    let long = "마당 ".repeat(200);
    let seq = ada.post(garden, long.trim_end()).await.seq.unwrap();
    let notice = ben.notice().await;
    assert_eq!((notice.room, notice.seq), (garden, seq));
    assert_eq!(notice.author.id, Some(ada.user().id));
    assert_eq!(notice.author.name, "Ada");
    let begins: String = long.chars().take(Notice::MAX_CHARS).collect();
    assert_eq!(notice.words, begins);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_has_at_most_one_notice_a_second_and_the_last_message_has_one() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let begun = Instant::now();
    ben.watch_with_notices(None).await;
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let talking = tokio::spawn(async move {
        let mut last = Seq::ZERO;
        while stopped.try_recv().is_err() {
            last = ada.post(LOBBY, "and another").await.seq.unwrap();
        }
        (ada, last)
    });
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(ben.notice().await.seq);
    }
    // Three seconds lie between the first and the last, and less if the server sent the first late.
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(2), "{took:?}");
    stop.send(()).unwrap();
    let (_ada, last) = talking.await.unwrap();
    assert!(last > Seq(10), "{last}");
    while seen.last() != Some(&last) {
        seen.push(ben.notice().await.seq);
    }
    assert!(
        seen.is_sorted_by(|earlier, later| earlier < later),
        "{seen:?}"
    );
}

#[tokio::test]
async fn only_who_asks_gets_notices() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let mut cora = enter(server.address, "Cora").await;
    let garden = ada.create_room("garden").await;
    ben.watch(Some(&[LOBBY, garden])).await;
    cora.watch_with_notices(Some(&[LOBBY, garden])).await;
    // The last question says it for all rooms.
    cora.watch(Some(&[garden])).await;
    for _ in 0..2 {
        let seq = ada.post(LOBBY, "hello").await.seq;
        for native in [&mut ben, &mut cora] {
            assert_eq!(notices_until(native, seq).await, []);
        }
    }
    cora.watch_with_notices(Some(&[garden])).await;
    ada.post(LOBBY, "and now?").await;
    assert_eq!(cora.notice().await.words, "and now?");
}

#[tokio::test]
async fn there_is_no_notice_of_one_s_own_message_or_of_an_open_room() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let garden = ada.create_room("garden").await;
    let orchard = ada.create_room("orchard").await;
    ben.watch_with_notices(Some(&[LOBBY, garden, orchard]))
        .await;
    ben.post(garden, "mine").await;
    ben.subscribe(orchard).await;
    ada.post(orchard, "seen anyway").await;
    ada.post(LOBBY, "hello").await;
    assert_eq!(ben.notice().await.words, "hello");
    ben.post(garden, "mine again").await;
    ada.post(orchard, "seen anyway").await;
    let seq = ada.post(LOBBY, "the last").await.seq;
    let notices = notices_until(&mut ben, seq).await;
    let rooms: Vec<_> = notices.iter().map(|notice| notice.room).collect();
    assert_eq!(rooms, [LOBBY]);
    ben.say(&unsubscribe(orchard)).await;
    ben.settle().await;
    let seq = ada.post(orchard, "apples").await.seq.unwrap();
    let notice = ben.notice().await;
    assert_eq!((notice.room, notice.seq), (orchard, seq));
    assert!(seq > Seq(2));
}

/// Notices go out once a second. This is about what changes before.
#[tokio::test]
async fn a_text_that_was_deleted_or_replaced_before_its_notice_went_out_is_in_none() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let garden = ada.create_room("garden").await;
    ben.watch_with_notices(Some(&[LOBBY, garden])).await;
    let mut were_in_time = 0;
    for number in 0..20 {
        wait_for_second(&mut ada, &mut ben).await;
        let draft = ada.post(garden, &format!("draft {number}")).await;
        let (seq, rev) = (draft.seq.unwrap(), draft.rev.unwrap());
        let better = format!("better {number}");
        ada.ask(&edit(garden, seq, rev, &better)).await.unwrap();
        let regret = ada
            .post(LOBBY, &format!("regret {number}"))
            .await
            .seq
            .unwrap();
        ada.ask(&delete(LOBBY, regret)).await.unwrap();
        let mut before = Vec::new();
        record_until_settled(&mut ben, &mut before).await;
        if !notices_of(&before).is_empty() {
            // The second was over too soon, on a slow machine.
            continue;
        }
        were_in_time += 1;
        let notice = ben.notice().await;
        assert_eq!(
            (notice.room, notice.seq, notice.words),
            (garden, seq, better)
        );
        let seq = ada.post(LOBBY, "the next").await.seq;
        let words: Vec<_> = notices_until(&mut ben, seq)
            .await
            .into_iter()
            .map(|notice| notice.words)
            .collect();
        assert_eq!(words, ["the next"]);
        if were_in_time == 2 {
            return;
        }
    }
    panic!("in time only {were_in_time} times");
}

/// Waits until a second begins, for notices.
async fn wait_for_second(ada: &mut Native, ben: &mut Native) {
    let seq = ada.post(LOBBY, "a second begins").await.seq.unwrap();
    while ben.notice().await.seq != seq {}
}
