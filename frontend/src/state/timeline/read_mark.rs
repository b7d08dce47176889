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
    /// there, and the divider stands there, until the room is left or somebody has read on.
    pub(in crate::state) fn note_mark(&self, replica: &Replica) {
        let read = replica.read_seq(self.room);
        let mut state = self.state.borrow_mut();
        let stayed_at = state.stays_unread_at;
        if read < state.read {
            // Not lowered: between the answer to a command and the change, the mark is for a moment
            // what it was.
            state.stays_unread_at = stayed_at.max(read);
        } else if read > stayed_at {
            state.stays_unread_at = None;
        }
        let stays = stayed_at.or(state.stays_unread_at).is_some();
        if stays && read != state.read {
            let head = replica.head(self.room);
            state.unread_from = first_unread(replica, self.room, head);
        }
        state.read = read;
    }

    /// The person marks the room as unread from a message on, which may be above the mark or below.
    pub(in crate::state) fn stay_unread_from(&self, seq: Seq) {
        let mut state = self.state.borrow_mut();
        let read = Some(seq.previous());
        (state.read, state.stays_unread_at) = (read, read);
        state.unread_from = Some(seq);
    }

    /// Whether the room stays unread until it is left.
    pub(in crate::state) fn stays_unread(&self) -> bool {
        self.state.borrow().stays_unread_at.is_some()
    }

    /// The person marks the room as read: the page may raise the mark again.
    pub(in crate::state) fn allow_reading(&self) {
        self.state.borrow_mut().stays_unread_at = None;
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
