//! The order of the list of rooms, and their unread counts. Pure.

use shared::id::RoomId;

/// The rooms of the list, sorted.
#[derive(Default)]
pub(super) struct RoomList(Vec<ListedRoom>);

struct ListedRoom {
    id: RoomId,
    name: String,
    key: (String, i64),
    unread: u64,
}

impl RoomList {
    /// Updates one room, by its name and its number of unread messages; `None`: it is not in the
    /// list any more. `sort_key` makes a text to sort by from a name. Returns whether the order
    /// has changed.
    pub(super) fn update(
        &mut self,
        id: RoomId,
        room: Option<(&str, u64)>,
        sort_key: impl FnOnce(&str) -> String,
    ) -> bool {
        let at = self.0.iter().position(|listed| listed.id == id);
        if let (Some(listed), Some((name, unread))) = (at.and_then(|at| self.0.get_mut(at)), room)
            && listed.name == name
        {
            listed.unread = unread;
            return false;
        }
        if let Some(at) = at {
            self.0.remove(at);
        }
        let Some((name, unread)) = room else {
            return at.is_some();
        };
        let key = (sort_key(name), id.0);
        let to = self.0.partition_point(|listed| listed.key < key);
        let listed = ListedRoom {
            id,
            name: name.to_owned(),
            key,
            unread,
        };
        self.0.insert(to, listed);
        at != Some(to)
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
        list.update(RoomId(id), Some((name, unread)), str::to_lowercase)
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
        assert!(list.update(RoomId(1), None, str::to_owned));
        assert!(!list.update(RoomId(1), None, str::to_owned));
        assert_eq!(ids(&list), [3, 2]);
    }
}
