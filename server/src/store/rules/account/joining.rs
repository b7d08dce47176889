//! How somebody comes in: as a guest, as the owner who claims the place, or by an invite.

use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, Seq};
use shared::model::{Author, EventKind, MemberRole, OnlyRoom, Profile, Role, RoomEvent, RoomKind};

use super::super::audit::Act;
use super::super::tables::{PersonRow, RoomHead, Tables};
use super::super::{
    AccountKey, AccountRow, Applied, InviteRow, LinkRow, PlaceRow, RuleResult, Rules,
};
use crate::store::{Actor, LinkHash, LinkPurpose, MailAddressRow, NewAccount, NewSession, Outcome};

impl<T: Tables> Rules<T> {
    pub(super) fn create_guest(&mut self, name: &str, session: &NewSession) -> Applied<T> {
        let user = self.tables.new_user_id()?;
        let id = self.new_session_id()?;
        // Decided: from here on it writes.
        let profile = Profile::guest(user, name.to_owned(), Rev::ZERO);
        let person = PersonRow::new(profile.clone());
        self.tables.insert_person(&person, self.config.now)?;
        self.begin_session(id, user, session, None)?;
        Ok(Outcome::Person(profile))
    }

    /// Lets a guest in to the one room of an invite, and to no other.
    pub(super) fn join_as_guest(
        &mut self,
        token: &LinkHash,
        name: &str,
        session: &NewSession,
    ) -> Applied<T> {
        let invite = self.usable_invite(token)?;
        if invite.role != Role::Guest {
            // It offers an account.
            return Err(ErrorCode::Forbidden.into());
        }
        let rooms = self.rooms_offered(&invite)?;
        let (room, mut head) = *rooms.first().ok_or(ErrorCode::LinkInvalid)?;
        let user = self.tables.new_user_id()?;
        let id = self.new_session_id()?;
        // Decided: from here on it writes.
        let from = if invite.with_history {
            Seq::ZERO
        } else {
            head.seq.next()
        };
        self.put_used_invite(*token, invite)?;
        let profile = Profile::guest(user, name.to_owned(), Rev::ZERO);
        let person = PersonRow {
            only_room: Some(OnlyRoom { room, from }),
            ..PersonRow::new(profile.clone())
        };
        self.tables.insert_person(&person, self.config.now)?;
        self.begin_session(id, user, session, None)?;
        // Without a line: one link may let in many, for a few minutes each.
        if head.kind == RoomKind::Private {
            self.begin_membership(room, &mut head, profile.clone(), MemberRole::Member)?;
        }
        Ok(Outcome::Person(profile))
    }

    /// Stores one more use of an invite.
    fn put_used_invite(&mut self, token: LinkHash, mut invite: InviteRow) -> RuleResult<(), T> {
        invite.uses += 1;
        if !invite.is_unspent() {
            invite.spent_at = Some(self.config.now);
        }
        self.put_invite(token, invite)
    }

    /// Makes the owner's account, and names the place. A link that claims a place that has an
    /// owner cannot be created, but one may be left.
    pub(super) fn claim(
        &mut self,
        actor: &Actor,
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
        let before = self.place_with(&account.credential)?;
        if before.claimed_at.is_some() {
            return Err(ErrorCode::AlreadyClaimed.into());
        }
        self.require_unused(account)?;
        let newcomer = self.newcomer(actor)?;
        // Decided: from here on it writes.
        self.tables.put_account(&AccountKey::Link(*link), None)?;
        let place = AccountRow::Place(PlaceRow {
            name: place.to_owned(),
            claimed_at: Some(now),
            ..before
        });
        self.tables.put_account(&AccountKey::Place, Some(&place))?;
        let owner = self.insert_account(Role::Owner, account, newcomer, session)?;
        let act = Act::new(AuditAction::ClaimPlace).to(owner.id);
        self.note_by(Some(owner.id), None, act)?;
        Ok(Outcome::Person(owner))
    }

    /// Makes an account, and makes it a member of the invite's rooms.
    pub(super) fn join_by_invite(
        &mut self,
        actor: &Actor,
        token: &LinkHash,
        account: &NewAccount,
        session: &NewSession,
    ) -> Applied<T> {
        let mut invite = self.usable_invite(token)?;
        if invite.role == Role::Guest {
            // It offers no account.
            return Err(ErrorCode::Forbidden.into());
        }
        self.require_unused(account)?;
        let mut newcomer = self.newcomer(actor)?;
        let rooms = self.rooms_to_enter(&invite)?;
        let rooms = self.rooms_not_entered(&mut newcomer, rooms)?;
        let user = newcomer.user;
        let (before, place) = (self.place()?, self.place_with(&account.credential)?);
        // Decided: from here on it writes.
        // Nobody else has got the link: who follows it reads what is sent to that address.
        let address = invite.mailed_to.take();
        let role = invite.role;
        self.put_used_invite(*token, invite)?;
        if place != before {
            let place = AccountRow::Place(place);
            self.tables.put_account(&AccountKey::Place, Some(&place))?;
        }
        let person = self.insert_account(role, account, newcomer, session)?;
        if let Some(address) = address {
            let row = MailAddressRow {
                proved: Some((address, self.config.now)),
                asked: None,
            };
            self.put_mail_address(user, Some(row))?;
        }
        for (room, mut head) in rooms {
            if head.kind != RoomKind::Public {
                self.resend_read_mark(user, room);
            }
            self.enter_by_invite(room, &mut head, person.clone())?;
        }
        Ok(Outcome::Person(person))
    }

    /// Makes who has come in a member of a room, with the line about it.
    fn enter_by_invite(
        &mut self,
        room: RoomId,
        head: &mut RoomHead,
        person: Profile,
    ) -> RuleResult<(), T> {
        let author = Author {
            id: Some(person.id),
            name: person.name.clone(),
            rev: person.rev,
        };
        self.post_line(room, head, author, RoomEvent::new(EventKind::Joined))?;
        self.begin_membership(room, head, person, MemberRole::Member)
    }
}
