//! How SQLite carries out the statements that run most.

use crate::store::sqlite::read::{person, room_list, unread};
use crate::store::sqlite::test_store::plan;

fn searches(plan: &[String], index: &str) -> usize {
    plan.iter().filter(|step| step.contains(index)).count()
}

/// No table is read from its start to its end.
fn assert_no_scan(plan: &[String]) {
    let is_scan = |step: &&String| step.starts_with("SCAN") && !step.contains("CONSTANT ROW");
    assert_eq!(plan.iter().find(is_scan), None, "{plan:?}");
}

#[test]
fn a_room_s_head_is_read_without_a_scan_of_its_messages_and_members() {
    let plan = plan(&unread::ROOM_HEAD.replace("?1", "1"));
    assert_eq!(
        searches(&plan, "INDEX messages_by_place (room=?)"),
        2,
        "{plan:?}"
    );
    assert_eq!(
        searches(&plan, "INDEX messages_by_change (room=?)"),
        1,
        "{plan:?}"
    );
    assert_eq!(
        searches(&plan, "INDEX memberships_by_rev (room=?)"),
        1,
        "{plan:?}"
    );
    assert_no_scan(&plan);
}

#[test]
fn the_head_of_an_own_stream_is_read_without_a_scan() {
    let plan = plan(&person::STREAM_HEAD.replace("?1", "1"));
    assert_eq!(
        searches(&plan, "INDEX memberships_by_own_rev (user=?)"),
        1,
        "{plan:?}"
    );
    assert_no_scan(&plan);
}

#[test]
fn what_does_not_count_is_found_in_its_index_without_reading_a_message() {
    let plan = plan(&unread::UNCOUNTED.replace("?1", "1").replace("?2", "10"));
    let index = "SEARCH messages USING COVERING INDEX messages_uncounted (room=?)";
    assert_eq!(plan, [index]);
}

#[test]
fn public_rooms_are_listed_in_the_order_of_their_index() {
    let sql = format!("SELECT r.id {}", room_list::ROOMS);
    let sql = sql
        .replace("?1", "''")
        .replace("?2", "0")
        .replace("?3", "NULL");
    let plan = plan(&sql);
    assert_eq!(searches(&plan, "INDEX rooms_listed"), 1, "{plan:?}");
    assert!(
        !plan.iter().any(|step| step.contains("ORDER BY")),
        "{plan:?}"
    );
}
