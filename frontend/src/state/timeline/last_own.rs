//! Editing the person's last message, wherever the view stands.

use leptos::prelude::*;
use shared::command::{Command, MessageChange};
use shared::id::{RoomId, Seq};
use shared::sync::{PendingState, Replica, SeqRange, TimelineRef};

use super::opening::Search;
use super::rendered_range::RenderedRange;
use super::{Delivery, Editing, RoomView, ScrollTarget, ViewRequest, ViewState};

/// A message farther than this from the room's end is not looked for.
const FARTHEST: usize = 1_000;

impl RoomView {
    /// Looks for the person's last message, to edit it. While it has no answer it cannot be
    /// edited, and an earlier message is not the one that was meant.
    pub fn edit_last_own(&self) {
        self.state.borrow_mut().search = Search::On;
    }

    /// The person does something else.
    pub(in crate::state) fn stop_search(&self) {
        self.state.borrow_mut().search = Search::Off;
    }

    /// Takes a step of the search. Returns a request for missing messages.
    pub(super) fn search(
        &self,
        state: &mut ViewState,
        replica: &Replica,
        timeline: TimelineRef<'_>,
        before: SeqRange,
    ) -> Option<ViewRequest> {
        if timeline.loading().is_some() {
            return None;
        }
        if !timeline.is_live() {
            return self.to_end(state, replica, timeline, before);
        }
        state.search = Search::Off;
        let held = timeline.span();
        let Ok(newest) = newest_sent(replica, self.room) else {
            return None;
        };
        let in_room = || {
            let mut messages = timeline.messages().rev();
            let found = messages.find(|message| {
                let is_there = message.counts() && !is_going(replica, self.room, message.seq);
                is_there && replica.is_mine(&message.author)
            });
            found.map(|message| message.seq)
        };
        let Some(seq) = newest.or_else(in_room) else {
            let is_near = timeline.has_older() && held.len < FARTHEST && !state.history_failed;
            if is_near {
                state.search = Search::On;
            }
            return is_near.then_some(ViewRequest::Older);
        };
        state.search = Search::Found(seq);
        if seq >= held.end() {
            self.open_at(state, RenderedRange::at_end(held), ScrollTarget::End);
        } else if !state.rendered.contains(seq) {
            state.pinned_to_end = false;
            let range = RenderedRange::around(held, seq);
            self.open_at(state, range, ScrollTarget::Message(seq));
        }
        None
    }
}

impl ViewState {
    /// The message that the search has found, once its row is there.
    pub(super) fn found_by_search(&mut self) -> Option<Editing> {
        let Search::Found(seq) = self.search else {
            return None;
        };
        self.search = Search::Off;
        let row = self.rows.iter().find(|row| row.seq == Some(seq))?;
        row.signals.content.with_untracked(|content| {
            (content.delivery == Delivery::Sent && !content.deleted).then(|| Editing {
                seq,
                rev: content.rev,
                text: content.body.clone(),
            })
        })
    }
}

/// The newest message that the server has, but not yet in the room's stream.
///
/// # Errors
/// If a message has no answer: it is the last one.
fn newest_sent(replica: &Replica, room: RoomId) -> Result<Option<Seq>, ()> {
    let mut newest = None;
    for pending in replica.pending(Some(room)) {
        if matches!(pending.command, Command::Send { .. }) {
            match pending.state {
                PendingState::Waiting | PendingState::Held { .. } => return Err(()),
                PendingState::Done { seq, .. } => newest = newest.max(Some(seq)),
                PendingState::Refused { .. } | PendingState::Expired => {}
            }
        }
    }
    Ok(newest)
}

/// Whether the person is deleting a message.
fn is_going(replica: &Replica, room: RoomId, seq: Seq) -> bool {
    replica.pending(Some(room)).any(|pending| {
        matches!(pending.command.message_change(), Some(MessageChange::Delete(gone)) if gone == seq)
    })
}
