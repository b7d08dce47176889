//! What is unread in rooms.

use shared::id::Seq;
use shared::model::UnreadHead;

use super::*;
use crate::store::WriteCommand;
use crate::store::sqlite::read::unread;
use crate::store::sqlite::test_store::TestStore;
use shared::command::Command;
use shared::model::RoomKind;

/// Inserts so many messages into the lobby; a condition says which are deleted.
fn fill(store: &TestStore, count: i64, is_deleted: &str) {
    store
        .connection
        .execute_batch(&format!(
            "WITH RECURSIVE n (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < {count})
             INSERT INTO messages (room, seq, rev, posted_rev, author_name, body, posted_at, deleted_at)
             SELECT 1, seq, seq + 1, seq + 1, 'Ada', '', 0, CASE WHEN {is_deleted} THEN 1 END FROM n"
        ))
        .unwrap();
}

fn head(store: &mut TestStore) -> UnreadHead {
    let mut heads = unread::heads(&store.snapshot(), &[RoomId::LOBBY]).unwrap();
    heads.swap_remove(0).head
}

fn filled(count: i64, is_deleted: &str) -> UnreadHead {
    let mut store = TestStore::new();
    fill(&store, count, is_deleted);
    head(&mut store)
}

fn ranges(head: &UnreadHead) -> Vec<(i64, i64)> {
    let ranges = head.counted.iter();
    ranges.map(|(first, last)| (first.0, last.0)).collect()
}

#[test]
fn the_newest_hundred_messages_that_are_not_deleted_count() {
    assert_eq!(ranges(&head(&mut TestStore::new())), []);
    assert_eq!(ranges(&filled(3, "0")), [(1, 3)]);
    assert_eq!(ranges(&filled(1_000, "0")), [(901, 1_000)]);
    assert_eq!(ranges(&filled(3, "1")), []);
    assert_eq!(
        ranges(&filled(10, "seq IN (1, 4, 5, 10)")),
        [(2, 3), (6, 9)]
    );
    let head = filled(1_000, "seq > 50 AND seq <= 990 OR seq = 995");
    assert_eq!(ranges(&head), [(1, 50), (991, 994), (996, 1_000)]);
    assert_eq!(head.seq, Seq(1_000));
    let odd = filled(1_000, "seq % 2 = 0");
    assert_eq!((odd.counted.len(), ranges(&odd)[0]), (100, (801, 801)));
}

#[test]
fn the_ranges_are_those_of_counting_one_by_one() {
    for step in 2..9 {
        let condition = format!("seq % {step} < {}", step / 2);
        let mut store = TestStore::new();
        fill(&store, 300, &condition);
        let counted: Vec<i64> = store
            .connection
            .prepare(
                "SELECT seq FROM (SELECT seq FROM messages WHERE deleted_at IS NULL
                 ORDER BY seq DESC LIMIT 100) ORDER BY seq",
            )
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let head = head(&mut store);
        let found = ranges(&head).into_iter().flat_map(|(low, high)| low..=high);
        assert!(found.eq(counted.iter().copied()), "{condition}: {head:?}");
        // Whoever has read up to the tenth of them has ninety to read.
        assert_eq!(head.unread_above(Seq(counted[9])), 90);
    }
}

#[test]
fn behind_ten_thousand_deleted_messages_nothing_counts() {
    assert_eq!(ranges(&filled(10_005, "seq > 6")), [(1, 6)]);
    assert_eq!(ranges(&filled(10_006, "seq > 6")), []);
    let head = filled(10_010, "seq > 6 AND seq < 10008");
    assert_eq!(ranges(&head), [(10_008, 10_010)]);
}

#[test]
fn rooms_that_are_removed_or_never_were_have_no_head() {
    let mut store = TestStore::new();
    let ada = store.guest("Ada", 1);
    let tea = store.room(ada, "tea", RoomKind::Public);
    let den = store.room(ada, "den", RoomKind::Private);
    let seq = store.post(ada, den);
    store.done(ada, Command::Delete { room: den, seq });
    store.operator(WriteCommand::RemoveRoom { room: tea });
    let rooms = [tea, den, RoomId(99), RoomId::LOBBY];
    let heads = unread::heads(&store.snapshot(), &rooms).unwrap();
    let heads: Vec<_> = heads
        .iter()
        .map(|loaded| (loaded.head.room, loaded.head.seq, loaded.rev))
        .collect();
    let expected = [(den, Seq(1), Rev(4)), (RoomId::LOBBY, Seq::ZERO, Rev(1))];
    assert_eq!(heads, expected);
}
