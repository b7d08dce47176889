//! What the server did not do: told, and nothing of what was typed is lost.

use leptos::prelude::*;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{ClientId, Rev, RoomId, Seq};

use super::Engine;
use crate::state::timeline::Editing;
use crate::state::{Failure, ToastMessage};

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
            // It stands in the timeline with its own buttons, where there is one.
            Command::Send { .. }
                if !matches!(code, ErrorCode::RoomGone | ErrorCode::NoSuchRoom) => {}
            // Nobody is left to be told: what was to go is gone.
            Command::Delete { .. } if code == ErrorCode::MessageDeleted => {}
            Command::Edit {
                room, seq, body, ..
            } => {
                let rev = self.present_rev(room, seq, &refusal);
                let is_open = rev.is_some_and(|rev| self.edit_again(room, seq, rev, &body));
                self.show_toast(match (is_open, code) {
                    (true, ErrorCode::Stale) => ToastMessage::EditStale,
                    (true, _) => ToastMessage::Failed(Failure::Refused(refusal)),
                    (false, _) => {
                        self.return_text(room, body);
                        ToastMessage::EditReturned
                    }
                });
            }
            _ => self.show_toast(ToastMessage::Failed(Failure::Refused(refusal))),
        }
    }

    /// What a further change of a message would rest on; `None` if it cannot be changed.
    fn present_rev(&self, room: RoomId, seq: Seq, refusal: &Refusal) -> Option<Rev> {
        if matches!(
            refusal.code,
            ErrorCode::MessageDeleted | ErrorCode::NotAuthor
        ) {
            return None;
        }
        let told = refusal.current.as_ref().map(|message| message.rev);
        told.or_else(|| {
            self.read(|replica| Some(replica.timeline(room)?.get(seq)?.rev))
                .flatten()
        })
    }

    /// Opens the editor again with what was typed, if its room is on the screen and no other
    /// change was begun there; says whether it did.
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

    /// Puts a text where messages are written in its room, before what stands there.
    fn return_text(&self, room: RoomId, text: String) {
        if let Some(view) = self.view().filter(|view| view.room == room) {
            view.return_text(text);
        } else {
            let text = text + "\n" + &self.draft(room);
            self.keep_draft(room, text.trim_end());
        }
    }
}
