//! The end of a membership among other commands in one commit.

use shared::frame::{Changes, ServerFrame};
use shared::id::{Rev, RoomId};

use super::PrivateRoom;
use crate::support::command::{add_members, id, remove_member, send};
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::mirror::Mirror;

/// The writer waits, so that the commands of a test come into one commit.
const SLOW: [&str; 2] = ["--fault", "slow-writer"];
const LOBBY: RoomId = RoomId::LOBBY;

/// Asserts that this is the one commit of so many commands, above a revision of the room.
fn assert_one_commit(changes: &Changes, above: Rev, commands: usize) {
    let through = Rev(above.0 + i64::try_from(commands).unwrap());
    assert_eq!(
        (changes.from, changes.through),
        (above, through),
        "one commit: {changes:?}"
    );
}

#[tokio::test]
async fn what_was_posted_in_the_commit_of_the_removal_is_not_delivered_to_who_was_removed() {
    let mut place = PrivateRoom::with(&SLOW).await;
    let room = place.room;
    place.ben.subscribe(LOBBY).await;
    place.ben.subscribe(room).await;
    let mut witness = Mirror::subscribe(&mut place.ada, room).await;
    let before = witness.rev;
    let commands = [
        send(room, "one moment earlier"),
        remove_member(room, place.member_id()),
        send(room, "one moment later"),
    ];
    place.ada.say_all(&commands).await;
    for command in &commands {
        place.ada.answer(id(command)).await.unwrap();
    }
    let changes = place.ada.changes(room).await;
    // With the line about it.
    assert_one_commit(&changes, before, commands.len() + 1);
    assert_eq!(changes.items.len(), 4, "{changes:?}");
    witness.apply(changes);
    place.ada.post(LOBBY, "hello").await;
    let mut record = Vec::new();
    place
        .ben
        .record_until(&mut record, "what is said later", |frame| match frame {
            ServerFrame::Changes(changes) if changes.stream.room() == Some(LOBBY) => Some(()),
            _ => None,
        })
        .await;
    for text in record {
        assert!(!text.contains("moment"), "{text}");
        assert!(!text.contains("left_at"), "{text}");
    }
}

#[tokio::test]
async fn who_is_a_member_again_at_the_end_of_the_commit_misses_nothing() {
    let mut place = PrivateRoom::with(&SLOW).await;
    let (room, ben) = (place.room, place.member_id());
    let mut mirror = Mirror::subscribe(&mut place.ben, room).await;
    let before = mirror.rev;
    let commands = [
        remove_member(room, ben),
        send(room, "in between"),
        add_members(room, &[ben]),
    ];
    place.ada.say_all(&commands).await;
    for command in &commands {
        place.ada.answer(id(command)).await.unwrap();
    }
    let changes = place.ben.changes(room).await;
    assert_one_commit(&changes, before, commands.len() + 2);
    assert_eq!(changes.members().len(), 1, "the last state: {changes:?}");
    mirror.apply(changes);
    let last = place.ada.post(room, "welcome back").await.rev.unwrap();
    mirror.read_to(&mut place.ben, last).await;
    assert_eq!(mirror.bodies(), ["in between", "welcome back"]);
    assert_eq!(mirror.members[&ben].left_at, None);
}

#[tokio::test]
async fn a_new_member_reads_what_was_posted_in_the_same_commit() {
    let mut place = PrivateRoom::with(&SLOW).await;
    let room = place.room;
    let mut cora = enter(place.server.address, "Cora").await;
    let before = place.ada.subscribe(room).await.rev;
    let commands = [
        send(room, "she will like it"),
        add_members(room, &[cora.user().id]),
        send(room, "welcome"),
    ];
    place.ada.say_all(&commands).await;
    for command in &commands {
        place.ada.answer(id(command)).await.unwrap();
    }
    let changes = place.ada.changes(room).await;
    assert_one_commit(&changes, before, commands.len() + 1);
    let mirror = Mirror::subscribe(&mut cora, room).await;
    assert_eq!(mirror.bodies(), ["she will like it", "welcome"]);
}
