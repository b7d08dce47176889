//! The store of the model server.

use std::collections::{BTreeMap, BTreeSet};

use shared::frame::Ack;
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Author, Message, Profile, ReadMark, Room, UserKind};

/// A counter of revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counter {
    Directory,
    Person(UserId),
    Room(RoomId),
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
    pub marks: BTreeMap<(UserId, RoomId), ReadMark>,
    pub answers: BTreeMap<(UserId, ClientId), Ack>,
    pub cancelled: BTreeSet<(UserId, ClientId)>,
}

impl Store {
    pub fn new(users: &[UserId], rooms: &[RoomId]) -> Self {
        let mut store = Store {
            epoch: Epoch(uuid::Uuid::from_u128(1)),
            revs: BTreeMap::new(),
            past: Vec::new(),
            rooms: BTreeMap::new(),
            people: BTreeMap::new(),
            messages: BTreeMap::new(),
            marks: BTreeMap::new(),
            answers: BTreeMap::new(),
            cancelled: BTreeSet::new(),
        };
        for user in users {
            let rev = store.bump(Counter::Directory);
            let person = profile(*user, format!("person {user}"), rev);
            store.people.insert(*user, person);
        }
        for room in rooms {
            store.make_room(*room, format!("room {room}"));
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

    pub fn head(&self, room: RoomId) -> Seq {
        Seq(self.messages[&room].len().try_into().unwrap())
    }

    pub fn make_room(&mut self, id: RoomId, name: String) {
        let room = Room {
            id,
            name,
            topic: String::new(),
            rev: self.bump(Counter::Room(id)),
            directory_rev: self.bump(Counter::Directory),
            seq: Seq::ZERO,
            created_at: Micros(1),
            created_by: None,
            removed_at: None,
        };
        self.rooms.insert(id, room);
        self.messages.insert(id, Vec::new());
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
    Profile {
        id,
        name,
        rev,
        kind: UserKind::Guest,
    }
}
