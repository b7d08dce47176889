//! The rows of accounts by their kinds. What is always there is empty in a store without it.

use shared::id::{Micros, UserId};
use shared::model::{Profile, Role};

use super::super::Rules;
use super::super::tables::{Tables, TablesResult};
use super::super::{
    AccountKey, AccountRow, ApplicationRow, ExternalRow, GrantRows, IdentityRow, InviteRow,
    LinkRow, PlaceRow, ProfileRow, SessionRow, TotpRow,
};
use crate::store::{
    ApplicationId, ExternalIdentity, InviteId, LinkHash, LinkPurpose, PasskeyRow, PasswordHash,
    RecoveryCodeHash, SessionId, TokenHash, UsernameKeys,
};

/// The content of a row, if it is of this kind.
macro_rules! content {
    ($row:expr, $kind:ident) => {
        match $row {
            Some(AccountRow::$kind(content, ..)) => Some(content),
            _ => None,
        }
    };
}

type Answer<R, T> = TablesResult<R, <T as Tables>::Failure>;

impl<T: Tables> Rules<T> {
    fn account_row(&mut self, key: &AccountKey) -> Answer<Option<AccountRow>, T> {
        self.tables.account(key)
    }

    /// What makes a person's account; guests have none.
    pub(super) fn identity(&mut self, user: UserId) -> Answer<Option<IdentityRow>, T> {
        let row = self.account_row(&AccountKey::Identity(user))?;
        Ok(content!(row, Identity))
    }

    /// What a person has chosen to show, and the person's settings.
    pub(super) fn profile_row(&mut self, user: UserId) -> Answer<ProfileRow, T> {
        let row = self.account_row(&AccountKey::Profile(user))?;
        Ok(content!(row, Profile).unwrap_or_default())
    }

    /// What others see of a person. The row that every command reads has no more than the name
    /// and the role.
    pub(in super::super) fn with_username(&mut self, profile: Profile) -> Answer<Profile, T> {
        let username = match profile.role {
            Role::Guest => None,
            _ => self.identity(profile.id)?.map(|identity| identity.username),
        };
        let shown = self.profile_row(profile.id)?;
        Ok(self.shown_profile(profile, username.as_ref(), &shown))
    }

    /// The same, of rows that were read before.
    pub(super) fn shown_profile(
        &self,
        profile: Profile,
        username: Option<&UsernameKeys>,
        shown: &ProfileRow,
    ) -> Profile {
        let now = self.config.now;
        let status = shown.status.clone();
        Profile {
            username: username.map(|username| username.username.clone()),
            colour: shown.colour,
            status: status.filter(|status| status.until.is_none_or(|until| until > now)),
            ..profile
        }
    }

    /// The owners who can act as such.
    pub(super) fn owners(&mut self) -> Answer<Vec<UserId>, T> {
        let row = self.account_row(&AccountKey::Owners)?;
        Ok(content!(row, Owners).unwrap_or_default())
    }

    /// What lets somebody in on behalf of a person.
    pub(super) fn grants_of(&mut self, user: UserId) -> Answer<GrantRows, T> {
        let row = self.account_row(&AccountKey::GrantsOf(user))?;
        Ok(content!(row, Grants).unwrap_or_default())
    }

    /// Whether nobody has a username, or one that looks like it, or has asked for one.
    pub(super) fn is_free(&mut self, username: &UsernameKeys) -> Answer<bool, T> {
        Ok(!self.is_asked_for(username)? && self.holders(username)?.is_empty())
    }

    /// Whether somebody who waits for an account has asked for a username, or for one that looks
    /// like it.
    pub(super) fn is_asked_for(&mut self, username: &UsernameKeys) -> Answer<bool, T> {
        Ok(self.applications()?.into_iter().any(|application| {
            let asked = &application.username;
            asked.key == username.key || asked.look == username.look
        }))
    }

    /// Who has a username, or one that looks like it: two at most.
    pub(super) fn holders(&mut self, username: &UsernameKeys) -> Answer<Vec<UserId>, T> {
        let by_key = self.account_row(&AccountKey::UsernameKey(username.key.clone()))?;
        let by_look = self.account_row(&AccountKey::UsernameLook(username.look.clone()))?;
        let holders = [content!(by_key, User), content!(by_look, User)];
        Ok(holders.into_iter().flatten().collect())
    }

    /// The hash of a person's password, and since when it is the password.
    pub(super) fn password(&mut self, user: UserId) -> Answer<Option<(PasswordHash, Micros)>, T> {
        let row = self.account_row(&AccountKey::Password(user))?;
        Ok(match row {
            Some(AccountRow::Password(hash, changed_at)) => Some((hash, changed_at)),
            _ => None,
        })
    }

    pub(super) fn totp(&mut self, user: UserId) -> Answer<Option<TotpRow>, T> {
        let row = self.account_row(&AccountKey::Totp(user))?;
        Ok(content!(row, Totp))
    }

    pub(super) fn recovery_codes(&mut self, user: UserId) -> Answer<Vec<RecoveryCodeHash>, T> {
        let row = self.account_row(&AccountKey::RecoveryCodes(user))?;
        Ok(content!(row, RecoveryCodes).unwrap_or_default())
    }

