//! How somebody comes in: as a guest, as the owner who claims the place, or by an invite.

use shared::error::ErrorCode;
use shared::id::{Rev, UserId};
use shared::model::{MemberRole, Profile, Role};

use super::super::tables::{PersonRow, Tables};
use super::super::{
    AccountKey, AccountRow, Applied, IdentityRow, LinkRow, PlaceRow, RuleResult, Rules,
};
use crate::store::{
    LinkHash, LinkPurpose, NewAccount, NewCredential, NewSession, Outcome, SessionId,
};

/// The numbers of a person who comes in, and of the first session.
#[derive(Clone, Copy)]
struct NewIds {
    user: UserId,
    session: SessionId,
}

impl<T: Tables> Rules<T> {
    pub(super) fn create_guest(&mut self, name: &str, session: &NewSession) -> Applied<T> {
        let ids = self.new_ids()?;
        // Decided: from here on it writes.
        let profile = Profile::guest(ids.user, name.to_owned(), Rev::ZERO);
        self.insert_person(profile.clone(), ids, session)?;
        Ok(Outcome::Person(profile))
    }

    /// Creates the owner, and names the place. A link that claims a place that has an owner
    /// cannot be created, but one may be left.
    pub(super) fn claim(
        &mut self,
        link: &LinkHash,
        place: &str,
        account: &NewAccount,
        session: &NewSession,
    ) -> Applied<T> {
        let now = self.config.now;
        let found = self.link(link)?;
        let is_open = |row: &LinkRow| row.purpose == LinkPurpose::Claim && row.expires_at > now;
        if !found.as_ref().is_some_and(is_open) {
            return Err(ErrorCode::LinkInvalid.into());
        }
        if self.place()?.claimed_at.is_some() {
            return Err(ErrorCode::AlreadyClaimed.into());
        }
        self.require_free_username(account)?;
        let ids = self.new_ids()?;
        // Decided: from here on it writes.
        self.tables.put_account(&AccountKey::Link(*link), None)?;
        let place = AccountRow::Place(PlaceRow {
            name: place.to_owned(),
            claimed_at: Some(now),
        });
        self.tables.put_account(&AccountKey::Place, Some(&place))?;
        let owner = self.insert_account(Role::Owner, account, ids, session)?;
        Ok(Outcome::Person(owner))
    }

    /// Creates an account, and makes it a member of the invite's private rooms.
    pub(super) fn join_by_invite(
        &mut self,
        token: &LinkHash,
        account: &NewAccount,
        session: &NewSession,
    ) -> Applied<T> {
        let mut invite = self.usable_invite(token)?;
        if invite.role == Role::Guest {
            // It offers no account.
            return Err(ErrorCode::Forbidden.into());
        }
        self.require_free_username(account)?;
        let rooms = self.rooms_to_enter(&invite)?;
        let ids = self.new_ids()?;
        // Decided: from here on it writes.
        invite.uses += 1;
        if !invite.is_unspent() {
            invite.spent_at = Some(self.config.now);
        }
        let role = invite.role;
        self.put_invite(*token, invite)?;
        let person = self.insert_account(role, account, ids, session)?;
        for (room, head) in rooms {
            self.begin_membership(room, head, person.clone(), MemberRole::Member)?;
        }
        Ok(Outcome::Person(person))
    }

    fn new_ids(&mut self) -> RuleResult<NewIds, T> {
        Ok(NewIds {
            user: self.tables.new_user_id()?,
            session: self.new_session_id()?,
        })
    }

    fn require_free_username(&mut self, account: &NewAccount) -> RuleResult<(), T> {
        if self.is_free(&account.username)? {
            Ok(())
        } else {
            Err(ErrorCode::UsernameTaken.into())
        }
    }

    /// Stores a new account and its first session, and returns what others see of the person.
    fn insert_account(
        &mut self,
        role: Role,
        account: &NewAccount,
        ids: NewIds,
        session: &NewSession,
    ) -> RuleResult<Profile, T> {
        let row = Profile {
            role,
            ..Profile::guest(ids.user, account.name.clone(), Rev::ZERO)
        };
        self.insert_person(row.clone(), ids, session)?;
        let identity = AccountRow::Identity(IdentityRow {
            username: account.username.clone(),
            deactivated_at: None,
        });
        let key = AccountKey::Identity(ids.user);
        self.tables.put_account(&key, Some(&identity))?;
        let NewCredential::Password(hash) = &account.credential;
        let password = AccountRow::Password(hash.clone(), self.config.now);
        let key = AccountKey::Password(ids.user);
        self.tables.put_account(&key, Some(&password))?;
        Ok(Profile {
            username: Some(account.username.username.clone()),
            ..row
        })
    }

    fn insert_person(
        &mut self,
        profile: Profile,
        ids: NewIds,
        session: &NewSession,
    ) -> RuleResult<(), T> {
        let person = PersonRow {
            profile,
            has_posted: false,
            removed_at: None,
        };
        self.tables.insert_person(&person, self.config.now)?;
        self.begin_session(ids.session, ids.user, session)
    }
}
