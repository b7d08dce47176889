//! The queue of pending commands.

use crate::command::Command;
use crate::error::ErrorCode;
use crate::frame::{Ack, ClientFrame, Refusal};
use crate::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq};
use crate::limits::Limits;

use super::command::{PendingCommand, PendingState};
use super::send_window::SendWindow;
use crate::sync::timing::{is_due, later, wait_ms};

#[derive(Debug, Default)]
pub(in crate::sync) struct Pending {
    pub(super) queue: Vec<PendingCommand>,
    send_window: SendWindow,
}

/// What an `ack` or `error` did to the queue.
#[derive(Debug)]
pub(in crate::sync) enum ReplyOutcome {
    /// No such command is pending: it was answered before, or its message has arrived.
    Unknown,
    /// A change of a message is stored; the command stays until the change arrives.
    Stored(Command),
    /// Carried out, and removed from the queue.
    Finished(Command),
    /// Refused temporarily; it stays.
    Held(Option<RoomId>),
    /// Refused for good. A send stays in the queue, any other command is removed.
    Refused(Command),
}

impl Pending {
    pub(in crate::sync) fn iter(&self) -> impl DoubleEndedIterator<Item = &PendingCommand> {
        self.queue.iter()
    }

    pub(in crate::sync) fn push(&mut self, client_id: ClientId, command: Command, now: Micros) {
        self.queue.push(PendingCommand {
            client_id,
            command,
            state: PendingState::Waiting,
            given_at: now,
            tried: false,
            refusals: 0,
            in_flight: false,
            sent_in: None,
            acked_earlier: false,
        });
    }

    /// Inserts stored commands in front of those given since.
    pub(in crate::sync) fn restore(&mut self, commands: Vec<PendingCommand>) {
        for mut restored in commands.into_iter().rev() {
            match restored.state {
                PendingState::Done { .. } => continue,
                PendingState::Held { .. } => restored.state = PendingState::Waiting,
                PendingState::Waiting | PendingState::Refused { .. } | PendingState::Expired => {}
            }
            // It may have been sent after the snapshot was stored.
            restored.tried = true;
            if self.position(restored.client_id).is_none() {
                self.queue.insert(0, restored);
            }
        }
    }

    /// Sets the server's limits.
    pub(in crate::sync) fn set_limits(&mut self, limits: &Limits) {
        self.send_window.set_limits(limits);
    }

    /// The connection is lost, or has dropped answers: all commands are sent again.
    pub(in crate::sync) fn forget_connection(&mut self) {
        self.send_window.reset();
        for pending in &mut self.queue {
            pending.in_flight = false;
            match pending.state {
                PendingState::Held { .. } => pending.state = PendingState::Waiting,
                PendingState::Done { .. } => pending.acked_earlier = true,
                PendingState::Waiting | PendingState::Refused { .. } | PendingState::Expired => {}
            }
        }
    }

    /// The frames to send now: of each room that is not `unsure` the first unanswered command,
    /// as many as the send window allows. `any_unsure`: no command that names rooms.
    pub(in crate::sync) fn flush(
        &mut self,
        epoch: Epoch,
        unsure: &[RoomId],
        any_unsure: bool,
    ) -> Vec<ClientFrame> {
        let in_flight = self.queue.iter().filter(|p| p.in_flight).count();
        let mut slots = self.send_window.free_slots(in_flight);
        let mut rooms = Vec::new();
        let mut frames = Vec::new();
        for pending in &mut self.queue {
            let waits = match pending.state {
                PendingState::Waiting => !pending.in_flight,
                PendingState::Held { .. } => false,
                PendingState::Refused { .. }
                | PendingState::Expired
                | PendingState::Done { .. } => continue,
            };
            let room = pending.command.room();
            let first_of_its_room = !rooms.contains(&room);
            if first_of_its_room {
                rooms.push(room);
            }
            let is_unsure = (any_unsure && pending.command.names_rooms())
                || room.is_some_and(|room| unsure.contains(&room));
            let may_go = waits && first_of_its_room && !is_unsure;
            if may_go && slots > 0 {
                pending.in_flight = true;
                pending.sent_in = Some(epoch);
                pending.tried = true;
                slots -= 1;
                frames.push(ClientFrame::command(
                    pending.client_id,
                    pending.command.clone(),
                ));
            }
            if slots == 0 {
                break;
            }
        }
        self.send_window.sent(frames.len());
        if rooms.is_empty() {
            self.send_window.queue_empty();
        }
        frames
    }

