//! The timeline of the shown room: its rows, with a signal for each part of a row that can
//! change.
//!
//! A [`RoomView`] exists while a room is shown. It reads the replica and does not change it:
//! requests are returned to the engine ([`ViewRequest`]). Pixels and scrolling do not belong
//! here; the component reports where the reader is.

mod last_own;
pub mod line;
mod opening;
mod read_mark;
mod refresh;
pub mod rendered_range;
pub mod row;
mod rows;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::model::Message;
use shared::sync::{SeqRange, TimelineChange};

use opening::{CaughtUp, Opening, Search};
pub use refresh::ViewRequest;
use rendered_range::RenderedRange;
pub use row::{Delivery, RowContent, RowKey, RowLayout};

const NONE_HELD: SeqRange = SeqRange {
    first: Seq(1),
    len: 0,
};

/// The most announcements for screen readers; older ones were read already.
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
    /// The room cannot be loaded, for this reason.
    Failed(ErrorCode),
}

/// What is beyond one end of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Nothing: the room begins, or ends, here.
    End,
    /// More messages, which are loaded when the reader is near.
    More,
    /// Loading failed.
    Failed,
}

/// Where the component scrolls once the rows are rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScrollTarget {
    /// To the end.
    End,
    /// So that the first unread message is visible.
    Unread(Seq),
    /// So that this message is in the middle.
    Message(Seq),
    /// Nowhere: the line that is read stays, and what is new is below.
    Stay,
}

/// A message that is being edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editing {
    /// Which.
    pub seq: Seq,
    /// The message's revision when the edit began.
    pub rev: Rev,
    /// The text that the editor starts with.
    pub text: String,
}

/// A new message, as a screen reader announces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The message.
    pub seq: Seq,
    /// Who wrote it.
    pub author: String,
    /// Its text.
    pub text: String,
}

/// The signals of one row.
#[derive(Clone)]
pub struct RowSignals {
    /// How it is shown among its neighbours.
    pub layout: ArcRwSignal<RowLayout>,
    /// The message.
    pub content: ArcRwSignal<RowContent>,
    /// Whether the pointer or the focus is on it; only then its buttons are rendered.
    pub active: ArcRwSignal<bool>,
}

/// The shown room.
pub struct RoomView {
    /// The room.
    pub room: RoomId,
    /// The rows, oldest first.
    pub rows: ArcRwSignal<Vec<RowKey>>,
    /// What the middle of the page shows.
    pub phase: ArcRwSignal<TimelinePhase>,
    /// The messages held in the replica, which can be rendered at once.
    pub held: ArcRwSignal<SeqRange>,
    /// Those that are rendered. More of them may leave the rows as they are: lines fold.
    pub rendered: ArcRwSignal<SeqRange>,
    /// What is before the rows.
    pub older: ArcRwSignal<Edge>,
    /// What is after the rows.
    pub newer: ArcRwSignal<Edge>,
    /// The number of messages above the read mark, as in the list of rooms. Both become 0 once
    /// the person has seen the room's end.
    pub unread: ArcRwSignal<u64>,
    /// Where to scroll next; the component takes it.
    pub scroll_target: ArcRwSignal<Option<ScrollTarget>>,
    /// New messages of others, for screen readers.
    pub announcements: ArcRwSignal<Vec<Announcement>>,
    /// The message that is being changed.
    pub editing: ArcRwSignal<Option<Editing>>,
    /// Counts texts that were returned to the composer, which takes them, or were added to the
    /// draft where there is no composer.
    pub returned: ArcRwSignal<u64>,
    has_composer: Cell<bool>,
    state: RefCell<ViewState>,
}

