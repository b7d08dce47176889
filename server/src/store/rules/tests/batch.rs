//! What a transaction publishes.

use super::*;

#[test]
fn a_batch_has_only_the_last_state_of_each_message() {
    let mut transaction = Transaction::new();
    let (edited, rev) = transaction.post(ADA, 1, "draft");
    let (deleted, _) = transaction.post(ADA, 2, "never to be seen");
    let (kept, _) = transaction.post(BEN, 3, "kept");
    transaction.done(&by(ADA, 4, edit(edited, rev, "better")));
    transaction.done(&by(ADA, 5, cancel(2)));
    let batch = transaction.rules.finish().unwrap();
    let room = &batch.rooms[0];
    let states: Vec<_> = room
        .messages
        .iter()
        .map(|posted| {
            (
                posted.message.seq,
                posted.message.rev,
                posted.message.body.as_str(),
            )
        })
        .collect();
    let last = [
        (kept, Rev(4), "kept"),
        (edited, Rev(5), "better"),
        (deleted, Rev(6), ""),
    ];
    assert_eq!(states, last, "by revision");
    assert_eq!((room.from, room.through), (Rev(1), Rev(6)));
    let are_new = room.messages.iter().all(|posted| posted.is_new);
    assert!(are_new, "they were posted in this commit");
    let connections = room.messages.iter().map(|posted| posted.connection);
    assert!(connections.eq([Some(ConnectionId(9)); 3]));
    assert!(batch.has_deletion());
}

#[test]
fn a_refused_command_is_in_no_batch() {
    let mut transaction = Transaction::new();
    transaction.refused(&by(ADA, 1, delete(Seq(1))));
    transaction.refused(&by(ADA, 2, create_room("lobby")));
    assert!(transaction.rules.finish().unwrap().is_empty());
}

#[test]
fn a_room_and_a_name_are_published_in_the_directory_by_revision() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, create_room("tea")));
    transaction.done(&by(ADA, 2, rename("Ada L.")));
    let batch = transaction.rules.finish().unwrap();
    let directory = batch.directory.as_ref().unwrap();
    assert_eq!((directory.from, directory.through), (Rev(1), Rev(3)));
    assert_eq!(directory.rooms[0].name, "tea");
    assert_eq!(directory.people[0].name, "Ada L.");
    assert!(!batch.has_removed_room());
}
