//! What a person shows beside the name: username, colour, status; and the person's settings.

use shared::error::ErrorCode;
use shared::id::UserId;
use shared::model::{Profile, Role};

use super::super::tables::{PersonRow, Tables};
use super::super::{AccountKey, AccountRow, Applied, IdentityRow, ProfileRow, RuleResult, Rules};
use crate::store::{Actor, Outcome, ProfileChange, TokenHash, UsernameKeys};

impl<T: Tables> Rules<T> {
    /// Changes a person's profile and settings. The directory says so if others see a difference.
    /// Another username needs a proof as other credentials do.
    pub(super) fn set_profile(
        &mut self,
        actor: &Actor,
        user: UserId,
        change: &ProfileChange,
        session: Option<&TokenHash>,
    ) -> Applied<T> {
        Self::require_self(actor, user)?;
        if change.is_shown() {
            self.require_voice(actor)?;
        }
        let person = self.person(user)?.clone();
        if person.profile.role == Role::Guest && change.needs_account() {
            return Err(ErrorCode::Forbidden.into());
        }
        let identity = self.identity(user)?;
        let new_username = change.username.as_ref().filter(|new| {
            let present = identity.as_ref().map(|identity| &identity.username);
            present != Some(*new)
        });
        // The person signs in with it.
        if new_username.is_some() {
            self.require_proof_of(actor, session)?;
        }
        let is_renamed = new_username.is_some();
        let identity = self.changed_identity(user, identity, new_username)?;
        let row = self.profile_row(user)?;
        let changed_row = change.applied_to(row.clone());
        let before = self.with_username(person.profile.clone())?;
        let named = PersonRow {
            profile: change.renamed(person.profile.clone()),
            ..person
        };
        let username = identity.as_ref().map(|identity| &identity.username);
        let mut after = self.shown_profile(named.profile.clone(), username, &changed_row);
        // Decided: from here on it writes.
        if after != before {
            after = self.publish_person(named, after)?;
        }
        if let Some(identity) = identity.filter(|_| is_renamed) {
            let (key, row) = (AccountKey::Identity(user), AccountRow::Identity(identity));
            self.tables.put_account(&key, Some(&row))?;
        }
        if changed_row != row {
            let (key, row) = (AccountKey::Profile(user), AccountRow::Profile(changed_row));
            self.tables.put_account(&key, Some(&row))?;
        }
        Ok(Outcome::Person(after))
    }

    /// The account with another username, which nobody else may have. The former one is free
    /// from then on.
    fn changed_identity(
        &mut self,
        user: UserId,
        identity: Option<IdentityRow>,
        username: Option<&UsernameKeys>,
    ) -> RuleResult<Option<IdentityRow>, T> {
        let (true, Some(username)) = (identity.is_some(), username) else {
            return Ok(identity);
        };
        let holders = self.holders(username)?;
        let is_own = holders.contains(&user);
        if holders.into_iter().any(|holder| holder != user)
            || !is_own && self.is_asked_for(username)?
        {
            return Err(ErrorCode::UsernameTaken.into());
        }
        Ok(Some(IdentityRow {
            username: username.clone(),
        }))
    }
}

impl ProfileChange {
    /// Whether a guest, who has a name and a colour only, may not make it.
    fn needs_account(&self) -> bool {
        self.username.is_some()
            || self.status.value().is_some()
            || self.language.value().is_some()
            || self.time_zone.value().is_some()
    }

    fn renamed(&self, mut profile: Profile) -> Profile {
        if let Some(name) = &self.name {
            profile.name.clone_from(name);
        }
        profile
    }

    fn applied_to(&self, row: ProfileRow) -> ProfileRow {
        ProfileRow {
            colour: self.colour.clone().applied_to(row.colour),
            status: self.status.clone().applied_to(row.status),
            language: self.language.clone().applied_to(row.language),
            time_zone: self.time_zone.clone().applied_to(row.time_zone),
        }
    }
}
