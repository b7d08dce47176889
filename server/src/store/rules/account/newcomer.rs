//! Who gets an account: somebody new, or a guest who keeps the number and what was written.

use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, UserId};
use shared::model::{MemberRole, Profile, Role, RoomKind};
use shared::permission::Action;

use super::super::tables::{MembershipRow, PersonRow, RoomHead, Tables};
use super::super::{
    AccountKey, AccountRow, ExternalRow, IdentityRow, RuleError, RuleResult, Rules,
};
use crate::store::{
    Actor, NewAccount, NewCredential, NewSession, PasskeyRow, SessionId, TokenHash,
};

/// Who comes in, with the number of the first session.
#[derive(Clone, Debug)]
pub(super) struct Newcomer {
    pub(super) user: UserId,
    session: SessionId,
    /// What the person was before.
    guest: Option<FormerGuest>,
}

/// A guest who becomes an account.
#[derive(Clone, Debug)]
struct FormerGuest {
    row: PersonRow,
    /// The colour that the guest has chosen stays.
    colour: Option<u8>,
    sessions: Vec<TokenHash>,
    /// The private room whose earlier messages the guest does not see. An account would see them, so
    /// it is no member there, unless who invites it may invite there.
    hidden: Option<HiddenRoom>,
    /// The public room that was the only one. The account would not find it in its list otherwise.
    visited: Option<(RoomId, RoomHead)>,
}

#[derive(Clone, Debug)]
struct HiddenRoom {
    room: RoomId,
    head: RoomHead,
    membership: MembershipRow,
}

impl<T: Tables> Rules<T> {
    /// Somebody new.
    pub(super) fn new_ids(&mut self) -> RuleResult<Newcomer, T> {
        Ok(Newcomer {
            user: self.tables.new_user_id()?,
            session: self.new_session_id()?,
            guest: None,
        })
    }

    /// Whose account it will be. The operator acts for somebody new; who acts as a person keeps
    /// what was written, and must be a guest.
    pub(super) fn newcomer(&mut self, actor: &Actor) -> RuleResult<Newcomer, T> {
        if let Actor::Operator = actor {
            return self.new_ids();
        }
        let row = self.acting_person(actor)?.clone();
        if row.profile.role != Role::Guest {
            return Err(ErrorCode::Forbidden.into());
        }
        let user = row.profile.id;
        let sessions = self.sessions_of(user)?.into_iter();
        let hidden = match row.only_room {
            Some(only) if only.hides_messages() => self.hidden_room(actor, user, only.room)?,
            _ => None,
        };
        let visited = match row.only_room {
            Some(only) if only.room != RoomId::LOBBY => self.visited_room(actor, only.room)?,
            _ => None,
        };
        let guest = FormerGuest {
            row,
            hidden,
            visited,
            colour: self.profile_row(user)?.colour,
            sessions: sessions.map(|session| session.token).collect(),
        };
        // The change of the person has the next revision of the one, and a membership that begins
        // of the other.
        self.tables.directory_rev()?;
        self.tables.stream_rev(user)?;
        Ok(Newcomer {
            user,
            session: self.new_session_id()?,
            guest: Some(guest),
        })
    }