    /// Releases held commands that are due. Returns their rooms.
    pub(in crate::sync) fn release_held(&mut self, now: Micros) -> Vec<Option<RoomId>> {
        self.send_window.advance(now);
        let mut rooms = Vec::new();
        for pending in &mut self.queue {
            if matches!(pending.state, PendingState::Held { until, .. } if is_due(until, now)) {
                pending.state = PendingState::Waiting;
                rooms.push(pending.command.room());
            }
        }
        rooms
    }

    /// When the next waiting command is due.
    pub(in crate::sync) fn next_timer(&self) -> Option<Micros> {
        let waiting = self.queue.iter().filter(|pending| !pending.in_flight);
        waiting
            .filter_map(|pending| match pending.state {
                PendingState::Held { until, .. } => Some(until),
                PendingState::Waiting => self.send_window.next_timer(),
                PendingState::Refused { .. }
                | PendingState::Expired
                | PendingState::Done { .. } => None,
            })
            .min()
    }

    pub(in crate::sync) fn acknowledged(&mut self, ack: &Ack, now: Micros) -> ReplyOutcome {
        let Some(at) = self.unanswered(ack.client_id) else {
            return ReplyOutcome::Unknown;
        };
        self.send_window.answered(now);
        let pending = &mut self.queue[at];
        pending.in_flight = false;
        let is_about_a_message = pending.command.is_about_a_message();
        // The `ack` of a `cancel` that found no stored message has no `seq`.
        match ack.seq {
            Some(seq) if is_about_a_message => {
                let rev = ack.rev.unwrap_or(Rev::ZERO);
                pending.state = PendingState::Done { seq, rev };
                ReplyOutcome::Stored(pending.command.clone())
            }
            _ => self
                .take(at)
                .map_or(ReplyOutcome::Unknown, ReplyOutcome::Finished),
        }
    }

    pub(in crate::sync) fn refused(
        &mut self,
        client_id: ClientId,
        refusal: &Refusal,
        now: Micros,
    ) -> ReplyOutcome {
        let Some(at) = self.unanswered(client_id) else {
            return ReplyOutcome::Unknown;
        };
        let pending = &mut self.queue[at];
        pending.in_flight = false;
        if refusal.code == ErrorCode::Unauthorized {
            // The session has ended; the command waits for the next one.
            return ReplyOutcome::Held(pending.command.room());
        }
        if refusal.code.is_temporary() {
            let until = if refusal.code == ErrorCode::RateLimited {
                // The rate limit is per person: every command waits.
                let wait = wait_ms(refusal.retry_after_ms, 0);
                self.send_window.rate_limited(now, wait)
            } else {
                // The cause may be this command alone. The others continue, one at a time,
                // and this one is tried less and less often, so that they get their turn.
                self.send_window.shrink_to_one();
                let growing = wait_ms(None, pending.refusals);
                let asked_wait = wait_ms(refusal.retry_after_ms, pending.refusals);
                pending.refusals = pending.refusals.saturating_add(1);
                later(now, asked_wait.max(growing))
            };
            pending.state = PendingState::Held {
                code: refusal.code,
                until,
            };
            return ReplyOutcome::Held(pending.command.room());
        }
        self.send_window.answered(now);
        if matches!(pending.command, Command::Send { .. }) {
            pending.state = PendingState::Refused {
                code: refusal.code,
                field: refusal.field,
            };
            return ReplyOutcome::Refused(pending.command.clone());
        }
        self.take(at)
            .map_or(ReplyOutcome::Unknown, ReplyOutcome::Refused)
    }

