//! The queue of pending commands.

use crate::error::ErrorCode;
use crate::frame::{Ack, ClientFrame, Refusal};
use crate::id::{ClientId, Micros, Rev, RoomId, Seq};
use crate::limits::Limits;

use super::command::{Command, PendingCommand, PendingState};
use super::pace::Pace;

/// The shortest wait before a command that was refused for now goes out again.
const SHORTEST_WAIT_MS: u64 = 100;
/// The longest, whatever the server says.
pub(super) const LONGEST_WAIT_MS: u64 = 60_000;
/// The first wait where the server names none; it doubles with every refusal.
const FIRST_WAIT_MS: u64 = 500;

#[derive(Debug, Default)]
pub(in crate::sync) struct Pending {
    pub(super) queue: Vec<PendingCommand>,
    pace: Pace,
}

/// What an answer did to the queue.
#[derive(Debug)]
pub(in crate::sync) enum Answer {
    /// No such command waits: it was answered before, or completed by its message.
    Unknown,
    /// A change to a message is stored and waits here for the message.
    Stored(Command),
    /// Carried out, and gone from the queue.
    Finished(Command),
    /// Refused for now; it stays.
    Held(Option<RoomId>),
    /// Refused for good. A send stays in the queue, anything else is gone.
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
            on_its_way: false,
            outlived: false,
        });
    }

    /// Puts commands of an earlier life in front of those of this one.
    pub(in crate::sync) fn restore(&mut self, commands: Vec<PendingCommand>) {
        for mut restored in commands.into_iter().rev() {
            match restored.state {
                PendingState::Done { .. } => continue,
                PendingState::Held { .. } => restored.state = PendingState::Waiting,
                PendingState::Waiting | PendingState::Refused { .. } | PendingState::Expired => {}
            }
            // The snapshot may be older than the sending.
            restored.tried = true;
            if self.position(restored.client_id).is_none() {
                self.queue.insert(0, restored);
            }
        }
    }

    /// Takes over how much the server takes.
    pub(in crate::sync) fn learn(&mut self, limits: &Limits) {
        self.pace.learn(limits);
    }

    /// The connection is gone, or has dropped answers: all goes out again.
    pub(in crate::sync) fn hang_up(&mut self) {
        self.pace.reset();
        for pending in &mut self.queue {
            pending.on_its_way = false;
            match pending.state {
                PendingState::Held { .. } => pending.state = PendingState::Waiting,
                PendingState::Done { .. } => pending.outlived = true,
                PendingState::Waiting | PendingState::Refused { .. } | PendingState::Expired => {}
            }
        }
    }

    /// What may go out now, of each room the first unanswered one, as far as the pace allows.
    pub(in crate::sync) fn flush(&mut self) -> Vec<ClientFrame> {
        let under_way = self.queue.iter().filter(|p| p.on_its_way).count();
        let mut room_left = self.pace.room_beside(under_way);
        let mut rooms = Vec::new();
        let mut frames = Vec::new();
        for pending in &mut self.queue {
            let waits = match pending.state {
                PendingState::Waiting => !pending.on_its_way,
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
            if waits && first_of_its_room && room_left > 0 {
                pending.on_its_way = true;
                pending.tried = true;
                room_left -= 1;
                frames.push(pending.command.frame(pending.client_id));
            }
            if room_left == 0 {
                break;
            }
        }
        self.pace.sent(frames.len());
        if rooms.is_empty() {
            self.pace.idle();
        }
        frames
    }

    /// Lets go what was held up to now; whether there was anything.
    pub(in crate::sync) fn release(&mut self, now: Micros) -> Vec<Option<RoomId>> {
        self.pace.advance(now);
        let mut rooms = Vec::new();
        for pending in &mut self.queue {
            if matches!(pending.state, PendingState::Held { until, .. } if is_due(until, now)) {
                pending.state = PendingState::Waiting;
                rooms.push(pending.command.room());
            }
        }
        rooms
    }

    /// When the next command that has to wait is to go out.
    pub(in crate::sync) fn next_due(&self) -> Option<Micros> {
        let waiting = self.queue.iter().filter(|pending| !pending.on_its_way);
        waiting
            .filter_map(|pending| match pending.state {
                PendingState::Held { until, .. } => Some(until),
                PendingState::Waiting => self.pace.next_due(),
                PendingState::Refused { .. }
                | PendingState::Expired
                | PendingState::Done { .. } => None,
            })
            .min()
    }

    pub(in crate::sync) fn acknowledged(&mut self, ack: &Ack, now: Micros) -> Answer {
        let Some(at) = self.unanswered(ack.client_id) else {
            return Answer::Unknown;
        };
        self.pace.taken(now);
        let pending = &mut self.queue[at];
        pending.on_its_way = false;
        let is_about_a_message = matches!(
            pending.command,
            Command::Send { .. }
                | Command::Edit { .. }
                | Command::Delete { .. }
                | Command::Cancel { .. }
        );
        // A `cancel` that found nothing names no message.
        match ack.seq {
            Some(seq) if is_about_a_message => {
                let rev = ack.rev.unwrap_or(Rev::ZERO);
                pending.state = PendingState::Done { seq, rev };
                Answer::Stored(pending.command.clone())
            }
            _ => self.take(at).map_or(Answer::Unknown, Answer::Finished),
        }
    }

    pub(in crate::sync) fn refused(
        &mut self,
        client_id: ClientId,
        refusal: &Refusal,
        now: Micros,
    ) -> Answer {
        let Some(at) = self.unanswered(client_id) else {
            return Answer::Unknown;
        };
        let pending = &mut self.queue[at];
        pending.on_its_way = false;
        if refusal.code == ErrorCode::Unauthorized {
            // Not about the command: it waits for the next session.
            return Answer::Held(pending.command.room());
        }
        if refusal.code.is_temporary() {
            let until = if refusal.code == ErrorCode::RateLimited {
                // About the person: every command waits.
                let wait = wait_ms(refusal.retry_after_ms, 0);
                self.pace.limited(now, wait)
            } else {
                // Perhaps about this command: others go on, one by one, and it is tried less
                // and less often, so that they come to be tried as well.
                self.pace.narrow();
                let growing = wait_ms(None, pending.refusals);
                let told = wait_ms(refusal.retry_after_ms, pending.refusals);
                pending.refusals = pending.refusals.saturating_add(1);
                later(now, told.max(growing))
            };
            pending.state = PendingState::Held {
                code: refusal.code,
                until,
            };
            return Answer::Held(pending.command.room());
        }
        self.pace.taken(now);
        if matches!(pending.command, Command::Send { .. }) {
            pending.state = PendingState::Refused {
                code: refusal.code,
                field: refusal.field,
            };
            return Answer::Refused(pending.command.clone());
        }
        self.take(at).map_or(Answer::Unknown, Answer::Refused)
    }

    /// The message of a send has arrived: it is stored, whether acknowledged or not.
    pub(in crate::sync) fn complete_send(&mut self, client_id: ClientId, now: Micros) -> bool {
        let at = self
            .position(client_id)
            .filter(|at| matches!(self.queue[*at].command, Command::Send { .. }));
        let Some(done) = at.and_then(|at| self.take_whole(at)) else {
            return false;
        };
        if done.on_its_way {
            self.pace.taken(now);
        }
        true
    }

    /// Drops stored changes of a room whose effect can be seen, or never will be;
    /// whether there were any.
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

    /// Gives a send that was refused, or is too old, another chance, behind what was given
    /// since. An id that the server will not hear of again is replaced by `fresh`.
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
        let mut pending = self.take_whole(at)?;
        if is_void {
            pending.client_id = fresh;
        }
        // The person wants it now, however old it is.
        pending.given_at = now;
        pending.state = PendingState::Waiting;
        let room = pending.command.room();
        self.queue.push(pending);
        room
    }

    /// Forgets a send that was refused or is too old.
    pub(in crate::sync) fn discard(&mut self, client_id: ClientId) -> Option<Command> {
        let at = self.position(client_id)?;
        let state = &self.queue[at].state;
        matches!(state, PendingState::Refused { .. } | PendingState::Expired)
            .then(|| self.take(at))
            .flatten()
    }

    /// Takes back a send without an answer: at once if the server cannot have seen
    /// it, else by a `cancel` in its place.
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
            pending.on_its_way = false;
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

    fn take_whole(&mut self, at: usize) -> Option<PendingCommand> {
        (at < self.queue.len()).then(|| self.queue.remove(at))
    }

    fn take(&mut self, at: usize) -> Option<Command> {
        self.take_whole(at).map(|pending| pending.command)
    }
}

/// A time so many milliseconds after another.
pub(in crate::sync) fn later(now: Micros, millis: u64) -> Micros {
    let micros = i64::try_from(millis.saturating_mul(1_000)).unwrap_or(i64::MAX);
    Micros(now.0.saturating_add(micros))
}

/// Whether a time has come. One that is further away than any wait was set by a clock that
/// has been set back since: nobody waits for days because of that.
pub(in crate::sync) fn is_due(at: Micros, now: Micros) -> bool {
    at <= now || at > later(now, LONGEST_WAIT_MS)
}

/// How long to wait after a refusal: as long as the server says, within reason.
pub(in crate::sync) fn wait_ms(asked: Option<u64>, refusals: u32) -> u64 {
    asked
        .unwrap_or_else(|| FIRST_WAIT_MS << refusals.min(7))
        .clamp(SHORTEST_WAIT_MS, LONGEST_WAIT_MS)
}
