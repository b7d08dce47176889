//! Watching: what is unread in rooms, without their messages.
//!
//! One question watches the rooms of the person: those of which the person is a member, and the
//! lobby. Rooms that are joined later are watched by further questions, one at a time.

use crate::frame::{ClientFrame, Heads};
use crate::id::{Micros, RoomId, Seq};
use crate::model::{UnreadHead, count_within};

use super::output::SeqRange;
use super::timing::is_due;
use super::vec_map::VecMap;

/// An upper bound. More rooms than a server holds; further heads are not kept.
const MOST_HEADS: usize = 20_000;
/// The most rooms that wait to be watched; a connection may watch no more.
const MOST_NEW_ROOMS: usize = 5_000;
/// The most rooms in one question.
const MOST_ASKED: usize = 1_000;

#[derive(Debug, Default)]
pub(super) struct Watching {
    /// Whether notices are wanted; `None`: nothing is watched.
    notices: Option<bool>,
    /// Whether all rooms of the person were asked for on this connection.
    all: bool,
    question: Option<WatchQuestion>,
    /// When to repeat a refused question.
    retry_at: Option<Micros>,
    /// Rooms that are not watched yet.
    new_rooms: VecMap<RoomId, ()>,
    /// The rooms that are watched on this connection.
    watched: VecMap<RoomId, ()>,
    heads: VecMap<RoomId, UnreadHead>,
}

/// A question that has no answer yet.
#[derive(Debug)]
struct WatchQuestion {
    number: u32,
    /// Absent: all rooms.
    rooms: Option<Vec<RoomId>>,
    /// The rooms that were left since. What the answer says of them is of no use.
    left: VecMap<RoomId, ()>,
}

/// What a frame changed.
#[derive(Debug, Default)]
pub(super) struct HeadsDelta {
    /// The rooms whose head is another now.
    pub(super) changed: Vec<RoomId>,
    /// Whether this is a part of the present state of all rooms.
    pub(super) is_whole: bool,
    /// Whether it is the last part.
    pub(super) is_last: bool,
}

impl Watching {
    pub(super) fn start(&mut self, notices: bool) {
        if self.notices != Some(notices) {
            self.notices = Some(notices);
            self.forget_connection();
        }
    }

    /// The next question, if one has to be asked and none is open.
    pub(super) fn ask(&mut self, number: &mut u32) -> Option<ClientFrame> {
        let notices = self.notices?;
        let has_to_wait = self.question.is_some() || self.retry_at.is_some();
        if has_to_wait || (self.all && self.new_rooms.is_empty()) {
            return None;
        }
        *number = number.wrapping_add(1);
        let rooms = || self.new_rooms.keys().copied().take(MOST_ASKED).collect();
        let rooms: Option<Vec<RoomId>> = self.all.then(rooms);
        self.question = Some(WatchQuestion {
            number: *number,
            rooms: rooms.clone(),
            left: VecMap::new(),
        });
        Some(ClientFrame::Watch {
            question: *number,
            rooms,
            notices,
        })
    }

    /// Whether the open question has this number.
    pub(super) fn asks(&self, number: u32) -> bool {
        (self.question.as_ref()).is_some_and(|open| open.number == number)
    }

    pub(super) fn receive(&mut self, frame: Heads) -> HeadsDelta {
        let mut delta = HeadsDelta::default();
        let answered = (self.question).take_if(|open| Some(open.number) == frame.question);
        for mut head in frame.heads {
            let room = head.room;
            let excess = (head.counted.len()).saturating_sub(UnreadHead::MAX_COUNTED);
            head.counted.drain(..excess);
            let open = answered.as_ref().or(self.question.as_ref());
            let is_left = open.is_some_and(|open| open.left.contains_key(&room));
            if is_left || (open.is_none() && !self.watched.contains_key(&room)) {
                // It was on its way when the watching ended.
                continue;
            }
            if answered.is_some() {
                self.new_rooms.remove(&room);
                if self.watched.len() < MOST_HEADS {
                    self.watched.insert(room, ());
                }
            }
            let held = self.heads.get(&room);
            let is_kept = held.is_some() || self.heads.len() < MOST_HEADS;
            if is_kept && held != Some(&head) {
                self.heads.insert(room, head);
                delta.changed.push(room);
            }
        }
        let is_of_all = |question: &WatchQuestion| question.rooms.is_none();
        delta.is_whole = answered.as_ref().is_some_and(is_of_all);
        match answered {
            Some(question) if frame.more => self.question = Some(question),
            Some(question) => {
                delta.is_last = delta.is_whole;
                self.finish(&question, &mut delta);
            }
            None => {}
        }
        delta
    }

