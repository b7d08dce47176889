//! For who is no member, a private room does not exist: not by the answer, nor by what was read.

use super::database::{DEN, GONE_DEN, LEO, MIA};
use super::recorded::Recorded;
use super::*;
use shared::model::OnlyRoom;

/// A room that never was.
const NOWHERE: RoomId = RoomId(90);

/// Every command about a room.
fn commands(room: RoomId) -> Vec<Command> {
    let (seq, rev, body) = (Seq(3), Rev(5), String::from("x"));
    let send = Command::Send {
        room,
        body: body.clone(),
    };
    let edit = Command::Edit {
        room,
        seq,
        rev,
        body,
    };
    let cancel = Command::Cancel {
        room,
        target: client_id(200),
    };
    let mark_read = Command::MarkRead {
        room,
        seq,
        generation: 0,
    };
    vec![
        send,
        edit,
        Command::Delete { room, seq },
        cancel,
        update(room, rev, "x"),
        add_member(room, MIA),
        remove_member(room, MIA),
        mark_read,
        Command::MarkUnread { room, seq },
    ]
}

#[test]
fn the_list_above_has_every_command_about_a_room() {
    // A new command does not compile here. If it is about a room, add it to the list above too.
    let number = |command: &Command| match command {
        Command::Send { .. } => 0,
        Command::Edit { .. } => 1,
        Command::Delete { .. } => 2,
        Command::Cancel { .. } => 3,
        Command::UpdateRoom { .. } => 4,
        Command::AddMember { .. } => 5,
        Command::RemoveMember { .. } => 6,
        Command::MarkRead { .. } => 7,
        Command::MarkUnread { .. } => 8,
        Command::CreateRoom { .. } | Command::Rename { .. } => 9,
    };
    let numbers: Vec<_> = commands(DEN).iter().map(number).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
}

/// How a command ended, and what it read and wrote, with another id in place of the room's.
fn run(request: &WriteRequest, room: RoomId) -> (Result<Outcome, ErrorCode>, Vec<String>) {
    let mut rules = Rules::new(Recorded::default(), CONFIG);
    let mut database = NewDatabase::default();
    let result = loop {
        rules.tables.calls.clear();
        match rules.apply(request) {
            Ok(outcome) => break Ok(outcome),
            Err(RuleError::Refused(refusal)) => break Err(refusal.code),
            Err(RuleError::Missing(key)) => {
                let rows = &mut rules.tables.rows.fetched;
                database.fetch(HashSet::from([key]), rows).unwrap();
            }
            Err(other) => panic!("{other:?}"),
        }
    };
    let calls = rules.tables.calls.iter();
    let calls = calls.map(|call| call.replace(&format!("{room:?}"), "the room"));
    (result, calls.collect())
}

#[test]
fn an_outsider_s_commands_read_and_answer_as_for_a_room_that_never_was() {
    for (outsider, den) in [(BEN, DEN), (LEO, DEN), (BEN, GONE_DEN), (LEO, GONE_DEN)] {
        for (secret, missing) in commands(den).into_iter().zip(commands(NOWHERE)) {
            let in_den = run(&by(outsider, 1, secret.clone()), den);
            let nowhere = run(&by(outsider, 1, missing), NOWHERE);
            assert_eq!(in_den, nowhere, "{secret:?}");
            assert_eq!(in_den.0, Err(ErrorCode::NoSuchRoom), "{secret:?}");
            let reads_membership = |call: &String| call.contains("\"membership\"");
            assert!(in_den.1.iter().any(reads_membership), "{secret:?}");
        }
    }
}

#[test]
fn a_guest_of_one_room_finds_no_other_room_not_even_one_that_is_public_or_has_the_guest_in_it() {
    let only = OnlyRoom {
        room: RoomId(55),
        from: Seq::ZERO,
    };
    let request = |command| WriteRequest {
        actor: Actor::RoomGuest(MIA, only),
        ..by(MIA, 1, command)
    };
    for other in [LOBBY, DEN, GONE_DEN] {
        for (command, missing) in commands(other).into_iter().zip(commands(NOWHERE)) {
            let found = run(&request(command.clone()), other);
            assert_eq!(found, run(&request(missing), NOWHERE), "{command:?}");
            assert_eq!(found.0, Err(ErrorCode::NoSuchRoom), "{command:?}");
        }
    }
}

#[test]
fn who_has_only_a_name_does_not_find_a_private_room() {
    let request = |room| WriteRequest {
        actor: Actor::Named("Program".into()),
        client_id: None,
        ..by(BEN, 1, commands(room).swap_remove(0))
    };
    let in_den = run(&request(DEN), DEN);
    assert_eq!(in_den, run(&request(NOWHERE), NOWHERE));
    assert_eq!(in_den.0, Err(ErrorCode::NoSuchRoom));
}

#[test]
fn nothing_in_a_public_room_reads_a_membership() {
    for command in commands(LOBBY) {
        let (_, calls) = run(&by(BEN, 1, command.clone()), LOBBY);
        let reads_membership = |call: &String| call.contains("\"membership\"");
        assert!(!calls.iter().any(reads_membership), "{command:?}");
    }
}
