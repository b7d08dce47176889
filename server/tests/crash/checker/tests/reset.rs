//! A reader whose catch-up was interrupted between two pages by a restart needs a reset.

use super::*;

/// Changes the reader of [`good`]: its second connection received a page up to revision 5 while the
/// room's head was `head`, and on the third it asked as at a first visit.
fn must_reset(evidence: &mut Evidence, head: i64) {
    let stored = evidence.readers[0].shown[&ROOM].clone();
    let reader = &mut evidence.readers[0];
    reader.seen.truncate(5);
    let page = changes(4, 5, Some(head), &[&stored[1]]);
    let mut reset = nothing_yet();
    reset.rev = Rev(7);
    let newest = stored[2..].iter().cloned();
    reset.items.extend(newest.map(Item::Message));
    reader.seen.extend([
        ReaderEvent::Changes(page),
        ReaderEvent::Resubscribed,
        ReaderEvent::AskedFromZero(ROOM),
        ReaderEvent::Reset(reset),
    ]);
}

#[test]
fn a_reset_between_two_pages_is_allowed_if_the_replica_has_the_newest_messages() {
    let violations = found(|evidence| {
        must_reset(evidence, 7);
        evidence.readers[0].shown.get_mut(&ROOM).unwrap().drain(..2);
    });
    assert_eq!(violations, []);
    let with_a_gap = found(|evidence| {
        must_reset(evidence, 7);
        evidence.readers[0].shown.get_mut(&ROOM).unwrap().remove(2);
    });
    assert!(matches!(with_a_gap[..], [Violation::ReplicaDiffers(..)]));
}

#[test]
fn a_live_frame_before_the_answer_does_not_end_the_catch_up() {
    let violations = found(|evidence| {
        must_reset(evidence, 7);
        let reader = &mut evidence.readers[0];
        let stored = reader.shown[&ROOM].clone();
        let live = changes(4, 7, None, &[&stored[1], &stored[3]]);
        let page = reader.seen.len() - 4;
        reader.seen.insert(page, ReaderEvent::Changes(live));
        reader.shown.get_mut(&ROOM).unwrap().drain(..2);
    });
    assert_eq!(violations, []);
}

#[test]
fn a_reset_of_a_reader_that_had_everything_is_found() {
    let found = found(|evidence| must_reset(evidence, 5));
    let reset = Violation::UnneededReset(reader(), ROOM);
    assert_eq!(found, [reset.clone(), reset]);
}
