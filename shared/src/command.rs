//! Commands: what a client asks the server to change.
//!
//! There is one type for the whole way. The page's queue keeps it until it is answered, a
//! frame carries it, and the server's rules decide about it.

mod message_change;

use serde::Deserialize;

use crate::id::{ClientId, Rev, RoomId, Seq, UserId};
use crate::model::{MarkChange, MemberRole, Posting, RoomKind, SidebarChange};

pub use message_change::MessageChange;

/// A change that a client asks for. The server answers it by `ack` or `error`; only of
/// [`Command::MarkRead`] there is no `ack`.
///
/// The form in which it serialises is the one in which pages store commands that wait: its fields
/// as in a frame ([`crate::frame::ClientFrame`]), under the `type` of its frame.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Posts a message.
    Send {
        /// The room.
        room: RoomId,
        /// The text.
        body: String,
    },
    /// Changes the text of one's own message.
    Edit {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
        /// The revision of the message that the person edited.
        rev: Rev,
        /// The new text.
        body: String,
    },
    /// Deletes one's own message.
    Delete {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
    },
    /// Cancels a send that has no answer yet. A message that was stored is deleted. One that
    /// was not stored never will be.
    Cancel {
        /// The room.
        room: RoomId,
        /// The `client_id` of the send.
        target: ClientId,
    },
    /// Makes a room.
    CreateRoom {
        /// Its name.
        name: String,
        /// Its topic; may be empty.
        topic: String,
        /// Who may read and write in it. Of a private room the creator is the first manager.
        #[serde(default)]
        kind: RoomKind,
    },
    /// Changes a room's name or topic, or who posts in it.
    UpdateRoom {
        /// The room.
        room: RoomId,
        /// The revision of the room that the person edited.
        rev: Rev,
        /// The new name, if it changes.
        name: Option<String>,
        /// The new topic, if it changes.
        topic: Option<String>,
        /// Who posts from now on, if that changes.
        #[serde(default)]
        posting: Option<Posting>,
    },
    /// Archives a room, or opens it again.
    ArchiveRoom {
        /// The room.
        room: RoomId,
        /// Whether it is to be archived.
        archived: bool,
    },
    /// Removes a room with all its messages.
    RemoveRoom {
        /// The room.
        room: RoomId,
    },
    /// Makes oneself a member of a public room.
    JoinRoom {
        /// The room.
        room: RoomId,
    },
    /// Makes people members of a room.
    AddMembers {
        /// The room.
        room: RoomId,
        /// Who; at most [`Command::MOST_MEMBERS`].
        users: Vec<UserId>,
    },
    /// Ends somebody's membership in a room, or one's own.
    RemoveMember {
        /// The room.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Says what a member may do in a room.
    SetMemberRole {
        /// The room.
        room: RoomId,
        /// Who.
        user: UserId,
        /// What the member may do from now on.
        role: MemberRole,
    },
    /// Finds the direct conversation of the sender with these people, or makes it.
    OpenDirect {
        /// The others, in any order; at most [`Command::MOST_IN_DIRECT`] with the sender. None: a
        /// conversation with oneself.
        users: Vec<UserId>,
    },
    /// Changes how the sender has arranged the rooms.
    ChangeSidebar {
        /// The change.
        change: SidebarChange,
    },
    /// Changes one's own display name.
    Rename {
        /// The new name.
        name: String,
    },
    /// Raises the read mark of a room. A mark that is higher stays.
    MarkRead {
        /// The room.
        room: RoomId,
        /// The last message that was read.
        seq: Seq,
        /// The generation of the mark that this client knows. Of another generation than the
        /// present one it changes nothing.
        #[serde(default)]
        generation: u32,
    },
    /// Sets the read mark of a room back, and begins its next generation.
    MarkUnread {
        /// The room.
        room: RoomId,
        /// The first message that counts as unread.
        seq: Seq,
    },
    /// Sets the read marks of several rooms, forth or back: all read, and the undoing of that. One
    /// that goes back begins its next generation.
    SetMarks {
        /// The marks; at most [`Command::MOST_MEMBERS`].
        marks: Vec<MarkChange>,
    },
}

