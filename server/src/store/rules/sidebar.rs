//! How people arrange their rooms.

use shared::error::ErrorCode;
use shared::id::UserId;
use shared::model::{Sidebar, SidebarChange, SidebarError};

use super::tables::Tables;
use super::{AccountKey, AccountRow, Applied, RuleResult, Rules};
use crate::store::{Actor, Outcome};

impl<T: Tables> Rules<T> {
    /// Changes the arrangement as it is now, whatever another device has made of it.
    pub(super) fn change_sidebar(&mut self, actor: &Actor, change: &SidebarChange) -> Applied<T> {
        let user = self.acting_person(actor)?.profile.id;
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

    fn sidebar(&mut self, user: UserId) -> RuleResult<Sidebar, T> {
        let row = self.tables.account(&AccountKey::Sidebar(user))?;
        Ok(match row {
            Some(AccountRow::Sidebar(sidebar)) => sidebar,
            _ => Sidebar::default(),
        })
    }
}
