//! `error` frames: what the server has refused.

use crate::error::ErrorCode;
use crate::frame::Refusal;
use crate::id::{Micros, RoomId};
use crate::stream::StreamKey;

use super::commands::note_pending;
use super::pending::ReplyOutcome;
use super::receive::emit_read_marks;
use super::timing::wait_ms;
use super::{ConnectionState, Replica, SyncEvent, SyncOutput};

impl Replica {
    pub(super) fn refused(&mut self, refusal: Refusal, now: Micros, out: &mut SyncOutput) {
        if refusal.code == ErrorCode::Unauthorized {
            self.connection = ConnectionState::Ended;
            out.emit(SyncEvent::SignedOut);
        }
        if refusal.client_id.is_some() {
            self.command_refused(refusal, now, out);
        } else if let Some(number) = refusal.question {
            self.question_refused(number, refusal, now, out);
        } else if let Some(room) = refusal.room {
            self.read_mark_refused(room, &refusal, now, out);
        } else if self.reads.is_some() && self.connection == ConnectionState::AwaitingWelcome {
            // The server lets no more readers in for now. It closes the connection, and the next
            // one asks again.
            out.emit(SyncEvent::Trouble(Box::new(refusal)));
        } else {
            trouble(refusal, out);
        }
    }

    fn command_refused(&mut self, refusal: Refusal, now: Micros, out: &mut SyncOutput) {
        let Some(client_id) = refusal.client_id else {
            return;
        };
        match self.pending.refused(client_id, &refusal, now) {
            ReplyOutcome::Held(room) => out.emit(SyncEvent::Pending(room)),
            ReplyOutcome::Refused(command) => {
                note_pending(&command, out);
                out.emit(SyncEvent::Refused {
                    client_id,
                    command: Box::new(command),
                    refusal: Box::new(refusal),
                });
            }
            ReplyOutcome::Unknown | ReplyOutcome::Stored(_) | ReplyOutcome::Finished(_) => {}
        }
        self.flush(out);
    }

    /// A question was refused. A number that no open question has is from before a `resync`.
    fn question_refused(
        &mut self,
        number: u32,
        refusal: Refusal,
        now: Micros,
        out: &mut SyncOutput,
    ) {
        let streams = self.streams_where(|stream| stream.cursor.asks(number));
        if let Some(key) = streams.first() {
            return self.stream_refused(*key, refusal, now, out);
        }
        if self.names.wanted.asks(number) {
            let retry_at = self.retry_at(&refusal, now);
            self.names.refused(retry_at);
            return self.ask_people(out);
        }
        if self.known_rooms.wanted.asks(number) {
            let retry_at = self.retry_at(&refusal, now);
            self.known_rooms.wanted.refused(retry_at);
            return self.ask_rooms(out);
        }
        if self.watching.asks(number) {
            let retry_at = self.retry_at(&refusal, now);
            self.watching.refused(retry_at);
            // With more rooms than a connection may watch, the others have no exact count.
            if refusal.code != ErrorCode::TooManySubscriptions {
                trouble(refusal, out);
            }
            return;
        }
        for id in self.rooms.ids() {
            if (self.rooms.get(id)).is_some_and(|room| room.asks_history(number)) {
                self.history_refused(id, &refusal, now, out);
            }
        }
    }

    fn stream_refused(
        &mut self,
        key: StreamKey,
        refusal: Refusal,
        now: Micros,
        out: &mut SyncOutput,
    ) {
        let retry_at = self.retry_at(&refusal, now);
        let was_unsure = (self.epoch()).is_some_and(|epoch| self.awaits_confirmation(key, epoch));
        if let Some(stream) = self.stream_mut(key) {
            stream.cursor.refused(retry_at);
        }
        let Some(id) = key.room() else {
            if was_unsure && retry_at.is_none() {
                // The server will not say whether the rooms are the same.
                self.lose_past(key, out);
                self.flush(out);
            }
            return trouble(refusal, out);
        };
        let code = refusal.code;
        if is_gone(code) {
            // Nothing of the room may be shown any more.
            self.lose_open_room(id, code, out);
            self.lose_known_rooms(&[id], out);
        } else if retry_at.is_none()
            && let Some(room) = self.rooms.get_mut(id)
        {
            room.unavailable = Some(code);
            out.emit(SyncEvent::Unavailable { room: id, code });
        }
        // The mark and the commands of a room that is not subscribed to do not wait for its answer.
        if was_unsure && retry_at.is_none() {
            self.send_read_mark(id, out);
        }
        self.flush(out);
    }

    fn history_refused(
        &mut self,
        id: RoomId,
        refusal: &Refusal,
        now: Micros,
        out: &mut SyncOutput,
    ) {
        let retry_at = self.retry_at(refusal, now);
        if let Some(room) = self.rooms.get_mut(id) {
            room.history_refused(retry_at);
            if retry_at.is_none() {
                let code = refusal.code;
                out.emit(SyncEvent::HistoryFailed { room: id, code });
            }
        }
    }

    /// Read marks are the only frames that name a room and have neither an id nor a number.
    fn read_mark_refused(
        &mut self,
        room: RoomId,
        refusal: &Refusal,
        now: Micros,
        out: &mut SyncOutput,
    ) {
        if !self.own.marks.is_unconfirmed(room) {
            return;
        }
        let retry_at = self.retry_at(refusal, now);
        if retry_at.is_some() {
            self.own.marks.resend_at_time(retry_at);
        } else if is_gone(refusal.code) && self.own.marks.discard_unconfirmed(room) {
            emit_read_marks(vec![room], out);
        }
    }

    /// When to repeat what was refused; `None`: never.
    fn retry_at(&mut self, refusal: &Refusal, now: Micros) -> Option<Micros> {
        let wait_ms = wait_ms(refusal.retry_after_ms, 1);
        (refusal.code.is_temporary()).then(|| self.retries.refused(now, wait_ms))
    }
}

fn is_gone(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NoSuchRoom | ErrorCode::RoomGone)
}

/// Reports a refusal that no other event tells of, if it is for good.
fn trouble(refusal: Refusal, out: &mut SyncOutput) {
    if !refusal.code.is_temporary() && refusal.code != ErrorCode::Unauthorized {
        out.emit(SyncEvent::Trouble(Box::new(refusal)));
    }
}
