//! What somebody gets who is no member: the same as for a room that never was.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::command::Command;
use shared::frame::{Anchor, ClientFrame, ServerFrame};
use shared::id::{Rev, RoomId, Seq};

use super::{NAME, PrivateRoom, SECRET};
use crate::support::command::{edit, send, set_marks, typing, update_room};
use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::items::Items;
use crate::support::raw::Raw;
use crate::support::simple::Simple;

/// No room has this number. It has as many digits as that of the private room.
pub const NEVER: RoomId = RoomId(9);
const ID: &str = "018bcfe5-6800-7707-8707-070707070707";

/// Every frame about a room that is answered if it is refused. `epoch` and `target` are the present epoch and the
/// `client_id` of a message that is there.
pub fn frames(room: RoomId, epoch: &str, target: &str, person: i64) -> Vec<Value> {
    let stream = format!("room/{room}");
    let mut frames = vec![
        json!({"type": "subscribe", "question": 7, "stream": stream}),
        json!({"type": "subscribe", "question": 7, "stream": stream, "epoch": epoch, "rev": 2}),
        json!({"type": "history", "question": 7, "room": room, "after": 0}),
        json!({"type": "history", "question": 7, "room": room, "before": 5, "limit": 0}),
        json!({"type": "history", "question": 7, "room": room, "around": 1}),
        json!({"type": "watch", "question": 7, "rooms": [room], "notices": true}),
        json!({"type": "rooms", "question": 7, "rooms": [room]}),
        json!({"type": "mark_read", "room": room, "seq": 1}),
    ];
    let commands = [
        json!({"type": "send", "body": "anyone?"}),
        json!({"type": "edit", "seq": 2, "rev": 5, "body": "mine now"}),
        json!({"type": "delete", "seq": 2}),
        json!({"type": "cancel", "target": target}),
        json!({"type": "update_room", "rev": 1, "name": "open to all"}),
        json!({"type": "add_members", "users": [person]}),
        json!({"type": "remove_member", "user": person}),
        json!({"type": "mark_unread", "seq": 1}),
        json!({"type": "archive_room", "archived": true}),
        json!({"type": "remove_room"}),
        json!({"type": "join_room"}),
        json!({"type": "set_member_role", "user": person, "role": "manager"}),
    ];
    frames.extend(commands.map(|mut command| {
        command["client_id"] = ID.into();
        command["room"] = room.0.into();
        command
    }));
    frames
}

/// Every frame about a room that is never answered.
pub fn unanswered(room: RoomId) -> [Value; 3] {
    [
        json!({"type": "typing", "room": room}),
        json!({"type": "unwatch", "rooms": [room]}),
        json!({"type": "unsubscribe", "stream": format!("room/{room}")}),
    ]
}

#[test]
fn the_lists_above_have_every_frame_about_a_room() {
    // A new frame or command does not compile here. If it is about a room, add it to a list too.
    let number_of_command = |command: &Command| match command {
        Command::Send { .. } => 0,
        Command::Edit { .. } => 1,
        Command::Delete { .. } => 2,
        Command::Cancel { .. } => 3,
        Command::UpdateRoom { .. } => 4,
        Command::AddMembers { .. } => 5,
        Command::RemoveMember { .. } => 6,
        Command::MarkRead { .. } => 7,
        Command::MarkUnread { .. } => 8,
        Command::ArchiveRoom { .. } => 15,
        Command::RemoveRoom { .. } => 16,
        Command::JoinRoom { .. } => 17,
        Command::SetMemberRole { .. } => 18,
        // Refused for no room that it names: see `a_mark_among_others_tells_nothing`.
        Command::SetMarks { .. }
        | Command::CreateRoom { .. }
        | Command::Rename { .. }
        | Command::OpenDirect { .. }
        | Command::ChangeSidebar { .. } => panic!("not about a room"),
    };
    let number = |frame: &ClientFrame| match frame {
        ClientFrame::Command { command, .. } => number_of_command(command),
        ClientFrame::Subscribe { .. } => 9,
        ClientFrame::History { .. } => 10,
        ClientFrame::Watch { .. } => 11,
        ClientFrame::Typing { .. } => 12,
        ClientFrame::Unwatch { .. } => 13,
        ClientFrame::Unsubscribe { .. } => 14,
        ClientFrame::Rooms { .. } => 19,
        ClientFrame::Hello { .. } | ClientFrame::People { .. } | ClientFrame::Ping {} => {
            panic!("not about a room")
        }
    };
    let epoch = "00000000-0000-0000-0000-000000000000";
    let listed = frames(NEVER, epoch, ID, 1).into_iter();
    let numbers: BTreeSet<_> = (listed.chain(unanswered(NEVER)))
        .map(|frame| number(&serde_json::from_value(frame).unwrap()))
        .collect();
    assert!(numbers.into_iter().eq(0..=19));
}

