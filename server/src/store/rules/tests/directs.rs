//! Direct conversations.

use shared::model::{MemberRole, Membership};

use super::database::{LEO, MIA, TALK, ZOE};
use super::*;

fn open(users: &[UserId]) -> Command {
    let users = users.to_vec();
    Command::OpenDirect { users }
}

fn send_to(room: RoomId) -> Command {
    Command::Send {
        room,
        body: "hello".into(),
    }
}

fn room_of(outcome: &Outcome) -> RoomId {
    outcome.parts().0.unwrap()
}

fn memberships(batch: &Batch, user: UserId) -> Vec<Membership> {
    let items = items_of(batch, StreamId::Person(user)).into_iter();
    let found = items.filter_map(|item| match item {
        Item::Membership(membership) => Some(*membership),
        _ => None,
    });
    found.collect()
}

#[test]
fn a_conversation_is_found_by_its_people_in_whatever_order() {
    let mut transaction = Transaction::new();
    let first = room_of(&transaction.done(&by(ADA, 1, open(&[BEN, LEO]))));
    for (id, users) in [
        (2, &[LEO, BEN][..]),
        (3, &[BEN, LEO, BEN]),
        (4, &[ADA, LEO, BEN]),
    ] {
        let again = room_of(&transaction.done(&by(ADA, id, open(users))));
        assert_eq!(again, first);
    }
    // Somebody more makes another one, and so does nobody else.
    let mut others = vec![first];
    for (id, users) in [
        (5, &[BEN][..]),
        (6, &[BEN, LEO, MIA]),
        (7, &[]),
        (8, &[MIA]),
    ] {
        others.push(room_of(&transaction.done(&by(ADA, id, open(users)))));
    }
    let with_oneself = room_of(&transaction.done(&by(ADA, 9, open(&[ADA]))));
    assert_eq!((with_oneself, TALK), (others[3], others[4]));
    others.sort_unstable();
    others.dedup();
    assert_eq!(others.len(), 5);
}

#[test]
fn before_the_first_message_it_exists_for_who_opened_it() {
    let mut transaction = Transaction::new();
    let room = room_of(&transaction.done(&by(ADA, 1, open(&[BEN, LEO]))));
    let refused = transaction.refused(&by(BEN, 2, send_to(room)));
    assert_eq!(refused, ErrorCode::NoSuchRoom);
    // LEO opens it too.
    assert_eq!(
        room_of(&transaction.done(&by(LEO, 3, open(&[ADA, BEN])))),
        room
    );
    let refused = transaction.refused(&by(BEN, 4, send_to(room)));
    assert_eq!(refused, ErrorCode::NoSuchRoom);
    let batch = transaction.rules.finish().unwrap();
    assert!(memberships(&batch, BEN).is_empty());
    assert!(items_of(&batch, StreamId::Directory).is_empty());
    let [Item::Room(state), ..] = items_of(&batch, StreamId::Room(room))[..] else {
        panic!("no room: {batch:?}");
    };
    assert_eq!((state.kind, &*state.name), (RoomKind::Direct, ""));
    assert_eq!(state.people, [ADA, BEN, LEO]);

    transaction.done(&by(LEO, 5, send_to(room)));
    transaction.done(&by(BEN, 6, send_to(room)));
    let batch = transaction.rules.finish().unwrap();
    let [membership] = memberships(&batch, BEN)[..] else {
        panic!("not one membership: {batch:?}");
    };
    assert_eq!(
        (membership.room, membership.kind, membership.role),
        (room, RoomKind::Direct, MemberRole::Member)
    );
}

#[test]
fn its_people_are_those_whom_one_can_talk_to_and_eight_at_most() {
    let mut transaction = Transaction::new();
    for (id, users) in [(1, &[ZOE][..]), (2, &[BEN, UserId(99)])] {
        let refused = transaction.refused(&by(ADA, id, open(users)));
        assert_eq!(refused, ErrorCode::NoSuchPerson);
    }
    let many: Vec<UserId> = (100..108).map(UserId).collect();
    let refused = transaction.refused(&by(ADA, 3, open(&many)));
    assert_eq!(refused, ErrorCode::TooManyPeople);
    transaction.done(&delete_person(BEN));
    let refused = transaction.refused(&by(ADA, 4, open(&[BEN])));
    assert_eq!(refused, ErrorCode::NoSuchPerson);
}

#[test]
fn who_was_deleted_meanwhile_does_not_become_a_member() {
    let mut transaction = Transaction::new();
    let room = room_of(&transaction.done(&by(ADA, 1, open(&[BEN, LEO]))));
    transaction.done(&delete_person(BEN));
    transaction.done(&by(ADA, 2, send_to(room)));
    let batch = transaction.rules.finish().unwrap();
    assert!(memberships(&batch, BEN).is_empty());
    assert_eq!(memberships(&batch, LEO).len(), 1);
}

#[test]
fn nobody_leaves_it_or_is_removed_and_nobody_changes_it() {
    let mut transaction = Transaction::new();
    for (id, command) in [
        (1, remove_member(TALK, ADA)),
        (2, remove_member(TALK, MIA)),
        (3, add_member(TALK, BEN)),
        (4, update(TALK, Rev(1), "name")),
        (
            5,
            Command::ArchiveRoom {
                room: TALK,
                archived: true,
            },
        ),
        (6, Command::RemoveRoom { room: TALK }),
    ] {
        let refused = transaction.refused(&by(ADA, id, command.clone()));
        assert_eq!(refused, ErrorCode::NotPermitted, "{command:?}");
    }
    // Not even the operator changes who its people are.
    let leave = by_operator(WriteCommand::Client(remove_member(TALK, MIA)));
    assert_eq!(transaction.refused(&leave), ErrorCode::NotPermitted);
    transaction.done(&delete_person(MIA));
    transaction.done(&leave);
}

/// The store's test goes on to the limit of those in which nobody has written.
#[test]
fn conversations_do_not_count_for_the_limits_of_rooms() {
    let mut transaction = Transaction::new();
    for (id, users) in [(1, &[BEN][..]), (2, &[LEO]), (3, &[BEN, LEO]), (4, &[])] {
        transaction.done(&by(ADA, id, open(users)));
    }
    transaction.done(&by(ADA, 5, create_room("a")));
    transaction.done(&by(ADA, 6, create_private("b")));
    let refused = transaction.refused(&by(ADA, 7, create_room("c")));
    assert_eq!(refused, ErrorCode::TooManyRooms);
}
