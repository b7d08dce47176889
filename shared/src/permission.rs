//! Who may do what in a room: one table, which the server's rules and the page read.
//!
//! A private room or a direct conversation exists for its members alone: for everybody else there
//! is no such room, and the table is not asked.

use crate::command::Command;
use crate::id::{RoomId, UserId};
use crate::model::{MemberRole, Posting, Role, Room, RoomKind};

/// What can be done in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read it, its members and what happens there, and set one's read mark.
    Read,
    /// Post, where everybody posts who reads.
    Post,
    /// Post in a room for announcements.
    Announce,
    /// Change one's own message.
    EditOwn,
    /// Delete one's own message.
    DeleteOwn,
    /// Delete somebody else's message.
    DeleteOthers,
    /// Read what somebody else's message said before it was edited.
    ReadVersions,
    /// Become a member by oneself.
    Join,
    /// End one's own membership.
    Leave,
    /// Make others members.
    AddMembers,
    /// End the membership of others.
    RemoveMembers,
    /// Say who manages the room.
    Appoint,
    /// Change its name and topic, and who posts.
    Change,
    /// Archive it, and open it again.
    Archive,
    /// Remove it with all its messages.
    Remove,
}

/// What somebody is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A member who manages it.
    Manager,
    /// A member.
    Member,
    /// No member.
    Outsider,
}

impl Action {
    /// All of them, in the order of the table.
    pub const ALL: [Action; 15] = [
        Action::Read,
        Action::Post,
        Action::Announce,
        Action::EditOwn,
        Action::DeleteOwn,
        Action::DeleteOthers,
        Action::ReadVersions,
        Action::Join,
        Action::Leave,
        Action::AddMembers,
        Action::RemoveMembers,
        Action::Appoint,
        Action::Change,
        Action::Archive,
        Action::Remove,
    ];

    /// Whether it can be done in a room that is archived.
    pub fn works_in_archive(self) -> bool {
        match self {
            // What was written may still have to go.
            Action::Read
            | Action::Leave
            | Action::DeleteOwn
            | Action::DeleteOthers
            | Action::ReadVersions
            | Action::Archive
            | Action::Remove => true,
            Action::Post
            | Action::Announce
            | Action::EditOwn
            | Action::Join
            | Action::AddMembers
            | Action::RemoveMembers
            | Action::Appoint
            | Action::Change => false,
        }
    }

    /// Whether it can be done in the lobby. Everybody is in it, so nobody comes, leaves or is
    /// appointed, and it is always there.
    pub fn works_in_lobby(self) -> bool {
        match self {
            Action::Read
            | Action::Post
            | Action::Announce
            | Action::EditOwn
            | Action::DeleteOwn
            | Action::DeleteOthers
            | Action::ReadVersions
            | Action::Change => true,
            Action::Join
            | Action::Leave
            | Action::AddMembers
            | Action::RemoveMembers
            | Action::Appoint
            | Action::Archive
            | Action::Remove => false,
        }
    }

    /// Whether a guest of one room may do it there as others may. The rest is for who is here for
    /// more than one room.
    pub fn is_open_to_guests_of_one_room(self) -> bool {
        match self {
            Action::Read | Action::Post | Action::EditOwn | Action::DeleteOwn | Action::Leave => {
                true
            }
            Action::Announce
            | Action::DeleteOthers
            | Action::ReadVersions
            | Action::Join
            | Action::AddMembers
            | Action::RemoveMembers
            | Action::Appoint
            | Action::Change
            | Action::Archive
            | Action::Remove => false,
        }
    }

    /// What it is in a room where these may post.
    #[must_use]
    pub fn where_may_post(self, posting: Posting) -> Self {
        match (self, posting) {
            (Action::Post, Posting::Managers) => Action::Announce,
            (action, _) => action,
        }
    }

