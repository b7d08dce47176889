//! Which acts leave an entry, and that an entry is written with what it is about or not at all.

use serde_json::json;
use shared::audit::AuditAction;
use shared::command::Command;
use shared::id::{Seq, UserId};
use shared::model::MemberRole;

use super::database::{ADA, BEN, DEN, GARDEN, LOBBY, MIA, TALK};
use super::recorded::Recorded;
use super::*;
use crate::store::AuditRow;

/// What was noted: the entries and nothing more of what was written.
fn noted(transaction: &Transaction) -> &[AuditRow] {
    &transaction.rules.tables.written.audit
}

fn delete_in(room: RoomId, seq: Seq) -> Command {
    Command::Delete { room, seq }
}

fn post_in(transaction: &mut Transaction, room: RoomId, author: UserId, id: u8) -> Seq {
    let body = "words".to_owned();
    message_of(&transaction.done(&by(author, id, Command::Send { room, body }))).0
}

#[test]
fn an_entry_names_who_did_what_to_whom_and_when() {
    let mut transaction = Transaction::new();
    let seq = post_in(&mut transaction, GARDEN, BEN, 1);
    transaction.done(&by(ADA, 2, delete_in(GARDEN, seq)));
    let expected = AuditRow {
        at: NOW,
        actor: Some(ADA),
        action: AuditAction::DeleteMessage,
        person: Some(BEN),
        room: Some(GARDEN),
        seq: Some(seq),
        detail: serde_json::Map::new(),
    };
    assert_eq!(noted(&transaction), [expected]);
    // A repetition of the command, and another deletion of what is deleted, are no acts.
    transaction.done(&by(ADA, 2, delete_in(GARDEN, seq)));
    transaction.done(&by(ADA, 3, delete_in(GARDEN, seq)));
    assert_eq!(noted(&transaction).len(), 1);
}

#[test]
fn what_is_refused_leaves_no_entry() {
    let mut transaction = Transaction::new();
    let seq = post_in(&mut transaction, GARDEN, MIA, 1);
    transaction.refused(&by(BEN, 2, delete_in(GARDEN, seq)));
    let role = MemberRole::Manager;
    let appoint = Command::SetMemberRole {
        room: GARDEN,
        user: MIA,
        role,
    };
    transaction.refused(&by(MIA, 3, appoint));
    assert_eq!(noted(&transaction), []);
}

#[test]
fn in_rooms_that_are_not_public_only_the_operator_leaves_one_with_the_number_alone() {
    let mut transaction = Transaction::new();
    for (id, room, author) in [(1, DEN, MIA), (10, TALK, MIA)] {
        let first = post_in(&mut transaction, room, author, id);
        let second = post_in(&mut transaction, room, author, id + 1);
        if room == DEN {
            transaction.done(&by(ADA, id + 2, delete_in(room, second)));
            transaction.done(&by(ADA, id + 3, add_member(room, BEN)));
            transaction.done(&by(ADA, id + 4, remove_member(room, BEN)));
        }
        assert_eq!(noted(&transaction), []);
        transaction.done(&by_operator(WriteCommand::Client(delete_in(room, first))));
        let [entry] = noted(&transaction) else {
            panic!("{:?}", noted(&transaction));
        };
        assert_eq!(
            (entry.actor, entry.person, entry.room, entry.seq),
            (None, None, Some(room), None)
        );
        transaction.rules.tables.written.audit.clear();
    }
}

#[test]
fn that_the_memberships_of_a_deleted_person_end_is_no_act_of_the_operator() {
    let mut transaction = Transaction::new();
    transaction.done(&delete_person(MIA));
    let removed = WriteCommand::Client(remove_member(GARDEN, MIA));
    transaction.done(&by_operator(removed));
    let actions: Vec<_> = noted(&transaction)
        .iter()
        .map(|entry| entry.action)
        .collect();
    assert_eq!(actions, [AuditAction::DeletePerson]);
}

#[test]
fn many_messages_are_removed_by_one_act() {
    let mut transaction = Transaction::new();
    let author = AuthorFilter::Person(BEN);
    let since = Micros(5);
    transaction.done(&by_operator(WriteCommand::BeginRemoval { author, since }));
    let first = transaction.post(BEN, 1, "one").0;
    let second = transaction.post(BEN, 2, "two").0;
    for seq in [first, second, second] {
        transaction.done(&by_operator(WriteCommand::EraseWriting {
            room: LOBBY,
            seq,
        }));
    }
    assert!(transaction.message(first).is_deleted() && transaction.message(second).is_deleted());
    let [entry] = noted(&transaction) else {
        panic!("{:?}", noted(&transaction));
    };
    assert_eq!(entry.action, AuditAction::RemoveWritings);
    assert_eq!(entry.person, Some(BEN));
    assert_eq!(json!(entry.detail), json!({ "since": 5 }));
    // Only the operator does it, whoever sends it.
    for command in [
        WriteCommand::BeginRemoval { author, since },
        WriteCommand::EraseWriting {
            room: LOBBY,
            seq: first,
        },
    ] {
        let request = WriteRequest {
            actor: Actor::User(ADA),
            ..by_operator(command)
        };
        assert_eq!(transaction.refused(&request), ErrorCode::Forbidden);
    }
}

#[test]
fn what_people_post_and_read_does_not_touch_the_log() {
    let mut rules = Rules::new(Recorded::default(), CONFIG);
    let mut database = NewDatabase::default();
    let requests = [
        by(BEN, 1, send("hello")),
        by(BEN, 2, mark_read(Seq(1))),
        by(BEN, 3, edit(Seq(1), Rev(2), "better")),
        by(BEN, 4, delete(Seq(1))),
    ];
    for request in &requests {
        while let Err(RuleError::Missing(key)) = rules.apply(request) {
            let fetched = &mut rules.tables.rows.fetched;
            database.fetch(HashSet::from([key]), fetched).unwrap();
        }
    }
    let calls = &rules.tables.calls;
    assert!(calls.iter().any(|call| call.contains("insert_message")));
    assert!(calls.iter().any(|call| call.contains("put_message")));
    assert!(
        !calls.iter().any(|call| call.contains("audit")),
        "{calls:?}"
    );
}
