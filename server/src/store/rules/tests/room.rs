//! Rooms: names, limits, who may change them, removal.

use super::*;

fn created(transaction: &mut Transaction, by_user: UserId, id: u8, name: &str) -> (RoomId, Rev) {
    match transaction.done(&by(by_user, id, create_room(name))) {
        Outcome::Room { room, rev } => (room, rev),
        other => panic!("no room: {other:?}"),
    }
}

#[test]
fn a_new_room_has_the_next_id_and_its_first_revision() {
    let mut transaction = Transaction::new();
    assert_eq!(
        created(&mut transaction, ADA, 1, "tea"),
        (RoomId(2), Rev(1))
    );
    assert_eq!(
        created(&mut transaction, ADA, 2, "milk"),
        (RoomId(3), Rev(1))
    );
    let room = &transaction.rules.tables.written.rooms[&RoomId(3)].room;
    assert_eq!((room.created_by, room.directory_rev), (Some(ADA), Rev(3)));
}

#[test]
fn a_name_that_is_taken_or_looks_so_is_refused() {
    let mut transaction = Transaction::new();
    created(&mut transaction, ADA, 1, "tea");
    for (id, name) in [(2, "TEA"), (3, "lobby"), (4, "Iobby")] {
        let refused = transaction.refused(&by(BEN, id, create_room(name)));
        assert_eq!(refused, ErrorCode::NameTaken, "{name}");
    }
}

#[test]
fn a_name_is_free_again_after_a_renaming_or_a_removal() {
    let mut transaction = Transaction::new();
    let (tea, rev) = created(&mut transaction, ADA, 1, "tea");
    transaction.done(&by(ADA, 2, update(tea, rev, "coffee")));
    let (second, _) = created(&mut transaction, BEN, 3, "tea");
    transaction.done(&by_operator(WriteCommand::RemoveRoom { room: second }));
    created(&mut transaction, BEN, 4, "tea");
}

#[test]
fn one_person_and_all_together_have_a_limit_of_rooms() {
    let mut transaction = Transaction::new();
    let (first, _) = created(&mut transaction, ADA, 1, "a");
    created(&mut transaction, ADA, 2, "b");
    let refused = ErrorCode::TooManyRooms;
    assert_eq!(transaction.refused(&by(ADA, 3, create_room("c"))), refused);
    // The lobby counts: with this room there are four.
    created(&mut transaction, BEN, 4, "d");
    assert_eq!(transaction.refused(&by(BEN, 5, create_room("e"))), refused);
    transaction.done(&by_operator(WriteCommand::RemoveRoom { room: first }));
    created(&mut transaction, ADA, 6, "f");
}

#[test]
fn only_who_manages_a_room_may_update_it_and_only_its_last_revision() {
    let mut transaction = Transaction::new();
    let (tea, rev) = created(&mut transaction, ADA, 1, "tea");
    let refused = transaction.refused(&by(BEN, 2, update(tea, rev, "x")));
    assert_eq!(refused, ErrorCode::NotPermitted);
    transaction.done(&by(ADA, 3, update(tea, rev, "milk")));
    match transaction.apply(&by(ADA, 4, update(tea, rev, "x"))) {
        Err(RuleError::Refused(refusal)) => {
            assert_eq!(refusal.code, ErrorCode::Stale);
            assert_eq!(refusal.current_room.unwrap().name, "milk");
        }
        other => panic!("not refused: {other:?}"),
    }
    // The operator may, whatever the revision.
    transaction.done(&by_operator(WriteCommand::SetRoom {
        room: tea,
        name: None,
        topic: Some("with milk".into()),
        posting: None,
    }));
}

#[test]
fn a_removed_room_takes_no_commands_and_the_lobby_stays() {
    let mut transaction = Transaction::new();
    let (tea, _) = created(&mut transaction, ADA, 1, "tea");
    let removal = by_operator(WriteCommand::RemoveRoom { room: tea });
    transaction.done(&removal);
    assert_eq!(transaction.refused(&removal), ErrorCode::RoomGone);
    let post = Command::Send {
        room: tea,
        body: "x".into(),
    };
    assert_eq!(transaction.refused(&by(ADA, 2, post)), ErrorCode::RoomGone);
    let lobby = by_operator(WriteCommand::RemoveRoom { room: LOBBY });
    assert_eq!(transaction.refused(&lobby), ErrorCode::BadCommand);
}