struct ViewState {
    rendered: RenderedRange,
    /// The rendered range from before printing, while all messages are rendered.
    before_print: Option<RenderedRange>,
    /// The messages held at the last refresh.
    held: SeqRange,
    opening: Opening,
    caught_up: CaughtUp,
    pinned_to_end: bool,
    unread_from: Option<Seq>,
    /// The read mark, as far as the view knows it.
    read: Option<Seq>,
    /// Where somebody has set the mark while the room is shown: the page does not raise it again.
    stays_unread_at: Option<Seq>,
    marked: Option<Seq>,
    history_failed: bool,
    /// In order.
    rows: Vec<ViewRow>,
    stale: Stale,
    /// The returned text that the composer has not taken.
    returned: Option<String>,
    search: Search,
    /// What was given before this and has no answer is shown as waiting.
    answers_late_since: Micros,
    /// A cache: a quarter of an hour, and its offset from UTC in minutes.
    offset: (i64, i64),
}

impl ViewState {
    /// How many of the rendered messages have no row of their own, because they are folded into
    /// another.
    fn folded(&self) -> i64 {
        let rows = self.rows.iter().filter(|row| !row.is_pending).count();
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        let rendered = self.rendered.end.0.saturating_sub(self.rendered.first.0);
        rendered.saturating_sub(rows).max(0)
    }
}

/// A row of the view.
struct ViewRow {
    key: RowKey,
    /// The stored message that it shows.
    seq: Option<Seq>,
    /// Whether pending commands are part of its content.
    is_pending: bool,
    signals: RowSignals,
}

/// Which rows have to be read from the replica again. All others are as they were.
#[derive(Default)]
struct Stale {
    all: bool,
    messages: Vec<Seq>,
    /// All messages of these authors.
    authors: Vec<UserId>,
}

impl Stale {
    fn contains(&self, message: &Message) -> bool {
        self.all
            || self.messages.contains(&message.seq)
            || message
                .people()
                .any(|person| self.authors.contains(&person))
    }
}

impl RoomView {
    /// A view of a room, at a message if a link names one.
    pub fn new(room: RoomId, at: Option<Seq>) -> Self {
        RoomView {
            room,
            rows: ArcRwSignal::default(),
            phase: ArcRwSignal::new(TimelinePhase::Loading),
            held: ArcRwSignal::new(NONE_HELD),
            rendered: ArcRwSignal::new(NONE_HELD),
            older: ArcRwSignal::new(Edge::More),
            newer: ArcRwSignal::new(Edge::End),
            unread: ArcRwSignal::new(0),
            scroll_target: ArcRwSignal::new(None),
            announcements: ArcRwSignal::default(),
            editing: ArcRwSignal::new(None),
            returned: ArcRwSignal::new(0),
            has_composer: Cell::new(false),
            state: RefCell::new(ViewState {
                rendered: RenderedRange::NOTHING,
                before_print: None,
                held: NONE_HELD,
                opening: at.map_or(Opening::Unread, Opening::At),
                caught_up: CaughtUp::No,
                pinned_to_end: true,
                unread_from: None,
                read: None,
                stays_unread_at: None,
                marked: at,
                history_failed: false,
                rows: Vec::new(),
                stale: Stale::default(),
                returned: None,
                search: Search::Off,
                answers_late_since: Micros(i64::MIN),
                offset: (i64::MIN, 0),
            }),
        }
    }

    /// The signals of a row; `None` if the row does not exist any more.
    pub fn row(&self, key: RowKey) -> Option<RowSignals> {
        let state = self.state.borrow();
        let found = state.rows.iter().find(|row| row.key == key);
        found.map(|row| row.signals.clone())
    }

    /// The row of a message, if it is rendered.
    pub fn find(&self, seq: Seq) -> Option<(RowKey, RowSignals)> {
        let state = self.state.borrow();
        let found = state.rows.iter().find(|row| row.seq == Some(seq));
        found.map(|row| (row.key, row.signals.clone()))
    }

    /// The rendered messages.
    pub fn rendered(&self) -> RenderedRange {
        self.state.borrow().rendered
    }

