//! What the server will not do.

use crate::error::ErrorCode;
use crate::frame::Refusal;
use crate::id::Micros;

use super::pending::{Answer, wait_ms};
use super::{Link, Notice, Output, Replica};

impl Replica {
    pub(super) fn refused(&mut self, refusal: Refusal, now: Micros, out: &mut Output) {
        if refusal.code == ErrorCode::Unauthorized {
            self.link = Link::Ended;
            out.notice(Notice::SignedOut);
        }
        if refusal.client_id.is_some() {
            self.command_refused(refusal, now, out);
        } else if let Some(number) = refusal.request {
            self.history_refused(number, &refusal, now, out);
        } else if refusal.room.is_some() {
            self.room_refused(&refusal, now, out);
        } else if refusal.code.is_temporary() {
            // The directory or the stream: neither says which.
            let retry_at = self.retry_at(&refusal, now);
            for cursor in [&mut self.directory.cursor, &mut self.marks.cursor] {
                if cursor.is_asking() {
                    cursor.refused(retry_at);
                }
            }
        } else if refusal.code != ErrorCode::Unauthorized {
            out.notice(Notice::Trouble(Box::new(refusal)));
        }
    }

    fn command_refused(&mut self, refusal: Refusal, now: Micros, out: &mut Output) {
        let Some(client_id) = refusal.client_id else {
            return;
        };
        match self.pending.refused(client_id, &refusal, now) {
            Answer::Held(room) => out.notice(Notice::Pending(room)),
            Answer::Refused(command) => {
                out.notice(Notice::Pending(command.room()));
                out.notice(Notice::Refused {
                    client_id,
                    command: Box::new(command),
                    refusal: Box::new(refusal),
                });
            }
            Answer::Unknown | Answer::Stored(_) | Answer::Finished(_) => {}
        }
        self.flush(out);
    }

    fn history_refused(&mut self, number: u32, refusal: &Refusal, now: Micros, out: &mut Output) {
        let retry_at = self.retry_at(refusal, now);
        for (id, room) in &mut self.rooms {
            if room.history_refused(number, retry_at) && retry_at.is_none() {
                out.notice(Notice::HistoryFailed {
                    room: *id,
                    code: refusal.code,
                });
            }
        }
    }

    /// A question to follow the room was refused, or a read mark in it.
    fn room_refused(&mut self, refusal: &Refusal, now: Micros, out: &mut Output) {
        let Some(id) = refusal.room else { return };
        let retry_at = self.retry_at(refusal, now);
        let is_gone = matches!(refusal.code, ErrorCode::NoSuchRoom | ErrorCode::RoomGone);
        if is_gone {
            self.marks.give_up(id);
        } else if retry_at.is_some() && self.marks.is_wanted(id) {
            self.marks.say_again(retry_at);
        }
        let Some(room) = self.rooms.get_mut(&id) else {
            return;
        };
        if room.cursor.is_asking() {
            room.cursor.refused(retry_at);
            if retry_at.is_none() {
                room.unavailable = Some(refusal.code);
                out.notice(Notice::Unavailable {
                    room: id,
                    code: refusal.code,
                });
            }
        }
    }

    /// When a question that was refused is to be asked again, if it is.
    fn retry_at(&mut self, refusal: &Refusal, now: Micros) -> Option<Micros> {
        let wait_ms = wait_ms(refusal.retry_after_ms, 1);
        (refusal.code.is_temporary()).then(|| self.retries.refused(now, wait_ms))
    }
}
