//! What a person does that changes something for others.
//!
//! Each command carries an id that the caller makes ([`ClientId::new`]), and stays
//! pending until the server has answered. Texts are checked by the server; check
//! them with [`crate::text`] before, where a person can still be told.

use crate::id::{ClientId, Micros, Rev, RoomId, Seq};

use super::pending::Command;
use super::{Notice, Output, Replica};

impl Replica {
    /// Posts a message. It is pending at once; [`Notice::Posted`] tells when the room
    /// has it.
    pub fn post(&mut self, client_id: ClientId, room: RoomId, body: String, now: Micros) -> Output {
        self.command(client_id, Command::Send { room, body }, now)
    }

    /// Changes the text of one's own message; `rev` is the message's revision when the
    /// editing began.
    pub fn edit(
        &mut self,
        client_id: ClientId,
        room: RoomId,
        (seq, rev): (Seq, Rev),
        body: String,
        now: Micros,
    ) -> Output {
        let command = Command::Edit {
            room,
            seq,
            rev,
            body,
        };
        self.command(client_id, command, now)
    }

    /// Deletes one's own message.
    pub fn delete(&mut self, client_id: ClientId, room: RoomId, seq: Seq, now: Micros) -> Output {
        self.command(client_id, Command::Delete { room, seq }, now)
    }

    /// Makes a room. [`Notice::Done`] brings its id.
    pub fn create_room(
        &mut self,
        client_id: ClientId,
        name: String,
        topic: String,
        now: Micros,
    ) -> Output {
        self.command(client_id, Command::CreateRoom { name, topic }, now)
    }

    /// Changes a room's name or topic; `rev` is the one of the room's state when the
    /// editing began.
    pub fn update_room(
        &mut self,
        client_id: ClientId,
        (room, rev): (RoomId, Rev),
        name: Option<String>,
        topic: Option<String>,
        now: Micros,
    ) -> Output {
        let command = Command::UpdateRoom {
            room,
            rev,
            name,
            topic,
        };
        self.command(client_id, command, now)
    }

    /// Changes this person's display name.
    pub fn rename(&mut self, client_id: ClientId, name: String, now: Micros) -> Output {
        self.command(client_id, Command::Rename { name }, now)
    }

    /// Takes back a send that has no answer yet. If it cannot have reached the
    /// server it is gone at once; else it becomes a cancellation that is pending in
    /// its place until the server has answered.
    pub fn cancel(&mut self, client_id: ClientId, target: ClientId) -> Output {
        let mut out = Output::default();
        if let Some(room) = self.pending.cancel(client_id, target) {
            out.notice(Notice::Pending(Some(room)));
            self.flush(&mut out);
        }
        out
    }

    /// Gives a send that was refused, or is too old to go out by itself, another chance.
    /// It keeps its id, unless the server will not hear of that id again: then it takes
    /// `fresh`.
    pub fn retry(&mut self, client_id: ClientId, fresh: ClientId, now: Micros) -> Output {
        let mut out = Output::default();
        if let Some(room) = self.pending.retry(client_id, fresh, now) {
            out.notice(Notice::Pending(Some(room)));
            self.flush(&mut out);
        }
        out
    }

    /// Forgets a send that was refused, or is too old to go out by itself.
    pub fn discard(&mut self, client_id: ClientId) -> Output {
        let mut out = Output::default();
        if let Some(command) = self.pending.discard(client_id) {
            out.notice(Notice::Pending(command.room()));
        }
        out
    }

    fn command(&mut self, client_id: ClientId, command: Command, now: Micros) -> Output {
        let mut out = Output::default();
        out.notice(Notice::Pending(command.room()));
        self.pending.push(client_id, command, now);
        self.flush(&mut out);
        out
    }
}