    /// The replica's window of this room has changed.
    pub(super) fn note_change(&self, change: &TimelineChange) {
        let stale = &mut self.state.borrow_mut().stale;
        stale.all |= change.replaced;
        stale.messages.extend(&change.changed);
    }

    /// These people have other names now.
    pub(super) fn note_names(&self, people: &[UserId]) {
        self.state.borrow_mut().stale.authors.extend(people);
    }

    /// The room is read from another replica from now on.
    pub(super) fn note_new_replica(&self) {
        let mut state = self.state.borrow_mut();
        state.stale.all = true;
        (state.read, state.stays_unread_at) = (None, None);
    }

    /// Whether the view stays at the end when new messages arrive.
    pub fn is_pinned_to_end(&self) -> bool {
        self.state.borrow().pinned_to_end
    }

    /// Whether everything has arrived that came before the room was opened. Until then nothing
    /// is new for the reader.
    pub(super) fn has_caught_up(&self) -> bool {
        self.state.borrow().caught_up == CaughtUp::Yes
    }

    /// The last message that is held; 0 if there is none.
    pub(super) fn last_held(&self) -> Seq {
        let end = self.state.borrow().held.end();
        Seq(end.0.saturating_sub(1))
    }

    /// The reader has reached the end, or has left it.
    pub fn set_pinned_to_end(&self, pinned: bool) {
        self.state.borrow_mut().pinned_to_end = pinned;
    }

    /// Adds announcements of new messages.
    pub(super) fn announce(&self, news: Vec<Announcement>) {
        let _ = self.announcements.try_update(|said| {
            said.extend(news);
            let surplus = said.len().saturating_sub(MOST_ANNOUNCED);
            said.drain(..surplus);
        });
    }

    /// Takes the scroll target.
    pub fn take_scroll_target(&self) -> Option<ScrollTarget> {
        self.scroll_target
            .try_update_untracked(Option::take)
            .flatten()
    }

    /// Whether there is a composer, which takes returned texts.
    pub(super) fn has_composer(&self) -> bool {
        self.has_composer.get()
    }

    /// There is a composer, or not any more.
    pub fn set_has_composer(&self, is_there: bool) {
        self.has_composer.set(is_there);
    }

    /// Returns the text of a failed edit to the composer.
    pub(super) fn return_text(&self, text: String) {
        let mut state = self.state.borrow_mut();
        state.returned = Some(match state.returned.take() {
            Some(before) => before + "\n" + &text,
            None => text,
        });
        drop(state);
        self.draft_changed();
    }

    /// The draft has changed, and the component does not know it.
    pub(super) fn draft_changed(&self) {
        let _ = self.returned.try_update(|count| *count += 1);
    }

    /// Takes the returned text.
    pub fn take_returned_text(&self) -> Option<String> {
        self.state.borrow_mut().returned.take()
    }

    /// Goes to a message.
    pub(super) fn go_to(&self, seq: Seq) {
        let mut state = self.state.borrow_mut();
        state.marked = Some(seq);
        state.opening = Opening::At(seq);
    }

    /// Goes to the end, which is requested if it is not held.
    pub(super) fn go_to_end(&self) {
        let mut state = self.state.borrow_mut();
        state.pinned_to_end = true;
        state.opening = Opening::Latest;
    }

    /// What was given until now and has no answer yet is late.
    pub(super) fn note_late_answers(&self, given_until: Micros) {
        self.state.borrow_mut().answers_late_since = given_until;
    }

    /// Loading history failed.
    pub(super) fn history_failed(&self) {
        let mut state = self.state.borrow_mut();
        state.history_failed = true;
        if let Opening::Asked(..) | Opening::Latest = state.opening {
            // Show the end instead.
            state.opening = Opening::Done;
        }
    }

    /// The reader wants to try again.
    pub(super) fn try_again(&self) {
        self.state.borrow_mut().history_failed = false;
    }
}
