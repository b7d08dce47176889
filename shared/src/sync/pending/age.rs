//! Commands that have waited for longer than a server remembers what it has done
//! ([`RECEIPT_DAYS`]): sent once more, they might be carried out twice. The person is asked.

use crate::id::Micros;
use crate::limits::RECEIPT_DAYS;

use super::command::{Command, PendingCommand, PendingState};
use super::queue::Pending;

const RECEIPT_MICROS: i64 = RECEIPT_DAYS * 24 * 60 * 60 * 1_000_000;

impl Pending {
    /// Sends that are too old wait for the person's word from now on. Other commands that
    /// are too old are given back: they are over.
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
            pending.on_its_way = false;
            let is_send = matches!(pending.command, Command::Send { .. });
            if !is_send {
                over.push(pending.clone());
            }
            is_send
        });
        over
    }
}
