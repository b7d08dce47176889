//! What the store has to know of each command besides its rule: how it changes the space that is
//! needed, and its digest.

use sha2::{Digest, Sha256};
use shared::command::Command;
use shared::id::UserId;
use shared::model::{MemberRole, Posting, RoomKind};

use crate::store::{AccountCommand, MailAction, SpaceDemand, WriteCommand, WriteRequest};

/// The stored digest of a post that was cancelled before it came. No command has this digest.
pub const CANCELLED: i64 = 0;

/// A membership as two items, in the room's stream and in the person's own.
const MEMBERSHIP_BYTES: usize = 300;
/// A read mark as an item.
const MARK_BYTES: usize = 60;
/// An arrangement of rooms, which is sent as a whole. That of a person with many is as long.
const SIDEBAR_BYTES: usize = 4 * 1024;

impl WriteCommand {
    /// How it changes the space that the store needs.
    pub fn space_demand(&self) -> SpaceDemand {
        match self {
            WriteCommand::Client(
                Command::Send { .. }
                | Command::Edit { .. }
                | Command::CreateRoom { .. }
                | Command::UpdateRoom { .. }
                | Command::ChangeSidebar { .. }
                | Command::Rename { .. }
                // They add rooms, memberships and lines.
                | Command::JoinRoom { .. }
                | Command::AddMembers { .. }
                | Command::SetMemberRole { .. }
                | Command::ArchiveRoom { .. }
                | Command::OpenDirect { .. },
            )
            | WriteCommand::CreateRoomFor { .. } => SpaceDemand::AddsText,
            WriteCommand::Client(
                Command::MarkRead { .. } | Command::MarkUnread { .. } | Command::SetMarks { .. },
            ) => SpaceDemand::AddsRecord,
            WriteCommand::Account(command) => command.space_demand(),
            WriteCommand::Client(
                Command::Delete { .. }
                | Command::Cancel { .. }
                | Command::RemoveRoom { .. }
                | Command::RemoveMember { .. },
            )
            | WriteCommand::RemoveRoom { .. }
            | WriteCommand::RemoveUnusedDirect { .. }
            | WriteCommand::BeginRemoval { .. }
            | WriteCommand::EraseWriting { .. }
            | WriteCommand::SetRoom { .. }
            | WriteCommand::Block { .. }
            | WriteCommand::Unblock { .. }
            | WriteCommand::Maintain => SpaceDemand::FreesSpace,
        }
    }

    /// The bytes of text that subscribers will get, and of what else is more than a few of them.
    pub fn published_bytes(&self) -> usize {
        match self {
            WriteCommand::Client(command) => published_bytes(command),
            WriteCommand::SetRoom { name, topic, .. } => {
                let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
                length(name) + length(topic)
            }
            WriteCommand::CreateRoomFor { name, topic, .. } => name.len() + topic.len(),
            WriteCommand::Account(command) => command.text_bytes(),
            WriteCommand::RemoveRoom { .. }
            | WriteCommand::RemoveUnusedDirect { .. }
            | WriteCommand::BeginRemoval { .. }
            | WriteCommand::EraseWriting { .. }
            | WriteCommand::Block { .. }
            | WriteCommand::Unblock { .. }
            | WriteCommand::Maintain => 0,
        }
    }
}

/// The bytes that a client's command publishes at most, as far as they are its texts or depend on
/// their number.
pub fn published_bytes(command: &Command) -> usize {
    let most = Command::MOST_MEMBERS;
    let more = match command {
        Command::AddMembers { users, .. } | Command::OpenDirect { users } => {
            users.len().min(most) * MEMBERSHIP_BYTES
        }
        Command::SetMarks { marks } => marks.len().min(most) * MARK_BYTES,
        Command::ChangeSidebar { .. } => SIDEBAR_BYTES,
        Command::Send { .. }
        | Command::Edit { .. }
        | Command::Delete { .. }
        | Command::Cancel { .. }
        | Command::CreateRoom { .. }
        | Command::UpdateRoom { .. }
        | Command::ArchiveRoom { .. }
        | Command::RemoveRoom { .. }
        | Command::JoinRoom { .. }
        | Command::RemoveMember { .. }
        | Command::SetMemberRole { .. }
        | Command::Rename { .. }
        | Command::MarkRead { .. }
        | Command::MarkUnread { .. } => 0,
    };
    command.text_bytes() + more
}