/// The next frame to somebody who gets nothing but answers, as it was written.
pub async fn answer(raw: &mut Raw, frame: &Value) -> String {
    raw.text(&frame.to_string()).await;
    let (_, payload) = raw.next().await.expect("an answer");
    String::from_utf8(payload).unwrap()
}

/// The number of the question that a frame answers; a refusal fails the test.
fn answer_of(frame: &Value) -> Option<u64> {
    assert_ne!(frame["type"], "error", "{frame}");
    frame["question"].as_u64()
}

/// An answer about one room as it would be about the other.
pub fn renamed(answer: &str, from: RoomId, to: RoomId) -> String {
    let field = |room: RoomId| format!(r#""room":{room}"#);
    let stream = |room: RoomId| format!("room/{room}");
    let answer = answer.replace(&field(from), &field(to));
    answer.replace(&stream(from), &stream(to))
}

#[tokio::test]
async fn every_answer_to_an_outsider_is_the_one_for_a_room_that_never_was() {
    let mut place = PrivateRoom::new().await;
    let room = place.room;
    let posted = place.ada.post(room, SECRET).await;
    let epoch = serde_json::to_value(place.ada.epoch()).unwrap();
    let (epoch, target) = (epoch.as_str().unwrap(), posted.client_id.to_string());
    let outsider = place.outsider().await;
    let mut raw = Raw::greeted(place.server.address, &outsider.token).await;
    let mut member = Raw::greeted(place.server.address, &place.member.token).await;
    for person in [outsider.profile.id, place.member_id(), place.ada.user().id] {
        let of_private = frames(room, epoch, &target, person.0);
        let of_never = frames(NEVER, epoch, &target, person.0);
        for (private, never) in of_private.iter().zip(&of_never) {
            let expected = answer(&mut raw, never).await;
            let refused = answer(&mut raw, private).await;
            assert_eq!(renamed(&refused, room, NEVER), expected, "{private}");
            // These leave out what does not exist.
            let is_list = private["type"] == "watch" || private["type"] == "rooms";
            assert!(refused.contains("no_such_room") != is_list, "{refused}");
        }
        // A member's questions fill the cache of answers. The outsider asks again after them.
        for (private, never) in of_private.iter().zip(&of_never).take(5) {
            member.text(&private.to_string()).await;
            while answer_of(&member.json().await) != Some(7) {}
            let expected = answer(&mut raw, never).await;
            let refused = answer(&mut raw, private).await;
            assert_eq!(renamed(&refused, room, NEVER), expected, "{private}");
        }
    }
    for frame in unanswered(room) {
        raw.text(&frame.to_string()).await;
    }
    raw.text(r#"{"type":"ping"}"#).await;
    assert_eq!(raw.json().await["type"], "pong");
    // Nothing of it was done.
    let reset = place.ben.subscribe(room).await;
    assert_eq!(reset.rev, posted.rev.unwrap());
}

/// Its own former messages are among what a former member asks about.
#[tokio::test]
async fn every_answer_to_a_former_member_is_the_one_for_a_room_that_never_was() {
    let mut place = PrivateRoom::new().await;
    let (room, ben) = (place.room, place.member_id());
    let posted = place.ben.post(room, SECRET).await;
    // Behind the line about who was added.
    assert_eq!((posted.seq, posted.rev), (Some(Seq(2)), Some(Rev(5))));
    let epoch = serde_json::to_value(place.ben.epoch()).unwrap();
    let (epoch, target) = (epoch.as_str().unwrap(), posted.client_id.to_string());
    place.ada.remove_member(room, ben).await;
    let mut raw = Raw::greeted(place.server.address, &place.member.token).await;
    for person in [ben, place.ada.user().id] {
        let of_private = frames(room, epoch, &target, person.0);
        let of_never = frames(NEVER, epoch, &target, person.0);
        for (private, never) in of_private.iter().zip(&of_never) {
            let expected = answer(&mut raw, never).await;
            let refused = answer(&mut raw, private).await;
            assert_eq!(renamed(&refused, room, NEVER), expected, "{private}");
        }
    }
    assert_eq!(place.ada.subscribe(room).await.messages()[1].body, SECRET);
}

#[tokio::test]
async fn an_outsider_s_answer_over_http_is_the_one_for_a_room_that_never_was() {
    let mut place = PrivateRoom::new().await;
    let room = place.room;
    place.ada.post(room, SECRET).await;
    let outsider = place.outsider().await;
    let page = async |guest: &Guest, room: RoomId, query: &str| {
        let bearer = guest.bearer();
        let path = format!("/api/v1/rooms/{room}/messages{query}");
        http::get(
            place.server.address,
            &path,
            &[("authorization", bearer.as_str())],
        )
        .await
    };
    for query in ["", "?after=0", "?around=1&limit=3", "?before=5&limit=0"] {
        let never = page(&outsider, NEVER, query).await;
        for _ in 0..2 {
            let refused = page(&outsider, room, query).await;
            assert_eq!(refused.status, 404);
            assert_eq!(refused.body.replace('2', "9"), never.body);
            assert_eq!(
                refused.header("content-length"),
                never.header("content-length")
            );
            // The second time after a member has asked.
            let given = page(&place.member, room, query).await;
            assert_eq!(given.status, 200, "{given:?}");
        }
    }
    let given = page(&place.member, room, "").await;
    assert!(given.body.contains(SECRET));
}

#[tokio::test]
async fn nothing_of_a_private_room_is_in_what_an_outsider_gets_live() {
    let mut place = PrivateRoom::new().await;
    let lobby = RoomId::LOBBY;
    let mut mallory = place.outsider().await.connect(place.server.address).await;
    mallory.directory(None, Rev::ZERO).await;
    mallory.own(None, Rev::ZERO).await;
    mallory.subscribe(lobby).await;
    let garden = place.ada.create_room("garden").await;
    mallory.join(garden).await;
    let heads = mallory.watch_with_notices(None).await.heads;
    let mut rooms: Vec<_> = heads.iter().map(|head| head.room).collect();
    rooms.sort_unstable();
    assert_eq!(rooms, [lobby, garden]);
    let mut simple = Simple::connect(place.server.address).await;

    // All that can happen there, in this one and in another that is new.
    let other = place.ada.create_private_room(NAME).await;
    let cora = enter(place.server.address, "Cora").await;
    for room in [place.room, other] {
        place.ada.add_members(room, &[cora.user().id]).await;
        place.ada.subscribe(room).await;
        place.ada.say(&typing(room)).await;
        let posted = place.ada.post(room, SECRET).await;
        let (seq, rev) = (posted.seq.unwrap(), posted.rev.unwrap());
        place.ada.ask(&edit(room, seq, rev, SECRET)).await.unwrap();
        let change = update_room(room, Rev(1), Some("renamed planning"), Some(SECRET));
        place.ada.ask(&change).await.unwrap();
        place
            .ada
            .say(&ClientFrame::mark_read(room, Seq(1), 0))
            .await;
        place.ada.remove_member(room, cora.user().id).await;
    }
    place.ada.post(garden, "roses").await;
    place.ada.post(lobby, "hello").await;

    // These heads come later than any of what was before.
    let mut seen = Vec::new();
    let head = mallory
        .record_until(&mut seen, "the heads of the garden", |frame| match frame {
            ServerFrame::Heads(heads) => {
                heads.heads.iter().find(|head| head.room == garden).cloned()
            }
            _ => None,
        })
        .await;
    // The line about who joined is the first.
    assert_eq!(head.seq, Seq(2));
    for text in &seen {
        for secret in [NAME, SECRET, "renamed planning", "Cora"] {
            assert!(!text.contains(secret), "{text}");
        }
        for room in [place.room, other] {
            let names_it = [format!(r#""room":{room}"#), format!(r#""room/{room}""#)];
            assert!(!names_it.iter().any(|name| text.contains(name)), "{text}");
        }
    }
    assert_eq!(simple.hears().await.1, "hello");
}

#[tokio::test]
async fn a_private_room_is_in_no_directory_and_leaves_no_hole_there() {
    let mut place = PrivateRoom::new().await;
    let mut mallory = place.outsider().await.connect(place.server.address).await;
    let known = mallory.directory(None, Rev::ZERO).await.through;
    let change = update_room(place.room, Rev(1), Some("another name"), None);
    place.ada.ask(&change).await.unwrap();
    place.ada.create_private_room("another").await;
    let garden = place.ada.create_room("garden").await;
    let live = mallory.next_directory().await;
    assert_eq!((live.from, live.through), (known, known.next()));
    assert_eq!(live.room().id, garden);
    for native in [&mut mallory, &mut place.ada, &mut place.ben] {
        let whole = native.directory(None, Rev::ZERO).await;
        let rooms: Vec<_> = whole.rooms().iter().map(|room| room.id).collect();
        assert_eq!(rooms, [RoomId::LOBBY, garden]);
        assert_eq!(
            (whole.through, whole.head),
            (live.through, Some(live.through))
        );
    }
}

#[tokio::test]
async fn a_member_s_questions_are_answered_after_an_outsider_was_refused() {
    let mut place = PrivateRoom::new().await;
    let (room, epoch) = (place.room, place.ada.epoch());
    let known = place.ada.subscribe(room).await.rev;
    place.ada.post(room, SECRET).await;
    let mut mallory = place.outsider().await.connect(place.server.address).await;
    let after = Anchor::After(Seq::ZERO);
    assert!(mallory.history(room, after, None).await.is_err());
    let history = place.ben.history(room, after, None).await.unwrap();
    // The line about him, and what was said since.
    assert_eq!(history.items.len(), 2);
    let changes = place.ben.resume(room, epoch, known).await.changes();
    assert_eq!(changes.items, history.items[1..]);
    place.ben.ask(&send(room, "and the cake?")).await.unwrap();
}

/// The answer is the same whether one names a room that does not exist or none at all.
#[tokio::test]
async fn a_mark_among_others_tells_nothing_of_a_private_room() {
    let mut place = PrivateRoom::new().await;
    place.ada.post(place.room, SECRET).await;
    let mut mallory = place.outsider().await.connect(place.server.address).await;
    let known = mallory.own(None, Rev::ZERO).await.through;
    for room in [place.room, NEVER] {
        let command = set_marks(&[(room, Seq(1)), (room, Seq(0))]);
        let ack = mallory.ask(&command).await.unwrap();
        assert_eq!((ack.room, ack.seq, ack.rev), (None, None, None));
    }
    assert_eq!(
        mallory.own(Some(mallory.epoch()), known).await.through,
        known
    );
}
