//! The store of the model server.

use std::collections::{BTreeMap, BTreeSet};

use shared::frame::Ack;
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{
    Author, MemberRole, Membership, Message, Posting, Profile, ReadMark, Room, RoomKind, UnreadHead,
};
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
    pub answers: BTreeMap<(UserId, ClientId), Ack>,
    pub cancelled: BTreeSet<(UserId, ClientId)>,
    clock: i64,
}

impl Store {
    /// A store with two public rooms, and a private one of which all are members.
    pub fn new(users: &[UserId], public: &[RoomId], private: RoomId) -> Self {
        let mut store = Store {
            epoch: Epoch(uuid::Uuid::from_u128(1)),
            revs: BTreeMap::new(),
            past: Vec::new(),
            rooms: BTreeMap::new(),
            people: BTreeMap::new(),
            messages: BTreeMap::new(),
            seats: BTreeMap::new(),
            marks: BTreeMap::new(),
            answers: BTreeMap::new(),
            cancelled: BTreeSet::new(),
            clock: 0,
        };
        for user in users {
            let person = profile(*user, format!("person {user}"), Rev::ZERO);
            store.people.insert(*user, person);
        }
        for room in public {
            store.make_room(*room, format!("room {room}"), RoomKind::Public);
        }
        store.make_room(private, "private".into(), RoomKind::Private);
        for (user, role) in users.iter().zip([MemberRole::Manager, MemberRole::Member]) {
            store.seat(private, *user, role);
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

    pub fn make_room(&mut self, id: RoomId, name: String, kind: RoomKind) {
        let rev = self.bump(Counter::Room(id));
        let directory_rev = match kind {
            RoomKind::Public => self.bump(Counter::Directory),
            RoomKind::Private => Rev::ZERO,
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
            people: Vec::new(),
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
            kind: RoomKind::Private,
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

    /// Whether a room exists for a person.
    pub fn may_read(&self, room: RoomId, user: UserId) -> bool {
        self.rooms.get(&room).is_some_and(|found| match found.kind {
            RoomKind::Public => true,
            RoomKind::Private => self.membership(room, user).is_some(),
        })
    }

    /// The rooms that exist for a person.
    pub fn rooms_of(&self, user: UserId) -> Vec<RoomId> {
        let ids = self.rooms.keys().copied();
        ids.filter(|room| self.may_read(*room, user)).collect()
    }

    /// What is unread in a room for who has not read it.
    pub fn unread_head(&self, room: RoomId) -> UnreadHead {
        let messages = self.messages(room).iter();
        let counted = messages.filter(|message| !message.is_deleted());
        let newest = counted.rev().take(UnreadHead::MAX_COUNTED);
        let mut counted: Vec<_> = newest.map(|message| (message.seq, message.seq)).collect();
        counted.reverse();
        UnreadHead {
            room,
            seq: self.head(room),
            room_rev: Rev::ZERO,
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
