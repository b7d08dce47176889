//! Commands about which the person is asked before they are sent:
//!
//! * those that have waited for longer than the server keeps receipts ([`RECEIPT_DAYS`]): sent
//!   again, they could be carried out twice;
//! * those that were given in a past that the server has lost: the numbers of rooms and messages
//!   in them may mean others now.

use crate::command::Command;
use crate::id::{Epoch, Micros, RoomId};
use crate::limits::RECEIPT_DAYS;

use super::command::{PendingCommand, PendingState};
use super::queue::Pending;

const RECEIPT_MICROS: i64 = RECEIPT_DAYS * 24 * 60 * 60 * 1_000_000;

impl Pending {
    /// Marks old sends as expired: they wait for the person's decision. Removes and returns
    /// the other old commands.
    pub(in crate::sync) fn expire(&mut self, now: Micros) -> Vec<PendingCommand> {
        self.expire_if(|pending| now.0.saturating_sub(pending.given_at.0) > RECEIPT_MICROS)
    }

    /// The server has lost the past in which the commands of a room, `None`: of all rooms, were
    /// given. What was sent in this epoch was given in its past, or after that was known; it may
    /// wait again, because the connection was lost meanwhile.
    pub(in crate::sync) fn expire_lost_past(
        &mut self,
        epoch: Option<Epoch>,
        room: Option<RoomId>,
    ) -> Vec<PendingCommand> {
        self.expire_if(|pending| {
            let about = pending.command.room();
            let was_sent_since = pending.sent_in.is_some() && pending.sent_in == epoch;
            let is_meant = match room {
                Some(_) => about == room,
                None => pending.command.names_rooms(),
            };
            is_meant && !was_sent_since
        })
    }

    fn expire_if(&mut self, is_over: impl Fn(&PendingCommand) -> bool) -> Vec<PendingCommand> {
        let mut over = Vec::new();
        self.queue.retain_mut(|pending| {
            let is_open = matches!(
                pending.state,
                PendingState::Waiting | PendingState::Held { .. }
            );
            if !is_open || !is_over(pending) {
                return true;
            }
            pending.state = PendingState::Expired;
            pending.in_flight = false;
            let is_send = matches!(pending.command, Command::Send { .. });
            if !is_send {
                over.push(pending.clone());
            }
            is_send
        });
        over
    }
}
