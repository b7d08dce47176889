//! The store of the model server.

use std::collections::{BTreeMap, BTreeSet};

use shared::error::ErrorCode;
use shared::frame::Ack;
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{
    Author, MemberRole, Membership, Message, Posting, Profile, ReadMark, Room, RoomKind, Sidebar,
    UnreadHead,
};
use shared::permission::{Action, Standing, is_allowed_in};
use shared::stream::StreamKey;

/// A counter of revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counter {
    Directory,
    Person(UserId),
    Room(RoomId),
}

impl Counter {
    /// The counter of a stream that a person knows by this key.
    pub fn of(key: StreamKey, user: UserId) -> Self {
        match key {
            StreamKey::Directory => Counter::Directory,
            StreamKey::Own => Counter::Person(user),
            StreamKey::Room(room) => Counter::Room(room),
        }
    }
}

/// A membership, with its revisions in both streams that it is in.
#[derive(Clone, Debug)]
pub struct Seat {
    pub membership: Membership,
    pub room_rev: Rev,
}

/// The stored state. A backup is a copy of it.
#[derive(Clone, Debug)]
pub struct Store {
    pub epoch: Epoch,
    pub revs: BTreeMap<Counter, Rev>,
    /// Earlier epochs, with the value of each counter at their end.
    pub past: Vec<(Epoch, BTreeMap<Counter, Rev>)>,
    pub rooms: BTreeMap<RoomId, Room>,
    pub people: BTreeMap<UserId, Profile>,
    pub messages: BTreeMap<RoomId, Vec<Message>>,
    pub seats: BTreeMap<(RoomId, UserId), Seat>,
    pub marks: BTreeMap<(UserId, RoomId), ReadMark>,
    pub sidebars: BTreeMap<UserId, Sidebar>,
    /// The direct conversations, by their people.
    pub directs: BTreeMap<Vec<UserId>, RoomId>,
    pub answers: BTreeMap<(UserId, ClientId), Ack>,
    pub cancelled: BTreeSet<(UserId, ClientId)>,
    clock: i64,
}

impl Store {
    /// A store with the lobby, a public room and a private one. All are members of both.
    pub fn new(users: &[UserId], public: RoomId, private: RoomId) -> Self {
        let mut store = Store {
            epoch: Epoch(uuid::Uuid::from_u128(1)),
            revs: BTreeMap::new(),
            past: Vec::new(),
            rooms: BTreeMap::new(),
            people: BTreeMap::new(),
            messages: BTreeMap::new(),
            seats: BTreeMap::new(),
            marks: BTreeMap::new(),
            sidebars: BTreeMap::new(),
            directs: BTreeMap::new(),
            answers: BTreeMap::new(),
            cancelled: BTreeSet::new(),
            clock: 0,
        };
        for user in users {
            let person = profile(*user, format!("person {user}"), Rev::ZERO);
            store.people.insert(*user, person);
        }
        for (room, kind) in [
            (RoomId::LOBBY, RoomKind::Public),
            (public, RoomKind::Public),
            (private, RoomKind::Private),
        ] {
            store.make_room(room, format!("room {room}"), kind, Vec::new());
        }
        for room in [public, private] {
            for (user, role) in users.iter().zip([MemberRole::Manager, MemberRole::Member]) {
                store.seat(room, *user, role);
            }
        }
        store
    }

    pub fn rev(&self, counter: Counter) -> Rev {
        self.revs.get(&counter).copied().unwrap_or_default()
    }

    pub fn bump(&mut self, counter: Counter) -> Rev {
        let rev = self.revs.entry(counter).or_default();
        *rev = rev.next();
        *rev
    }

    /// A time that no other event has.
    pub fn tick(&mut self) -> Micros {
        self.clock += 1;
        Micros(self.clock)
    }

    pub fn head(&self, room: RoomId) -> Seq {
        Seq(self.messages(room).len().try_into().unwrap())
    }

    /// The messages of a room; none if it does not exist.
    pub fn messages(&self, room: RoomId) -> &[Message] {
        self.messages.get(&room).map_or(&[], Vec::as_slice)
    }