/// What a text of a command is. The rules for texts and their limits depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// The text of a message: [`crate::text::body`].
    Body,
    /// The name of a room.
    RoomName,
    /// The topic of a room.
    Topic,
    /// The display name of a person.
    PersonName,
    /// The name of a section of somebody's rooms.
    SectionName,
}

impl Command {
    /// Whether others get to see something new from who gives it: what somebody in a time-out may
    /// not do.
    pub fn speaks(&self) -> bool {
        match self {
            Command::Send { .. }
            | Command::Edit { .. }
            | Command::CreateRoom { .. }
            | Command::UpdateRoom { .. }
            | Command::ArchiveRoom { .. }
            | Command::RemoveRoom { .. }
            | Command::JoinRoom { .. }
            | Command::AddMembers { .. }
            | Command::SetMemberRole { .. }
            | Command::Rename { .. } => true,
            // One may take back what one wrote, and go. To open a direct conversation shows nobody
            // anything.
            Command::Delete { .. }
            | Command::Cancel { .. }
            | Command::RemoveMember { .. }
            | Command::OpenDirect { .. }
            | Command::MarkRead { .. }
            | Command::MarkUnread { .. }
            | Command::SetMarks { .. }
            | Command::ChangeSidebar { .. } => false,
        }
    }

    /// The most memberships, or read marks, that one command changes.
    pub const MOST_MEMBERS: usize = 100;
    /// The most people in a direct conversation.
    pub const MOST_IN_DIRECT: usize = 8;

