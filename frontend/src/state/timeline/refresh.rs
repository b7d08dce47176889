//! Updating the rows from the replica.

use leptos::prelude::*;
use shared::command::Command;
use shared::id::{Micros, Seq};
use shared::sync::{PendingState, Replica, SeqRange, TimelineRef};

use super::rendered_range::RenderedRange;
use super::row::{RowContent, RowKey, RowLayout};
use super::{
    Announcement, Edge, Opening, OpeningTarget, RoomView, RowSignals, ScrollTarget, TimelinePhase,
    ViewState, set_if_changed,
};

/// The most rows of pending messages.
const MOST_PENDING: usize = 40;
/// With fewer held messages than this beyond the rows, more are requested.
const PREFETCH: i64 = 80;

/// What the view needs from the replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewRequest {
    /// The messages around a message.
    Around(Seq),
    /// The room's end.
    Latest,
    /// Older messages.
    Older,
    /// Newer messages.
    Newer,
    /// Nothing, but the person has to be told that the linked message does not exist.
    ReportMissing(Seq),
}

impl RoomView {
    /// Brings the signals up to date; each is set only if it says something new.
    ///
    /// `read_marks_known`: whether it is known how far the person has read; before, a room
    /// cannot open at the first unread message.
    pub fn refresh(&self, replica: &Replica, read_marks_known: bool) -> Option<ViewRequest> {
        let mut state = self.state.borrow_mut();
        let timeline = replica.timeline(self.room);
        let held = timeline.filter(TimelineRef::is_known);
        let wish = match held {
            Some(timeline) => {
                state.head = timeline.head();
                let before = std::mem::replace(&mut state.held, timeline.span());
                if state.opening == Opening::Unread && !read_marks_known {
                    None
                } else {
                    self.move_range(&mut state, replica, timeline, before)
                }
            }
            None => None,
        };
        let opening = !matches!(state.opening, Opening::Latest | Opening::Done);
        let waits = held.is_some() && opening;
        let messages = match held {
            Some(timeline) if !waits => contents(&state, replica, timeline),
            _ => Vec::new(),
        };
        let at_end = held.is_none_or(|timeline| {
            timeline.is_live() && state.rendered.end >= timeline.span().end()
        });
        let mut rows = messages;
        if at_end && !waits {
            let pending = pending(replica, self.room, &rows);
            rows.extend(pending);
        }
        overlay(&mut rows, replica, self.room);
        let unavailable = timeline.and_then(|timeline| timeline.unavailable());
        let phase = match (held, unavailable) {
            (None, Some(code)) if rows.is_empty() => TimelinePhase::Failed(code),
            (None, None) if rows.is_empty() => TimelinePhase::Loading,
            (Some(_), _) if waits => TimelinePhase::Loading,
            (Some(_), _) if rows.is_empty() => TimelinePhase::Empty,
            _ => TimelinePhase::Ready,
        };
        let failed = state.history_failed;
        let edge = |more: bool| match (more, failed) {
            (false, _) => Edge::End,
            (true, false) => Edge::More,
            (true, true) => Edge::Failed,
        };
        let older = held.map_or(unavailable.is_none(), |t| {
            t.has_older() || state.rendered.first > t.span().first
        });
        let newer = held.is_some_and(|t| t.has_newer() || state.rendered.end < t.span().end());
        // Not known is not unread.
        let unread = if read_marks_known {
            replica.unread(self.room)
        } else {
            0
        };
        let keys = update_rows(&mut state, rows);
        let held = state.held;
        drop(state);

        set_if_changed(&self.older, edge(older));
        set_if_changed(&self.newer, edge(newer));
        set_if_changed(&self.rows, keys);
        set_if_changed(&self.held, held);
        set_if_changed(&self.phase, phase);
        set_if_changed(&self.unread, unread);
        if let Some(timeline) = timeline {
            self.drop_deleted_announcements(timeline);
        }
        wish
    }

