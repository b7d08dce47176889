//! Finds the messages of a room: by revision, and by sequence number.

use rusqlite::{OptionalExtension, Statement, ToSql, Transaction, params};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Message;
use shared::stream::Item;

use super::changes::{Range, SourcePage};
use super::pool::QueryError;
use crate::store::sqlite::rows;

/// Text in one page, in bytes. A page of long messages has fewer of them.
pub const PAGE_BYTES: usize = 256 * 1024;

/// The messages whose last change is in a range of revisions. `other_changes` is how many of
/// the room's changes were not posts.
///
/// # Errors
/// SQLite's.
pub fn changed(
    snapshot: &Transaction<'_>,
    room: RoomId,
    range: Range,
    other_changes: i64,
) -> rusqlite::Result<SourcePage> {
    // The first half finds unchanged messages by their sequence numbers, the second half those
    // that were changed later.
    let mut statement = snapshot.prepare_cached(&format!(
        "SELECT {columns} FROM messages m LEFT JOIN users u ON u.id = m.author
         WHERE m.room = ?1 AND m.seq >= ?4 AND m.seq < ?5 AND m.rev = m.posted_rev
         UNION ALL
         SELECT {columns} FROM messages m LEFT JOIN users u ON u.id = m.author
         WHERE m.room = ?1 AND m.rev > ?2 AND m.rev <= ?3 AND m.rev > m.posted_rev
         ORDER BY 2",
        columns = rows::MESSAGE
    ))?;
    let first = first_posted_above(snapshot, room, range.above, other_changes)?;
    let end = first_posted_above(snapshot, room, range.up_to, other_changes)?;
    let (messages, is_cut) = page(
        &mut statement,
        params![room.0, range.above.0, range.up_to.0, first.0, end.0],
        range.limit,
        PAGE_BYTES,
    )?;
    Ok(SourcePage {
        items: messages.into_iter().map(Item::Message).collect(),
        is_cut,
    })
}

