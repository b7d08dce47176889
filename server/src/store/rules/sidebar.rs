//! How people arrange their rooms.

use shared::error::ErrorCode;
use shared::id::{Seq, UserId};
use shared::model::{RoomKind, Sidebar, SidebarChange, SidebarError, SidebarPlace};
use shared::permission::Action;

use super::tables::Tables;
use super::{AccountKey, AccountRow, Applied, RuleResult, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    /// Changes the arrangement as it is now, whatever another device has made of it.
    pub(super) fn change_sidebar(&mut self, actor: &Actor, change: &SidebarChange) -> Applied<T> {
        let user = self.acting_person(actor)?.profile.id;
        let change = &self.change_of_a_room(actor, change)?;
        let mut sidebar = self.sidebar(user)?;
        let rev = self.tables.stream_rev(user)?.next();
        match sidebar.apply(change) {
            Ok(true) => {}
            Ok(false) => return Ok(Outcome::Done),
            Err(error) => {
                let code = match error {
                    SidebarError::NoSuchSection => ErrorCode::NoSuchSection,
                    SidebarError::SectionTaken => ErrorCode::NameTaken,
                    SidebarError::TooLarge => ErrorCode::SidebarFull,
                };
                return Err(code.into());
            }
        }
        // Decided: from here on it writes.
        sidebar.rev = rev;
        self.tables.put_stream_rev(user, rev);
        let row = AccountRow::Sidebar(sidebar.clone());
        self.tables
            .put_account(&AccountKey::Sidebar(user), Some(&row))?;
        self.batch.add_sidebar(user, sidebar);
        Ok(Outcome::Done)
    }

    /// The change, if the room that it puts somewhere exists for the actor: otherwise a list could
    /// have any numbers. A room that does not exist any more can be taken away.
    fn change_of_a_room(
        &mut self,
        actor: &Actor,
        change: &SidebarChange,
    ) -> RuleResult<SidebarChange, T> {
        let mut change = change.clone();
        match &mut change {
            SidebarChange::Move { room, to, .. } if *to != SidebarPlace::Rooms => {
                self.access(actor, *room, Action::Read)?;
            }
            SidebarChange::Mute { room, on: true } => {
                self.access(actor, *room, Action::Read)?;
            }
            SidebarChange::Close { room, seq } if *seq > Seq::ZERO => {
                let head = self.access(actor, *room, Action::Read)?.head;
                if head.kind != RoomKind::Direct {
                    // It would be hidden for ever, where one cannot leave.
                    return Err(ErrorCode::BadCommand.into());
                }
                *seq = head.seq.min(*seq);
            }
            SidebarChange::Move { .. }
            | SidebarChange::Mute { .. }
            | SidebarChange::Close { .. }
            | SidebarChange::AddSection { .. }
            | SidebarChange::RenameSection { .. }
            | SidebarChange::MoveSection { .. }
            | SidebarChange::RemoveSection { .. } => {}
        }
        Ok(change)
    }

    fn sidebar(&mut self, user: UserId) -> RuleResult<Sidebar, T> {
        let row = self.tables.account(&AccountKey::Sidebar(user))?;
        Ok(match row {
            Some(AccountRow::Sidebar(sidebar)) => sidebar,
            _ => Sidebar::default(),
        })
    }
}
