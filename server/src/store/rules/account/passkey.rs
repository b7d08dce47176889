//! Passkeys: how they are added, used, named and removed.

use shared::error::ErrorCode;
use shared::id::UserId;

use super::super::tables::Tables;
use super::super::{AccountKey, AccountRow, Applied, PlaceRow, RuleResult, Rules};
use crate::store::{Actor, NewCredential, Outcome, PasskeyRow, RegisteredPasskey, TokenHash};

/// Passkeys that one person may have.
pub const MAX_PASSKEYS: usize = 20;

impl<T: Tables> Rules<T> {
    pub(super) fn store_user_handle(&mut self, actor: &Actor, handle: &[u8]) -> Applied<T> {
        let user = self.own_account(actor)?;
        // Two requests may both have found none.
        if self.user_handle(user)?.is_none() {
            let row = AccountRow::UserHandle(handle.to_owned());
            let key = AccountKey::UserHandle(user);
            self.tables.put_account(&key, Some(&row))?;
        }
        Ok(Outcome::Done)
    }

    pub(super) fn add_passkey(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        passkey: &RegisteredPasskey,
    ) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        self.require_new_passkey(passkey)?;
        if self.user_handle(user)?.is_none() {
            return Err(ErrorCode::PasskeyInvalid.into());
        }
        if self.passkeys_of(user)?.len() >= MAX_PASSKEYS {
            return Err(ErrorCode::TooMany.into());
        }
        let place = self.place()?;
        // Decided: from here on it writes.
        if place.relying_party.as_ref() != Some(&passkey.relying_party) {
            let relying_party = Some(passkey.relying_party.clone());
            let row = AccountRow::Place(PlaceRow {
                relying_party,
                ..place
            });
            self.tables.put_account(&AccountKey::Place, Some(&row))?;
        }
        self.put_passkey(PasskeyRow {
            user,
            passkey: passkey.clone(),
            created_at: self.config.now,
            used_at: None,
        })?;
        Ok(Outcome::Done)
    }

    /// Refuses an id that somebody has (§7.1, step 26).
    pub(super) fn require_new_passkey(&mut self, passkey: &RegisteredPasskey) -> RuleResult<(), T> {
        match self.passkey(&passkey.credential)? {
            Some(_) => Err(ErrorCode::PasskeyInvalid.into()),
            None => Ok(()),
        }
    }

    /// The place as it is once somebody has this credential.
    pub(super) fn place_with(&mut self, credential: &NewCredential) -> RuleResult<PlaceRow, T> {
        let place = self.place()?;
        Ok(match credential {
            NewCredential::Passkey { passkey, .. } => PlaceRow {
                relying_party: Some(passkey.relying_party.clone()),
                ..place
            },
            NewCredential::Password(_) | NewCredential::External { .. } => place,
        })
    }

    pub(super) fn rename_passkey(
        &mut self,
        actor: &Actor,
        credential: &[u8],
        name: &str,
    ) -> Applied<T> {
        let user = self.own_account(actor)?;
        let mut row = self.own_passkey(user, credential)?;
        name.clone_into(&mut row.passkey.name);
        self.put_passkey(row)?;
        Ok(Outcome::Done)
    }

    /// Removes a passkey. It is no error if it is removed already: the person wants it gone.
    pub(super) fn remove_passkey(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        credential: &[u8],
        provider: Option<&str>,
    ) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        let is_own = |row: &PasskeyRow| row.user == user;
        if !self.passkey(credential)?.as_ref().is_some_and(is_own) {
            return Ok(Outcome::Unchanged);
        }
        if !self.has_credential_besides(user, credential, provider)? {
            return Err(ErrorCode::LastCredential.into());
        }
        let key = AccountKey::Passkey(credential.to_owned());
        self.tables.put_account(&key, None)?;
        Ok(Outcome::Done)
    }

    /// Whether a person can sign in without this passkey. An identity counts at the provider that
    /// the server has now.
    fn has_credential_besides(
        &mut self,
        user: UserId,
        credential: &[u8],
        provider: Option<&str>,
    ) -> RuleResult<bool, T> {
        let identities = self.externals_of(user)?;
        let has_identity = (identities.iter()).any(|own| Some(&*own.issuer) == provider);
        if has_identity || self.password(user)?.is_some() {
            return Ok(true);
        }
        self.has_passkey_besides(user, credential)
    }

    /// Whether a person can sign in with a passkey other than this one. Those for an address that
    /// the server has no more do not count.
    pub(super) fn has_passkey_besides(
        &mut self,
        user: UserId,
        credential: &[u8],
    ) -> RuleResult<bool, T> {
        let relying_party = self.place()?.relying_party;
        let passkeys = self.passkeys_of(user)?.into_iter();
        let mut others = passkeys.filter(|row| row.passkey.credential != credential);
        Ok(others.any(|row| Some(row.passkey.relying_party) == relying_party))
    }

    /// A person's passkey after a use that was verified. It must still be there. Its counter never
    /// goes back: another use may have raised it since.
    pub(super) fn used_passkey(
        &mut self,
        user: UserId,
        credential: &[u8],
        counter: u32,
    ) -> RuleResult<PasskeyRow, T> {
        let found = self.passkey(credential)?.filter(|row| row.user == user);
        let mut row = found.ok_or(ErrorCode::WrongCredentials)?;
        row.passkey.counter = row.passkey.counter.max(counter);
        row.used_at = Some(self.config.now);
        Ok(row)
    }

    fn put_passkey(&mut self, row: PasskeyRow) -> RuleResult<(), T> {
        let key = AccountKey::Passkey(row.passkey.credential.clone());
        let row = AccountRow::Passkey(row);
        Ok(self.tables.put_account(&key, Some(&row))?)
    }

    /// A passkey of this person; those of others do not exist for the person.
    fn own_passkey(&mut self, user: UserId, credential: &[u8]) -> RuleResult<PasskeyRow, T> {
        let found = self.passkey(credential)?;
        let own = found.filter(|row| row.user == user);
        own.ok_or_else(|| ErrorCode::NotFound.into())
    }

    /// The acting person, who must have an account.
    fn own_account(&mut self, actor: &Actor) -> RuleResult<UserId, T> {
        let user = self.acting_person(actor)?.profile.id;
        match self.identity(user)? {
            Some(_) => Ok(user),
            None => Err(ErrorCode::Forbidden.into()),
        }
    }
}
