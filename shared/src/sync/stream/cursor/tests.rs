use super::*;

const OLD: Epoch = Epoch(uuid::Uuid::from_u128(1));
const NEW: Epoch = Epoch(uuid::Uuid::from_u128(2));

fn live(from: i64, through: i64) -> RevRange {
    RevRange {
        question: None,
        from: Rev(from),
        through: Rev(through),
        head: None,
    }
}

fn answer(question: u32, from: i64, through: i64, head: i64) -> RevRange {
    RevRange {
        question: Some(question),
        head: Some(Rev(head)),
        ..live(from, through)
    }
}

fn cursor_at(epoch: Epoch, rev: i64) -> Cursor {
    Cursor {
        epoch: Some(epoch),
        known: Rev(rev),
        ..Cursor::default()
    }
}

#[test]
fn a_gap_is_asked_for_once() {
    let mut cursor = cursor_at(NEW, 5);
    assert_eq!(cursor.advance(NEW, live(7, 8)), Verdict::Gap);
    assert!(cursor.should_ask());
    assert_eq!(cursor.ask(1), (Some(NEW), Rev(5)));
    assert_eq!(cursor.advance(NEW, live(8, 9)), Verdict::Gap);
    assert!(!cursor.should_ask());
    assert_eq!(cursor.advance(NEW, answer(1, 5, 9, 9)), Verdict::Apply);
    assert!(cursor.is_caught_up() && !cursor.should_ask());
}

#[test]
fn the_second_answer_in_a_row_without_progress_ends_the_asking() {
    let mut cursor = cursor_at(NEW, 5);
    for question in [1, 2] {
        assert!(!cursor.is_question_open());
        cursor.ask(question);
        let nothing = answer(question, 5, 5, 9);
        assert_eq!(cursor.advance(NEW, nothing), Verdict::Drop);
        assert_eq!(cursor.should_ask(), question == 1);
    }
    assert_eq!(cursor.advance(NEW, live(5, 6)), Verdict::Apply);
    assert!(cursor.should_ask(), "something moved");
}

#[test]
fn only_the_answer_to_the_open_question_moves_the_cursor_into_another_epoch() {
    let mut cursor = cursor_at(OLD, 5);
    cursor.ask(2);
    for late in [
        live(5, 6),
        live(0, 6),
        answer(1, 5, 6, 6),
        answer(1, 0, 6, 6),
    ] {
        assert_eq!(cursor.advance(NEW, late), Verdict::Gap);
        assert!(cursor.is_question_open() && !cursor.is_confirmed(NEW));
    }
    assert!(!cursor.accept_reset(NEW, Rev(9), Some(1)));
    assert_eq!(cursor.advance(NEW, answer(2, 5, 6, 6)), Verdict::Apply);
    assert_eq!(cursor.ask(3), (Some(NEW), Rev(6)));
}

#[test]
fn a_late_answer_is_applied_if_it_continues_what_is_known_and_leaves_the_question_open() {
    let mut cursor = cursor_at(NEW, 5);
    cursor.ask(2);
    assert_eq!(cursor.advance(NEW, answer(1, 5, 7, 9)), Verdict::Apply);
    assert!(cursor.is_question_open() && cursor.is_partial());
    // From 0 it would void what is known, if it were the answer.
    assert_eq!(cursor.advance(NEW, answer(1, 0, 8, 9)), Verdict::Apply);
    assert!(!cursor.accept_reset(NEW, Rev(9), None));
    assert_eq!(cursor.advance(NEW, answer(2, 5, 9, 9)), Verdict::Apply);
    assert!(!cursor.is_question_open() && !cursor.is_partial());
}

#[test]
fn a_restart_is_accepted_once_per_connection() {
    let mut cursor = cursor_at(NEW, 5);
    cursor.ask(1);
    assert_eq!(cursor.advance(NEW, answer(1, 0, 3, 9)), Verdict::Replace);
    assert!(cursor.should_ask());
    for question in [2, 3] {
        assert!(cursor.should_ask());
        cursor.ask(question);
        let anew = answer(question, 0, 3, 9);
        assert_eq!(cursor.advance(NEW, anew), Verdict::Drop);
    }
    assert!(!cursor.should_ask());
}

#[test]
fn an_answer_that_confirms_the_same_revision_in_another_epoch_is_progress() {
    let mut cursor = cursor_at(OLD, 5);
    cursor.ask(1);
    assert_eq!(cursor.advance(NEW, answer(1, 5, 5, 9)), Verdict::Apply);
    // The first answer without progress is only the next one.
    cursor.ask(2);
    assert_eq!(cursor.advance(NEW, answer(2, 5, 5, 9)), Verdict::Drop);
    assert!(cursor.should_ask());
}

#[test]
fn a_restart_that_ends_at_the_same_revision_is_progress() {
    let mut cursor = cursor_at(OLD, 3);
    cursor.ask(1);
    assert_eq!(cursor.advance(NEW, answer(1, 0, 3, 9)), Verdict::Replace);
    assert!(cursor.should_ask());
    let mut cursor = cursor_at(OLD, 3);
    cursor.ask(1);
    cursor.note_revision(Rev(9));
    assert!(cursor.accept_reset(NEW, Rev(3), Some(1)));
    assert!(cursor.should_ask());
}

#[test]
fn catching_up_is_partial_until_its_last_page() {
    let mut cursor = cursor_at(NEW, 5);
    cursor.ask(1);
    cursor.advance(NEW, answer(1, 5, 7, 9));
    assert!(cursor.is_partial());
    cursor.advance(NEW, live(7, 9));
    assert!(!cursor.is_partial());
}

#[test]
fn a_repeated_first_range_does_not_void_what_follows_it() {
    let mut cursor = cursor_at(NEW, 5);
    assert_eq!(cursor.advance(NEW, live(0, 1)), Verdict::Drop);
    assert_eq!(cursor.known(), Rev(5));
}

#[test]
fn nonsense_is_dropped() {
    let mut cursor = cursor_at(NEW, 5);
    cursor.ask(1);
    for range in [live(-1, 6), live(6, 5), answer(1, 5, 8, 7)] {
        assert_eq!(cursor.advance(NEW, range), Verdict::Drop);
    }
    assert!(!cursor.accept_reset(NEW, Rev(-4), Some(1)));
    assert_eq!(cursor.known(), Rev(5));
}

#[test]
fn a_reset_moves_the_cursor_back_only_into_another_epoch() {
    let mut cursor = cursor_at(NEW, 5);
    cursor.ask(1);
    assert!(!cursor.accept_reset(NEW, Rev(4), Some(1)));
    cursor.ask(2);
    assert!(cursor.accept_reset(NEW, Rev(6), Some(2)));
    let mut cursor = cursor_at(OLD, 5);
    cursor.ask(3);
    assert!(cursor.accept_reset(NEW, Rev(4), Some(3)));
}
