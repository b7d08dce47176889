//! Private rooms and their members.

use shared::model::{Member, MemberRole, Membership};

use super::database::{DEN, GONE_DEN, LEO, MIA};
use super::*;
use crate::store::Eviction;

fn send_to(room: RoomId) -> Command {
    Command::Send {
        room,
        body: "x".into(),
    }
}

/// The last member item of a room's stream.
fn member_of(batch: &Batch, room: RoomId) -> Member {
    let items = items_of(batch, StreamId::Room(room));
    let mut members = items.into_iter().rev().filter_map(|item| match item {
        Item::Member(member) => Some(member.clone()),
        _ => None,
    });
    members.next().unwrap()
}

/// The only membership item of a person's own stream.
fn membership_of(batch: &Batch, user: UserId) -> Membership {
    match items_of(batch, StreamId::Person(user))[..] {
        [Item::Membership(membership)] => *membership,
        ref other => panic!("not one membership: {other:?}"),
    }
}

#[test]
fn a_new_private_room_is_not_in_the_directory_and_its_creator_manages_it() {
    let mut transaction = Transaction::new();
    let created = transaction.done(&by(ADA, 1, create_private("tea")));
    let room = RoomId(2);
    assert_eq!(created, Outcome::Room { room, rev: Rev(1) });
    let batch = transaction.rules.finish().unwrap();
    assert!(items_of(&batch, StreamId::Directory).is_empty());
    assert_eq!(transaction.rules.tables.written.directory, None);
    let [Item::Room(state), Item::Member(member)] = items_of(&batch, StreamId::Room(room))[..]
    else {
        panic!("not the room and its manager: {batch:?}");
    };
    assert_eq!((state.kind, state.rev), (RoomKind::Private, Rev(1)));
    assert_eq!(state.directory_rev, Rev::ZERO);
    assert_eq!((member.person.id, member.rev), (ADA, Rev(2)));
    assert_eq!(member.role, MemberRole::Manager);
    let membership = membership_of(&batch, ADA);
    assert_eq!((membership.room, membership.rev), (room, Rev(1)));
    assert_eq!(membership.role, MemberRole::Manager);
    assert!(batch.evictions.is_empty());
    transaction.done(&by(ADA, 2, send_to(room)));
}

#[test]
fn the_name_of_a_private_room_takes_no_name_and_needs_no_free_one() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, create_private("lobby")));
    transaction.done(&by(ADA, 2, create_private("tea")));
    transaction.done(&by(BEN, 3, create_room("tea")));
    transaction.done(&by(ADA, 4, update(RoomId(3), Rev(1), "lobby")));
}

#[test]
fn private_rooms_count_for_the_limits_of_rooms() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, create_private("a")));
    transaction.done(&by(ADA, 2, create_private("b")));
    let refused = transaction.refused(&by(ADA, 3, create_private("c")));
    assert_eq!(refused, ErrorCode::TooManyRooms);
}

#[test]
fn managers_and_the_operator_add_members_and_nobody_else_does() {
    let add_ben = add_member(DEN, BEN);
    let refusals = [
        (MIA, ErrorCode::NotPermitted),
        (LEO, ErrorCode::NoSuchRoom),
        (BEN, ErrorCode::NoSuchRoom),
    ];
    for (user, refused) in refusals {
        let mut transaction = Transaction::new();
        let request = by(user, 1, add_ben.clone());
        assert_eq!(transaction.refused(&request), refused, "{user}");
    }
    let client = WriteCommand::Client(add_ben.clone());
    for request in [by(ADA, 1, add_ben), by_operator(client)] {
        let mut transaction = Transaction::new();
        let added = transaction.done(&request);
        // The line about it comes before.
        let (room, rev) = (DEN, Rev(11));
        assert_eq!(added, Outcome::Room { room, rev });
        transaction.done(&by(BEN, 2, send_to(DEN)));
        let batch = transaction.rules.finish().unwrap();
        let member = member_of(&batch, DEN);
        assert_eq!((member.person.name.as_str(), member.rev), ("Ben", rev));
        assert_eq!((member.role, member.joined_at), (MemberRole::Member, NOW));
        let [Item::Membership(own), Item::ReadMark(_)] =
            items_of(&batch, StreamId::Person(BEN))[..]
        else {
            panic!("not a membership and a mark: {batch:?}");
        };
        assert_eq!((own.room, own.rev, own.left_at), (DEN, Rev(1), None));
    }
}

#[test]
fn managers_and_the_operator_remove_members_and_everybody_may_leave() {
    let remove_mia = remove_member(DEN, MIA);
    let refused = ErrorCode::NoSuchRoom;
    let mut transaction = Transaction::new();
    assert_eq!(
        transaction.refused(&by(BEN, 1, remove_mia.clone())),
        refused
    );
    let other = by(MIA, 1, remove_member(DEN, ADA));
    assert_eq!(transaction.refused(&other), ErrorCode::NotPermitted);
    let client = WriteCommand::Client(remove_mia.clone());
    let requests = [
        by(ADA, 2, remove_mia.clone()),
        by(MIA, 2, remove_mia),
        by_operator(client),
    ];
    for request in requests {
        let mut transaction = Transaction::new();
        transaction.done(&request);
        assert_eq!(transaction.refused(&by(MIA, 3, send_to(DEN))), refused);
        let batch = transaction.rules.finish().unwrap();
        assert_eq!(member_of(&batch, DEN).left_at, Some(NOW));
        assert_eq!(membership_of(&batch, MIA).left_at, Some(NOW));
        let evicted = Eviction {
            room: DEN,
            user: MIA,
        };
        assert_eq!(batch.evictions, [evicted]);
    }
}

