//! The order of rooms in the sections.

use shared::model::SidebarChange::{self, AddSection, Close, Move, Mute};
use shared::model::SidebarPlace;

use super::*;

fn room(id: i64, name: &str) -> ListedRoom {
    ListedRoom {
        id: RoomId(id),
        name: name.to_owned(),
        kind: RoomKind::Public,
        people: Vec::new(),
        is_lobby: name == "lobby",
        is_archived: false,
        unread: 0,
        last: Seq(1),
        at: Micros(id),
    }
}

fn direct(id: i64, at: i64) -> ListedRoom {
    ListedRoom {
        kind: RoomKind::Direct,
        at: Micros(at),
        ..room(id, &format!("P{id}"))
    }
}

fn update(list: &mut RoomList, room: ListedRoom) -> bool {
    list.update(room.id, Some(room), without_case)
}

fn without_case(a: &str, b: &str) -> Ordering {
    a.to_lowercase().cmp(&b.to_lowercase())
}

fn list(rooms: impl IntoIterator<Item = ListedRoom>) -> RoomList {
    let mut list = RoomList::default();
    for room in rooms {
        assert!(update(&mut list, room), "it is new");
    }
    list
}

fn change(list: &mut RoomList, change: &SidebarChange) {
    let mut arrangement = list.arrangement().clone();
    arrangement.apply(change).unwrap();
    list.arrange(arrangement);
}

fn ids(rooms: &[RoomId]) -> Vec<i64> {
    rooms.iter().map(|id| id.0).collect()
}

/// The sections, each with the numbers of its rooms.
fn sections(list: &RoomList) -> Vec<(SectionKey, Vec<i64>)> {
    let sections = list.sections(None).into_iter();
    sections
        .map(|section| (section.key, ids(&section.rooms)))
        .collect()
}

#[test]
fn rooms_are_sorted_by_name_then_by_id() {
    let list =
        list([(4, "Tea"), (1, "books"), (3, "tea"), (2, "Ada")].map(|(id, name)| room(id, name)));
    assert_eq!(ids(&list.ids()), [2, 1, 3, 4]);
}

#[test]
fn the_lobby_is_first_in_every_order() {
    let mut list = list([(1, "lobby"), (2, "b"), (3, "a")].map(|(id, name)| room(id, name)));
    assert_eq!(ids(&list.ids()), [1, 3, 2]);
    list.sort(|a, b| b.cmp(a));
    assert_eq!(ids(&list.ids()), [1, 2, 3]);
}

#[test]
fn only_what_moves_a_room_changes_the_order() {
    let mut list = list([(1, "a"), (2, "b"), (3, "c")].map(|(id, name)| room(id, name)));
    let unread = ListedRoom {
        unread: 5,
        at: Micros(99),
        ..room(2, "b")
    };
    assert!(!update(&mut list, unread), "a message");
    assert!(
        !update(&mut list, room(2, "bb")),
        "a name that stays in its place"
    );
    assert!(update(&mut list, room(2, "d")));
    assert_eq!(ids(&list.ids()), [1, 3, 2]);
    assert!(list.update(RoomId(1), None, without_case));
    assert!(!list.update(RoomId(1), None, without_case));
    assert_eq!(ids(&list.ids()), [3, 2]);
}

#[test]
fn each_room_stands_in_one_section_in_the_order_of_the_person() {
    let mut list = list([
        room(1, "lobby"),
        room(2, "a"),
        room(3, "b"),
        room(4, "c"),
        direct(5, 7),
    ]);
    assert_eq!(
        sections(&list),
        [
            (SectionKey::Rooms, vec![1, 2, 3, 4]),
            (SectionKey::Direct, vec![5])
        ]
    );
    let work = || "work".to_owned();
    change(&mut list, &AddSection { name: work() });
    assert_eq!(
        sections(&list)[0],
        (SectionKey::Own(work()), vec![]),
        "it can be filled"
    );
    for (id, to, before) in [
        (4, SidebarPlace::Favourites, None),
        (5, SidebarPlace::Favourites, Some(RoomId(4))),
        (3, SidebarPlace::Section(work()), None),
        // One that is not there any more.
        (9, SidebarPlace::Section(work()), None),
    ] {
        let room = RoomId(id);
        change(&mut list, &Move { room, to, before });
    }
    assert_eq!(
        sections(&list),
        [
            (SectionKey::Favourites, vec![5, 4]),
            (SectionKey::Own(work()), vec![3]),
            (SectionKey::Rooms, vec![1, 2]),
            (SectionKey::Direct, vec![]),
        ]
    );
}

