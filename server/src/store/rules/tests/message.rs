//! Messages: author, revision, deletion, cancellation.

use super::*;

#[test]
fn a_post_gets_the_next_number_and_revision_of_its_room() {
    let mut transaction = Transaction::new();
    assert_eq!(transaction.post(ADA, 1, "one"), (Seq(1), Rev(2)));
    assert_eq!(transaction.post(BEN, 2, "two"), (Seq(2), Rev(3)));
    let message = transaction.message(Seq(2));
    assert_eq!(
        (message.author.id, message.author.name.as_str()),
        (Some(BEN), "Ben")
    );
    assert_eq!((message.body.as_str(), message.posted_at), ("two", NOW));
    assert!(transaction.rules.tables.written.people[&BEN].row.has_posted);
}

#[test]
fn a_post_to_a_missing_room_is_refused() {
    let nowhere = Command::Send {
        room: RoomId(9),
        body: "x".into(),
    };
    let mut transaction = Transaction::new();
    assert_eq!(
        transaction.refused(&by(ADA, 1, nowhere)),
        ErrorCode::NoSuchRoom
    );
}

#[test]
fn only_its_author_may_change_a_message() {
    let mut transaction = Transaction::new();
    let (seq, rev) = transaction.post(ADA, 1, "mine");
    let refused = ErrorCode::NotAuthor;
    assert_eq!(
        transaction.refused(&by(BEN, 2, edit(seq, rev, "x"))),
        refused
    );
    assert_eq!(transaction.refused(&by(BEN, 3, delete(seq))), refused);
    let stranger = UserId(99);
    let refused = ErrorCode::Unauthorized;
    assert_eq!(transaction.refused(&by(stranger, 4, delete(seq))), refused);
}

#[test]
fn the_operator_may_delete_any_message_and_post_none() {
    let mut transaction = Transaction::new();
    let (seq, _) = transaction.post(ADA, 1, "mine");
    let post = by_operator(WriteCommand::Client(send("x")));
    assert_eq!(transaction.refused(&post), ErrorCode::Unauthorized);
    transaction.done(&by_operator(WriteCommand::Client(delete(seq))));
    assert!(transaction.message(seq).is_deleted());
}

#[test]
fn an_edit_of_an_older_revision_is_refused_with_the_current_message() {
    let mut transaction = Transaction::new();
    let (seq, rev) = transaction.post(ADA, 1, "draft");
    let edited = transaction.done(&by(ADA, 2, edit(seq, rev, "better")));
    assert_eq!(message_of(&edited), (seq, Rev(3)));
    match transaction.apply(&by(ADA, 3, edit(seq, rev, "worse"))) {
        Err(RuleError::Refused(refusal)) => {
            assert_eq!(refusal.code, ErrorCode::Stale);
            assert_eq!(refusal.current.unwrap().body, "better");
        }
        other => panic!("not refused: {other:?}"),
    }
    assert_eq!(transaction.message(seq).edited_at, Some(NOW));
}

#[test]
fn a_deleted_message_loses_its_text_and_cannot_be_edited() {
    let mut transaction = Transaction::new();
    let (seq, _) = transaction.post(ADA, 1, "regretted");
    let deleted = message_of(&transaction.done(&by(ADA, 2, delete(seq))));
    assert_eq!(transaction.message(seq).body, "");
    let again = message_of(&transaction.done(&by(ADA, 3, delete(seq))));
    assert_eq!(again, deleted, "a second deletion changes nothing");
    let refused = transaction.refused(&by(ADA, 4, edit(seq, deleted.1, "back")));
    assert_eq!(refused, ErrorCode::MessageDeleted);
}

#[test]
fn a_missing_message_cannot_be_changed() {
    let mut transaction = Transaction::new();
    let refused = transaction.refused(&by(ADA, 1, delete(Seq(4))));
    assert_eq!(refused, ErrorCode::NoSuchMessage);
}

#[test]
fn a_cancelled_post_is_deleted_if_it_came_and_refused_if_it_comes_later() {
    let mut transaction = Transaction::new();
    let (seq, _) = transaction.post(ADA, 1, "came");
    transaction.done(&by(ADA, 2, cancel(1)));
    assert!(transaction.message(seq).is_deleted());

    let cancelled = Outcome::Cancelled { room: LOBBY };
    assert_eq!(transaction.done(&by(ADA, 3, cancel(4))), cancelled);
    assert_eq!(transaction.done(&by(ADA, 5, cancel(4))), cancelled);
    let late = by(ADA, 4, send("late"));
    assert_eq!(transaction.refused(&late), ErrorCode::Cancelled);
    // Another person's command of that id is another command.
    transaction.post(BEN, 4, "not cancelled");
}

#[test]
fn a_cancel_that_names_another_room_changes_nothing_whatever_became_of_the_post() {
    let mut transaction = Transaction::new();
    let room = RoomId(2);
    transaction.done(&by(ADA, 1, create_private("tea")));
    let post = Command::Send {
        room,
        body: "x".into(),
    };
    transaction.done(&by(ADA, 2, post));
    let refused = |transaction: &mut Transaction, id| {
        let refused = transaction.refused(&by(ADA, id, cancel(2)));
        assert_eq!(refused, ErrorCode::ClientIdReused, "{id}");
    };
    refused(&mut transaction, 3);
    transaction.done(&by(ADA, 10, remove_member(room, ADA)));
    refused(&mut transaction, 4);
    transaction.done(&by_operator(WriteCommand::RemoveRoom { room }));
    refused(&mut transaction, 5);
}

#[test]
fn nothing_but_a_post_can_be_cancelled() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, rename("Ada L.")));
    let refused = transaction.refused(&by(ADA, 2, cancel(1)));
    assert_eq!(refused, ErrorCode::ClientIdReused);
}

#[test]
fn without_space_nothing_is_added_and_deleting_goes_on() {
    let low = RuleConfig {
        space: SpaceLevel::Low,
        ..CONFIG
    };
    let mut transaction = Transaction::with(low);
    let full = transaction.apply(&by(ADA, 1, send("x")));
    assert_eq!(full, Err(RuleError::Full));
    transaction.done(&by(ADA, 2, cancel(1)));
    transaction.done(&by(ADA, 3, mark_read(Seq(1))));
}

#[test]
fn an_edit_is_based_on_the_text_and_not_on_what_happens_beside_it() {
    let mut transaction = Transaction::new();
    let (seq, rev) = transaction.post(ADA, 1, "draft");
    // Something else has raised the message's revision.
    let written = &mut transaction.rules.tables.written;
    let message = &mut written.messages.get_mut(&(LOBBY, seq)).unwrap().message;
    (message.content_rev, message.rev) = (Some(rev), Rev(3));
    written.room_heads.get_mut(&LOBBY).unwrap().rev = Rev(3);
    let stale = transaction.refused(&by(ADA, 2, edit(seq, Rev(3), "worse")));
    assert_eq!(stale, ErrorCode::Stale);
    transaction.done(&by(ADA, 3, edit(seq, rev, "better")));
    let edited = transaction.message(seq);
    assert_eq!((edited.rev, edited.content_rev()), (Rev(4), Rev(4)));
    assert_eq!(edited.content_rev, None);
    transaction.done(&by(ADA, 4, delete(seq)));
    assert_eq!(transaction.message(seq).content_rev(), Rev(5));
}
