//! What a command does to a message that exists.

use super::Command;
use crate::id::{ClientId, Seq};

/// A change of one message, as a view shows it before the server has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageChange<'a> {
    /// It gets this text.
    Edit(Seq, &'a str),
    /// It is deleted.
    Delete(Seq),
    /// The message of this send is deleted.
    Cancel(ClientId),
}

impl Command {
    /// What the command does to a message that exists; none if it does something else.
    pub fn message_change(&self) -> Option<MessageChange<'_>> {
        match self {
            Command::Edit { seq, body, .. } => Some(MessageChange::Edit(*seq, body)),
            Command::Delete { seq, .. } => Some(MessageChange::Delete(*seq)),
            Command::Cancel { target, .. } => Some(MessageChange::Cancel(*target)),
            Command::Send { .. }
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
            | Command::SetMarks { .. } => None,
        }
    }
}
