//! The conversation on the screen: which rows there are, and a signal for each part
//! of a row that can change.
//!
//! A [`RoomView`] lives from entering a room to leaving it. It reads the replica and
//! never asks it for anything; what it wishes for it says to [`super::Client`]. It
//! knows nothing of pixels: the component tells it where the reader is.

mod refresh;
pub mod rendered_range;
pub mod row;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, Seq};
use shared::sync::SeqRange;

pub use refresh::ViewRequest;
use rendered_range::RenderedRange;
pub use row::{Delivery, RowContent, RowKey, RowLayout};

const NONE_HELD: SeqRange = SeqRange {
    first: Seq(1),
    len: 0,
};

/// New messages that are kept for screen readers, which have read the older ones.
const MOST_ANNOUNCED: usize = 6;

/// What the middle of the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelinePhase {
    /// Nothing is known yet.
    Loading,
    /// Messages.
    Ready,
    /// There are none.
    Empty,
    /// They will not come, for this reason.
    Failed(ErrorCode),
}

/// What lies beyond one end of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Nothing: the room begins, or ends, here.
    End,
    /// More, which comes when the reader nears it.
    More,
    /// They were asked for and did not come.
    Failed,
}

/// Where the component shall scroll once the rows stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScrollTarget {
    /// To the end.
    End,
    /// So that the first unread message is in sight.
    Unread(Seq),
    /// So that this message is in the middle.
    Message(Seq),
}

/// A message that is being changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editing {
    /// Which.
    pub seq: Seq,
    /// The revision that the change rests on.
    pub rev: Rev,
    /// The text that the editor starts with.
    pub text: String,
}

/// A new message, as a screen reader says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its place.
    pub seq: Seq,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
}

/// The signals of one row.
#[derive(Clone)]
pub struct RowSignals {
    /// How it stands among its neighbours.
    pub layout: ArcRwSignal<RowLayout>,
    /// The message.
    pub content: ArcRwSignal<RowContent>,
    /// Whether the pointer or the focus is on it: only then it has its buttons.
    pub active: ArcRwSignal<bool>,
}

/// A room on the screen.
pub struct RoomView {
    /// The room.
    pub room: RoomId,
    /// The rows, from the oldest on.
    pub rows: ArcRwSignal<Vec<RowKey>>,
    /// What the middle of the page shows.
    pub phase: ArcRwSignal<TimelinePhase>,
    /// Which places are held; rows can be had from them at once.
    pub held: ArcRwSignal<SeqRange>,
    /// What lies above the rows.
    pub older: ArcRwSignal<Edge>,
    /// What lies below them.
    pub newer: ArcRwSignal<Edge>,
    /// How many messages lie above the read mark: the number that the list of rooms shows
    /// for this one. Both go once the room's end has been before the person's eyes.
    pub unread: ArcRwSignal<u64>,
    /// Where to scroll; the component takes it.
    pub scroll_target: ArcRwSignal<Option<ScrollTarget>>,
    /// The last new messages of others, for screen readers.
    pub announcements: ArcRwSignal<Vec<Announcement>>,
    /// The message that is being changed.
    pub editing: ArcRwSignal<Option<Editing>>,
    /// How many texts have come back to where messages are written; the component takes
    /// them.
    pub returned: ArcRwSignal<u64>,
    state: RefCell<ViewState>,
}

struct ViewState {
    rendered: RenderedRange,
    /// What was shown before all was, to be printed.
    before_print: Option<RenderedRange>,
    /// What was held when `shown` was right.
    held: SeqRange,
    opening: Opening,
    pinned_to_end: bool,
    unread_from: Option<Seq>,
    marked: Option<Seq>,
    head: Seq,
    history_failed: bool,
    /// In their order.
    rows: Vec<(RowKey, RowSignals)>,
    /// What has come back and was not taken.
    returned: Option<String>,
    /// The offset from UTC in minutes, of the last quarter of an hour that was asked for.
    offset: (i64, i64),
}

/// How far the opening of the room has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    /// At the first unread message, or the end.
    Unread,
    /// At a message that a link names.
    At(Seq),
    /// As one of these, but asked for and on its way.
    Asked(Seq, OpeningTarget),
    /// Back to the end, asked for and on its way.
    Latest,
    /// Done.
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OpeningTarget {
    Unread,
    Message,
}

impl RoomView {
    /// A view of a room, at a message if a link names one.
    pub fn new(room: RoomId, at: Option<Seq>) -> Self {
        RoomView {
            room,
            rows: ArcRwSignal::default(),
            phase: ArcRwSignal::new(TimelinePhase::Loading),
            held: ArcRwSignal::new(NONE_HELD),
            older: ArcRwSignal::new(Edge::More),
            newer: ArcRwSignal::new(Edge::End),
            unread: ArcRwSignal::new(0),
            scroll_target: ArcRwSignal::new(None),
            announcements: ArcRwSignal::default(),
            editing: ArcRwSignal::new(None),
            returned: ArcRwSignal::new(0),
            state: RefCell::new(ViewState {
                rendered: RenderedRange::NOTHING,
                before_print: None,
                held: NONE_HELD,
                opening: at.map_or(Opening::Unread, Opening::At),
                pinned_to_end: true,
                unread_from: None,
                marked: at,
                head: Seq::ZERO,
                history_failed: false,
                rows: Vec::new(),
                returned: None,
                offset: (i64::MIN, 0),
            }),
        }
    }