#[test]
fn who_left_gets_the_first_answer_to_a_retry() {
    let mut transaction = Transaction::new();
    let leave = by(MIA, 1, remove_member(DEN, MIA));
    let first = transaction.done(&leave);
    assert_eq!(transaction.done(&leave), first);
    let again = transaction.refused(&by(MIA, 2, remove_member(DEN, MIA)));
    assert_eq!(again, ErrorCode::NoSuchRoom);
}

#[test]
fn what_changes_nothing_is_done_without_a_revision() {
    let mut transaction = Transaction::new();
    for (id, command) in [
        (1, add_member(DEN, MIA)),
        (2, add_member(DEN, ADA)),
        (3, remove_member(DEN, LEO)),
        (4, remove_member(DEN, BEN)),
    ] {
        assert_eq!(transaction.done(&by(ADA, id, command)), Outcome::Done);
    }
    assert!(transaction.rules.tables.written.room_heads.is_empty());
    assert!(transaction.rules.finish().unwrap().is_empty());
}

#[test]
fn only_people_who_exist_can_be_members_and_only_of_private_rooms() {
    let mut transaction = Transaction::new();
    let nobody = UserId(99);
    for (id, command) in [
        (1, add_member(DEN, nobody)),
        (2, remove_member(DEN, nobody)),
    ] {
        let refused = transaction.refused(&by(ADA, id, command));
        assert_eq!(refused, ErrorCode::NoSuchPerson);
    }
    for (id, command) in [(3, add_member(LOBBY, BEN)), (4, remove_member(LOBBY, ADA))] {
        let refused = transaction.refused(&by(ADA, id, command));
        assert_eq!(refused, ErrorCode::NotPermitted);
    }
    // Whom the operator removed can leave the room, and not come back.
    transaction.done(&delete_person(MIA));
    transaction.done(&by(ADA, 5, remove_member(DEN, MIA)));
    let refused = transaction.refused(&by(ADA, 6, add_member(DEN, MIA)));
    assert_eq!(refused, ErrorCode::NoSuchPerson);
}

#[test]
fn who_is_a_member_again_at_the_end_of_a_commit_is_not_evicted() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, remove_member(DEN, MIA)));
    transaction.done(&by(ADA, 2, add_member(DEN, MIA)));
    transaction.done(&by(ADA, 3, add_member(DEN, BEN)));
    transaction.done(&by(ADA, 4, remove_member(DEN, BEN)));
    let batch = transaction.rules.finish().unwrap();
    let evicted = Eviction {
        room: DEN,
        user: BEN,
    };
    assert_eq!(batch.evictions, [evicted]);
    // Each item is there once, with its last state.
    let states: Vec<_> = items_of(&batch, StreamId::Room(DEN))
        .into_iter()
        .filter_map(|item| match item {
            Item::Member(member) => Some((member.person.id, member.rev, member.left_at)),
            Item::Message(line) if line.event.is_some() => None,
            other => panic!("neither a member nor a line: {other:?}"),
        })
        .collect();
    let last = [(MIA, Rev(13), None), (BEN, Rev(17), Some(NOW))];
    assert_eq!(states, last, "by revision");
    assert_eq!(membership_of(&batch, MIA).rev, Rev(2));
    assert_eq!(membership_of(&batch, BEN).rev, Rev(2));
}

#[test]
fn who_managed_a_room_comes_back_as_a_plain_member() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, remove_member(DEN, ADA)));
    let add_ada = WriteCommand::Client(add_member(DEN, ADA));
    transaction.done(&by_operator(add_ada));
    let batch = transaction.rules.finish().unwrap();
    assert_eq!(membership_of(&batch, ADA).role, MemberRole::Member);
}

#[test]
fn managers_change_a_private_room_and_only_its_own_stream_changes() {
    let mut transaction = Transaction::new();
    let refused = transaction.refused(&by(MIA, 1, update(DEN, Rev(1), "x")));
    assert_eq!(refused, ErrorCode::NotPermitted);
    let refused = transaction.refused(&by(ADA, 2, update(DEN, Rev(2), "x")));
    assert_eq!(refused, ErrorCode::Stale);
    transaction.done(&by(ADA, 3, update(DEN, Rev(1), "cellar")));
    transaction.done(&by_operator(WriteCommand::SetRoom {
        room: DEN,
        name: None,
        topic: Some("below".into()),
        posting: None,
    }));
    let batch = transaction.rules.finish().unwrap();
    let [Item::Message(_), Item::Message(_), Item::Room(room)] =
        items_of(&batch, StreamId::Room(DEN))[..]
    else {
        panic!("not two lines and one room: {batch:?}");
    };
    assert_eq!(
        (room.name.as_str(), room.topic.as_str()),
        ("cellar", "below")
    );
    assert_eq!((room.rev, room.directory_rev), (Rev(13), Rev::ZERO));
    assert_eq!(batch.streams.len(), 1, "{batch:?}");
}

#[test]
fn a_removed_private_room_is_gone_for_its_members_and_never_was_for_others() {
    let mut transaction = Transaction::new();
    transaction.done(&by_operator(WriteCommand::RemoveRoom { room: DEN }));
    for (room, id) in [(DEN, 1), (GONE_DEN, 2)] {
        for (user, refused) in [
            (ADA, ErrorCode::RoomGone),
            (MIA, ErrorCode::RoomGone),
            (LEO, ErrorCode::NoSuchRoom),
            (BEN, ErrorCode::NoSuchRoom),
        ] {
            let request = by(user, id, send_to(room));
            assert_eq!(transaction.refused(&request), refused, "{user} in {room}");
        }
    }
    let batch = transaction.rules.finish().unwrap();
    assert!(batch.has_removed_room());
    assert!(batch.evictions.is_empty(), "its members learn of it");
    assert_eq!(batch.streams.len(), 1, "{batch:?}");
}
