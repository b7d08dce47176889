//! Marks of several rooms, lines that count as nothing unread, and the state of rooms.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Rev, RoomId, Seq};
use shared::model::MarkChange;

use crate::support::command::{archive_room, new_id, rooms, set_marks, update_room};
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

/// The marks in the next change of the own stream: room, message, generation.
async fn next_marks(native: &mut Native) -> Vec<(RoomId, Seq, u32)> {
    let mut marks: Vec<_> = native.next_own().await.marks();
    marks.sort_unstable_by_key(|mark| mark.room);
    marks
        .iter()
        .map(|m| (m.room, m.seq, m.generation))
        .collect()
}

#[tokio::test]
async fn all_is_read_with_one_command_and_unread_again_with_another() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let garden = ada.create_room("garden").await;
    let den = ada.create_private_room("den").await;
    ada.post_numbers(LOBBY, 0..4).await;
    ada.post_numbers(garden, 0..3).await;
    ben.own(None, Rev::ZERO).await;
    ben.say(&ClientFrame::mark_read(LOBBY, Seq(1), 0)).await;
    assert_eq!(next_marks(&mut ben).await, [(LOBBY, Seq(1), 0)]);
    // What does not exist is left out, and what is beyond the last message means that.
    let all = set_marks(&[(LOBBY, Seq(4)), (garden, Seq(99)), (den, Seq(0))]);
    ben.ask(&all).await.unwrap();
    let read = [(LOBBY, Seq(4), 0), (garden, Seq(3), 0)];
    assert_eq!(next_marks(&mut ben).await, read);
    let undo = set_marks(&[(LOBBY, Seq(1)), (garden, Seq(3))]);
    ben.ask(&undo).await.unwrap();
    assert_eq!(next_marks(&mut ben).await, [(LOBBY, Seq(1), 1)]);
    // A device that has not heard of it raises nothing.
    ben.say(&ClientFrame::mark_read(LOBBY, Seq(4), 0)).await;
    ben.say(&ClientFrame::mark_read(LOBBY, Seq(2), 1)).await;
    assert_eq!(next_marks(&mut ben).await, [(LOBBY, Seq(2), 1)]);
    let many = set_marks(&vec![(LOBBY, Seq(1)); 101]);
    assert_eq!(ben.refused(&many).await, ErrorCode::BadCommand);
}

/// "All read" and its undo were made from what one device knew. Another has read on meanwhile.
#[tokio::test]
async fn all_read_and_its_undo_lower_no_mark_that_another_device_has_raised() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    ada.post_numbers(LOBBY, 0..6).await;
    ben.own(None, Rev::ZERO).await;
    ben.say(&ClientFrame::mark_read(LOBBY, Seq(5), 0)).await;
    assert_eq!(next_marks(&mut ben).await, [(LOBBY, Seq(5), 0)]);
    let from = |replaced, seq| {
        let replaced = Some(Seq(replaced));
        let mark = MarkChange::new(LOBBY, Seq(seq));
        let marks = vec![MarkChange { replaced, ..mark }];
        ClientFrame::command(new_id(), Command::SetMarks { marks })
    };
    ben.ask(&from(1, 4)).await.unwrap();
    ben.ask(&from(4, 1)).await.unwrap();
    ben.ask(&from(4, 6)).await.unwrap();
    // Neither went back.
    assert_eq!(next_marks(&mut ben).await, [(LOBBY, Seq(6), 0)]);
    ben.ask(&from(6, 2)).await.unwrap();
    assert_eq!(next_marks(&mut ben).await, [(LOBBY, Seq(2), 1)]);
}

#[tokio::test]
async fn a_line_counts_as_nothing_unread_and_gives_no_notice() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let garden = ada.create_room("garden").await;
    ada.post(garden, "one").await;
    let watched = [garden, LOBBY];
    ben.watch_with_notices(Some(&watched)).await;
    let mut cora = enter(server.address, "Cora").await;
    cora.join(garden).await;
    ada.ask(&update_room(garden, Rev(1), None, Some("roses")))
        .await
        .unwrap();
    ada.post(garden, "two").await;
    ada.ask(&archive_room(garden, true)).await.unwrap();
    let mut record = Vec::new();
    let head = ben
        .record_until(&mut record, "the last head", |frame| match frame {
            ServerFrame::Heads(heads) => heads
                .heads
                .iter()
                .find(|head| head.room == garden && head.seq == Seq(5))
                .cloned(),
            _ => None,
        })
        .await;
    let counted = [(Seq(1), Seq(1)), (Seq(4), Seq(4))];
    assert_eq!(head.counted, counted);
    assert_eq!(head.unread_above(Seq(1)), 1);
    // A notice that waited was of the message.
    for text in &record {
        if let ServerFrame::Notice(notice) = serde_json::from_str(text).unwrap() {
            assert_eq!((notice.seq, &*notice.words), (Seq(4), "two"));
        }
    }
    // From the store it is the same.
    drop((ada, ben, cora));
    let server = server.restart().await;
    let mut dora = enter(server.address, "Dora").await;
    let heads = dora.watch(Some(&[garden])).await.heads;
    assert_eq!(heads[0].counted, counted);
    let state = &dora.rooms(&[garden]).await[0];
    assert_eq!(heads[0].room_rev, state.rev);
}

#[tokio::test]
async fn a_head_says_that_the_room_has_another_name_and_the_question_tells_which() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let den = ada.create_private_room("den").await;
    ada.add_members(den, &[ben.user().id]).await;
    let first = ben.watch(None).await.heads;
    let first = first.iter().find(|head| head.room == den).unwrap().room_rev;
    assert_eq!(ben.rooms(&[den]).await[0].rev, first);
    ada.ask(&update_room(den, Rev(1), Some("cellar"), None))
        .await
        .unwrap();
    let head = loop {
        let heads = ben.next_heads().await.heads;
        if let Some(head) = heads.iter().find(|head| head.room_rev > first) {
            break head.clone();
        }
    };
    let state = ben.rooms(&[den]).await.remove(0);
    assert_eq!((head.room, head.room_rev), (den, state.rev));
    assert_eq!(state.name, "cellar");
    // Whoever is no member gets nothing, and one question has a limit.
    let mut mallory = enter(server.address, "Mallory").await;
    let found = mallory.rooms(&[den, LOBBY, RoomId(4711)]).await;
    assert_eq!(found.len(), 1);
    ada.remove_member(den, ben.user().id).await;
    assert!(ben.rooms(&[den]).await.is_empty());
    let many = rooms(&vec![LOBBY; 201]);
    let refused = ben.question(&many).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadCommand);
}
