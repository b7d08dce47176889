//! The rows of a view: which are read again, and their signals.

use leptos::prelude::*;
use shared::command::MessageChange;
use shared::id::{Micros, RoomId, Seq};
use shared::model::Message;
use shared::sync::{PendingCommand, PendingState, Replica, TimelineRef};

use super::line::LineEvent;
use super::row::{RowContent, RowKey, RowLayout};
use super::{RowSignals, Stale, ViewRow, ViewState};
use crate::state::set_signal::set_if_changed;

/// The most rows of pending messages.
const MOST_PENDING: usize = 40;

/// A row as it is to be shown.
pub(super) struct NewRow {
    key: RowKey,
    seq: Option<Seq>,
    is_pending: bool,
    /// `None`: as it was.
    content: Option<RowContent>,
}

impl NewRow {
    fn new(content: RowContent, is_pending: bool) -> Self {
        NewRow {
            key: content.key(),
            seq: content.seq,
            is_pending,
            content: Some(content),
        }
    }

    /// Whether it is the row of this key. One of folded lines keeps the key of the line that it had
    /// when it was made, and with it its element, whichever lines come before and after that one.
    fn is(&self, key: RowKey) -> bool {
        let line = (self.content.as_ref()).and_then(|content| content.line.as_ref());
        match (line, key) {
            (Some(line), RowKey::Seq(seq)) => line.events.iter().any(|event| event.seq == seq),
            _ => self.key == key,
        }
    }

    /// A line was folded into it, whose number it has from now on.
    fn follow_content(&mut self) {
        if let Some(content) = self
            .content
            .as_ref()
            .filter(|content| content.line.is_some())
        {
            (self.key, self.seq) = (content.key(), content.seq);
        }
    }
}

fn content(replica: &Replica, message: &Message) -> RowContent {
    let name = replica.display_name(&message.author);
    RowContent::of_message(message, name, replica.is_mine(&message.author))
}

/// The rows of the rendered range. Only new and stale ones are read.
pub(super) fn stored_rows(
    state: &ViewState,
    replica: &Replica,
    timeline: TimelineRef<'_>,
) -> Vec<NewRow> {
    let skipped = usize::try_from(state.rendered.first.0 - timeline.span().first.0).unwrap_or(0);
    let wanted = usize::try_from(state.rendered.end.0 - state.rendered.first.0).unwrap_or(0);
    let messages = timeline.messages().skip(skipped).take(wanted);
    let mut rows: Vec<NewRow> = Vec::with_capacity(wanted);
    // Both are ascending.
    let mut next_old = 0;
    let mut offset = state.offset;
    for message in messages {
        if message.event.is_some() {
            let event = LineEvent::of_message(replica, message);
            // The divider of what is unread, and that of a new day, stand between two lines.
            let begins = state.unread_from == Some(message.seq);
            let above = rows.last_mut().filter(|_| !begins);
            let above = above.and_then(|row| row.content.as_mut());
            let above = above.filter(|above| {
                local_day(&mut offset, above.at) == local_day(&mut offset, message.posted_at)
            });
            if let Some(row) = event.and_then(|event| line_row(above, message, event)) {
                rows.push(row);
            } else if let Some(row) = rows.last_mut() {
                row.follow_content();
            }
            continue;
        }
        let is_before = |row: &ViewRow| row.is_pending || row.seq < Some(message.seq);
        while state.rows.get(next_old).is_some_and(is_before) {
            next_old += 1;
        }
        let same = state.rows.get(next_old);
        let same = same.filter(|row| row.seq == Some(message.seq));
        rows.push(match same.filter(|_| !state.stale.contains(message)) {
            Some(row) => NewRow {
                key: row.key,
                seq: row.seq,
                is_pending: false,
                content: None,
            },
            None => NewRow::new(content(replica, message), false),
        });
    }
    rows
}

/// A line, unless it folds into the row above it. Lines are always read again: they are few, and a
/// later one may change them.
fn line_row(above: Option<&mut RowContent>, message: &Message, event: LineEvent) -> Option<NewRow> {
    let event = match above {
        Some(above) => above.fold(message, event).err()?,
        None => event,
    };
    Some(NewRow::new(RowContent::of_line(message, event), false))
}

/// Shows pending edits and deletions in the rows. An acknowledgement may arrive before the
/// message, so the changed row may itself still be pending.
pub(super) fn overlay(rows: &mut [NewRow], state: &ViewState, replica: &Replica, room: RoomId) {
    for pending in replica.pending(Some(room)) {
        let Some(change) = pending.command.message_change() else {
            continue;
        };
        let is_its = |row: &&mut NewRow| match change {
            MessageChange::Edit(seq, _) | MessageChange::Delete(seq) => row.seq == Some(seq),
            MessageChange::Cancel(target) => row.key == RowKey::Own(target),
        };
        let Some(row) = rows.iter_mut().find(is_its) else {
            continue;
        };
        if row.content.is_none() {
            let timeline = replica.timeline(room);
            let message = timeline.and_then(|timeline| timeline.get(row.seq?));
            row.content = message.map(|message| content(replica, message));
        }
        if let Some(content) = &mut row.content
            && is_newer(&pending.state, content)
        {
            content.overlay(pending, is_in_time(pending, state, replica));
            row.is_pending = true;
        }
    }
}

