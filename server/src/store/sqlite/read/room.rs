//! Queries about a room: its changes above a revision, its present state, and pages of its
//! messages.

use rusqlite::{Transaction, params};
use shared::frame::Anchor;
use shared::id::{Micros, Rev, RoomId, Seq};
use shared::model::{Member, Room};
use shared::stream::{Item, StreamKey};

use super::changes::{self, Range, SourcePage};
use super::messages::{self, PAGE_BYTES};
use super::pool::QueryError;
use super::visibility;
use crate::store::sqlite::epoch::{self, StreamKind};
use crate::store::sqlite::rows;
use crate::store::{
    MessagePage, ResumeLimits, ResumePoint, StreamAnswer, StreamChanges, StreamReset, Viewer,
};

/// What changed in a room above `known`, or its present state.
///
/// # Errors
/// `no_such_room`, `room_gone`, or SQLite's.
pub fn changes(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    id: RoomId,
    known: ResumePoint,
    limits: ResumeLimits,
) -> Result<StreamAnswer, QueryError> {
    let (room, head) = visibility::open_room(snapshot, viewer, id)?;
    let first = viewer.first_message();
    let is_known = epoch::is_known(snapshot, StreamKind::Room, id.0, known, head)?;
    let missed = usize::try_from(head.0.saturating_sub(known.rev.0)).unwrap_or(usize::MAX);
    if !is_known || missed > limits.missed {
        let newest = messages::before(snapshot, id, Seq(i64::MAX), limits.newest, PAGE_BYTES)?;
        let mut items = Vec::with_capacity(newest.len() + 1);
        items.push(Item::Room(room));
        items.extend(newest.into_iter().map(Item::Message));
        items.retain(|item| exists_from(first, item));
        return Ok(StreamAnswer::Reset(StreamReset { rev: head, items }));
    }
    let range = Range {
        above: known.rev,
        up_to: page_end_above(known.rev, limits.changes).min(head),
        limit: limits.changes.max(1),
    };
    let other_changes = head.0 - room.seq.0;
    let (mut items, through) = changes::collect(
        snapshot,
        StreamKey::Room(id),
        range,
        &[
            &|_, range| Ok(state(&room, range)),
            &|snapshot, range| messages::changed(snapshot, id, range, other_changes),
            &|snapshot, range| members(snapshot, viewer, &room, range),
        ],
    )?;
    // Their revisions are passed over.
    items.retain(|item| exists_from(first, item));
    Ok(StreamAnswer::Changes(StreamChanges {
        from: range.above,
        through,
        head,
        items,
    }))
}

/// Whether an item exists for a viewer for whom the room's messages begin with `first`.
fn exists_from(first: Seq, item: &Item) -> bool {
    item.as_message().is_none_or(|message| message.seq >= first)
}

/// The room's own state.
fn state(room: &Room, range: Range) -> SourcePage {
    let is_changed = room.rev > range.above && room.rev <= range.up_to;
    SourcePage {
        items: is_changed
            .then(|| Item::Room(room.clone()))
            .into_iter()
            .collect(),
        is_cut: false,
    }
}

/// Members who came and who left. A guest who does not see earlier messages does not see either who
/// had left before.
fn members(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    room: &Room,
    range: Range,
) -> rusqlite::Result<SourcePage> {
    const NEXT: usize = rows::PROFILE_COLUMNS;
    let sql = format!(
        "SELECT {}, m.rev, m.role, m.joined_at, m.left_at
         FROM memberships m JOIN users u ON u.id = m.user
         WHERE m.room = ?1 AND m.rev > ?2 AND m.rev <= ?3
         AND (m.left_at IS NULL OR m.left_at > ?5) ORDER BY m.rev LIMIT ?4",
        rows::profile_of("u")
    );
    let came_at = came_at(snapshot, viewer, room)?;
    let parameters = params![
        room.id.0,
        range.above.0,
        range.up_to.0,
        range.limit,
        came_at.0,
    ];
    changes::query(snapshot, &sql, parameters, range, |row| {
        Ok(Item::Member(Member {
            person: rows::profile(row)?,
            rev: Rev(row.get(NEXT)?),
            role: rows::role(row.get(NEXT + 1)?),
            joined_at: Micros(row.get(NEXT + 2)?),
            left_at: row.get::<_, Option<i64>>(NEXT + 3)?.map(Micros),
        }))
    })
}

/// Since when a viewer sees who leaves: a guest who does not see earlier messages since coming to
/// the room, or to the place if the room is public; everybody else since ever.
fn came_at(snapshot: &Transaction<'_>, viewer: Viewer, room: &Room) -> rusqlite::Result<Micros> {
    if viewer.first_message() == Seq::ZERO {
        return Ok(Micros(i64::MIN));
    }
    let sql = "SELECT coalesce((SELECT joined_at FROM memberships WHERE room = ?1 AND user = ?2),
         (SELECT created_at FROM users WHERE id = ?2))";
    let came_at = snapshot
        .prepare_cached(sql)?
        .query_row(params![room.id.0, viewer.user_parameter()], |row| {
            row.get(0)
        })?;
    let came_at: Option<i64> = came_at;
    Ok(Micros(came_at.unwrap_or(i64::MAX)))
}

/// The revision at which a page ends that begins above `rev`. Pages end at fixed revisions, so
/// that all clients ask for the same pages from the second one on.
fn page_end_above(rev: Rev, page: usize) -> Rev {
    let page = i64::try_from(page).unwrap_or(i64::MAX).max(1);
    Rev((rev.0 / page + 1).saturating_mul(page))
}

/// A page of a room's messages.
///
/// # Errors
/// `no_such_room`, `room_gone`, or SQLite's.
pub fn history(
    snapshot: &Transaction<'_>,
    viewer: Viewer,
    id: RoomId,
    anchor: Anchor,
    limit: usize,
) -> Result<MessagePage, QueryError> {
    let (room, rev) = visibility::open_room(snapshot, viewer, id)?;
    let first = viewer.first_message();
    let mut messages = match from_first(anchor, first) {
        Anchor::Before(seq) => messages::before(snapshot, id, seq, limit, PAGE_BYTES)?,
        Anchor::After(seq) => messages::after(snapshot, id, seq, limit, PAGE_BYTES)?,
        Anchor::Around(seq) => {
            let half = limit.div_ceil(2);
            let bytes = PAGE_BYTES / 2;
            let mut page = messages::before(snapshot, id, seq.next(), half, bytes)?;
            page.extend(messages::after(snapshot, id, seq, limit - half, bytes)?);
            page
        }
    };
    messages.retain(|message| message.seq >= first);
    Ok(MessagePage {
        rev,
        seq: room.seq,
        messages,
    })
}

/// The same anchor for a viewer for whom the messages begin with `first`: what is asked for before
/// it is where they begin.
fn from_first(anchor: Anchor, first: Seq) -> Anchor {
    match anchor {
        Anchor::Before(seq) => Anchor::Before(seq),
        Anchor::After(seq) => Anchor::After(seq.max(first.previous())),
        Anchor::Around(seq) => Anchor::Around(seq.max(first)),
    }
}
