//! How far the person has read: where the divider stands, and whether the page may raise the mark.

use shared::id::{RoomId, Seq};
use shared::sync::Replica;

use super::RoomView;
use super::opening::Opening;

impl RoomView {
    /// A message arrived while the person was away: the divider "new messages" is placed before
    /// it, unless there is one.
    pub(in crate::state) fn mark_unattended(&self, seq: Seq) {
        let mut state = self.state.borrow_mut();
        if state.unread_from.is_none() && state.opening == Opening::Done {
            state.unread_from = Some(seq);
        }
    }

    /// The read mark may have moved. If somebody has set it back, here or on another device, it stays
    /// there until the room is left, and the divider stands there.
    pub(in crate::state) fn note_mark(&self, replica: &Replica) {
        let read = replica.read_seq(self.room);
        let mut state = self.state.borrow_mut();
        if read < state.read {
            state.stays_unread = true;
            let head = replica.head(self.room);
            state.unread_from = first_unread(replica, self.room, head);
        }
        state.read = read;
    }

    /// Whether the room stays unread until it is left.
    pub(in crate::state) fn stays_unread(&self) -> bool {
        self.state.borrow().stays_unread
    }

    /// The person marks the room as read: the page may raise the mark again.
    pub(in crate::state) fn allow_reading(&self) {
        self.state.borrow_mut().stays_unread = false;
    }
}

/// The first message above the read mark, if anything is unread. Lines about the room are no
/// messages.
pub(super) fn first_unread(replica: &Replica, room: RoomId, head: Seq) -> Option<Seq> {
    let read = replica.read_seq(room).unwrap_or(Seq::ZERO);
    if read >= head || replica.unread(room) == 0 {
        return None;
    }
    let timeline = replica.timeline(room);
    let contains_it = timeline.filter(|timeline| timeline.get(read.next()).is_some());
    let first = contains_it.and_then(|timeline| {
        let mut above = timeline.messages().filter(|message| message.seq > read);
        above.find(|message| message.event.is_none())
    });
    Some(first.map_or(read.next(), |message| message.seq))
}
