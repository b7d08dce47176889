//! Who is a member of a room of the model server.

use shared::id::{RoomId, UserId};
use shared::model::{EventKind, MemberRole, RoomEvent, RoomKind};
use shared::stream::{Item, StreamKey};

use super::store::{Counter, Store};
use super::writes::Batch;

impl Store {
    /// The number of the next room.
    pub fn next_room(&self) -> RoomId {
        let last = self.rooms.keys().next_back().unwrap();
        RoomId(last.0 + 1)
    }

    /// A person becomes a member of a room.
    pub fn join(&mut self, room: RoomId, user: UserId, role: MemberRole, batch: &mut Batch) {
        self.seat(room, user, role);
        self.tell_of_seat(room, user, batch);
        // It was not sent while the person was no member.
        if self.rooms[&room].kind != RoomKind::Public
            && let Some(mark) = self.marks.get(&(user, room)).copied()
        {
            self.set_mark(user, room, mark.seq, mark.generation, batch);
        }
    }

    pub fn add_members(&mut self, by: UserId, room: RoomId, users: &[UserId], batch: &mut Batch) {
        let mut added = users.to_vec();
        added.retain(|user| self.membership(room, *user).is_none());
        for user in &added {
            self.join(room, *user, MemberRole::Member, batch);
        }
        let event = if added == [by] {
            RoomEvent::new(EventKind::Joined)
        } else {
            RoomEvent::of_people(EventKind::Added, added.clone())
        };
        if !added.is_empty() {
            self.line(by, room, event, batch);
        }
    }

    pub fn remove_member(&mut self, by: UserId, room: RoomId, user: UserId, batch: &mut Batch) {
        if self.membership(room, user).is_none() {
            return;
        }
        let left_at = self.tick();
        let (rev, room_rev) = self.seat_changed(room, user);
        let seat = self.seats.get_mut(&(room, user)).unwrap();
        seat.membership.left_at = Some(left_at);
        (seat.membership.rev, seat.room_rev) = (rev, room_rev);
        self.tell_of_seat(room, user, batch);
        let event = if by == user {
            RoomEvent::new(EventKind::Left)
        } else {
            RoomEvent::of_people(EventKind::Removed, vec![user])
        };
        self.line(by, room, event, batch);
        if self.rooms[&room].kind != RoomKind::Public {
            batch.evictions.push((room, user));
        }
    }

    pub fn set_role(
        &mut self,
        by: UserId,
        room: RoomId,
        (user, role): (UserId, MemberRole),
        batch: &mut Batch,
    ) {
        let Some(held) = self.membership(room, user) else {
            return;
        };
        if held.role == role {
            return;
        }
        let (rev, room_rev) = self.seat_changed(room, user);
        let seat = self.seats.get_mut(&(room, user)).unwrap();
        seat.membership.role = role;
        (seat.membership.rev, seat.room_rev) = (rev, room_rev);
        self.tell_of_seat(room, user, batch);
        let kind = match role {
            MemberRole::Manager => EventKind::Promoted,
            MemberRole::Member => EventKind::Demoted,
        };
        self.line(by, room, RoomEvent::of_people(kind, vec![user]), batch);
    }

    /// Finds the direct conversation of these people, or makes it. Who opens it is a member at
    /// once.
    pub fn open_direct(
        &mut self,
        user: UserId,
        mut people: Vec<UserId>,
        batch: &mut Batch,
    ) -> RoomId {
        people.push(user);
        people.sort_unstable();
        people.dedup();
        let found = self.directs.get(&people).copied();
        let room = found.unwrap_or_else(|| {
            let room = self.next_room();
            self.make_room(room, String::new(), RoomKind::Direct, people.clone());
            self.directs.insert(people, room);
            room
        });
        if self.membership(room, user).is_none() {
            self.join(room, user, MemberRole::Member, batch);
        }
        room
    }

    /// With its first message a direct conversation exists for all its people.
    pub fn seat_direct(&mut self, room: RoomId, batch: &mut Batch) {
        for user in self.rooms[&room].people.clone() {
            if self.membership(room, user).is_none() {
                self.join(room, user, MemberRole::Member, batch);
            }
        }
    }

    fn seat_changed(&mut self, room: RoomId, user: UserId) -> (shared::id::Rev, shared::id::Rev) {
        let rev = self.bump(Counter::Person(user));
        (rev, self.bump(Counter::Room(room)))
    }

    fn tell_of_seat(&self, room: RoomId, user: UserId, batch: &mut Batch) {
        let seat = &self.seats[&(room, user)];
        let (item, rev) = (Item::Membership(seat.membership), seat.membership.rev);
        batch.push(Counter::Person(user), StreamKey::Own, rev, item);
        let (counter, stream) = (Counter::Room(room), StreamKey::Room(room));
        batch.push(counter, stream, seat.room_rev, self.member(room, user));
    }
}
