//! Rows of accounts that follow from those of people, as those that were written change them.

use std::collections::BTreeMap;

use shared::id::UserId;
use shared::model::Role;

use super::written::WrittenPerson;
use crate::store::rules::{AccountKey, AccountRow};

/// What a row is, over the people who were written.
pub fn over(
    written: &BTreeMap<UserId, WrittenPerson>,
    key: &AccountKey,
    row: Option<AccountRow>,
) -> Option<AccountRow> {
    match (key, row) {
        (AccountKey::Owners, Some(AccountRow::Owners(mut owners))) => {
            owners.retain(|owner| !written.contains_key(owner));
            let own = written.iter().filter(|(_, person)| {
                person.row.profile.role == Role::Owner && person.row.is_active()
            });
            owners.extend(own.map(|(user, _)| *user));
            Some(AccountRow::Owners(owners))
        }
        (_, row) => row,
    }
}