    /// Moves the rendered range to where it has to be. Returns a request for missing messages.
    fn move_range(
        &self,
        state: &mut ViewState,
        replica: &Replica,
        timeline: TimelineRef<'_>,
        before: SeqRange,
    ) -> Option<ViewRequest> {
        let now = timeline.span();
        let (seq, target) = match state.opening {
            Opening::Done => {
                let following = state.pinned_to_end && timeline.is_live();
                let shown = state.rendered.after_change(before, now, following);
                if shown.is_apart_from(state.rendered) {
                    // None of the rows that the reader saw is left.
                    self.open_at(state, shown, ScrollTarget::End);
                }
                state.rendered = shown;
                return prefetch(state, timeline);
            }
            Opening::Latest => return self.to_end(state, timeline, before),
            Opening::Unread => {
                let Some(seq) = first_unread(replica, self.room, state.head) else {
                    return self.to_end(state, timeline, before);
                };
                (seq, OpeningTarget::Unread)
            }
            Opening::At(seq) if seq > state.head => {
                if timeline.is_catching_up() {
                    // The room's end is not known yet.
                    return None;
                }
                if !replica.is_welcome() {
                    return self.to_end(state, timeline, before);
                }
                state.opening = Opening::Latest;
                return Some(ViewRequest::ReportMissing(seq));
            }
            Opening::At(seq) => (seq, OpeningTarget::Message),
            Opening::Asked(seq, target) => (seq, target),
        };
        if now.contains(seq) {
            let goal = match target {
                OpeningTarget::Unread => {
                    state.unread_from = Some(seq);
                    ScrollTarget::Unread(seq)
                }
                OpeningTarget::Message => ScrollTarget::Message(seq),
            };
            state.pinned_to_end = false;
            self.open_at(state, RenderedRange::around(now, seq), goal);
            return None;
        }
        if state.opening != Opening::Asked(seq, target) {
            state.opening = Opening::Asked(seq, target);
            return Some(ViewRequest::Around(seq));
        }
        if timeline.loading().is_none() {
            // The answer did not contain it.
            state.opening = Opening::Latest;
            if target == OpeningTarget::Message {
                return Some(ViewRequest::ReportMissing(seq));
            }
            return self.to_end(state, timeline, before);
        }
        None
    }

    /// Goes to the room's end, which is requested if it is not held.
    fn to_end(
        &self,
        state: &mut ViewState,
        timeline: TimelineRef<'_>,
        before: SeqRange,
    ) -> Option<ViewRequest> {
        let now = timeline.span();
        if timeline.is_live() {
            self.open_at(state, RenderedRange::at_end(now), ScrollTarget::End);
            return None;
        }
        state.opening = Opening::Latest;
        state.rendered = state.rendered.after_change(before, now, false);
        timeline.loading().is_none().then_some(ViewRequest::Latest)
    }

    /// Removes announcements of deleted messages.
    fn drop_deleted_announcements(&self, timeline: TimelineRef<'_>) {
        let stays = |said: &Announcement| {
            let message = timeline.get(said.seq);
            message.is_none_or(|message| message.deleted_at.is_none())
        };
        if self
            .announcements
            .with_untracked(|said| !said.iter().all(stays))
        {
            let _ = self.announcements.try_update(|said| said.retain(stays));
        }
    }

    fn open_at(&self, state: &mut ViewState, rendered: RenderedRange, goal: ScrollTarget) {
        state.opening = Opening::Done;
        state.history_failed = false;
        state.rendered = rendered;
        if goal == ScrollTarget::End {
            state.pinned_to_end = true;
        }
        let _ = self.scroll_target.try_set(Some(goal));
    }

    /// The reader is near the first row.
    pub(in crate::state) fn extend_older(&self, until: Option<Seq>) {
        let mut state = self.state.borrow_mut();
        let mut shown = state.rendered.older(state.held);
        if shown != state.rendered {
            shown.end = shown.end.min(until.unwrap_or(shown.end));
        }
        // A reader at the end keeps the last rows, however high the screen is.
        if !state.pinned_to_end || shown.end == state.rendered.end {
            state.rendered = shown;
        }
    }

    /// Before printing renders all messages held; afterwards restores the previous range.
    pub(in crate::state) fn print(&self, begins: bool) {
        let mut state = self.state.borrow_mut();
        if state.opening != Opening::Done {
            return;
        }
        if begins {
            state.before_print = Some(state.rendered);
            state.rendered = RenderedRange::all(state.held);
        } else if let Some(shown) = state.before_print.take() {
            state.rendered = shown;
        }
    }

    /// The reader is near the last row.
    pub(in crate::state) fn extend_newer(&self, from: Option<Seq>) {
        let mut state = self.state.borrow_mut();
        let mut shown = state.rendered.newer(state.held);
        if shown != state.rendered {
            shown.first = shown.first.max(from.unwrap_or(shown.first));
        }
        state.rendered = shown;
    }
}

/// What to request before the reader reaches it.
fn prefetch(state: &ViewState, timeline: TimelineRef<'_>) -> Option<ViewRequest> {
    if state.history_failed || timeline.loading().is_some() {
        return None;
    }
    let held = timeline.span();
    if timeline.has_older() && state.rendered.first.0 - held.first.0 < PREFETCH {
        return Some(ViewRequest::Older);
    }
    (timeline.has_newer() && held.end().0 - state.rendered.end.0 < PREFETCH)
        .then_some(ViewRequest::Newer)
}