    /// The signals of a row; `None` once it is gone.
    pub fn row(&self, key: RowKey) -> Option<RowSignals> {
        let state = self.state.borrow();
        let found = state.rows.iter().find(|(at, _)| *at == key);
        found.map(|(_, row)| row.clone())
    }

    /// The last message of one's own, if it can be edited now: while its answer is awaited
    /// it cannot, and the one before is not what was meant.
    pub fn last_own(&self) -> Option<Editing> {
        let state = self.state.borrow();
        let is_last = |row: &&RowSignals| {
            row.content.with_untracked(|content| {
                let is_refused =
                    matches!(content.delivery, Delivery::Failed(..) | Delivery::Expired);
                content.mine && !content.deleted && !is_refused
            })
        };
        let last = state.rows.iter().rev().map(|(_, row)| row).find(is_last)?;
        last.content.with_untracked(|content| {
            let seq = content.seq.filter(|_| content.delivery == Delivery::Sent)?;
            Some(Editing {
                seq,
                rev: content.rev,
                text: content.body.clone(),
            })
        })
    }

    /// The row of a message, if it stands in the document.
    pub fn find(&self, seq: Seq) -> Option<RowSignals> {
        let state = self.state.borrow();
        let at = |row: &RowSignals| {
            row.content
                .with_untracked(|content| content.seq == Some(seq))
        };
        let found = state.rows.iter().find(|(_, row)| at(row));
        found.map(|(_, row)| row.clone())
    }

    /// Which places stand in the document.
    pub fn rendered(&self) -> RenderedRange {
        self.state.borrow().rendered
    }

    /// Whether the reader is at the end and stays there.
    pub fn is_pinned_to_end(&self) -> bool {
        self.state.borrow().pinned_to_end
    }

    /// The room's last message.
    pub fn head(&self) -> Seq {
        self.state.borrow().head
    }

    /// The reader is at the end, or has left it.
    pub fn set_pinned_to_end(&self, pinned: bool) {
        self.state.borrow_mut().pinned_to_end = pinned;
    }

    /// These were posted just now.
    pub(super) fn announce(&self, news: Vec<Announcement>) {
        let _ = self.announcements.try_update(|said| {
            said.extend(news);
            let surplus = said.len().saturating_sub(MOST_ANNOUNCED);
            said.drain(..surplus);
        });
    }

    /// Takes the goal.
    pub fn take_scroll_target(&self) -> Option<ScrollTarget> {
        self.scroll_target
            .try_update_untracked(Option::take)
            .flatten()
    }

    /// A message came while nobody looked: the rule "new messages" stands above it,
    /// unless there is one already.
    pub(super) fn mark_unattended(&self, seq: Seq) {
        let mut state = self.state.borrow_mut();
        if state.unread_from.is_none() && state.opening == Opening::Done {
            state.unread_from = Some(seq);
        }
    }

    /// A text could not be put where it was to go: back to where messages are written.
    pub(super) fn return_text(&self, text: String) {
        let mut state = self.state.borrow_mut();
        state.returned = Some(match state.returned.take() {
            Some(before) => before + "\n" + &text,
            None => text,
        });
        drop(state);
        let _ = self.returned.try_update(|count| *count += 1);
    }

    /// Takes what has come back.
    pub fn take_returned_text(&self) -> Option<String> {
        self.state.borrow_mut().returned.take()
    }

    /// Goes to a message.
    pub(super) fn go_to(&self, seq: Seq) {
        let mut state = self.state.borrow_mut();
        state.marked = Some(seq);
        state.opening = Opening::At(seq);
    }

    /// Goes to the end, which is asked for where it is not held.
    pub(super) fn go_to_end(&self) {
        let mut state = self.state.borrow_mut();
        state.pinned_to_end = true;
        state.opening = Opening::Latest;
    }

    /// Older or newer messages will not come.
    pub(super) fn history_failed(&self) {
        let mut state = self.state.borrow_mut();
        state.history_failed = true;
        if let Opening::Asked(..) | Opening::Latest = state.opening {
            // Better the end than nothing.
            state.opening = Opening::Done;
        }
    }

    /// The reader asked again.
    pub(super) fn try_again(&self) {
        self.state.borrow_mut().history_failed = false;
    }
}

/// Sets a signal only when that says something new.
pub(super) fn set_if_changed<T: PartialEq + Send + Sync + 'static>(
    signal: &ArcRwSignal<T>,
    value: T,
) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.try_set(value);
    }
}
