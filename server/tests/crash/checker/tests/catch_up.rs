//! What a client that resumes is given, and which revisions there are.

use shared::model::{Member, MemberRole, Profile};

use super::*;

#[test]
fn a_missing_page_of_a_catch_up_is_found() {
    let found = found(|evidence| {
        lobby(evidence).pages.remove(0);
    });
    assert!(
        found.contains(&Violation::CatchUp(ROOM, Rev(4))),
        "{found:?}"
    );
}

/// Changes the record of [`good`]: somebody became a member, after everything else.
fn joined(evidence: &mut Evidence) {
    let person = Profile::guest(UserId(8), "Ben".into(), Rev::ZERO);
    let member = Member {
        person,
        rev: Rev(8),
        role: MemberRole::Member,
        joined_at: Micros(8),
        left_at: None,
    };
    let mut page = changes(7, 8, Some(8), &[]);
    page.items.push(Item::Member(member));
    let mut live = page.clone();
    (live.question, live.head) = (None, None);
    lobby(evidence).head = Rev(8);
    lobby(evidence).pages.push(page);
    evidence.readers[0].seen.push(ReaderEvent::Changes(live));
}

#[test]
fn a_membership_has_a_revision_of_its_own() {
    assert_eq!(found(joined), [Violation::RevGap(ROOM, Rev(8))]);
    let known = found(|evidence| {
        joined(evidence);
        lobby(evidence).members.push(Rev(8));
    });
    assert_eq!(known, []);
}
