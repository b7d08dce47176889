//! Updating the rows from the replica.

use leptos::prelude::*;
use shared::id::Seq;
use shared::sync::{Replica, SeqRange, TimelineRef};

use super::opening::{CaughtUp, Opening, OpeningTarget, Search};
use super::read_mark::first_unread;
use super::rendered_range::RenderedRange;
use super::rows::{overlay, pending_rows, stored_rows, update_rows};
use super::{Announcement, Edge, RoomView, ScrollTarget, TimelinePhase, ViewState};
use crate::state::set_signal::set_if_changed;

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
        if read_marks_known && state.read.is_none() {
            state.read = replica.read_seq(self.room);
        }
        let timeline = replica.timeline(self.room);
        let held = timeline.filter(TimelineRef::is_known);
        let wish = match held {
            Some(timeline) => {
                let before = std::mem::replace(&mut state.held, timeline.span());
                if state.opening == Opening::Unread && !read_marks_known {
                    None
                } else {
                    let wish = self.move_range(&mut state, replica, timeline, before);
                    if state.search == Search::On && state.opening == Opening::Done {
                        self.search(&mut state, replica, timeline, before)
                    } else {
                        wish
                    }
                }
            }
            None => None,
        };
        let opening = !matches!(state.opening, Opening::Latest | Opening::Done);
        let waits = held.is_some() && opening;
        let mut rows = match held {
            Some(timeline) if !waits => stored_rows(&state, replica, timeline),
            _ => Vec::new(),
        };
        let at_end = held.is_none_or(|timeline| {
            timeline.is_live() && state.rendered.end >= timeline.span().end()
        });
        if at_end && !waits {
            let pending = pending_rows(&state, replica, self.room, &rows);
            rows.extend(pending);
        }
        overlay(&mut rows, &state, replica, self.room);
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
            replica.unread(self.room) as u64
        } else {
            0
        };
        let keys = update_rows(&mut state, rows);
        let (held, rendered) = (state.held, state.rendered.span());
        let found = state.found_by_search();
        drop(state);

        if found.is_some() {
            let _ = self.editing.try_set(found);
        }
        set_if_changed(&self.older, edge(older));
        set_if_changed(&self.newer, edge(newer));
        set_if_changed(&self.rows, keys);
        set_if_changed(&self.held, held);
        set_if_changed(&self.rendered, rendered);
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
        // A room that was shown before opens with what is held of it, and catches up meanwhile.
        let is_caught_up = !(replica.is_welcome() && timeline.is_catching_up());
        let head = if is_caught_up {
            timeline.head()
        } else {
            replica.head(self.room)
        };
        match state.caught_up {
            CaughtUp::No if is_caught_up => {
                state.caught_up = CaughtUp::Yes;
                if state.opening == Opening::Done && state.pinned_to_end {
                    state.opening = Opening::Unread;
                }
            }
            CaughtUp::AsItWas if is_caught_up && replica.is_welcome() => {
                state.caught_up = CaughtUp::Yes;
                // A link to a message that was not known yet.
                let linked = state.marked.filter(|seq| *seq >= state.rendered.end);
                if let Some(seq) = linked.filter(|_| state.opening == Opening::Done) {
                    state.opening = Opening::At(seq);
                } else {
                    let unread = first_unread(replica, self.room, head);
                    self.show_news_below(state, unread, now);
                }
            }
            CaughtUp::No | CaughtUp::AsItWas | CaughtUp::Yes => {}
        }
        let (seq, target) = match state.opening {
            Opening::Done => {
                let is_live = timeline.is_live() && state.caught_up != CaughtUp::AsItWas;
                let following = state.pinned_to_end && is_live;
                let folded = state.folded();
                let shown = state.rendered.after_change(before, now, following, folded);
                if shown.is_apart_from(state.rendered) {
                    // None of the rows that the reader saw is left.
                    self.open_at(state, shown, ScrollTarget::End);
                }
                state.rendered = shown;
                return prefetch(state, timeline);
            }
            Opening::Latest => return self.to_end(state, replica, timeline, before),
            Opening::Unread => {
                let Some(seq) = first_unread(replica, self.room, head) else {
                    return self.to_end(state, replica, timeline, before);
                };
                if !is_caught_up && !now.contains(seq) {
                    // It may be in the answer.
                    return None;
                }
                (seq, OpeningTarget::Unread)
            }
            Opening::At(seq) if seq > head => {
                if timeline.is_catching_up() {
                    // The room's end is not known yet.
                    return None;
                }
                if !replica.is_welcome() {
                    return self.to_end(state, replica, timeline, before);
                }
                state.opening = Opening::Latest;
                return Some(ViewRequest::ReportMissing(seq));
            }
            Opening::At(seq) => (seq, OpeningTarget::Message),
            Opening::Asked(seq, target) => (seq, target),
        };
        if now.contains(seq) {
            // Before it was held it was not known whether it is a message or a line.
            let unread = first_unread(replica, self.room, head);
            let unread = unread.filter(|unread| now.contains(*unread));
            let seq = unread
                .filter(|_| target == OpeningTarget::Unread)
                .unwrap_or(seq);
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
            return self.to_end(state, replica, timeline, before);
        }
        None
    }

    /// What came since the last visit is below the line that is read, which stays where it is.
    fn show_news_below(&self, state: &mut ViewState, unread: Option<Seq>, now: SeqRange) {
        let Some(seq) = unread.filter(|seq| state.opening == Opening::Done && now.contains(*seq))
        else {
            return;
        };
        if state.pinned_to_end && state.rendered.end <= seq {
            state.unread_from = Some(seq);
            state.pinned_to_end = false;
            state.rendered = state.rendered.newer(now, state.folded());
            let _ = self.scroll_target.try_set(Some(ScrollTarget::Stay));
        }
    }

    /// Goes to the room's end, which is requested if it is not held.
    pub(super) fn to_end(
        &self,
        state: &mut ViewState,
        replica: &Replica,
        timeline: TimelineRef<'_>,
        before: SeqRange,
    ) -> Option<ViewRequest> {
        let now = timeline.span();
        if timeline.is_live() {
            if !replica.is_welcome() {
                state.caught_up = CaughtUp::AsItWas;
            }
            self.open_at(state, RenderedRange::at_end(now), ScrollTarget::End);
            return None;
        }
        state.opening = Opening::Latest;
        state.rendered = (state.rendered).after_change(before, now, false, state.folded());
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

    pub(super) fn open_at(
        &self,
        state: &mut ViewState,
        rendered: RenderedRange,
        goal: ScrollTarget,
    ) {
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
        let mut shown = state.rendered.older(state.held, state.folded());
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
        let mut shown = state.rendered.newer(state.held, state.folded());
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
