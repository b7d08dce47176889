//! Pages of a stream's changes.

use shared::command::Command;
use shared::id::Seq;
use shared::model::{MemberRole, OnlyRoom, RoomKind};
use shared::stream::StreamKey;

use super::*;
use crate::store::sqlite::read::{directory, person};
use crate::store::sqlite::test_store::{NOTHING, NOW, TestStore};
use crate::store::{Viewer, WriteCommand};

#[test]
fn a_room_s_changes_are_its_state_messages_and_members_by_revision() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let room = store.room(ada, "den", RoomKind::Private);
    store.post(ada, room);
    store.done(
        ada,
        Command::AddMembers {
            room,
            users: vec![ben],
        },
    );
    store.post(ben, room);
    let (name, topic) = (Some("cellar".into()), None);
    let rev = Rev(1);
    store.done(
        ada,
        Command::UpdateRoom {
            room,
            rev,
            name,
            topic,
            posting: None,
        },
    );
    store.done(ada, Command::Delete { room, seq: Seq(1) });
    store.done(ada, Command::RemoveMember { room, user: ben });
    let known = store.known(1);
    let changes = changes_of(room_changes(&store.snapshot(), ada, room, known));
    assert_eq!((changes.from, changes.through), (Rev(1), Rev(11)));
    // ADA's membership has revision 2. What was changed again is where it was changed last. Lines
    // are about who came, the new name, and who left.
    let expected = [
        ItemKey::Member(ada),
        ItemKey::Message(Seq(2)),
        ItemKey::Message(Seq(3)),
        ItemKey::Message(Seq(4)),
        ItemKey::Room(room),
        ItemKey::Message(Seq(1)),
        ItemKey::Message(Seq(5)),
        ItemKey::Member(ben),
    ];
    assert_eq!(keys(&changes.items), expected);
    let Some(Item::Member(left)) = changes.items.last() else {
        panic!("no member: {changes:?}");
    };
    assert_eq!(
        (left.person.name.as_str(), left.left_at),
        ("Ben", Some(NOW))
    );
    // Pages end at fixed revisions, and together they are all of it.
    let mut paged = Vec::new();
    let mut above = 1;
    while above < 11 {
        let (known, viewer) = (store.known(above), viewer(ada));
        let limits = ResumeLimits {
            changes: 3,
            ..LIMITS
        };
        let page = room::changes(&store.snapshot(), viewer, room, known, limits);
        let page = changes_of(page);
        assert_eq!(page.through, Rev((above / 3 + 1) * 3).min(Rev(11)));
        above = page.through.0;
        paged.extend(keys(&page.items));
    }
    assert_eq!(paged, expected);
}

#[test]
fn a_reset_is_the_room_and_then_its_newest_messages() {
    let mut store = TestStore::new();
    let ada = store.guest("Ada", 1);
    for _ in 0..5 {
        store.post(ada, RoomId::LOBBY);
    }
    let reset = reset_of(room_changes(&store.snapshot(), ada, RoomId::LOBBY, NOTHING));
    let expected = [
        ItemKey::Room(RoomId::LOBBY),
        ItemKey::Message(Seq(3)),
        ItemKey::Message(Seq(4)),
        ItemKey::Message(Seq(5)),
    ];
    assert_eq!((keys(&reset.items), reset.rev), (expected.to_vec(), Rev(6)));
    let Item::Room(room) = &reset.items[0] else {
        panic!("no room: {reset:?}");
    };
    assert_eq!(room.seq, Seq(5));
}

#[test]
fn a_message_s_content_keeps_its_revision_when_something_else_changes() {
    let mut store = TestStore::new();
    let ada = store.guest("Ada", 1);
    let (room, seq) = (RoomId::LOBBY, store.post(ada, RoomId::LOBBY));
    store
        .connection
        .execute_batch("UPDATE messages SET rev = 3, content_rev = 2")
        .unwrap();
    store.forget();
    let known = store.known(2);
    let changes = changes_of(room_changes(&store.snapshot(), ada, room, known));
    let message = changes.items[0].as_message().unwrap();
    assert_eq!((message.rev, message.content_rev()), (Rev(3), Rev(2)));
    let (rev, body) = (Rev(2), "better".into());
    let edit = Command::Edit {
        room,
        seq,
        rev,
        body,
    };
    assert_eq!(store.done(ada, edit).parts().2, Some(Rev(4)));
    let stored = store.number("SELECT content_rev IS NULL FROM messages");
    assert_eq!(stored, 1, "it is the last revision again");
}

