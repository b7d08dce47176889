//! What the audit log of a place knows of: the acts of those who manage it, and of its operator.

use serde::{Deserialize, Serialize};

/// What somebody did who manages the place, or a public room, or runs the server.
///
/// The names are stable: they stand in the store, in answers and in exported files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditAction {
    /// Made a link with which the place gets its owner.
    MakeClaimLink,
    /// Became the owner of a place that had none.
    ClaimPlace,
    /// Changed the name of the place, or who gets an account without an invitation.
    ChangePlace,
    /// Changed what a person may do in the place.
    ChangeRole,
    /// Let nobody sign in as a person any more.
    DeactivatePerson,
    /// Let a person sign in again.
    ReactivatePerson,
    /// Erased a person.
    DeletePerson,
    /// Banned a person.
    BanPerson,
    /// Ended the ban of a person.
    UnbanPerson,
    /// Made a link with which a person sets a new password.
    MakeResetLink,
    /// Removed a person's second factor.
    RemoveSecondFactor,
    /// Ended sessions of a person.
    EndSessions,
    /// Made an invitation.
    CreateInvite,
    /// Ended an invitation.
    RevokeInvite,
    /// Made the account that somebody had asked for.
    ApproveApplication,
    /// Deleted what somebody had asked for.
    DeclineApplication,
    /// Deleted a message of somebody else.
    DeleteMessage,
    /// Made somebody else a member of a room.
    AddMember,
    /// Ended somebody else's membership in a room.
    RemoveMember,
    /// Let a member manage a room, or ended that.
    ChangeMemberRole,
    /// Made a room in somebody else's name.
    CreateRoom,
    /// Changed a room's name or topic, or who posts in it.
    ChangeRoom,
    /// Archived a room.
    ArchiveRoom,
    /// Opened an archived room again.
    RestoreRoom,
    /// Removed a room with all its messages.
    RemoveRoom,
    /// Began to remove what a person wrote, or what was written from a network.
    RemoveWritings,
    /// Refused everybody of a network for a time.
    BlockNetwork,
    /// Ended the block of a network.
    UnblockNetwork,
    /// Put a backup in the place of the store.
    RestoreBackup,
    /// An act that this version does not know.
    #[serde(other)]
    Unknown,
}

impl AuditAction {
    /// All that this version knows.
    pub const ALL: [AuditAction; AuditAction::Unknown as usize] = [
        AuditAction::MakeClaimLink,
        AuditAction::ClaimPlace,
        AuditAction::ChangePlace,
        AuditAction::ChangeRole,
        AuditAction::DeactivatePerson,
        AuditAction::ReactivatePerson,
        AuditAction::DeletePerson,
        AuditAction::BanPerson,
        AuditAction::UnbanPerson,
        AuditAction::MakeResetLink,
        AuditAction::RemoveSecondFactor,
        AuditAction::EndSessions,
        AuditAction::CreateInvite,
        AuditAction::RevokeInvite,
        AuditAction::ApproveApplication,
        AuditAction::DeclineApplication,
        AuditAction::DeleteMessage,
        AuditAction::AddMember,
        AuditAction::RemoveMember,
        AuditAction::ChangeMemberRole,
        AuditAction::CreateRoom,
        AuditAction::ChangeRoom,
        AuditAction::ArchiveRoom,
        AuditAction::RestoreRoom,
        AuditAction::RemoveRoom,
        AuditAction::RemoveWritings,
        AuditAction::BlockNetwork,
        AuditAction::UnblockNetwork,
        AuditAction::RestoreBackup,
    ];

    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            AuditAction::MakeClaimLink => "make_claim_link",
            AuditAction::ClaimPlace => "claim_place",
            AuditAction::ChangePlace => "change_place",
            AuditAction::ChangeRole => "change_role",
            AuditAction::DeactivatePerson => "deactivate_person",
            AuditAction::ReactivatePerson => "reactivate_person",
            AuditAction::DeletePerson => "delete_person",
            AuditAction::BanPerson => "ban_person",
            AuditAction::UnbanPerson => "unban_person",
            AuditAction::MakeResetLink => "make_reset_link",
            AuditAction::RemoveSecondFactor => "remove_second_factor",
            AuditAction::EndSessions => "end_sessions",
            AuditAction::CreateInvite => "create_invite",
            AuditAction::RevokeInvite => "revoke_invite",
            AuditAction::ApproveApplication => "approve_application",
            AuditAction::DeclineApplication => "decline_application",
            AuditAction::DeleteMessage => "delete_message",
            AuditAction::AddMember => "add_member",
            AuditAction::RemoveMember => "remove_member",
            AuditAction::ChangeMemberRole => "change_member_role",
            AuditAction::CreateRoom => "create_room",
            AuditAction::ChangeRoom => "change_room",
            AuditAction::ArchiveRoom => "archive_room",
            AuditAction::RestoreRoom => "restore_room",
            AuditAction::RemoveRoom => "remove_room",
            AuditAction::RemoveWritings => "remove_writings",
            AuditAction::BlockNetwork => "block_network",
            AuditAction::UnblockNetwork => "unblock_network",
            AuditAction::RestoreBackup => "restore_backup",
            AuditAction::Unknown => "unknown",
        }
    }

    /// The action of a name; none if this version knows none.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut known = AuditAction::ALL.into_iter();
        known.find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_action_is_that_in_json_and_leads_back_to_it() {
        for (place, action) in AuditAction::ALL.into_iter().enumerate() {
            assert_eq!(action as usize, place, "{action:?}");
            let json = serde_json::to_string(&action).unwrap();
            assert_eq!(json, format!("\"{}\"", action.name()));
            assert_eq!(AuditAction::from_name(action.name()), Some(action));
        }
        assert_eq!(AuditAction::from_name("unknown"), None);
        let later: AuditAction = serde_json::from_str("\"fly\"").unwrap();
        assert_eq!(later, AuditAction::Unknown);
    }
}
