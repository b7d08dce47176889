//! Commands: actions of a person that change something for others.
//!
//! Each command has an id that the caller makes ([`ClientId::new`]), and stays pending
//! until the server has answered. The server checks texts; check them with [`crate::text`]
//! first, so that the person sees an error at once.

use crate::command::Command;
use crate::id::{ClientId, Micros, Rev, RoomId, Seq};
use crate::model::RoomKind;

use super::{Replica, SyncEvent, SyncOutput};

impl Replica {
    /// Gives any command. It is pending until the server has answered.
    pub fn command(&mut self, client_id: ClientId, command: Command, now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        note_pending(&command, &mut out);
        self.pending.push(client_id, command, now);
        self.flush(&mut out);
        out
    }

    /// Posts a message. It is pending at once, and until the room has it.
    pub fn post(
        &mut self,
        client_id: ClientId,
        room: RoomId,
        body: String,
        now: Micros,
    ) -> SyncOutput {
        self.command(client_id, Command::Send { room, body }, now)
    }

    /// Changes the text of one's own message. `rev` is the revision of the message's
    /// content ([`crate::model::Message::content_rev`]) when the person began to edit.
    pub fn edit(
        &mut self,
        client_id: ClientId,
        room: RoomId,
        (seq, rev): (Seq, Rev),
        body: String,
        now: Micros,
    ) -> SyncOutput {
        let command = Command::Edit {
            room,
            seq,
            rev,
            body,
        };
        self.command(client_id, command, now)
    }

    /// Deletes one's own message.
    pub fn delete(
        &mut self,
        client_id: ClientId,
        room: RoomId,
        seq: Seq,
        now: Micros,
    ) -> SyncOutput {
        self.command(client_id, Command::Delete { room, seq }, now)
    }

    /// Makes a room. [`SyncEvent::Done`] holds its id.
    pub fn create_room(
        &mut self,
        client_id: ClientId,
        name: String,
        topic: String,
        kind: RoomKind,
        now: Micros,
    ) -> SyncOutput {
        let command = Command::CreateRoom { name, topic, kind };
        self.command(client_id, command, now)
    }

    /// Marks a room as unread from a message on.
    pub fn mark_unread(
        &mut self,
        client_id: ClientId,
        room: RoomId,
        seq: Seq,
        now: Micros,
    ) -> SyncOutput {
        self.command(client_id, Command::MarkUnread { room, seq }, now)
    }

    /// Changes this person's display name.
    pub fn rename(&mut self, client_id: ClientId, name: String, now: Micros) -> SyncOutput {
        self.command(client_id, Command::Rename { name }, now)
    }

    /// Cancels a send that has no answer yet. A send that was never sent is removed at
    /// once. Any other is replaced by a `cancel`, which is pending until the server has
    /// answered.
    pub fn cancel(&mut self, client_id: ClientId, target: ClientId) -> SyncOutput {
        let mut out = SyncOutput::default();
        if let Some(room) = self.pending.cancel(client_id, target) {
            out.emit(SyncEvent::Pending(Some(room)));
            self.flush(&mut out);
        }
        out
    }

    /// Sends again what was refused, or was too old to be sent by itself. It keeps its id;
    /// if the server does not accept that id any more, it gets the id `fresh`.
    pub fn retry(&mut self, client_id: ClientId, fresh: ClientId, now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        if let Some(room) = self.pending.retry(client_id, fresh, now) {
            out.emit(SyncEvent::Pending(Some(room)));
            self.flush(&mut out);
        }
        out
    }

    /// Removes a send that was refused, or was too old to be sent by itself.
    pub fn discard(&mut self, client_id: ClientId) -> SyncOutput {
        let mut out = SyncOutput::default();
        if let Some(command) = self.pending.discard(client_id) {
            note_pending(&command, &mut out);
        }
        out
    }

    /// Withdraws a command that was never sent. `None`: it may have been sent, or is not
    /// pending; nothing changes then.
    pub fn withdraw(&mut self, client_id: ClientId) -> Option<SyncOutput> {
        let command = self.pending.withdraw(client_id)?;
        let mut out = SyncOutput::default();
        note_pending(&command, &mut out);
        // The next command of the same room may have waited behind it.
        self.flush(&mut out);
        Some(out)
    }
}

/// A command is pending now, or not any more, or was stored.
pub(super) fn note_pending(command: &Command, out: &mut SyncOutput) {
    out.emit(SyncEvent::Pending(command.room()));
    match command {
        Command::ChangeSidebar { .. } => out.emit(SyncEvent::Sidebar),
        Command::SetMarks { marks } => {
            let rooms = marks.iter().map(|mark| mark.room).collect();
            out.emit(SyncEvent::ReadMarks(rooms));
        }
        // These are shown with the messages of their room, or not before they are carried out.
        Command::Send { .. }
        | Command::Edit { .. }
        | Command::Delete { .. }
        | Command::Cancel { .. }
        | Command::CreateRoom { .. }
        | Command::UpdateRoom { .. }
        | Command::ArchiveRoom { .. }
        | Command::RemoveRoom { .. }
        | Command::JoinRoom { .. }
        | Command::AddMembers { .. }
        | Command::RemoveMember { .. }
        | Command::SetMemberRole { .. }
        | Command::OpenDirect { .. }
        | Command::Rename { .. }
        | Command::MarkRead { .. }
        | Command::MarkUnread { .. } => {}
    }
}