/// The first message above the read mark.
fn first_unread(replica: &Replica, room: shared::id::RoomId, head: Seq) -> Option<Seq> {
    let read = replica.read_seq(room).unwrap_or(Seq::ZERO);
    (read < head).then(|| read.next())
}

fn contents(state: &ViewState, replica: &Replica, timeline: TimelineRef<'_>) -> Vec<RowContent> {
    let skipped = usize::try_from(state.rendered.first.0 - timeline.span().first.0).unwrap_or(0);
    let wanted = usize::try_from(state.rendered.end.0 - state.rendered.first.0).unwrap_or(0);
    timeline
        .messages()
        .skip(skipped)
        .take(wanted)
        .map(|message| {
            let name = replica.display_name(&message.author);
            RowContent::of_message(message, name, replica.is_mine(&message.author))
        })
        .collect()
}

/// Shows pending edits and deletions in the rows. An acknowledgement may arrive before the
/// message, so the changed row may itself still be pending.
fn overlay(rows: &mut [RowContent], replica: &Replica, room: shared::id::RoomId) {
    let live = replica.is_welcome();
    for pending in replica.pending(Some(room)) {
        let is_its = |row: &&mut RowContent| match pending.command {
            Command::Edit { seq, .. } | Command::Delete { seq, .. } => row.seq == Some(seq),
            Command::Cancel { target, .. } => row.client_id == Some(target),
            Command::Send { .. }
            | Command::CreateRoom { .. }
            | Command::UpdateRoom { .. }
            | Command::Rename { .. }
            | Command::MarkRead { .. } => false,
        };
        if let Some(row) = rows.iter_mut().find(is_its)
            && is_newer(&pending.state, row)
        {
            row.overlay(pending, live);
        }
    }
}

/// Whether a pending change is not yet in the row.
fn is_newer(state: &PendingState, row: &RowContent) -> bool {
    !matches!(state, PendingState::Done { rev, .. } if *rev <= row.rev)
}

fn pending(replica: &Replica, room: shared::id::RoomId, shown: &[RowContent]) -> Vec<RowContent> {
    let live = replica.is_welcome();
    let mut rows: Vec<RowContent> = replica
        .pending(Some(room))
        .filter_map(|pending| RowContent::of_pending(pending, replica.user(), live))
        .filter(|row| !shown.iter().any(|message| message.key() == row.key()))
        .collect();
    let surplus = rows.len().saturating_sub(MOST_PENDING);
    rows.drain(..surplus);
    rows
}

/// Updates the signals of each row, makes those of new rows, and drops those of removed rows.
fn update_rows(state: &mut ViewState, rows: Vec<RowContent>) -> Vec<RowKey> {
    let old = std::mem::take(&mut state.rows);
    let mut next_old = 0;
    let mut kept = Vec::with_capacity(rows.len());
    let mut keys = Vec::with_capacity(rows.len());
    let mut above: Option<RowContent> = None;
    let mut run = 0;
    for content in rows {
        let key = content.key();
        // `seq`s are unique. A client id that occurs twice is an error of the server; there must
        // not be two rows with the same key.
        if matches!(key, RowKey::Own(_)) && keys.contains(&key) {
            continue;
        }
        let first_unread = content.seq.is_some() && content.seq == state.unread_from;
        let marked = content.seq.is_some() && content.seq == state.marked;
        let offset = &mut state.offset;
        let layout = RowLayout::below(above.as_ref(), &content, first_unread, marked, |at| {
            local_day(offset, at)
        });
        // Rows keep their order, so the search starts at the next old row. Only a refused message
        // moves after those that were sent later.
        let from = |first: usize| {
            let mut rows = old.iter().zip(0..).skip(first);
            rows.find(|((at, _), _)| *at == key)
        };
        let found = from(next_old).or_else(|| from(0));
        let was_head = found.is_some_and(|((_, row), _)| row.layout.with_untracked(|p| p.head));
        let layout = layout.in_long_run(run, was_head);
        run = if layout.head { 1 } else { run + 1 };
        let row = match found {
            Some(((_, row), at)) => {
                next_old = next_old.max(at + 1);
                set_if_changed(&row.layout, layout);
                set_if_changed(&row.content, content.clone());
                row.clone()
            }
            None => RowSignals {
                layout: ArcRwSignal::new(layout),
                content: ArcRwSignal::new(content.clone()),
                active: ArcRwSignal::new(false),
            },
        };
        kept.push((key, row));
        keys.push(key);
        above = Some(content);
    }
    state.rows = kept;
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
