//! The fields of each command.

use super::field_list::FieldList;
use crate::command::Command;
use crate::frame::frame_type::FrameType;
use crate::id::ClientId;

/// The fields of a command, in the order in which they are written.
pub(super) fn list_command(
    client_id: Option<ClientId>,
    command: &Command,
) -> (FrameType, FieldList<'_>) {
    let mut list = FieldList::default();
    list.id("client_id", client_id);
    list.number("room", command.room().map(|room| room.0));
    let frame_type = match command {
        Command::Send { room: _, body } => {
            list.text("body", Some(body));
            FrameType::Send
        }
        Command::Edit {
            room: _,
            seq,
            rev,
            body,
        } => {
            list.number("seq", Some(seq.0));
            list.number("rev", Some(rev.0));
            list.text("body", Some(body));
            FrameType::Edit
        }
        Command::Delete { room: _, seq } => {
            list.number("seq", Some(seq.0));
            FrameType::Delete
        }
        Command::Cancel { room: _, target } => {
            list.id("target", Some(*target));
            FrameType::Cancel
        }
        Command::CreateRoom { name, topic, kind } => {
            list.kind("kind", *kind);
            list.text("name", Some(name));
            list.text("topic", Some(topic));
            FrameType::CreateRoom
        }
        Command::UpdateRoom {
            room: _,
            rev,
            name,
            topic,
            posting,
        } => {
            list.number("rev", Some(rev.0));
            list.text("name", name.as_ref());
            list.text("topic", topic.as_ref());
            list.posting("posting", *posting);
            FrameType::UpdateRoom
        }
        Command::ArchiveRoom { room: _, archived } => {
            list.flag("archived", *archived);
            FrameType::ArchiveRoom
        }
        Command::RemoveRoom { room: _ } => FrameType::RemoveRoom,
        Command::JoinRoom { room: _ } => FrameType::JoinRoom,
        Command::AddMembers { room: _, users } => {
            list.numbers("users", users.iter().map(|user| user.0).collect());
            FrameType::AddMembers
        }
        Command::SetMemberRole {
            room: _,
            user,
            role,
        } => {
            list.number("user", Some(user.0));
            list.role("role", *role);
            FrameType::SetMemberRole
        }
        Command::OpenDirect { users } => {
            list.numbers("users", users.iter().map(|user| user.0).collect());
            FrameType::OpenDirect
        }
        Command::ChangeSidebar { change } => {
            list.sidebar("change", change);
            FrameType::ChangeSidebar
        }
        Command::RemoveMember { room: _, user } => {
            list.number("user", Some(user.0));
            FrameType::RemoveMember
        }
        Command::Rename { name } => {
            list.text("name", Some(name));
            FrameType::Rename
        }
        Command::MarkRead {
            room: _,
            seq,
            generation,
        } => {
            list.number("seq", Some(seq.0));
            list.number("generation", Some(*generation).filter(|number| *number > 0));
            FrameType::MarkRead
        }
        Command::MarkUnread { room: _, seq } => {
            list.number("seq", Some(seq.0));
            FrameType::MarkUnread
        }
        Command::SetMarks { marks } => {
            list.marks("marks", marks);
            FrameType::SetMarks
        }
    };
    (frame_type, list)
}
