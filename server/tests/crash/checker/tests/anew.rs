//! A reader whose catching up was cut off between two pages by a restart has to begin anew.

use super::*;

/// The reader of [`good`], whose second connection brought a page up to revision 5 while
/// the room's head was `head`, and who asked as at a first visit on the third.
fn begins_anew(evidence: &mut Evidence, head: i64) {
    let stored = evidence.readers[0].shown[&ROOM].clone();
    let reader = &mut evidence.readers[0];
    reader.seen.truncate(5);
    let page = changes(4, 5, Some(head), &[&stored[1]]);
    let reset = Reset {
        rev: Rev(7),
        messages: stored[2..].to_vec(),
        ..nothing_yet()
    };
    reader.seen.extend([
        Seen::Changes(page),
        Seen::Begun,
        Seen::Anew(ROOM),
        Seen::Reset(reset),
    ]);
}

#[test]
fn a_reset_between_two_pages_of_a_catch_up_is_allowed() {
    let right = found(|evidence| {
        begins_anew(evidence, 7);
        evidence.readers[0].shown.get_mut(&ROOM).unwrap().drain(..2);
    });
    assert_eq!(right, []);
    let with_a_hole = found(|evidence| {
        begins_anew(evidence, 7);
        evidence.readers[0].shown.get_mut(&ROOM).unwrap().remove(2);
    });
    assert!(matches!(with_a_hole[..], [Violation::ShownOtherwise(..)]));
}

#[test]
fn a_live_frame_before_the_answer_does_not_end_the_catch_up() {
    let right = found(|evidence| {
        begins_anew(evidence, 7);
        let reader = &mut evidence.readers[0];
        let stored = reader.shown[&ROOM].clone();
        let live = changes(4, 7, None, &[&stored[1], &stored[3]]);
        let page = reader.seen.len() - 4;
        reader.seen.insert(page, Seen::Changes(live));
        reader.shown.get_mut(&ROOM).unwrap().drain(..2);
    });
    assert_eq!(right, []);
}

#[test]
fn a_reset_of_a_reader_that_had_everything_is_found() {
    let found = found(|evidence| begins_anew(evidence, 5));
    let forgotten = Violation::Forgotten(reader(), ROOM);
    assert_eq!(found, [forgotten.clone(), forgotten]);
}
