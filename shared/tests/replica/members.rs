//! Who is a member of a private room of the model server.

use shared::error::ErrorCode;
use shared::id::{RoomId, UserId};
use shared::model::{MemberRole, RoomKind};
use shared::stream::{Item, StreamKey};

use super::store::{Counter, Store};
use super::writes::Batch;

impl Store {
    /// A person becomes the manager of a room that was made.
    pub fn join(&mut self, room: RoomId, user: UserId, batch: &mut Batch) {
        self.seat(room, user, MemberRole::Manager);
        self.tell_of_seat(room, user, batch);
    }

    pub fn add_member(
        &mut self,
        by: UserId,
        room: RoomId,
        user: UserId,
        batch: &mut Batch,
    ) -> Result<(), ErrorCode> {
        self.check_manager(by, room)?;
        if self.membership(room, user).is_none() {
            self.seat(room, user, MemberRole::Member);
            self.tell_of_seat(room, user, batch);
            // It was not sent while the person was no member.
            if let Some(mark) = self.marks.get(&(user, room)).copied() {
                self.set_mark(user, room, mark.seq, mark.generation, batch);
            }
        }
        Ok(())
    }

    pub fn remove_member(
        &mut self,
        by: UserId,
        room: RoomId,
        user: UserId,
        batch: &mut Batch,
    ) -> Result<(), ErrorCode> {
        if by != user {
            self.check_manager(by, room)?;
        }
        if self.membership(room, user).is_some() {
            let left_at = self.tick();
            let rev = self.bump(Counter::Person(user));
            let room_rev = self.bump(Counter::Room(room));
            let seat = self.seats.get_mut(&(room, user)).unwrap();
            seat.membership.left_at = Some(left_at);
            seat.membership.rev = rev;
            seat.room_rev = room_rev;
            self.tell_of_seat(room, user, batch);
            batch.evictions.push((room, user));
        }
        Ok(())
    }

    fn check_manager(&self, by: UserId, room: RoomId) -> Result<(), ErrorCode> {
        let membership = self.membership(room, by);
        let is_manager = membership.is_some_and(|m| m.role == MemberRole::Manager);
        if self.rooms[&room].kind == RoomKind::Private && is_manager {
            Ok(())
        } else {
            Err(ErrorCode::NotPermitted)
        }
    }

    fn tell_of_seat(&self, room: RoomId, user: UserId, batch: &mut Batch) {
        let seat = &self.seats[&(room, user)];
        let (item, rev) = (Item::Membership(seat.membership), seat.membership.rev);
        batch.push(Counter::Person(user), StreamKey::Own, rev, item);
        let (counter, stream) = (Counter::Room(room), StreamKey::Room(room));
        batch.push(counter, stream, seat.room_rev, self.member(room, user));
    }
}
