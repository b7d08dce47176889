//! Refused commands: the person is told, and no typed text is lost.

use leptos::prelude::*;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{ClientId, Rev, RoomId, Seq};

use super::Engine;
use crate::api::Failure;
use crate::state::timeline::Editing;
use crate::state::types::ToastMessage;

impl Engine {
    pub(super) fn refused(&self, client_id: ClientId, command: Command, refusal: Box<Refusal>) {
        let code = refusal.code;
        if self
            .commands
            .borrow()
            .iter()
            .any(|(id, _)| *id == client_id)
        {
            return self.resolve_command(client_id, Err(Failure::Refused(refusal)));
        }
        match command {
            // A refused send is a row with its own buttons, as long as the room exists.
            Command::Send { .. }
                if !matches!(code, ErrorCode::RoomGone | ErrorCode::NoSuchRoom) => {}
            // The message is deleted, as intended.
            Command::Delete { .. } if code == ErrorCode::MessageDeleted => {}
            Command::Delete { .. } if code == ErrorCode::Cancelled => {
                self.show_toast(ToastMessage::DeleteExpired);
            }
            Command::Edit {
                room, seq, body, ..
            } => {
                let rev = self.present_rev(room, seq, &refusal);
                let is_open = rev.is_some_and(|rev| self.edit_again(room, seq, rev, &body));
                self.show_toast(match (is_open, code) {
                    (true, ErrorCode::Stale) => ToastMessage::EditStale,
                    (true, _) => ToastMessage::Failed(Failure::Refused(refusal)),
                    (false, _) => self.return_text(room, body),
                });
            }
            Command::Send { .. }
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
            | Command::ChangeSidebar { .. }
            | Command::Rename { .. }
            | Command::MarkRead { .. }
            | Command::MarkUnread { .. }
            | Command::SetMarks { .. } => {
                self.show_toast(ToastMessage::Failed(Failure::Refused(refusal)));
            }
        }
    }

    /// The revision that a further edit has to name; `None` if the message cannot be edited.
    fn present_rev(&self, room: RoomId, seq: Seq, refusal: &Refusal) -> Option<Rev> {
        if matches!(
            refusal.code,
            // Of an expired edit it is not certain that it is the same message.
            ErrorCode::MessageDeleted | ErrorCode::NotAuthor | ErrorCode::Cancelled
        ) {
            return None;
        }
        let current = refusal
            .current
            .as_ref()
            .map(|message| message.content_rev());
        current.or_else(|| {
            self.read(|replica| Some(replica.timeline(room)?.get(seq)?.content_rev()))
                .flatten()
        })
    }

    /// Opens the editor again with the typed text, if its room is shown and no other edit was
    /// begun. Returns whether it did.
    fn edit_again(&self, room: RoomId, seq: Seq, rev: Rev, text: &str) -> bool {
        let view = self.view().filter(|view| view.room == room);
        let Some(view) = view.filter(|view| view.editing.with_untracked(Option::is_none)) else {
            return false;
        };
        let text = text.to_owned();
        let editing = Some(Editing { seq, rev, text });
        self.keep_edit(room, editing.as_ref());
        let _ = view.editing.try_set(editing);
        true
    }

    /// Puts a text that was not sent, as that of a failed edit, before the draft of its room. Returns
    /// the words that say where it is.
    pub(in crate::state) fn return_text(&self, room: RoomId, text: String) -> ToastMessage {
        let view = self.view().filter(|view| view.room == room);
        if let Some(view) = view.as_ref().filter(|view| view.has_composer()) {
            view.return_text(text);
            return ToastMessage::EditReturned;
        }
        let text = text + "\n" + &self.draft(room);
        self.keep_draft(room, text.trim_end());
        if let Some(view) = &view {
            view.draft_changed();
        }
        ToastMessage::EditKept(room)
    }
}
