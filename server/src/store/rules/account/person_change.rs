//! How a person changes, as everybody sees it, and what ends with that.

use shared::id::UserId;
use shared::model::Profile;

use super::super::tables::{PersonRow, Tables};
use super::super::{AccountKey, GrantRows, InviteRow, RuleResult, Rules};
use crate::store::TokenHash;

/// A change of what others see of a person, decided and not written.
#[derive(Clone, Debug)]
pub(super) struct PersonChange {
    /// The person, after the change.
    person: PersonRow,
    /// What others see then.
    profile: Profile,
    /// What ends with it.
    ended: EndedAccess,
}

/// What ends when a person loses a right.
#[derive(Clone, Debug, Default)]
pub(super) struct EndedAccess {
    /// The sessions.
    pub(super) sessions: Vec<TokenHash>,
    /// What lets somebody in on behalf of the person.
    pub(super) grants: GrantRows,
}

impl EndedAccess {
    /// Whether nothing ends.
    pub(super) fn is_empty(&self) -> bool {
        let GrantRows { invites, links } = &self.grants;
        self.sessions.is_empty() && invites.is_empty() && links.is_empty()
    }
}

impl<T: Tables> Rules<T> {
    /// What a person can reach the place with, or let others into it with.
    pub(super) fn access_of(&mut self, user: UserId) -> RuleResult<EndedAccess, T> {
        let sessions = self.sessions_of(user)?.into_iter();
        Ok(EndedAccess {
            sessions: sessions.map(|session| session.token).collect(),
            grants: self.grants_of(user)?,
        })
    }

    /// Reads what [`Rules::change_person`] needs.
    pub(super) fn person_change(
        &mut self,
        person: PersonRow,
        ended: EndedAccess,
    ) -> RuleResult<PersonChange, T> {
        self.tables.directory_rev()?;
        let profile = if person.profile.deleted {
            person.profile.clone()
        } else {
            self.with_username(person.profile.clone())?
        };
        Ok(PersonChange {
            person,
            profile,
            ended,
        })
    }

    /// Stores a change, ends what ends with it, and tells everybody in the directory.
    pub(super) fn change_person(&mut self, change: PersonChange) -> RuleResult<Profile, T> {
        let PersonChange {
            person,
            profile,
            ended,
        } = change;
        for session in ended.sessions {
            self.end_session(session)?;
        }
        let revoked_at = Some(self.config.now);
        for (token, invite) in ended.grants.invites {
            self.put_invite(
                token,
                InviteRow {
                    revoked_at,
                    ..invite
                },
            )?;
        }
        for link in ended.grants.links {
            self.tables.put_account(&AccountKey::Link(link), None)?;
        }
        self.publish_person(person, profile)
    }
}
