//! Batches whose rows are fetched in rounds.

use super::database::{DEN, GARDEN, LEO, MIA, OPEN_INVITES};
use super::*;
use shared::model::{MarkChange, Role};

use crate::store::prefetch::run_batch;
use crate::store::{ExternalRole, InviteId};

/// Requests that depend on each other.
fn chat_requests() -> Vec<WriteRequest> {
    vec![
        by(ADA, 1, send("one")),
        by(BEN, 2, send("two")),
        by(ADA, 3, edit(Seq(1), Rev(2), "one, edited")),
        by(ADA, 4, cancel(1)),
        by(BEN, 5, delete(Seq(1))),
        by(ADA, 6, create_room("tea")),
        by(BEN, 7, create_room("tea")),
        by(ADA, 8, rename("Ada L.")),
        by(ADA, 9, send("three")),
        by(BEN, 10, mark_read(Seq(3))),
        by(ADA, 9, send("three")),
        by(ADA, 12, create_private("shed")),
        by(ADA, 13, add_member(RoomId(3), BEN)),
        by(BEN, 14, remove_member(RoomId(3), BEN)),
        by(ADA, 15, add_member(DEN, BEN)),
        by(BEN, 16, update(DEN, Rev(1), "cellar")),
        by(MIA, 17, add_member(DEN, LEO)),
        by(LEO, 18, remove_member(DEN, LEO)),
        by(
            BEN,
            19,
            Command::MarkUnread {
                room: DEN,
                seq: Seq(1),
            },
        ),
        by(
            ADA,
            20,
            Command::OpenDirect {
                users: vec![BEN, MIA],
            },
        ),
        by(
            ADA,
            21,
            Command::Send {
                room: RoomId(4),
                body: "hello".into(),
            },
        ),
        by(
            MIA,
            22,
            Command::OpenDirect {
                users: vec![BEN, ADA],
            },
        ),
        by(
            BEN,
            23,
            Command::SetMarks {
                marks: [RoomId(4), LOBBY, DEN]
                    .map(|room| MarkChange::new(room, Seq(1)))
                    .to_vec(),
            },
        ),
        by(
            ADA,
            24,
            Command::AddMembers {
                room: GARDEN,
                users: vec![BEN, LEO, MIA],
            },
        ),
        by(ADA, 25, Command::RemoveRoom { room: GARDEN }),
        by_operator(WriteCommand::RemoveRoom { room: DEN }),
        by_operator(WriteCommand::RemoveRoom { room: RoomId(2) }),
        delete_person(BEN),
        by(BEN, 11, send("too late")),
        guest("Cem", 1),
        accounts::claim_link(2, accounts::LATER),
        accounts::claim(2, accounts::account("owner")),
        invites::create(Actor::User(UserId(4)), invites::new_invite(3)),
        invites::join(3, "anna"),
        accounts::sign_in(UserId(5), "anna", 4),
        invites::revoke(Actor::User(UserId(4)), InviteId(OPEN_INVITES + 1)),
        invites::join(3, "ben"),
        links::transfer_link(Actor::User(UserId(5)), 5, 4),
        links::sign_in_by(5, 6),
        links::reset_link(Actor::User(UserId(4)), 2, 7, UserId(5)),
        links::reset_link(Actor::User(UserId(4)), 2, 8, UserId(5)),
    ]
}

/// Requests about accounts that do too.
fn account_requests() -> Vec<WriteRequest> {
    vec![
        links::reset(7, "too late", 9),
        links::reset(8, "better", 9),
        passkeys::handle(UserId(5)),
        passkeys::add(UserId(5), 9, 1),
        passkeys::add(UserId(4), 2, 1),
        passkeys::sign_in(UserId(5), 1, 7, 5),
        passkeys::rename(UserId(5), 1, "key"),
        passkeys::remove(UserId(5), 9, 1),
        external::come(
            "may",
            ExternalRole::Given(Role::Administrator),
            Some(external::new_account(&["anna", "may"])),
            6,
        ),
        external::come("may", ExternalRole::Given(Role::Member), None, 7),
        external::come("may", ExternalRole::Withheld, None, 8),
        delete_person(UserId(5)),
        delete_person(UserId(6)),
    ]
}

fn requests() -> Vec<WriteRequest> {
    let mut requests = chat_requests();
    requests.extend(account_requests());
    requests
}

#[test]
fn a_batch_ends_as_its_commands_do_one_after_the_other() {
    let requests = requests();
    let mut database = NewDatabase::default();
    let (written, batch, results) = run_batch(&mut database, CONFIG, &requests).unwrap();

    let mut transaction = Transaction::new();
    let expected: Vec<_> = requests.iter().map(|r| transaction.apply(r)).collect();
    let results: Vec<_> = results
        .into_iter()
        .map(|result| result.map_err(|error| error.code()))
        .collect();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|result| {
            result.map_err(|error| match error {
                RuleError::Refused(refusal) => refusal.code,
                other => panic!("{other:?}"),
            })
        })
        .collect();
    assert_eq!(results, expected);
    // Of the commands about accounts, at the end, only that after the revocation is refused, and
    // that by a link which another replaced, and a passkey that somebody has.
    let accounts = results
        .iter()
        .rev()
        .take(25)
        .filter_map(|r| r.as_ref().err());
    let refused = [
        &ErrorCode::PasskeyInvalid,
        &ErrorCode::LinkInvalid,
        &ErrorCode::LinkInvalid,
    ];
    assert!(accounts.eq(refused), "{results:?}");
    let expected = transaction.rules.finish().unwrap();
    assert_eq!(format!("{batch:?}"), format!("{expected:?}"));
    assert_eq!(written, transaction.rules.tables.written);
}

#[test]
fn no_command_needs_more_than_four_fetches() {
    for request in requests() {
        let mut database = NewDatabase::default();
        run_batch(&mut database, CONFIG, std::slice::from_ref(&request)).unwrap();
        assert!(database.fetches <= 4, "{:?}", request.command);
    }
}

#[test]
fn commands_that_depend_on_more_rounds_run_one_by_one() {
    // Each cancellation is found out only when the one before has run.
    let mut requests = vec![by(ADA, 100, send("x"))];
    for id in 0..10 {
        requests.push(by(ADA, id, create_room(&format!("room {id}"))));
        requests.push(by_operator(WriteCommand::RemoveRoom {
            room: RoomId(2 + i64::from(id)),
        }));
        let update = Command::UpdateRoom {
            room: RoomId(2 + i64::from(id)),
            rev: Rev(1),
            name: Some(format!("other {id}")),
            topic: None,
            posting: None,
        };
        requests.push(by(ADA, 50 + id, update));
    }
    let mut database = NewDatabase::default();
    let (written, _, results) = run_batch(&mut database, CONFIG, &requests).unwrap();
    assert_eq!(written.rooms.len(), 10, "{results:?}");
}
