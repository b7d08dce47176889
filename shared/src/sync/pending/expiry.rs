//! Commands that have waited for longer than the server keeps receipts ([`RECEIPT_DAYS`]).
//! Sent again, they could be carried out twice. So the person is asked first.

use crate::command::Command;
use crate::id::Micros;
use crate::limits::RECEIPT_DAYS;

use super::command::{PendingCommand, PendingState};
use super::queue::Pending;

const RECEIPT_MICROS: i64 = RECEIPT_DAYS * 24 * 60 * 60 * 1_000_000;

impl Pending {
    /// Marks old sends as expired: they wait for the person's decision. Removes and returns
    /// the other old commands.
    pub(in crate::sync) fn expire(&mut self, now: Micros) -> Vec<PendingCommand> {
        let mut over = Vec::new();
        self.queue.retain_mut(|pending| {
            let is_open = matches!(
                pending.state,
                PendingState::Waiting | PendingState::Held { .. }
            );
            if !is_open || now.0.saturating_sub(pending.given_at.0) <= RECEIPT_MICROS {
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