#[test]
fn the_own_stream_has_memberships_and_marks_and_says_what_ended() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let [left, gone, kept] =
        ["left", "gone", "kept"].map(|name| store.room(ada, name, RoomKind::Private));
    for room in [left, gone, kept] {
        store.done(
            ada,
            Command::AddMembers {
                room,
                users: vec![ben],
            },
        );
    }
    store.post(ben, kept);
    store.done(
        ada,
        Command::RemoveMember {
            room: left,
            user: ben,
        },
    );
    store.operator(WriteCommand::RemoveRoom { room: gone });
    let everything = person::changes(&store.snapshot(), ben, NOTHING, 10).unwrap();
    let present = [ItemKey::Membership(kept), ItemKey::ReadMark(kept)];
    assert_eq!(keys(&everything.items), present);
    assert_eq!((everything.from, everything.head), (Rev::ZERO, Rev(5)));
    let known = store.known(1);
    let missed = person::changes(&store.snapshot(), ben, known, 10).unwrap();
    let expected = [
        ItemKey::Membership(gone),
        ItemKey::Membership(kept),
        ItemKey::ReadMark(kept),
        ItemKey::Membership(left),
    ];
    assert_eq!(keys(&missed.items), expected);
    let ended = missed.items.iter().map(|item| match item {
        Item::Membership(membership) => {
            assert_eq!(membership.role, MemberRole::Member);
            membership.left_at.is_some()
        }
        _ => false,
    });
    assert!(ended.eq([true, false, false, true]), "{missed:?}");
    // Cut after two of either kind.
    let page = person::changes(&store.snapshot(), ben, known, 2).unwrap();
    assert_eq!(
        (keys(&page.items), page.through),
        (expected[..2].to_vec(), Rev(3))
    );
}

#[test]
fn a_former_member_is_told_nothing_of_the_read_mark_and_gets_it_again_on_coming_back() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let room = store.room(ada, "den", RoomKind::Private);
    store.done(
        ada,
        Command::AddMembers {
            room,
            users: vec![ben],
        },
    );
    store.post(ben, room);
    let own = |store: &mut TestStore| {
        let changes = person::changes(&store.snapshot(), ben, NOTHING, 10).unwrap();
        changes.items
    };
    let before = own(&mut store);
    let present = [ItemKey::Membership(room), ItemKey::ReadMark(room)];
    assert_eq!(keys(&before), present);
    store.done(ada, Command::RemoveMember { room, user: ben });
    assert_eq!(keys(&own(&mut store)), []);
    store.done(
        ada,
        Command::AddMembers {
            room,
            users: vec![ben],
        },
    );
    let again = own(&mut store);
    assert_eq!(keys(&again), present);
    let rev = |items: &[Item]| items[1].rev(StreamKey::Own);
    assert!(rev(&again) > rev(&before));
}

#[test]
fn the_directory_has_rooms_and_names_in_pages_by_revision() {
    let mut store = TestStore::new();
    let ada = store.guest("Ada", 1);
    let first = store.room(ada, "first", RoomKind::Public);
    let name = "Ada L.".into();
    store.done(ada, Command::Rename { name });
    let second = store.room(ada, "second", RoomKind::Public);
    store.operator(WriteCommand::RemoveRoom { room: first });
    let all = directory::changes(&store.snapshot(), viewer(ada), NOTHING, 10).unwrap();
    let rooms = [ItemKey::Room(RoomId::LOBBY), ItemKey::Room(second)];
    assert_eq!((keys(&all.items), all.through), (rooms.to_vec(), Rev(5)));
    let known = store.known(1);
    let missed = directory::changes(&store.snapshot(), viewer(ada), known, 10).unwrap();
    let expected = [
        ItemKey::Person(ada),
        ItemKey::Room(second),
        ItemKey::Room(first),
    ];
    assert_eq!(keys(&missed.items), expected);
    let page = directory::changes(&store.snapshot(), viewer(ada), known, 1).unwrap();
    assert_eq!(
        (keys(&page.items), page.through),
        (expected[..1].to_vec(), Rev(3))
    );
}

#[test]
fn a_guest_of_one_room_gets_the_pages_of_the_directory_with_that_room_and_its_people_alone() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let room = store.room(ada, "first", RoomKind::Public);
    store.room(ben, "second", RoomKind::Public);
    store.post(ada, room);
    for (user, name) in [(ben, "Ben of elsewhere"), (ada, "Ada L.")] {
        let name = name.into();
        store.done(user, Command::Rename { name });
    }
    let guest = Viewer::Person {
        user: UserId(99),
        only_room: Some(OnlyRoom {
            room,
            from: Seq::ZERO,
        }),
    };
    let all = directory::changes(&store.snapshot(), guest, NOTHING, 1).unwrap();
    assert_eq!(
        (keys(&all.items), all.through, all.head),
        (vec![ItemKey::Room(room)], Rev(5), Rev(5))
    );
    // Each page ends where everybody's does.
    let mut pages = Vec::new();
    let mut above = 1;
    while above < 5 {
        let known = store.known(above);
        let page = directory::changes(&store.snapshot(), guest, known, 1).unwrap();
        assert_eq!(page.from, Rev(above));
        above = page.through.0;
        pages.push((keys(&page.items), above));
    }
    let expected = [
        (vec![ItemKey::Room(room)], 2),
        (vec![], 3),
        (vec![], 4),
        (vec![ItemKey::Person(ada)], 5),
    ];
    assert_eq!(pages, expected);
    store.operator(WriteCommand::RemoveRoom { room });
    let known = store.known(5);
    let missed = directory::changes(&store.snapshot(), guest, known, 10).unwrap();
    assert_eq!(keys(&missed.items), [ItemKey::Room(room)]);
    let all = directory::changes(&store.snapshot(), guest, NOTHING, 10).unwrap();
    assert_eq!((all.items.len(), all.through), (0, Rev(6)));
}

#[test]
fn people_are_found_by_their_ids() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let snapshot = store.snapshot();
    let people = person::people(&snapshot, viewer(ada), &[ben, UserId(99), ada, ben]).unwrap();
    let names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Ada", "Ben"]);
}
