//! Receipts: a retry gets the first result.

use super::*;
use crate::store::rules::receipt::MAX_RECEIPTS;

#[test]
fn a_retry_gets_the_first_result_and_changes_nothing() {
    let mut transaction = Transaction::new();
    let (seq, rev) = transaction.post(ADA, 1, "once");
    let requests = [
        by(ADA, 1, send("once")),
        by(ADA, 2, edit(seq, rev, "twice")),
        by(ADA, 3, delete(seq)),
        by(ADA, 4, cancel(77)),
        by(ADA, 5, create_room("tea")),
        by(ADA, 6, rename("Ada L.")),
    ];
    let first: Vec<_> = requests.iter().map(|r| transaction.done(r)).collect();
    let written = transaction.rules.tables.written.clone();
    let second: Vec<_> = requests.iter().map(|r| transaction.done(r)).collect();
    assert_eq!(second, first);
    assert_eq!(transaction.rules.tables.written, written);
}

#[test]
fn another_command_under_the_same_id_is_refused() {
    let mut transaction = Transaction::new();
    transaction.post(ADA, 1, "once");
    let refused = ErrorCode::ClientIdReused;
    assert_eq!(transaction.refused(&by(ADA, 1, send("other"))), refused);
    assert_eq!(transaction.refused(&by(ADA, 1, rename("once"))), refused);
}

#[test]
fn a_refused_command_leaves_no_receipt() {
    let mut transaction = Transaction::new();
    let deletion = by(ADA, 2, delete(Seq(1)));
    assert_eq!(transaction.refused(&deletion), ErrorCode::NoSuchMessage);
    transaction.post(ADA, 1, "now it is there");
    transaction.done(&deletion);
}

#[test]
fn the_oldest_receipts_of_an_author_are_deleted_above_a_limit() {
    let mut transaction = Transaction::new();
    let count = RowKey::ReceiptCount(ADA);
    let almost_full = FetchedRow::ReceiptCount(MAX_RECEIPTS - 1);
    transaction.rules.tables.fetched.insert(count, almost_full);
    transaction.done(&by(ADA, 1, rename("one")));
    assert_eq!(transaction.rules.tables.written.old_receipts, []);
    transaction.done(&by(ADA, 2, rename("two")));
    assert_eq!(
        transaction.rules.tables.written.old_receipts,
        [(ADA, 1_000)]
    );
    transaction.done(&by(ADA, 3, rename("three")));
    assert_eq!(transaction.rules.tables.written.old_receipts.len(), 1);
}