    /// The room that the command is about; none if it makes one, or is about a person.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Command::Send { room, .. }
            | Command::Edit { room, .. }
            | Command::Delete { room, .. }
            | Command::Cancel { room, .. }
            | Command::UpdateRoom { room, .. }
            | Command::ArchiveRoom { room, .. }
            | Command::RemoveRoom { room }
            | Command::JoinRoom { room }
            | Command::AddMembers { room, .. }
            | Command::RemoveMember { room, .. }
            | Command::SetMemberRole { room, .. }
            | Command::MarkRead { room, .. }
            | Command::MarkUnread { room, .. } => Some(*room),
            Command::CreateRoom { .. }
            | Command::Rename { .. }
            | Command::OpenDirect { .. }
            | Command::ChangeSidebar { .. }
            | Command::SetMarks { .. } => None,
        }
    }

    /// Whether it names rooms, one or several: after a restart of the server they may be others.
    pub fn names_rooms(&self) -> bool {
        self.room().is_some() || self.is_shown_at_once()
    }

    /// Whether what it does to the sender's rooms is shown before the server has answered.
    pub fn is_shown_at_once(&self) -> bool {
        matches!(
            self,
            Command::ChangeSidebar { .. } | Command::SetMarks { .. }
        )
    }

    /// Whom the command is about besides its sender.
    pub fn people(&self) -> &[UserId] {
        match self {
            Command::RemoveMember { user, .. } | Command::SetMemberRole { user, .. } => {
                std::slice::from_ref(user)
            }
            Command::AddMembers { users, .. } | Command::OpenDirect { users } => users,
            Command::Send { .. }
            | Command::Edit { .. }
            | Command::Delete { .. }
            | Command::Cancel { .. }
            | Command::CreateRoom { .. }
            | Command::UpdateRoom { .. }
            | Command::ArchiveRoom { .. }
            | Command::RemoveRoom { .. }
            | Command::JoinRoom { .. }
            | Command::ChangeSidebar { .. }
            | Command::Rename { .. }
            | Command::MarkRead { .. }
            | Command::MarkUnread { .. }
            | Command::SetMarks { .. } => &[],
        }
    }

    /// Whether the sender gives the command an id of its own, by which a repetition gets the
    /// first answer. Raising a read mark is harmless to repeat and has none.
    pub fn has_client_id(&self) -> bool {
        !matches!(self, Command::MarkRead { .. })
    }

    /// Whether it posts, changes or deletes a message.
    pub fn is_about_a_message(&self) -> bool {
        match self {
            Command::Send { .. }
            | Command::Edit { .. }
            | Command::Delete { .. }
            | Command::Cancel { .. } => true,
            Command::CreateRoom { .. }
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
            | Command::SetMarks { .. } => false,
        }
    }

    /// The texts that others will see.
    pub fn texts(&self) -> impl Iterator<Item = (TextKind, &str)> {
        let texts = match self {
            Command::Send { body, .. } | Command::Edit { body, .. } => {
                [Some((TextKind::Body, body)), None]
            }
            Command::CreateRoom { name, topic, .. } => [
                Some((TextKind::RoomName, name)),
                Some((TextKind::Topic, topic)),
            ],
            Command::UpdateRoom { name, topic, .. } => [
                name.as_ref().map(|name| (TextKind::RoomName, name)),
                topic.as_ref().map(|topic| (TextKind::Topic, topic)),
            ],
            Command::Rename { name } => [Some((TextKind::PersonName, name)), None],
            Command::ChangeSidebar { change } => [
                change.new_name().map(|name| (TextKind::SectionName, name)),
                None,
            ],
            Command::Delete { .. }
            | Command::Cancel { .. }
            | Command::ArchiveRoom { .. }
            | Command::RemoveRoom { .. }
            | Command::JoinRoom { .. }
            | Command::AddMembers { .. }
            | Command::RemoveMember { .. }
            | Command::SetMemberRole { .. }
            | Command::OpenDirect { .. }
            | Command::MarkRead { .. }
            | Command::MarkUnread { .. }
            | Command::SetMarks { .. } => [None, None],
        };
        texts
            .into_iter()
            .flatten()
            .map(|(kind, text)| (kind, text.as_str()))
    }

    /// Replaces each text that others will see, in the order of [`Command::texts`].
    ///
    /// # Errors
    /// The first error of `replace`.
    pub fn replace_texts<E>(
        &mut self,
        mut replace: impl FnMut(TextKind, String) -> Result<String, E>,
    ) -> Result<(), E> {
        let mut apply = |kind, text: &mut String| {
            *text = replace(kind, std::mem::take(text))?;
            Ok(())
        };
        match self {
            Command::Send { body, .. } | Command::Edit { body, .. } => apply(TextKind::Body, body),
            Command::CreateRoom { name, topic, .. } => {
                apply(TextKind::RoomName, name)?;
                apply(TextKind::Topic, topic)
            }
            Command::UpdateRoom { name, topic, .. } => {
                if let Some(name) = name {
                    apply(TextKind::RoomName, name)?;
                }
                match topic {
                    Some(topic) => apply(TextKind::Topic, topic),
                    None => Ok(()),
                }
            }
            Command::Rename { name } => apply(TextKind::PersonName, name),
            Command::ChangeSidebar { change } => match change.new_name_mut() {
                Some(name) => apply(TextKind::SectionName, name),
                None => Ok(()),
            },
            Command::Delete { .. }
            | Command::Cancel { .. }
            | Command::ArchiveRoom { .. }
            | Command::RemoveRoom { .. }
            | Command::JoinRoom { .. }
            | Command::AddMembers { .. }
            | Command::RemoveMember { .. }
            | Command::SetMemberRole { .. }
            | Command::OpenDirect { .. }
            | Command::MarkRead { .. }
            | Command::MarkUnread { .. }
            | Command::SetMarks { .. } => Ok(()),
        }
    }

    /// The length of all texts, in bytes of UTF-8.
    pub fn text_bytes(&self) -> usize {
        self.texts().map(|(_, text)| text.len()).sum()
    }
}

#[cfg(test)]
mod tests;
