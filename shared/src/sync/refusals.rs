//! `error` frames: what the server has refused.

use crate::error::ErrorCode;
use crate::frame::Refusal;
use crate::id::Micros;

use super::pending::ReplyOutcome;
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
        } else if let Some(number) = refusal.request {
            self.history_refused(number, &refusal, now, out);
        } else if refusal.room.is_some() {
            self.room_refused(&refusal, now, out);
        } else if refusal.code.is_temporary() {
            // About the directory or the own stream; the refusal does not say which.
            let retry_at = self.retry_at(&refusal, now);
            for cursor in [&mut self.directory.cursor, &mut self.marks.cursor] {
                if cursor.is_request_pending() {
                    cursor.request_refused(retry_at);
                }
            }
        } else if refusal.code != ErrorCode::Unauthorized {
            out.emit(SyncEvent::Trouble(Box::new(refusal)));
        }
    }

    fn command_refused(&mut self, refusal: Refusal, now: Micros, out: &mut SyncOutput) {
        let Some(client_id) = refusal.client_id else {
            return;
        };
        match self.pending.refused(client_id, &refusal, now) {
            ReplyOutcome::Held(room) => out.emit(SyncEvent::Pending(room)),
            ReplyOutcome::Refused(command) => {
                out.emit(SyncEvent::Pending(command.room()));
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

    fn history_refused(
        &mut self,
        number: u32,
        refusal: &Refusal,
        now: Micros,
        out: &mut SyncOutput,
    ) {
        let retry_at = self.retry_at(refusal, now);
        for (id, room) in &mut self.rooms {
            if room.history_refused(number, retry_at) && retry_at.is_none() {
                out.emit(SyncEvent::HistoryFailed {
                    room: *id,
                    code: refusal.code,
                });
            }
        }
    }

    /// A subscription to the room was refused, or a read mark in it.
    fn room_refused(&mut self, refusal: &Refusal, now: Micros, out: &mut SyncOutput) {
        let Some(id) = refusal.room else { return };
        let retry_at = self.retry_at(refusal, now);
        let is_gone = matches!(refusal.code, ErrorCode::NoSuchRoom | ErrorCode::RoomGone);
        if is_gone {
            if self.marks.discard_unconfirmed(id) {
                out.emit(SyncEvent::ReadMarks(vec![id]));
            }
        } else if retry_at.is_some() && self.marks.is_unconfirmed(id) {
            self.marks.resend_at_time(retry_at);
        }
        let Some(room) = self.rooms.get_mut(&id) else {
            return;
        };
        if room.cursor.is_request_pending() {
            room.cursor.request_refused(retry_at);
            if retry_at.is_none() {
                room.unavailable = Some(refusal.code);
                out.emit(SyncEvent::Unavailable {
                    room: id,
                    code: refusal.code,
                });
            }
        }
    }

    /// When to repeat a refused request; `None`: never.
    fn retry_at(&mut self, refusal: &Refusal, now: Micros) -> Option<Micros> {
        let wait_ms = wait_ms(refusal.retry_after_ms, 1);
        (refusal.code.is_temporary()).then(|| self.retries.refused(now, wait_ms))
    }
}