    pub fn make_room(&mut self, id: RoomId, name: String, kind: RoomKind, people: Vec<UserId>) {
        let rev = self.bump(Counter::Room(id));
        let directory_rev = match kind {
            RoomKind::Public => self.bump(Counter::Directory),
            RoomKind::Private | RoomKind::Direct => Rev::ZERO,
        };
        let room = Room {
            id,
            kind,
            name,
            topic: String::new(),
            rev,
            directory_rev,
            seq: Seq::ZERO,
            created_at: self.tick(),
            created_by: None,
            posting: Posting::Everybody,
            people,
            archived_at: None,
            removed_at: None,
        };
        self.rooms.insert(id, room);
        self.messages.insert(id, Vec::new());
    }

    /// Makes somebody a member, whether the person was one before or not.
    pub fn seat(&mut self, room: RoomId, user: UserId, role: MemberRole) {
        let room_rev = self.bump(Counter::Room(room));
        let membership = Membership {
            room,
            kind: self.rooms[&room].kind,
            rev: self.bump(Counter::Person(user)),
            role,
            joined_at: self.tick(),
            left_at: None,
        };
        let seat = Seat {
            membership,
            room_rev,
        };
        self.seats.insert((room, user), seat);
    }

    /// The membership that has not ended.
    pub fn membership(&self, room: RoomId, user: UserId) -> Option<&Membership> {
        let seat = self.seats.get(&(room, user))?;
        Some(&seat.membership).filter(|membership| membership.left_at.is_none())
    }

    /// Whether a person may do something in a room.
    pub fn access(&self, room: RoomId, user: UserId, action: Action) -> Result<(), ErrorCode> {
        let found = self.rooms.get(&room).ok_or(ErrorCode::NoSuchRoom)?;
        let membership = self.membership(room, user);
        if found.kind != RoomKind::Public && membership.is_none() {
            return Err(ErrorCode::NoSuchRoom);
        }
        if found.removed_at.is_some() {
            return Err(ErrorCode::RoomGone);
        }
        if found.archived_at.is_some() && !action.works_in_archive() {
            return Err(ErrorCode::RoomArchived);
        }
        let standing = membership.map_or(Standing::Outsider, |held| Standing::of_member(held.role));
        let is_of_members = matches!(
            action,
            Action::Join | Action::Leave | Action::AddMembers | Action::RemoveMembers
        );
        let role = self.people[&user].role;
        if (room == RoomId::LOBBY && is_of_members) || !is_allowed_in(action, role, found, standing)
        {
            return Err(ErrorCode::NotPermitted);
        }
        Ok(())
    }

    /// Whether a room exists for a person.
    pub fn may_read(&self, room: RoomId, user: UserId) -> bool {
        self.access(room, user, Action::Read).is_ok()
    }

    /// The person's own rooms: the lobby, and those of which the person is a member.
    pub fn my_rooms(&self, user: UserId) -> Vec<RoomId> {
        let mut rooms = self.rooms_of(user);
        rooms.retain(|room| *room == RoomId::LOBBY || self.membership(*room, user).is_some());
        rooms
    }

    /// The rooms that exist for a person.
    pub fn rooms_of(&self, user: UserId) -> Vec<RoomId> {
        let ids = self.rooms.keys().copied();
        ids.filter(|room| self.may_read(*room, user)).collect()
    }

    /// What is unread in a room for who has not read it.
    pub fn unread_head(&self, room: RoomId) -> UnreadHead {
        let messages = self.messages(room);
        let counted = messages.iter().filter(|message| message.counts());
        let newest = counted.rev().take(UnreadHead::MAX_COUNTED);
        let mut counted: Vec<_> = newest.map(|message| (message.seq, message.seq)).collect();
        counted.reverse();
        UnreadHead {
            room,
            seq: self.head(room),
            at: messages.last().map(|message| message.posted_at),
            room_rev: self.rooms[&room].rev,
            counted,
        }
    }

    /// Whether a client's cursor belongs to the history of this store.
    pub fn resumes(&self, counter: Counter, epoch: Option<Epoch>, rev: Rev) -> bool {
        let ends_at = |epoch: Epoch| {
            if epoch == self.epoch {
                return Some(self.rev(counter));
            }
            let past = self.past.iter().find(|(past, _)| *past == epoch);
            past.map(|(_, revs)| revs.get(&counter).copied().unwrap_or_default())
        };
        epoch.and_then(ends_at).is_some_and(|end| rev <= end)
    }
}

pub fn author(person: &Profile) -> Author {
    Author {
        id: Some(person.id),
        name: person.name.clone(),
        rev: person.rev,
    }
}

pub fn profile(id: UserId, name: String, rev: Rev) -> Profile {
    Profile::guest(id, name, rev)
}