/// Whether an answer can still be expected soon.
fn is_in_time(pending: &PendingCommand, state: &ViewState, replica: &Replica) -> bool {
    replica.is_welcome() && pending.given_at > state.answers_late_since
}

/// Whether a pending change is not yet in the row.
fn is_newer(state: &PendingState, row: &RowContent) -> bool {
    !matches!(state, PendingState::Done { rev, .. } if *rev <= row.rev)
}

pub(super) fn pending_rows(
    state: &ViewState,
    replica: &Replica,
    room: RoomId,
    stored: &[NewRow],
) -> Vec<NewRow> {
    let mut rows: Vec<NewRow> = replica
        .pending(Some(room))
        .filter_map(|pending| {
            let in_time = is_in_time(pending, state, replica);
            RowContent::of_pending(pending, replica.user()?, in_time)
        })
        .map(|content| NewRow::new(content, true))
        .filter(|row| !stored.iter().any(|message| message.key == row.key))
        .collect();
    let surplus = rows.len().saturating_sub(MOST_PENDING);
    rows.drain(..surplus);
    rows
}

/// Updates the signals of each row, makes those of new rows, and drops those of removed rows.
pub(super) fn update_rows(state: &mut ViewState, rows: Vec<NewRow>) -> Vec<RowKey> {
    let old = std::mem::take(&mut state.rows);
    let mut next_old = 0;
    let mut kept: Vec<ViewRow> = Vec::with_capacity(rows.len());
    let mut keys = Vec::with_capacity(rows.len());
    let mut run = 0;
    for mut row in rows {
        // `seq`s are unique. A client id that occurs twice is an error of the server; there must
        // not be two rows with the same key.
        if matches!(row.key, RowKey::Own(_)) && keys.contains(&row.key) {
            continue;
        }
        // Rows keep their order, so the search starts at the next old row. Only a refused message
        // moves after those that were sent later.
        let from = |first: usize| {
            let mut rows = old.iter().zip(0..).skip(first);
            rows.find(|(old, _)| row.is(old.key))
        };
        let found = from(next_old).or_else(|| from(0));
        if let Some((old, _)) = found {
            row.key = old.key;
        }
        let key = row.key;
        let signals = match (found, row.content) {
            (Some((old, at)), content) => {
                next_old = next_old.max(at + 1);
                if let Some(content) = content {
                    set_if_changed(&old.signals.content, content);
                }
                old.signals.clone()
            }
            (None, Some(content)) => RowSignals {
                layout: ArcRwSignal::default(),
                content: ArcRwSignal::new(content),
                active: ArcRwSignal::new(false),
            },
            // Only a row that was there is as it was.
            (None, None) => continue,
        };
        let first_unread = row.seq.is_some() && row.seq == state.unread_from;
        let marked = row.seq.is_some() && row.seq == state.marked;
        let offset = &mut state.offset;
        let layout = signals.content.with_untracked(|content| {
            let mut below = |above: Option<&RowContent>| {
                RowLayout::below(above, content, first_unread, marked, |at| {
                    local_day(offset, at)
                })
            };
            match kept.last() {
                Some(above) => (above.signals.content).with_untracked(|above| below(Some(above))),
                None => below(None),
            }
        });
        let had_head = found.is_some_and(|(old, _)| old.signals.layout.with_untracked(|l| l.head));
        let is_line = signals
            .content
            .with_untracked(|content| content.line.is_some());
        let layout = if is_line {
            layout
        } else {
            layout.in_long_run(run, row.seq, had_head)
        };
        run = if layout.head || is_line { 1 } else { run + 1 };
        set_if_changed(&signals.layout, layout);
        kept.push(ViewRow {
            key,
            seq: row.seq,
            is_pending: row.is_pending,
            signals,
        });
        keys.push(key);
    }
    state.rows = kept;
    state.stale = Stale::default();
    keys
}

/// The day in local time, as a number. The offset is read once per quarter of an hour, because
/// no clock change happens within one.
fn local_day(known: &mut (i64, i64), at: Micros) -> i64 {
    const MINUTE: i64 = 60_000_000;
    let quarter = at.0.div_euclid(15 * MINUTE);
    if known.0 != quarter {
        *known = (quarter, offset_minutes(at));
    }
    (at.0.div_euclid(MINUTE) + known.1).div_euclid(24 * 60)
}

#[cfg(target_arch = "wasm32")]
fn offset_minutes(at: Micros) -> i64 {
    crate::browser::utc_offset_minutes(at.0.div_euclid(1_000))
}

/// Native tests use UTC.
#[cfg(not(target_arch = "wasm32"))]
fn offset_minutes(_at: Micros) -> i64 {
    0
}
