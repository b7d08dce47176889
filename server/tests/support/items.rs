//! The items of a frame, by their kinds.

use shared::frame::{Changes, History, Reset};
use shared::model::{Member, Membership, Message, Profile, ReadMark, Restriction, Room, Sidebar};
use shared::stream::Item;

/// A frame that carries items.
pub trait Items {
    /// All of them, in their order.
    fn items(&self) -> &[Item];

    /// The messages.
    fn messages(&self) -> Vec<Message> {
        self.pick(|item| match item {
            Item::Message(message) => Some(message.clone()),
            _ => None,
        })
    }

    /// The rooms: in the directory any number, in a room's stream at most that one.
    fn rooms(&self) -> Vec<Room> {
        self.pick(|item| match item {
            Item::Room(room) => Some(room.clone()),
            _ => None,
        })
    }

    /// The only room; any other number fails the test.
    fn room(&self) -> Room {
        let [room] = self.rooms().try_into().expect("one room");
        room
    }

    /// The members of a room.
    fn members(&self) -> Vec<Member> {
        self.pick(|item| match item {
            Item::Member(member) => Some(member.clone()),
            _ => None,
        })
    }

    /// The people with new names.
    fn people(&self) -> Vec<Profile> {
        self.pick(|item| match item {
            Item::Person(person) => Some(person.clone()),
            _ => None,
        })
    }

    /// The person's memberships.
    fn memberships(&self) -> Vec<Membership> {
        self.pick(|item| match item {
            Item::Membership(membership) => Some(*membership),
            _ => None,
        })
    }

    /// The person's read marks.
    fn marks(&self) -> Vec<ReadMark> {
        self.pick(|item| match item {
            Item::ReadMark(mark) => Some(*mark),
            _ => None,
        })
    }

    /// How the person has arranged the rooms.
    fn sidebars(&self) -> Vec<Sidebar> {
        self.pick(|item| match item {
            Item::Sidebar(sidebar) => Some(sidebar.clone()),
            _ => None,
        })
    }

    /// What the person may not do for a time.
    fn restrictions(&self) -> Vec<Restriction> {
        self.pick(|item| match item {
            Item::Restriction(restriction) => Some(*restriction),
            _ => None,
        })
    }

    /// The items of which `pick` makes something.
    fn pick<T>(&self, pick: impl Fn(&Item) -> Option<T>) -> Vec<T> {
        self.items().iter().filter_map(pick).collect()
    }
}

impl Items for Changes {
    fn items(&self) -> &[Item] {
        &self.items
    }
}

impl Items for Reset {
    fn items(&self) -> &[Item] {
        &self.items
    }
}

impl Items for History {
    fn items(&self) -> &[Item] {
        &self.items
    }
}
