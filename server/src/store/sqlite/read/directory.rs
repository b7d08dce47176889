//! What changed in the directory above a revision: public rooms, and people's new names.
//!
//! A guest of one room is told of that room and its people alone. What else has changed is passed
//! over, so the guest's known revision means the same as everybody's.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::id::{Rev, RoomId, UserId};
use shared::model::OnlyRoom;
use shared::stream::{Item, StreamKey};

use super::changes::{self, Range, SourcePage};
use super::person;
use super::pool::QueryError;
use crate::store::sqlite::epoch::{self, StreamKind};
use crate::store::sqlite::rows;
use crate::store::{ResumePoint, StreamChanges, Viewer};

/// A page of at most `limit` changes.
///
/// # Errors
/// SQLite's.
pub fn changes(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    known: ResumePoint,
    limit: usize,
) -> Result<StreamChanges, QueryError> {
    let (head, floor) = snapshot
        .prepare_cached("SELECT rev, floor FROM directory")?
        .query_row([], |row| Ok((Rev(row.get(0)?), Rev(row.get(1)?))))?;
    // Rooms that were removed below the floor have no row any more. A client that knows less
    // gets everything.
    let is_known =
        known.rev >= floor && epoch::is_known(snapshot, StreamKind::Directory, 0, known, head)?;
    let range = Range {
        above: if is_known { known.rev } else { Rev::ZERO },
        up_to: head,
        limit: limit.max(1),
    };
    let (items, through) = match viewer.only_room() {
        Some(only) => for_room_guest(snapshot, viewer, only, range)?,
        None => all_changes(snapshot, range)?,
    };
    Ok(StreamChanges {
        from: range.above,
        through,
        head,
        items,
    })
}

fn all_changes(snapshot: &Transaction<'_>, range: Range) -> rusqlite::Result<(Vec<Item>, Rev)> {
    changes::collect(snapshot, StreamKey::Directory, range, &[&rooms, &people])
}

/// The same page for a guest of one room, without what does not exist for the guest.
fn for_room_guest(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    only: OnlyRoom,
    range: Range,
) -> Result<(Vec<Item>, Rev), QueryError> {
    if range.above == Rev::ZERO {
        // At a first visit the room is found by its id, in one page, however many others there are.
        let room = listed_room(snapshot, only.room)?;
        return Ok((room.into_iter().collect(), range.up_to));
    }
    let (mut items, through) = all_changes(snapshot, range)?;
    let changed: Vec<UserId> = items.iter().filter_map(person_of).collect();
    let people = if changed.is_empty() {
        Vec::new()
    } else {
        person::people(snapshot, viewer, &changed)?
    };
    items.retain(|item| match item {
        Item::Room(room) => room.id == only.room,
        Item::Person(changed) => people.iter().any(|person| person.id == changed.id),
        Item::Message(_)
        | Item::Member(_)
        | Item::Membership(_)
        | Item::ReadMark(_)
        | Item::Sidebar(_)
        | Item::Restriction(_)
        | Item::Unknown => false,
    });
    Ok((items, through))
}

fn person_of(item: &Item) -> Option<UserId> {
    match item {
        Item::Person(person) => Some(person.id),
        Item::Room(_)
        | Item::Message(_)
        | Item::Member(_)
        | Item::Membership(_)
        | Item::ReadMark(_)
        | Item::Sidebar(_)
        | Item::Restriction(_)
        | Item::Unknown => None,
    }
}

/// A public room that is not removed.
fn listed_room(snapshot: &Transaction<'_>, room: RoomId) -> rusqlite::Result<Option<Item>> {
    snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM rooms_now WHERE id = ?1 AND directory_rev > 0 AND removed_at IS NULL",
            rows::ROOM
        ))?
        .query_row([room.0], |row| Ok(Item::Room(rows::room(row)?)))
        .optional()
}

/// Private rooms have the revision 0 in the directory, so that they are in no range. A client
/// without a known revision does not know the rooms that were removed.
fn rooms(snapshot: &Transaction<'_>, range: Range) -> rusqlite::Result<SourcePage> {
    let sql = format!(
        "SELECT {} FROM rooms_now WHERE directory_rev > ?1 AND (?2 OR removed_at IS NULL)
         ORDER BY directory_rev LIMIT ?3",
        rows::ROOM
    );
    let is_resumed = range.above > Rev::ZERO;
    let parameters = params![range.above.0, is_resumed, range.limit];
    changes::query(snapshot, &sql, parameters, range, |row| {
        Ok(Item::Room(rows::room(row)?))
    })
}

/// A client without a known revision has no old names to correct.
fn people(snapshot: &Transaction<'_>, range: Range) -> rusqlite::Result<SourcePage> {
    if range.above == Rev::ZERO {
        return Ok(SourcePage::EMPTY);
    }
    let sql = format!(
        "SELECT {} FROM users WHERE directory_rev > ?1 ORDER BY directory_rev LIMIT ?2",
        rows::PROFILE
    );
    let parameters = params![range.above.0, range.limit];
    changes::query(snapshot, &sql, parameters, range, |row| {
        Ok(Item::Person(rows::profile(row)?))
    })
}