impl AccountCommand {
    fn space_demand(&self) -> SpaceDemand {
        match self {
            AccountCommand::CreateGuest { .. }
            | AccountCommand::Claim { .. }
            | AccountCommand::JoinByInvite { .. }
            | AccountCommand::JoinAsGuest { .. }
            | AccountCommand::SignIn { .. }
            | AccountCommand::SignInByLink { .. }
            | AccountCommand::ResetPassword { .. }
            | AccountCommand::SignInByExternal(_)
            | AccountCommand::LinkExternal { .. }
            | AccountCommand::TouchSession { .. }
            | AccountCommand::ConfirmSession { .. }
            | AccountCommand::SetPassword { .. }
            | AccountCommand::SetTotp { .. }
            | AccountCommand::SetRecoveryCodes { .. }
            | AccountCommand::StoreUserHandle { .. }
            | AccountCommand::AddPasskey { .. }
            | AccountCommand::RenamePasskey { .. }
            | AccountCommand::CreateInvite { .. }
            | AccountCommand::JoinBySignUp { .. }
            | AccountCommand::Approve(_) => SpaceDemand::AddsRecord,
            AccountCommand::SetProfile { .. } | AccountCommand::Apply(_) => SpaceDemand::AddsText,
            AccountCommand::Mail(MailAction::With { command, .. }) => command.space_demand(),
            AccountCommand::Mail(MailAction::Reset { .. } | MailAction::Address(_)) => {
                SpaceDemand::AddsRecord
            }
            AccountCommand::EndSessions(_)
            | AccountCommand::Mail(MailAction::Deliver(_))
            | AccountCommand::EndExternalSessions { .. }
            | AccountCommand::RemoveTotp { .. }
            | AccountCommand::UnlinkExternal { .. }
            | AccountCommand::ClearSecondFactor { .. }
            | AccountCommand::RemovePasskey { .. }
            | AccountCommand::RevokeInvite(_)
            | AccountCommand::CreateLink { .. }
            | AccountCommand::SetRole { .. }
            | AccountCommand::Deactivate { .. }
            | AccountCommand::Reactivate { .. }
            | AccountCommand::DeletePerson { .. }
            | AccountCommand::Decline(_)
            | AccountCommand::SetPlace(_) => SpaceDemand::FreesSpace,
        }
    }

    fn text_bytes(&self) -> usize {
        match self {
            AccountCommand::CreateGuest { name, .. } | AccountCommand::JoinAsGuest { name, .. } => {
                name.len()
            }
            AccountCommand::Claim { account, .. }
            | AccountCommand::JoinByInvite { account, .. }
            | AccountCommand::JoinBySignUp { account, .. } => account.name.len(),
            AccountCommand::SetProfile { change, .. } => {
                let status = change.status.value().into_iter();
                let status: usize = status
                    .map(|status| status.emoji.len() + status.text.len())
                    .sum();
                change.name.as_ref().map_or(0, String::len) + status
            }
            AccountCommand::Apply(application) => application.name.len() + application.note.len(),
            AccountCommand::SignInByExternal(sign_in) => {
                (sign_in.account.as_ref()).map_or(0, |account| account.name.len())
            }
            AccountCommand::Mail(MailAction::With { command, .. }) => command.text_bytes(),
            AccountCommand::SignIn { .. }
            | AccountCommand::Mail(
                MailAction::Reset { .. } | MailAction::Address(_) | MailAction::Deliver(_),
            )
            | AccountCommand::SignInByLink { .. }
            | AccountCommand::ResetPassword { .. }
            | AccountCommand::LinkExternal { .. }
            | AccountCommand::UnlinkExternal { .. }
            | AccountCommand::TouchSession { .. }
            | AccountCommand::EndExternalSessions { .. }
            | AccountCommand::EndSessions(_)
            | AccountCommand::StoreUserHandle { .. }
            | AccountCommand::AddPasskey { .. }
            | AccountCommand::RenamePasskey { .. }
            | AccountCommand::RemovePasskey { .. }
            | AccountCommand::ConfirmSession { .. }
            | AccountCommand::SetPassword { .. }
            | AccountCommand::SetTotp { .. }
            | AccountCommand::RemoveTotp { .. }
            | AccountCommand::ClearSecondFactor { .. }
            | AccountCommand::SetRecoveryCodes { .. }
            | AccountCommand::CreateInvite { .. }
            | AccountCommand::RevokeInvite(_)
            | AccountCommand::CreateLink { .. }
            | AccountCommand::SetRole { .. }
            | AccountCommand::Deactivate { .. }
            | AccountCommand::Reactivate { .. }
            | AccountCommand::DeletePerson { .. }
            | AccountCommand::Approve(_)
            | AccountCommand::Decline(_)
            | AccountCommand::SetPlace(_) => 0,
        }
    }
}

