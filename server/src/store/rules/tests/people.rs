//! People: guests, names, sessions.

use super::*;
use crate::store::SessionId;
use crate::store::rules::{AccountKey, AccountRow};

#[test]
fn a_guest_gets_the_next_id_and_a_session() {
    let mut transaction = Transaction::new();
    transaction.done(&guest("Cem", 1));
    let second = transaction.done(&guest("Dao", 2)).into_person().unwrap();
    assert_eq!((second.id, second.name.as_str()), (UserId(4), "Dao"));
    let accounts = &transaction.rules.tables.written.accounts;
    let session = match &accounts[&AccountKey::Session([2; 32])] {
        Some(AccountRow::Session(row)) => row,
        other => panic!("no session: {other:?}"),
    };
    assert_eq!((session.user, session.id), (UserId(4), SessionId(8)));
    assert_eq!((session.created_at, session.used_at), (NOW, NOW));
}

#[test]
fn a_removed_person_loses_all_sessions_and_may_do_nothing() {
    let mut transaction = Transaction::new();
    let token = [1; 32];
    let guest = transaction.done(&guest("Cem", 1)).into_person().unwrap().id;
    transaction.done(&delete_person(guest));
    let refused = ErrorCode::Unauthorized;
    assert_eq!(transaction.refused(&by(guest, 1, send("x"))), refused);
    assert_eq!(transaction.refused(&by(guest, 2, rename("x"))), refused);
    assert_eq!(
        transaction.refused(&by(guest, 3, create_room("x"))),
        refused
    );
    assert_eq!(transaction.rules.finish().unwrap().ended_sessions, [token]);
}

#[test]
fn later_posts_have_the_new_name() {
    let mut transaction = Transaction::new();
    let renamed = transaction.done(&by(ADA, 1, rename("Ada L.")));
    assert_eq!(renamed, Outcome::Renamed { rev: Rev(2) });
    let (seq, _) = transaction.post(ADA, 2, "hello");
    let author = &transaction.message(seq).author;
    assert_eq!((author.name.as_str(), author.rev), ("Ada L.", Rev(2)));
}
