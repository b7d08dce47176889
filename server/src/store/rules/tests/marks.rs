//! Read marks: they rise within a generation, and begin the next one when they are set back.

use shared::model::ReadMark;

use super::*;

fn mark_unread(seq: Seq) -> Command {
    Command::MarkUnread { room: LOBBY, seq }
}

fn mark_read_in(generation: u32, seq: Seq) -> Command {
    Command::MarkRead {
        room: LOBBY,
        seq,
        generation,
    }
}

/// A transaction in which BEN has read all of ADA's five messages.
fn read_all() -> Transaction {
    let mut transaction = Transaction::new();
    for id in 1..=5 {
        transaction.post(ADA, id, "x");
    }
    transaction.done(&by(BEN, 100, mark_read(Seq(5))));
    transaction
}

/// What the transaction publishes in a person's own stream.
fn published(transaction: &mut Transaction, user: UserId) -> Vec<ReadMark> {
    let batch = transaction.rules.finish().unwrap();
    let items = items_of(&batch, StreamId::Person(user));
    let marks = items.into_iter().map(|item| match item {
        Item::ReadMark(mark) => *mark,
        other => panic!("no mark: {other:?}"),
    });
    marks.collect()
}

fn lobby_mark(seq: i64, generation: u32, rev: i64) -> ReadMark {
    ReadMark {
        room: LOBBY,
        seq: Seq(seq),
        generation,
        rev: Rev(rev),
    }
}

#[test]
fn a_read_mark_only_rises_and_is_stored_once() {
    let mut transaction = Transaction::new();
    for id in 1..=3 {
        transaction.post(ADA, id, "x");
    }
    for seq in [2, 99, 1] {
        let id = 10 + u8::try_from(seq).unwrap();
        transaction.done(&by(BEN, id, mark_read(Seq(seq))));
    }
    let batch = transaction.rules.finish().unwrap();
    // The author has read what was posted, and nobody can read beyond the last message.
    for user in [ADA, BEN] {
        let items = items_of(&batch, StreamId::Person(user));
        assert_eq!(items, [&Item::ReadMark(lobby_mark(3, 0, 1))]);
    }
}

#[test]
fn setting_a_mark_back_begins_the_next_generation() {
    let mut transaction = read_all();
    transaction.done(&by(BEN, 101, mark_unread(Seq(3))));
    assert_eq!(published(&mut transaction, BEN), [lobby_mark(2, 1, 1)]);
}

#[test]
fn a_mark_of_another_generation_changes_nothing() {
    let mut transaction = read_all();
    transaction.done(&by(BEN, 101, mark_unread(Seq(3))));
    // Another device has not heard of it yet, or has lost the file that it was stored in.
    transaction.done(&by(BEN, 102, mark_read_in(0, Seq(5))));
    transaction.done(&by(BEN, 103, mark_read_in(2, Seq(5))));
    transaction.done(&by(BEN, 104, mark_read_in(1, Seq(4))));
    transaction.done(&by(BEN, 105, mark_read_in(1, Seq(3))));
    assert_eq!(published(&mut transaction, BEN), [lobby_mark(4, 1, 1)]);
}

#[test]
fn a_mark_is_set_back_within_the_messages_that_there_are() {
    for (seq, left) in [(i64::MIN, 0), (0, 0), (1, 0), (6, 5), (i64::MAX, 5)] {
        let mut transaction = read_all();
        transaction.done(&by(BEN, 101, mark_unread(Seq(seq))));
        let expected = [lobby_mark(left, 1, 1)];
        assert_eq!(published(&mut transaction, BEN), expected, "{seq}");
    }
}

#[test]
fn an_own_post_raises_the_mark_in_its_present_generation() {
    let mut transaction = read_all();
    transaction.done(&by(BEN, 101, mark_unread(Seq(2))));
    transaction.post(BEN, 102, "caught up");
    assert_eq!(published(&mut transaction, BEN), [lobby_mark(6, 1, 1)]);
}

#[test]
fn setting_a_mark_back_twice_by_a_retry_begins_one_generation() {
    let mut transaction = read_all();
    let request = by(BEN, 101, mark_unread(Seq(3)));
    transaction.done(&request);
    transaction.done(&by(BEN, 102, mark_read_in(1, Seq(5))));
    transaction.done(&request);
    assert_eq!(published(&mut transaction, BEN), [lobby_mark(5, 1, 1)]);
}