    /// The last frame of an answer has arrived.
    fn finish(&mut self, question: &WatchQuestion, delta: &mut HeadsDelta) {
        for room in question.rooms.iter().flatten() {
            if !question.left.contains_key(room) {
                self.new_rooms.remove(room);
            }
        }
        if question.rooms.is_none() {
            self.all = true;
            let gone = self.heads.keys();
            let gone = gone.filter(|room| !self.watched.contains_key(room));
            for room in gone.copied().collect::<Vec<_>>() {
                self.heads.remove(&room);
                delta.changed.push(room);
            }
        }
    }

    /// The question was refused. Repeat it at `retry_at`; `None`: nothing more is watched on
    /// this connection, but what is made or joined later.
    pub(super) fn refused(&mut self, retry_at: Option<Micros>) {
        self.question = None;
        self.retry_at = retry_at;
        if retry_at.is_none() {
            self.all = true;
            self.new_rooms.clear();
        }
    }

    /// When to repeat a refused question.
    pub(super) fn retry_at(&self) -> Option<Micros> {
        self.retry_at
    }

    /// Allows a delayed question that is due.
    pub(super) fn release(&mut self, now: Micros) {
        self.retry_at = self.retry_at.filter(|at| !is_due(*at, now));
    }

    /// No answer will arrive any more, and nothing is watched on the next connection.
    pub(super) fn forget_connection(&mut self) {
        self.all = false;
        self.question = None;
        self.retry_at = None;
        self.new_rooms.clear();
        self.watched.clear();
    }

    /// The heads that are known.
    pub(super) fn heads(&self) -> impl Iterator<Item = &UnreadHead> {
        self.heads.values()
    }

    /// Heads as they were stored; newer ones replace them. Returns their rooms.
    pub(super) fn restore(&mut self, heads: Vec<UnreadHead>) -> Vec<RoomId> {
        for head in heads.into_iter().take(MOST_HEADS) {
            self.heads.insert(head.room, head);
        }
        self.heads.keys().copied().collect()
    }

    /// A room was joined, or a page of what there is has brought it.
    pub(super) fn room_added(&mut self, room: RoomId) {
        let is_watched = self.watched.contains_key(&room);
        let may_wait = self.new_rooms.len() < MOST_NEW_ROOMS;
        if self.notices.is_some() && !is_watched && may_wait {
            self.new_rooms.insert(room, ());
        }
    }

    /// A room was removed or left. Returns whether it may be watched.
    pub(super) fn room_lost(&mut self, room: RoomId) -> bool {
        self.new_rooms.remove(&room);
        self.heads.remove(&room);
        if let Some(question) = &mut self.question
            && question.left.len() < MOST_HEADS
        {
            question.left.insert(room, ());
        }
        self.watched.remove(&room).is_some() || self.question.is_some()
    }

    /// Whether a room is watched on this connection.
    pub(super) fn is_watched(&self, room: RoomId) -> bool {
        self.watched.contains_key(&room)
    }

    pub(super) fn head(&self, room: RoomId) -> Option<&UnreadHead> {
        self.heads.get(&room)
    }
}

/// How many messages of these ranges are above a read mark and outside of a window.
pub(super) fn count_outside(counted: &[(Seq, Seq)], read: Seq, window: SeqRange) -> usize {
    let above = read.next();
    let before = count_within(counted, above, window.first.previous());
    before.saturating_add(count_within(
        counted,
        above.max(window.end()),
        Seq(i64::MAX),
    ))
}