    /// Whether it depends on what somebody is in a public room. If not, the rules need not look
    /// that up.
    pub fn needs_standing(self) -> bool {
        match self {
            Action::Read | Action::Post | Action::EditOwn | Action::DeleteOwn | Action::Join => {
                false
            }
            Action::Announce
            | Action::DeleteOthers
            | Action::ReadVersions
            | Action::Leave
            | Action::AddMembers
            | Action::RemoveMembers
            | Action::Appoint
            | Action::Change
            | Action::Archive
            | Action::Remove => true,
        }
    }
}

impl Standing {
    /// What a member of this role is.
    pub fn of_member(role: MemberRole) -> Self {
        match role {
            MemberRole::Manager => Standing::Manager,
            MemberRole::Member => Standing::Member,
        }
    }
}

/// Whether somebody may do something in a room of this kind, as long as it is not archived.
///
/// Owners and administrators manage public rooms as their managers do. In private rooms and direct
/// conversations they are what they are there. Nobody manages a direct conversation.
pub fn is_allowed(action: Action, role: Role, kind: RoomKind, standing: Standing) -> bool {
    let is_member = standing != Standing::Outsider;
    if kind != RoomKind::Public && !is_member {
        return false;
    }
    let manages_place = matches!(role, Role::Owner | Role::Administrator);
    let manages = match kind {
        RoomKind::Public => manages_place || standing == Standing::Manager,
        RoomKind::Private => standing == Standing::Manager,
        RoomKind::Direct => false,
    };
    match action {
        Action::Read | Action::Post | Action::EditOwn | Action::DeleteOwn => true,
        Action::Join => kind == RoomKind::Public,
        Action::Leave => is_member && kind != RoomKind::Direct,
        // Who is in a public room may bring others, as everybody may come by themselves.
        Action::AddMembers => manages || (kind == RoomKind::Public && is_member),
        Action::Announce
        | Action::DeleteOthers
        | Action::ReadVersions
        | Action::RemoveMembers
        | Action::Appoint
        | Action::Change
        | Action::Archive
        | Action::Remove => manages,
    }
}

/// Whether somebody may do something in a room as it is.
pub fn is_allowed_in(action: Action, role: Role, room: &Room, standing: Standing) -> bool {
    let action = action.where_may_post(room.posting);
    let is_open = room.archived_at.is_none() || action.works_in_archive();
    let is_there = room.id != RoomId::LOBBY || action.works_in_lobby();
    is_open
        && is_there
        && room.removed_at.is_none()
        && is_allowed(action, role, room.kind, standing)
}

/// What somebody must be allowed to do, to give a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Something in this room.
    Room(RoomId, Action),
    /// The same in each of several rooms; those in which it is not allowed are left out.
    EachRoom(Action),
    /// Something in the place.
    Place(PlaceAction),
    /// A change of oneself, which everybody may make.
    Oneself,
}

impl Permission {
    /// What who gives a command must be allowed to do; `by` is the person. To delete somebody
    /// else's message, [`Action::DeleteOthers`] besides.
    pub fn for_command(command: &Command, by: Option<UserId>) -> Self {
        let (room, action) = match command {
            Command::Send { room, .. } => (room, Action::Post),
            Command::Edit { room, .. } => (room, Action::EditOwn),
            Command::Delete { room, .. } | Command::Cancel { room, .. } => {
                (room, Action::DeleteOwn)
            }
            Command::UpdateRoom { room, .. } => (room, Action::Change),
            Command::ArchiveRoom { room, .. } => (room, Action::Archive),
            Command::RemoveRoom { room } => (room, Action::Remove),
            Command::JoinRoom { room } => (room, Action::Join),
            Command::AddMembers { room, .. } => (room, Action::AddMembers),
            Command::RemoveMember { room, user } if by == Some(*user) => (room, Action::Leave),
            Command::RemoveMember { room, .. } => (room, Action::RemoveMembers),
            Command::SetMemberRole { room, .. } => (room, Action::Appoint),
            Command::MarkRead { room, .. } | Command::MarkUnread { room, .. } => {
                (room, Action::Read)
            }
            Command::SetMarks { .. } => return Permission::EachRoom(Action::Read),
            Command::CreateRoom { kind, .. } => {
                return Permission::Place(match kind {
                    RoomKind::Public => PlaceAction::CreatePublicRoom,
                    RoomKind::Private => PlaceAction::CreatePrivateRoom,
                    RoomKind::Direct => PlaceAction::OpenDirect,
                });
            }
            Command::OpenDirect { .. } => return Permission::Place(PlaceAction::OpenDirect),
            Command::ChangeSidebar { .. } => return Permission::Place(PlaceAction::ArrangeRooms),
            Command::Rename { .. } => return Permission::Oneself,
        };
        Permission::Room(*room, action)
    }
}