#[test]
fn quiet_rooms_are_last_and_count_nothing() {
    let unread = |room: ListedRoom| ListedRoom { unread: 2, ..room };
    let archived = ListedRoom {
        is_archived: true,
        ..room(2, "a")
    };
    let mut list = list([room(1, "lobby"), archived, room(3, "b"), direct(4, 1)].map(unread));
    assert_eq!(sections(&list)[0], (SectionKey::Rooms, vec![1, 3, 2]));
    assert_eq!((list.unread(), list.addressed()), (6, 2));
    for room in [1, 4].map(RoomId) {
        change(&mut list, &Mute { room, on: true });
    }
    assert_eq!(sections(&list)[0], (SectionKey::Rooms, vec![3, 1, 2]));
    assert_eq!((list.unread(), list.addressed()), (2, 0));
    assert_eq!(
        [1, 2, 3, 4].map(|id| list.unread_in(RoomId(id))),
        [0, 0, 2, 0]
    );
    let rows = [1, 2, 3].map(|id| list.row(RoomId(id)));
    assert_eq!(
        rows.map(|row| (row.is_quiet, row.is_archived)),
        [(true, false), (true, true), (false, false)]
    );
}

#[test]
fn of_another_arrangement_only_those_rooms_change_that_are_muted_or_not_any_more() {
    let mut list = list([room(1, "lobby"), room(2, "a"), room(3, "b")]);
    let mut arrangement = Sidebar {
        muted: [2, 1].map(RoomId).into(),
        ..Sidebar::default()
    };
    assert_eq!(list.arrange(arrangement.clone()), [1, 2].map(RoomId));
    arrangement.favourites.push(RoomId(3));
    assert!(list.arrange(arrangement.clone()).is_empty());
    arrangement.muted = [3, 1].map(RoomId).into();
    assert_eq!(list.arrange(arrangement), [2, 3].map(RoomId));
}

#[test]
fn a_closed_conversation_counts_nothing_until_it_comes_back() {
    let unread = ListedRoom {
        unread: 2,
        ..direct(1, 10)
    };
    let mut list = list([unread.clone(), direct(2, 20)]);
    assert_eq!((list.unread(), list.addressed()), (2, 2));
    let (room, seq) = (unread.id, unread.last);
    change(&mut list, &Close { room, seq });
    assert_eq!((list.unread(), list.addressed()), (0, 0));
    let said = ListedRoom {
        last: Seq(2),
        unread: 3,
        ..unread
    };
    assert!(update(&mut list, said));
    assert_eq!((list.unread(), list.addressed()), (3, 3));
}

#[test]
fn conversations_stand_by_their_last_message_and_a_closed_one_comes_back_with_the_next() {
    let mut list = list([direct(1, 10), direct(2, 30), direct(3, 20)]);
    let shown = |list: &RoomList| sections(list).pop().unwrap().1;
    assert_eq!(shown(&list), [2, 3, 1]);
    assert!(update(&mut list, direct(1, 40)));
    assert_eq!(shown(&list), [1, 2, 3]);

    change(
        &mut list,
        &Close {
            room: RoomId(1),
            seq: Seq(1),
        },
    );
    assert_eq!(shown(&list), [2, 3]);
    let current = list.sections(Some(RoomId(1))).pop().unwrap();
    assert_eq!(
        ids(&current.rooms),
        [1, 2, 3],
        "what is shown is in the list"
    );
    let said = ListedRoom {
        last: Seq(2),
        ..direct(1, 50)
    };
    assert!(update(&mut list, said));
    assert_eq!(shown(&list), [1, 2, 3]);
}
