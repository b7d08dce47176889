//! What a transaction publishes.

use super::*;
use crate::store::StreamBatch;

#[test]
fn a_batch_has_only_the_last_state_of_each_message() {
    let mut transaction = Transaction::new();
    let (edited, rev) = transaction.post(ADA, 1, "draft");
    let (deleted, _) = transaction.post(ADA, 2, "never to be seen");
    let (kept, _) = transaction.post(BEN, 3, "kept");
    transaction.done(&by(ADA, 4, edit(edited, rev, "better")));
    transaction.done(&by(ADA, 5, cancel(2)));
    let batch = transaction.rules.finish().unwrap();
    let room = &batch.streams[0];
    let states: Vec<_> = room
        .messages()
        .map(|(message, _)| (message.seq, message.rev, message.body.as_str()))
        .collect();
    let last = [
        (kept, Rev(4), "kept"),
        (edited, Rev(5), "better"),
        (deleted, Rev(6), ""),
    ];
    assert_eq!(states, last, "by revision");
    assert_eq!(room.stream, StreamId::Room(LOBBY));
    assert_eq!((room.from, room.through), (Rev(1), Rev(6)));
    assert!(
        room.has_only_new_messages(),
        "they were posted in this commit"
    );
    let connections = room.items.iter().map(|posted| posted.connection);
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
fn a_public_room_and_a_name_are_published_in_the_directory_by_revision() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, create_room("tea")));
    transaction.done(&by(ADA, 2, rename("Ada L.")));
    transaction.done(&by(ADA, 3, update(RoomId(2), Rev(1), "milk")));
    let batch = transaction.rules.finish().unwrap();
    let directory = |stream: &&StreamBatch| stream.stream == StreamId::Directory;
    let directory = batch.streams.iter().find(directory).unwrap();
    assert_eq!((directory.from, directory.through), (Rev(1), Rev(4)));
    // The room has only its last name.
    let [Item::Person(person), Item::Room(room)] = items_of(&batch, StreamId::Directory)[..] else {
        panic!("not a name and a room: {directory:?}");
    };
    assert_eq!(
        (person.name.as_str(), room.name.as_str()),
        ("Ada L.", "milk")
    );
    assert!(!batch.has_removed_room());
}

#[test]
fn a_stream_is_in_a_batch_once_whatever_changes_between() {
    let mut transaction = Transaction::new();
    transaction.post(ADA, 1, "one");
    transaction.done(&by(ADA, 2, create_private("tea")));
    transaction.post(BEN, 3, "two");
    transaction.done(&by(ADA, 4, add_member(RoomId(2), BEN)));
    transaction.post(ADA, 5, "three");
    let batch = transaction.rules.finish().unwrap();
    let mut streams: Vec<_> = batch.streams.iter().map(|batch| batch.stream).collect();
    streams.sort();
    let expected = [
        StreamId::Room(LOBBY),
        StreamId::Room(RoomId(2)),
        StreamId::Person(ADA),
        StreamId::Person(BEN),
    ];
    assert_eq!(streams, expected);
    for batch in &batch.streams {
        let mut revs = batch.items.iter().map(|changed| {
            let rev = changed.item.rev(batch.stream.key());
            assert!(rev > batch.from && rev <= batch.through, "{batch:?}");
            rev
        });
        assert!(revs.by_ref().is_sorted(), "{batch:?}");
    }
}