    /// What passkeys know a person by.
    pub(super) fn user_handle(&mut self, user: UserId) -> Answer<Option<Vec<u8>>, T> {
        let row = self.account_row(&AccountKey::UserHandle(user))?;
        Ok(content!(row, UserHandle))
    }

    /// The passkey with a credential id.
    pub(super) fn passkey(&mut self, credential: &[u8]) -> Answer<Option<PasskeyRow>, T> {
        let row = self.account_row(&AccountKey::Passkey(credential.to_owned()))?;
        Ok(content!(row, Passkey))
    }

    pub(super) fn passkeys_of(&mut self, user: UserId) -> Answer<Vec<PasskeyRow>, T> {
        let row = self.account_row(&AccountKey::PasskeysOf(user))?;
        Ok(content!(row, Passkeys).unwrap_or_default())
    }

    /// Whose an identity at a provider is.
    pub(super) fn external(
        &mut self,
        identity: &ExternalIdentity,
    ) -> Answer<Option<ExternalRow>, T> {
        let row = self.account_row(&AccountKey::External(identity.clone()))?;
        Ok(content!(row, External))
    }

    pub(in super::super) fn externals_of(
        &mut self,
        user: UserId,
    ) -> Answer<Vec<ExternalIdentity>, T> {
        let row = self.account_row(&AccountKey::ExternalsOf(user))?;
        Ok(content!(row, Externals).unwrap_or_default())
    }

    pub(super) fn session(&mut self, token: &TokenHash) -> Answer<Option<SessionRow>, T> {
        let row = self.account_row(&AccountKey::Session(*token))?;
        Ok(content!(row, Session))
    }

    pub(in super::super) fn sessions_of(&mut self, user: UserId) -> Answer<Vec<SessionRow>, T> {
        let row = self.account_row(&AccountKey::SessionsOf(user))?;
        Ok(content!(row, Sessions).unwrap_or_default())
    }

    /// The sessions that belong to one at a provider.
    pub(super) fn external_sessions(
        &mut self,
        issuer: &str,
        sid: &str,
    ) -> Answer<Vec<SessionRow>, T> {
        let key = AccountKey::ExternalSessions(issuer.to_owned(), sid.to_owned());
        let row = self.account_row(&key)?;
        Ok(content!(row, Sessions).unwrap_or_default())
    }

    /// The number of the next session.
    pub(super) fn new_session_id(&mut self) -> Answer<SessionId, T> {
        let row = self.account_row(&AccountKey::LastSession)?;
        Ok(SessionId(
            content!(row, LastSession).map_or(1, |last| last.0 + 1),
        ))
    }

    pub(super) fn invite(&mut self, token: &LinkHash) -> Answer<Option<InviteRow>, T> {
        let row = self.account_row(&AccountKey::Invite(*token))?;
        Ok(content!(row, Invite))
    }

    pub(super) fn invite_token(&mut self, id: InviteId) -> Answer<Option<LinkHash>, T> {
        let row = self.account_row(&AccountKey::InviteToken(id))?;
        Ok(content!(row, InviteToken))
    }

    /// The invites that can be used now.
    pub(super) fn open_invites(&mut self) -> Answer<Vec<InviteId>, T> {
        let row = self.account_row(&AccountKey::OpenInvites(self.config.now))?;
        Ok(content!(row, OpenInvites).unwrap_or_default())
    }

    /// The number of the next invite.
    pub(super) fn new_invite_id(&mut self) -> Answer<InviteId, T> {
        let row = self.account_row(&AccountKey::LastInvite)?;
        Ok(InviteId(
            content!(row, LastInvite).map_or(1, |last| last.0 + 1),
        ))
    }

    pub(super) fn link(&mut self, token: &LinkHash) -> Answer<Option<LinkRow>, T> {
        let row = self.account_row(&AccountKey::Link(*token))?;
        Ok(content!(row, Link))
    }

    /// The links of a person, or those with which the place is claimed.
    pub(super) fn links_of(
        &mut self,
        user: Option<UserId>,
    ) -> Answer<Vec<(LinkHash, LinkPurpose)>, T> {
        let row = self.account_row(&AccountKey::LinksOf(user))?;
        Ok(content!(row, Links).unwrap_or_default())
    }

    /// What somebody who waits for an account has asked for.
    pub(super) fn application(&mut self, id: ApplicationId) -> Answer<Option<ApplicationRow>, T> {
        let row = self.account_row(&AccountKey::Application(id))?;
        Ok(content!(row, Application))
    }

    /// All applications.
    pub(super) fn applications(&mut self) -> Answer<Vec<ApplicationRow>, T> {
        let row = self.account_row(&AccountKey::Applications)?;
        Ok(content!(row, Applications).unwrap_or_default())
    }

    /// The number of the next application.
    pub(super) fn new_application_id(&mut self) -> Answer<ApplicationId, T> {
        let row = self.account_row(&AccountKey::LastApplication)?;
        Ok(ApplicationId(
            content!(row, LastApplication).map_or(1, |last| last.0 + 1),
        ))
    }

    pub(super) fn place(&mut self) -> Answer<PlaceRow, T> {
        let row = self.account_row(&AccountKey::Place)?;
        Ok(content!(row, Place).unwrap_or_default())
    }
}
