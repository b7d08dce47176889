//! The order of the list of rooms, and their unread counts. Pure.

use std::cmp::Ordering;

use shared::id::RoomId;

/// The order of two names.
pub(super) type Compare = fn(&str, &str) -> Ordering;

/// The rooms of the list, sorted.
#[derive(Default)]
pub(super) struct RoomList(Vec<ListedRoom>);

struct ListedRoom {
    id: RoomId,
    name: String,
    /// Whether it is the lobby, which comes before all others.
    is_lobby: bool,
    unread: u64,
}

impl ListedRoom {
    fn is_before(&self, other: &ListedRoom, compare: Compare) -> bool {
        if self.is_lobby != other.is_lobby {
            return self.is_lobby;
        }
        let names = compare(&self.name, &other.name);
        names.then(self.id.cmp(&other.id)).is_lt()
    }
}

impl RoomList {
    /// Updates one room, by its name, its number of unread messages and whether it is the lobby;
    /// `None`: it is not in the list any more. Names are compared only for a room that is new or
    /// renamed. Returns whether the order has changed.
    pub(super) fn update(
        &mut self,
        id: RoomId,
        room: Option<(&str, u64, bool)>,
        compare: Compare,
    ) -> bool {
        let at = self.0.iter().position(|listed| listed.id == id);
        if let (Some(listed), Some((name, unread, _))) =
            (at.and_then(|at| self.0.get_mut(at)), room)
            && listed.name == name
        {
            listed.unread = unread;
            return false;
        }
        if let Some(at) = at {
            self.0.remove(at);
        }
        let Some((name, unread, is_lobby)) = room else {
            return at.is_some();
        };
        let to = self.insert(
            ListedRoom {
                id,
                name: name.to_owned(),
                is_lobby,
                unread,
            },
            compare,
        );
        at != Some(to)
    }

    /// Puts all rooms into order again, because names are compared in another way.
    pub(super) fn sort(&mut self, compare: Compare) {
        for room in std::mem::take(&mut self.0) {
            self.insert(room, compare);
        }
    }

    fn insert(&mut self, room: ListedRoom, compare: Compare) -> usize {
        let to = (self.0).partition_point(|listed| listed.is_before(&room, compare));
        self.0.insert(to, room);
        to
    }

    /// The rooms in order.
    pub(super) fn ids(&self) -> Vec<RoomId> {
        self.0.iter().map(|listed| listed.id).collect()
    }

    /// The rooms in order, each with its number of unread messages.
    pub(super) fn unread_by_room(&self) -> Vec<(RoomId, u64)> {
        let rooms = self.0.iter();
        rooms.map(|listed| (listed.id, listed.unread)).collect()
    }

    /// The number of unread messages in all rooms.
    pub(super) fn unread(&self) -> u64 {
        self.0.iter().map(|listed| listed.unread).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(list: &mut RoomList, id: i64, name: &str, unread: u64) -> bool {
        let room = Some((name, unread, name == "lobby"));
        list.update(RoomId(id), room, without_case)
    }

    fn without_case(a: &str, b: &str) -> Ordering {
        a.to_lowercase().cmp(&b.to_lowercase())
    }

    fn ids(list: &RoomList) -> Vec<i64> {
        list.ids().into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn rooms_are_sorted_by_name_then_by_id() {
        let mut list = RoomList::default();
        for (id, name) in [(4, "Tea"), (1, "books"), (3, "tea"), (2, "Ada")] {
            assert!(update(&mut list, id, name, 0));
        }
        assert_eq!(ids(&list), [2, 1, 3, 4]);
    }

    #[test]
    fn the_lobby_is_first_in_every_order() {
        let mut list = RoomList::default();
        for (id, name) in [(1, "lobby"), (2, "b"), (3, "a")] {
            update(&mut list, id, name, 0);
        }
        assert_eq!(ids(&list), [1, 3, 2]);
        list.sort(|a, b| b.cmp(a));
        assert_eq!(ids(&list), [1, 2, 3]);
    }

    #[test]
    fn only_a_name_that_moves_a_room_changes_the_order() {
        let mut list = RoomList::default();
        for (id, name) in [(1, "a"), (2, "b"), (3, "c")] {
            update(&mut list, id, name, 0);
        }
        assert!(!update(&mut list, 2, "b", 5), "a count");
        assert!(
            !update(&mut list, 2, "bb", 5),
            "a name that stays in its place"
        );
        assert!(update(&mut list, 2, "d", 6));
        assert_eq!(ids(&list), [1, 3, 2]);
        assert_eq!(list.unread(), 6);
        assert!(list.update(RoomId(1), None, without_case));
        assert!(!list.update(RoomId(1), None, without_case));
        assert_eq!(ids(&list), [3, 2]);
    }
}