    /// The head of a guest's room; none if it was removed, or the guest was.
    fn head_for_guest(&mut self, guest: &Actor, room: RoomId) -> RuleResult<Option<RoomHead>, T> {
        match self.access(guest, room, Action::Read) {
            Ok(access) => Ok(Some(access.head)),
            Err(RuleError::Refused(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// A guest of a public room is no member of it.
    fn visited_room(
        &mut self,
        guest: &Actor,
        room: RoomId,
    ) -> RuleResult<Option<(RoomId, RoomHead)>, T> {
        let head = self.head_for_guest(guest, room)?;
        Ok(head
            .filter(|head| head.kind == RoomKind::Public)
            .map(|head| (room, head)))
    }

    fn hidden_room(
        &mut self,
        guest: &Actor,
        user: UserId,
        room: RoomId,
    ) -> RuleResult<Option<HiddenRoom>, T> {
        let Some(head) = self.head_for_guest(guest, room)? else {
            return Ok(None);
        };
        let membership = self.tables.membership(room, user)?;
        let membership = membership.filter(MembershipRow::is_member);
        Ok(membership.map(|membership| HiddenRoom {
            room,
            head,
            membership,
        }))
    }

    /// Of the rooms to which an invite leads, those in which the newcomer is not yet.
    pub(super) fn rooms_not_entered(
        &mut self,
        newcomer: &mut Newcomer,
        rooms: Vec<(RoomId, RoomHead)>,
    ) -> RuleResult<Vec<(RoomId, RoomHead)>, T> {
        let Some(guest) = &mut newcomer.guest else {
            return Ok(rooms);
        };
        let leads_to = |hidden: &HiddenRoom| rooms.iter().any(|(room, _)| *room == hidden.room);
        if guest.hidden.as_ref().is_some_and(leads_to) {
            guest.hidden = None;
        }
        if let Some((visited, _)) = guest.visited
            && rooms.iter().any(|(room, _)| *room == visited)
        {
            guest.visited = None;
        }
        let mut entered = Vec::with_capacity(rooms.len());
        for (room, head) in rooms {
            let before = self.tables.membership(room, newcomer.user)?;
            if !before.as_ref().is_some_and(MembershipRow::is_member) {
                self.read_mark(newcomer.user, room)?;
                entered.push((room, head));
            }
        }
        Ok(entered)
    }

    /// Refuses a username, or a passkey, that somebody has.
    pub(super) fn require_unused(&mut self, account: &NewAccount) -> RuleResult<(), T> {
        if let NewCredential::Passkey { passkey, .. } = &account.credential {
            self.require_new_passkey(passkey)?;
        }
        if self.is_free(&account.username)? {
            Ok(())
        } else {
            Err(ErrorCode::UsernameTaken.into())
        }
    }

    /// Stores an account and its session, and returns what others see of the person. All
    /// sessions of a guest end.
    pub(super) fn insert_account(
        &mut self,
        role: Role,
        account: &NewAccount,
        newcomer: Newcomer,
        session: &NewSession,
    ) -> RuleResult<Profile, T> {
        let Newcomer {
            user,
            session: id,
            guest,
        } = newcomer;
        let hidden = guest.as_ref().and_then(|guest| guest.hidden.clone());
        let visited = guest.as_ref().and_then(|guest| guest.visited);
        let profile = match guest {
            Some(guest) => self.promote_guest(role, account, guest)?,
            None => self.insert_person_of(role, account, user)?,
        };
        if let Some(HiddenRoom {
            room,
            mut head,
            membership,
        }) = hidden
        {
            self.end_membership(room, &mut head, profile.clone(), membership)?;
        }
        // Without a line: the person was there before.
        if let Some((room, mut head)) = visited {
            self.begin_membership(room, &mut head, profile.clone(), MemberRole::Member)?;
        }
        // Who chooses a credential knows it.
        self.begin_session(id, user, session, Some(self.config.now))?;
        Ok(profile)
    }

    /// Stores a new person who has an account.
    pub(super) fn insert_person_of(
        &mut self,
        role: Role,
        account: &NewAccount,
        user: UserId,
    ) -> RuleResult<Profile, T> {
        let profile = Profile {
            role,
            ..Profile::guest(user, account.name.clone(), Rev::ZERO)
        };
        let person = PersonRow::new(profile.clone());
        self.tables.insert_person(&person, self.config.now)?;
        self.put_credentials(profile, account)
    }

    fn promote_guest(
        &mut self,
        role: Role,
        account: &NewAccount,
        guest: FormerGuest,
    ) -> RuleResult<Profile, T> {
        let FormerGuest {
            mut row,
            colour,
            sessions,
            hidden: _,
            visited: _,
        } = guest;
        for token in sessions {
            self.end_session(token)?;
        }
        row.profile.role = role;
        // Whoever has an account sees what accounts see.
        row.only_room = None;
        row.profile.name.clone_from(&account.name);
        let profile = self.put_credentials(row.profile.clone(), account)?;
        self.publish_person(row, Profile { colour, ..profile })
    }

    /// Stores with what somebody signs in, and returns what others see of the person.
    fn put_credentials(
        &mut self,
        profile: Profile,
        account: &NewAccount,
    ) -> RuleResult<Profile, T> {
        let user = profile.id;
        let identity = AccountRow::Identity(IdentityRow {
            username: account.username.clone(),
        });
        self.tables
            .put_account(&AccountKey::Identity(user), Some(&identity))?;
        let now = self.config.now;
        let (key, credential) = match &account.credential {
            NewCredential::Passkey { handle, passkey } => {
                let handle = AccountRow::UserHandle(handle.clone());
                let key = AccountKey::UserHandle(user);
                self.tables.put_account(&key, Some(&handle))?;
                let row = PasskeyRow {
                    user,
                    passkey: passkey.clone(),
                    created_at: now,
                    used_at: None,
                };
                let key = AccountKey::Passkey(passkey.credential.clone());
                (key, AccountRow::Passkey(row))
            }
            NewCredential::Password(hash) => (
                AccountKey::Password(user),
                AccountRow::Password(hash.clone(), now),
            ),
            NewCredential::External { identity, name } => (
                AccountKey::External(identity.clone()),
                AccountRow::External(ExternalRow {
                    user,
                    name: name.clone(),
                    linked_at: now,
                }),
            ),
        };
        self.tables.put_account(&key, Some(&credential))?;
        Ok(Profile {
            username: Some(account.username.username.clone()),
            ..profile
        })
    }
}
