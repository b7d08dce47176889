//! Direct conversations: rooms that are found by their people, who never change.
//!
//! Before the first message such a room exists for those alone who have opened it.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{RoomId, Seq, UserId};
use shared::model::{MemberRole, Profile, Room, RoomKind};

use super::membership::NewMember;
use super::room::new_room;
use super::tables::{RoomHead, Tables};
use super::{Applied, RuleError, RuleResult, Rules};
use crate::store::{Outcome, WriteRequest};

/// Conversations that one person has opened, and in which nobody has written.
pub const MAX_UNWRITTEN: usize = 20;
/// Conversations that one person makes within a day.
pub const MAX_PER_DAY: usize = 100;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

impl<T: Tables> Rules<T> {
    /// Finds the direct conversation of the actor with these people, or makes it. The actor is a
    /// member from then on.
    pub(super) fn open_direct(&mut self, request: &WriteRequest, users: &[UserId]) -> Applied<T> {
        let opener = self.acting_person(&request.actor)?.profile.clone();
        let mut people = users.to_vec();
        people.push(opener.id);
        people.sort_unstable();
        people.dedup();
        if people.len() > Command::MOST_IN_DIRECT {
            return Err(ErrorCode::TooManyPeople.into());
        }
        match self.tables.direct_room(&people)? {
            Some(room) => self.enter_direct(room, &people, opener),
            None => self.create_direct(request, people, opener),
        }
    }

    fn enter_direct(&mut self, room: RoomId, people: &[UserId], opener: Profile) -> Applied<T> {
        let head = self.tables.room_head(room)?;
        let mut head = head.ok_or(RuleError::from(ErrorCode::NoSuchRoom))?;
        if let Some(new_member) = self.new_member(room, opener)? {
            self.require_reachable(people)?;
            // Decided: from here on it writes.
            self.admit(room, &mut head, new_member, MemberRole::Member)?;
        }
        Ok(Outcome::Room {
            room,
            rev: head.rev,
        })
    }

    fn create_direct(
        &mut self,
        request: &WriteRequest,
        people: Vec<UserId>,
        opener: Profile,
    ) -> Applied<T> {
        self.require_reachable(&people)?;
        let made = self.tables.newest_directs(opener.id)?;
        let now = self.config.now;
        let today = made
            .iter()
            .filter(|made| now.0.saturating_sub(made.at.0) < DAY_MICROS);
        let unwritten = made.iter().filter(|made| !made.is_written);
        if today.count() >= MAX_PER_DAY || unwritten.count() >= MAX_UNWRITTEN {
            return Err(ErrorCode::TooManyRooms.into());
        }
        let opener = self.with_username(opener)?;
        self.tables.stream_rev(opener.id)?;
        let id = self.tables.new_room_id()?;
        let address_id = match request.address {
            Some(address) => Some(self.tables.address_id(address, self.config.now)?),
            None => None,
        };
        // Decided: from here on it writes.
        let mut head = RoomHead::new(RoomKind::Direct);
        let room = Room {
            people,
            ..new_room(id, head, opener.id, self.config.now)
        };
        self.tables.insert_room(&room, None, address_id)?;
        self.tables.put_room_head(id, head);
        self.batch.add_room(room);
        self.begin_membership(id, &mut head, opener, MemberRole::Member)?;
        Ok(Outcome::Room {
            room: id,
            rev: head.rev,
        })
    }

    /// Refuses people with whom nobody can talk: who cannot sign in, or is here for one room.
    fn require_reachable(&mut self, people: &[UserId]) -> RuleResult<(), T> {
        for user in people {
            let person = self.tables.person(*user)?;
            if !person.is_some_and(|person| person.is_active() && person.only_room.is_none()) {
                return Err(ErrorCode::NoSuchPerson.into());
            }
        }
        Ok(())
    }

    /// For whom a direct conversation begins to exist with its first message: who has not opened
    /// it, and has an account still.
    pub(super) fn direct_new_members(
        &mut self,
        room: RoomId,
        head: RoomHead,
    ) -> RuleResult<Vec<NewMember>, T> {
        let mut new_members = Vec::new();
        if head.kind != RoomKind::Direct || head.seq > Seq::ZERO {
            return Ok(new_members);
        }
        let people = self.tables.room(room)?.map(|room| room.people);
        for user in people.unwrap_or_default() {
            let person = self.tables.person(user)?;
            let Some(person) = person.filter(|person| person.removed_at.is_none()) else {
                continue;
            };
            let person = person.profile.clone();
            new_members.extend(self.new_member(room, person)?);
        }
        Ok(new_members)
    }
}