/// What can be done in the place, beside rooms that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceAction {
    /// Make a public room.
    CreatePublicRoom,
    /// Make a private room.
    CreatePrivateRoom,
    /// Open a direct conversation.
    OpenDirect,
    /// Arrange one's own rooms.
    ArrangeRooms,
}

/// Whether somebody may do something in the place. A guest of one room may not, except for
/// arranging what there is.
pub fn is_allowed_in_place(action: PlaceAction, is_guest_of_one_room: bool) -> bool {
    match action {
        PlaceAction::CreatePublicRoom
        | PlaceAction::CreatePrivateRoom
        | PlaceAction::OpenDirect => !is_guest_of_one_room,
        PlaceAction::ArrangeRooms => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [RoomKind; 3] = [RoomKind::Public, RoomKind::Private, RoomKind::Direct];
    const STANDINGS: [Standing; 3] = [Standing::Manager, Standing::Member, Standing::Outsider];
    const ROLES: [Role; 5] = [
        Role::Owner,
        Role::Administrator,
        Role::Member,
        Role::Guest,
        Role::Bot,
    ];

    #[test]
    fn who_is_no_member_may_do_nothing_where_only_members_are() {
        for action in Action::ALL {
            for role in ROLES {
                for kind in [RoomKind::Private, RoomKind::Direct] {
                    assert!(!is_allowed(action, role, kind, Standing::Outsider));
                }
            }
        }
    }

    #[test]
    fn what_needs_no_standing_is_the_same_for_all_in_a_public_room() {
        for action in Action::ALL {
            for role in ROLES {
                let mut answers =
                    STANDINGS.map(|standing| is_allowed(action, role, RoomKind::Public, standing));
                answers.sort_unstable();
                let differs = answers[0] != answers[2];
                assert!(action.needs_standing() || !differs, "{action:?} {role:?}");
            }
        }
    }

    #[test]
    fn a_role_matters_only_where_the_rules_look_it_up() {
        for action in Action::ALL {
            for kind in KINDS {
                for standing in STANDINGS {
                    let answers = ROLES.map(|role| is_allowed(action, role, kind, standing));
                    let differs = answers.contains(&true) && answers.contains(&false);
                    let is_looked_up = kind == RoomKind::Public && action.needs_standing();
                    assert!(is_looked_up || !differs, "{action:?} {kind:?} {standing:?}");
                }
            }
        }
    }

    #[test]
    fn nobody_moderates_a_direct_conversation() {
        for role in ROLES {
            for action in [
                Action::DeleteOthers,
                Action::RemoveMembers,
                Action::AddMembers,
            ] {
                let standing = Standing::Manager;
                assert!(!is_allowed(action, role, RoomKind::Direct, standing));
            }
        }
    }

    #[test]
    fn who_may_more_in_a_room_may_what_others_may() {
        for action in Action::ALL {
            for role in ROLES {
                for kind in KINDS {
                    let allowed = |standing| is_allowed(action, role, kind, standing);
                    assert!(!allowed(Standing::Member) || allowed(Standing::Manager));
                    assert!(!allowed(Standing::Outsider) || allowed(Standing::Member));
                }
            }
        }
    }
}