impl WriteRequest {
    /// A digest of the command, which distinguishes a retry from another command with the same
    /// id. Never [`CANCELLED`].
    pub(in crate::store) fn digest(&self) -> i64 {
        let mut hash = Sha256::new();
        let mut text = |tag: &str, numbers: &[i64], texts: &[Option<&str>]| {
            hash.update(tag);
            for number in numbers {
                hash.update(number.to_le_bytes());
            }
            for text in texts {
                hash.update([u8::from(text.is_some())]);
                let text = text.unwrap_or_default();
                hash.update(text.len().to_le_bytes());
                hash.update(text);
            }
        };
        let WriteCommand::Client(command) = &self.command else {
            // Those of the server and its operator have no client_id.
            return CANCELLED + 1;
        };
        match command {
            Command::Send { room, body } => text("post", &[room.0], &[Some(body)]),
            Command::Edit {
                room,
                seq,
                rev,
                body,
            } => {
                text("edit", &[room.0, seq.0, rev.0], &[Some(body)]);
            }
            Command::Delete { room, seq } => text("delete", &[room.0, seq.0], &[]),
            Command::Cancel { room, target } => {
                text("cancel", &[room.0], &[]);
                hash.update(target.as_bytes());
            }
            Command::CreateRoom { name, topic, kind } => {
                let tag = match kind {
                    RoomKind::Public => "create_room",
                    RoomKind::Private => "create_private_room",
                    RoomKind::Direct => "create_direct_room",
                };
                text(tag, &[], &[Some(name), Some(topic)]);
            }
            Command::UpdateRoom {
                room,
                rev,
                name,
                topic,
                posting,
            } => {
                let texts = [name.as_deref(), topic.as_deref()];
                match posting {
                    None => text("update_room", &[room.0, rev.0], &texts),
                    Some(Posting::Everybody) => text("open_posting", &[room.0, rev.0], &texts),
                    Some(Posting::Managers) => text("limit_posting", &[room.0, rev.0], &texts),
                }
            }
            Command::ArchiveRoom { room, archived } => {
                text("archive_room", &[room.0, i64::from(*archived)], &[]);
            }
            Command::RemoveRoom { room } => text("remove_room", &[room.0], &[]),
            Command::JoinRoom { room } => text("join_room", &[room.0], &[]),
            Command::AddMembers { room, users } => {
                text("add_members", &numbers([room.0], users), &[]);
            }
            Command::SetMemberRole { room, user, role } => {
                let tag = match role {
                    MemberRole::Manager => "promote",
                    MemberRole::Member => "demote",
                };
                text(tag, &[room.0, user.0], &[]);
            }
            Command::OpenDirect { users } => text("open_direct", &numbers([], users), &[]),
            Command::ChangeSidebar { change } => {
                let change = serde_json::to_string(change).unwrap_or_default();
                text("change_sidebar", &[], &[Some(&change)]);
            }
            Command::SetMarks { marks } => {
                let marks = marks.iter().flat_map(|mark| {
                    let replaced = mark.replaced.map_or(-1, |seq| seq.0);
                    [mark.room.0, mark.seq.0, replaced]
                });
                text("set_marks", &marks.collect::<Vec<_>>(), &[]);
            }
            Command::RemoveMember { room, user } => text("remove_member", &[room.0, user.0], &[]),
            Command::Rename { name } => text("rename", &[], &[Some(name)]),
            // Repeating it is harmless; it has no client_id.
            Command::MarkRead {
                room,
                seq,
                generation,
            } => text("mark_read", &[room.0, seq.0, i64::from(*generation)], &[]),
            Command::MarkUnread { room, seq } => text("mark_unread", &[room.0, seq.0], &[]),
        }
        let bytes: [u8; 32] = hash.finalize().into();
        let first = bytes.first_chunk::<8>().copied().unwrap_or_default();
        match i64::from_le_bytes(first) {
            CANCELLED => CANCELLED + 1,
            digest => digest,
        }
    }
}

/// Some numbers, then those of people.
fn numbers<const N: usize>(first: [i64; N], users: &[UserId]) -> Vec<i64> {
    let users = users.iter().map(|user| user.0);
    first.into_iter().chain(users).collect()
}