    /// The message of a send has arrived, so it is stored, acknowledged or not.
    pub(in crate::sync) fn complete_send(&mut self, client_id: ClientId, now: Micros) -> bool {
        let at = self
            .position(client_id)
            .filter(|at| matches!(self.queue[*at].command, Command::Send { .. }));
        let Some(done) = at.and_then(|at| self.remove(at)) else {
            return false;
        };
        if done.in_flight {
            self.send_window.answered(now);
        }
        true
    }

    /// Removes acknowledged commands of a room for which `is_over` is true. Returns whether
    /// there were any.
    pub(in crate::sync) fn sweep(
        &mut self,
        room: RoomId,
        is_over: impl Fn(&PendingCommand, Seq, Rev) -> bool,
    ) -> bool {
        let before = self.queue.len();
        self.queue.retain(|pending| match pending.state {
            PendingState::Done { seq, rev } if pending.command.room() == Some(room) => {
                !is_over(pending, seq, rev)
            }
            _ => true,
        });
        self.queue.len() != before
    }

    /// Sends a refused or expired send again, after the commands given since. An id that the
    /// server does not accept any more is replaced by `fresh`.
    pub(in crate::sync) fn retry(
        &mut self,
        client_id: ClientId,
        fresh: ClientId,
        now: Micros,
    ) -> Option<RoomId> {
        let at = self.position(client_id)?;
        let is_void = match self.queue[at].state {
            PendingState::Refused { code, .. } => {
                matches!(code, ErrorCode::ClientIdReused | ErrorCode::Cancelled)
            }
            PendingState::Expired => false,
            _ => return None,
        };
        let mut pending = self.remove(at)?;
        if is_void {
            pending.client_id = fresh;
        }
        // The person has decided: its age does not count any more.
        pending.given_at = now;
        pending.state = PendingState::Waiting;
        let room = pending.command.room();
        self.queue.push(pending);
        room
    }

    /// Removes a refused or expired send.
    pub(in crate::sync) fn discard(&mut self, client_id: ClientId) -> Option<Command> {
        let at = self.position(client_id)?;
        let state = &self.queue[at].state;
        matches!(state, PendingState::Refused { .. } | PendingState::Expired)
            .then(|| self.take(at))
            .flatten()
    }

    /// Removes a command that the server cannot have seen.
    pub(in crate::sync) fn withdraw(&mut self, client_id: ClientId) -> Option<Command> {
        let at = self.unanswered(client_id)?;
        let is_unseen = !self.queue[at].tried;
        is_unseen.then(|| self.take(at)).flatten()
    }

    /// Cancels a send without an answer: removes it if it was never sent, else replaces it
    /// by a `cancel`.
    pub(in crate::sync) fn cancel(
        &mut self,
        client_id: ClientId,
        target: ClientId,
    ) -> Option<RoomId> {
        let at = self.position(target)?;
        let pending = &mut self.queue[at];
        let Command::Send { room, .. } = pending.command else {
            return None;
        };
        if matches!(pending.state, PendingState::Done { .. }) {
            return None;
        }
        let refused = matches!(
            pending.state,
            PendingState::Refused { .. } | PendingState::Expired
        );
        if refused || !pending.tried {
            self.take(at);
        } else {
            pending.client_id = client_id;
            pending.command = Command::Cancel { room, target };
            pending.state = PendingState::Waiting;
            pending.tried = false;
            pending.refusals = 0;
            pending.in_flight = false;
        }
        Some(room)
    }

    fn position(&self, client_id: ClientId) -> Option<usize> {
        self.queue.iter().position(|p| p.client_id == client_id)
    }

    fn unanswered(&self, client_id: ClientId) -> Option<usize> {
        self.position(client_id).filter(|at| {
            matches!(
                self.queue[*at].state,
                PendingState::Waiting | PendingState::Held { .. }
            )
        })
    }

    fn remove(&mut self, at: usize) -> Option<PendingCommand> {
        (at < self.queue.len()).then(|| self.queue.remove(at))
    }

    fn take(&mut self, at: usize) -> Option<Command> {
        self.remove(at).map(|pending| pending.command)
    }
}
