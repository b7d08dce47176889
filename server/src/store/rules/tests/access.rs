//! For who is no member, a private room does not exist: not by the answer, nor by what was read.

use super::database::{DEN, GARDEN, GONE_DEN, LEO, MIA};
use super::recorded::Recorded;
use super::*;
use shared::model::{MarkChange, MemberRole, OnlyRoom};
use shared::permission::Permission;

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
        Command::ArchiveRoom {
            room,
            archived: true,
        },
        Command::RemoveRoom { room },
        Command::JoinRoom { room },
        Command::SetMemberRole {
            room,
            user: MIA,
            role: MemberRole::Manager,
        },
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
        Command::AddMembers { .. } => 5,
        Command::RemoveMember { .. } => 6,
        Command::MarkRead { .. } => 7,
        Command::MarkUnread { .. } => 8,
        Command::ArchiveRoom { .. } => 9,
        Command::RemoveRoom { .. } => 10,
        Command::JoinRoom { .. } => 11,
        Command::SetMemberRole { .. } => 12,
        Command::CreateRoom { .. }
        | Command::Rename { .. }
        | Command::OpenDirect { .. }
        | Command::ChangeSidebar { .. }
        | Command::SetMarks { .. } => 13,
    };
    let numbers: Vec<_> = commands(DEN).iter().map(number).collect();
    assert!(numbers.into_iter().eq(0..13));
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

/// A mark in another room than those that exist is left out, and reads no more than one in a room
/// that never was.
#[test]
fn a_mark_among_others_tells_nothing_of_a_room_that_does_not_exist_for_somebody() {
    let marks = |room| Command::SetMarks {
        marks: vec![MarkChange::new(room, Seq(1))],
    };
    for (outsider, den) in [(BEN, DEN), (LEO, DEN), (BEN, GONE_DEN), (LEO, GONE_DEN)] {
        let in_den = run(&by(outsider, 1, marks(den)), den);
        let nowhere = run(&by(outsider, 1, marks(NOWHERE)), NOWHERE);
        assert_eq!(in_den.0, Ok(Outcome::Done));
        // The digest of the receipt is that of the command.
        let but_the_receipt = |calls: Vec<String>| -> Vec<String> {
            let calls = calls.into_iter();
            calls
                .filter(|call| !call.contains("insert_receipt"))
                .collect()
        };
        assert_eq!(but_the_receipt(in_den.1), but_the_receipt(nowhere.1));
    }
}

#[test]
fn in_a_public_room_a_membership_is_read_only_for_what_depends_on_it() {
    for command in commands(GARDEN) {
        let (_, calls) = run(&by(BEN, 1, command.clone()), GARDEN);
        let reads_membership = |call: &String| call.contains("\"membership\"");
        let Permission::Room(_, action) = Permission::for_command(&command, Some(BEN)) else {
            panic!("not about a room: {command:?}");
        };
        // Who joins may be a member already.
        let may_read = action.needs_standing() || matches!(command, Command::JoinRoom { .. });
        let reads = calls.iter().any(reads_membership);
        assert_eq!(reads, may_read, "{command:?}");
    }
}