/// The sequence number of the first message that was posted above `rev`, or the one behind the
/// last message. A binary search: sequence numbers and revisions rise together, and a message's
/// revision exceeds its sequence number by the changes before it that were not posts, so by at
/// most `other_changes`.
fn first_posted_above(
    snapshot: &Transaction<'_>,
    room: RoomId,
    rev: Rev,
    other_changes: i64,
) -> rusqlite::Result<Seq> {
    let mut statement =
        snapshot.prepare_cached("SELECT posted_rev FROM messages WHERE room = ?1 AND seq = ?2")?;
    let (mut low, mut high) = ((rev.0 - other_changes + 1).max(1), rev.0 + 1);
    while low < high {
        let middle = i64::midpoint(low, high);
        let posted: Option<i64> = statement
            .query_row([room.0, middle], |row| row.get(0))
            .optional()?;
        if posted.is_some_and(|posted| posted <= rev.0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(Seq(low))
}

/// The last messages before one, ascending.
///
/// # Errors
/// SQLite's.
pub fn before(
    snapshot: &Transaction<'_>,
    room: RoomId,
    seq: Seq,
    limit: usize,
    max_bytes: usize,
) -> Result<Vec<Message>, QueryError> {
    let mut statement = snapshot.prepare_cached(&format!(
        "SELECT {} FROM messages m LEFT JOIN users u ON u.id = m.author
         WHERE m.room = ?1 AND m.seq < ?2 ORDER BY m.seq DESC LIMIT ?3",
        rows::MESSAGE
    ))?;
    let (mut messages, _) = page(
        &mut statement,
        params![room.0, seq.0, limit],
        limit,
        max_bytes,
    )?;
    messages.reverse();
    Ok(messages)
}

/// The first messages after one, ascending.
///
/// # Errors
/// SQLite's.
pub fn after(
    snapshot: &Transaction<'_>,
    room: RoomId,
    seq: Seq,
    limit: usize,
    max_bytes: usize,
) -> Result<Vec<Message>, QueryError> {
    let mut statement = snapshot.prepare_cached(&format!(
        "SELECT {} FROM messages m LEFT JOIN users u ON u.id = m.author
         WHERE m.room = ?1 AND m.seq > ?2 ORDER BY m.seq LIMIT ?3",
        rows::MESSAGE
    ))?;
    Ok(page(
        &mut statement,
        params![room.0, seq.0, limit],
        limit,
        max_bytes,
    )?
    .0)
}

/// Up to `limit` messages and about `max_bytes` of text, but at least one if there is any; and
/// whether more may follow.
fn page(
    statement: &mut Statement<'_>,
    parameters: &[&dyn ToSql],
    limit: usize,
    max_bytes: usize,
) -> rusqlite::Result<(Vec<Message>, bool)> {
    let mut rows = statement.query(parameters)?;
    let mut messages = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let message = rows::message(row)?;
        bytes += message.body.len();
        messages.push(message);
        if bytes >= max_bytes {
            return Ok((messages, true));
        }
    }
    let is_full = messages.len() >= limit;
    Ok((messages, is_full))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::store::Viewer;
    use crate::store::sqlite::read::visibility;
    use crate::store::sqlite::{epoch, migrations, open};

    /// A room in which three of four changes are posts; the others change an older message or
    /// the room. Returns it with the number of these other changes.
    fn filled() -> (Connection, i64) {
        let mut connection = Connection::open_in_memory().unwrap();
        migrations::migrate(&mut connection).unwrap();
        let (_, epoch) = epoch::begin(&mut connection, shared::id::Micros(0)).unwrap();
        open::create_lobby(&mut connection, epoch, shared::id::Micros(0)).unwrap();
        let mut seq = 0;
        for rev in 2..=200 {
            if rev % 4 != 0 {
                seq += 1;
                connection
                    .execute(
                        "INSERT INTO messages (room, seq, rev, posted_rev, author_name, body, posted_at)
                         VALUES (1, ?1, ?2, ?2, 'Ada', 'Hello', 0)",
                        [seq, rev],
                    )
                    .unwrap();
            } else if rev % 12 != 0 {
                connection
                    .execute(
                        "UPDATE messages SET rev = ?2 WHERE room = 1 AND seq = ?1",
                        [seq * 5 / 7, rev],
                    )
                    .unwrap();
            } else {
                connection
                    .execute("UPDATE rooms SET info_rev = ?1 WHERE id = 1", [rev])
                    .unwrap();
            }
            let snapshot = connection.transaction().unwrap();
            let viewer = Viewer::of(shared::id::UserId(1));
            let (room, head) = visibility::open_room(&snapshot, viewer, RoomId::LOBBY).unwrap();
            assert_eq!((room.seq, head), (Seq(seq), Rev(rev)));
        }
        (connection, 200 - seq)
    }

    #[test]
    fn the_search_by_sequence_numbers_finds_all_messages_between_two_revisions() {
        let (mut connection, other_changes) = filled();
        let snapshot = connection.transaction().unwrap();
        for (above, up_to) in (0..=200).flat_map(|low| (low..=200).map(move |high| (low, high))) {
            let expected: Vec<i64> = snapshot
                .prepare_cached(
                    "SELECT rev FROM messages WHERE rev > ?1 AND rev <= ?2 ORDER BY rev",
                )
                .unwrap()
                .query_map([above, up_to], |row| row.get(0))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            let range = Range {
                above: Rev(above),
                up_to: Rev(up_to),
                limit: 1000,
            };
            let found = changed(&snapshot, RoomId::LOBBY, range, other_changes).unwrap();
            let messages = found.items.iter().filter_map(Item::as_message);
            let found: Vec<_> = messages.map(|message| message.rev.0).collect();
            assert_eq!(found, expected, "above {above:?} up to {up_to:?}");
        }
    }
}
