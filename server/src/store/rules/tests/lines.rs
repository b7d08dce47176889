//! The lines about a room.

use shared::model::{EventKind, MemberRole, Posting, RoomEvent};

use super::database::{DEN, GARDEN, LEO, MIA, TALK};
use super::*;

/// The lines of a room in a batch: who did what.
fn lines_of(batch: &Batch, room: RoomId) -> Vec<(Option<UserId>, RoomEvent)> {
    let items = items_of(batch, StreamId::Room(room)).into_iter();
    let lines = items.filter_map(|item| {
        let message = item.as_message()?;
        Some((message.author.id, *message.event.clone()?))
    });
    lines.collect()
}

/// The lines that commands leave in a room.
fn lines(room: RoomId, requests: &[WriteRequest]) -> Vec<(Option<UserId>, RoomEvent)> {
    let mut transaction = Transaction::new();
    for request in requests {
        transaction.done(request);
    }
    lines_of(&transaction.rules.finish().unwrap(), room)
}

fn event(kind: EventKind) -> RoomEvent {
    RoomEvent::new(kind)
}

#[test]
fn who_comes_and_goes_leaves_one_line() {
    let room = GARDEN;
    let role = |user, role| Command::SetMemberRole { room, user, role };
    let found = lines(
        room,
        &[
            by(BEN, 1, Command::JoinRoom { room }),
            by(BEN, 2, Command::JoinRoom { room }),
            by(BEN, 3, remove_member(room, BEN)),
            by(
                ADA,
                4,
                Command::AddMembers {
                    room,
                    users: vec![MIA, LEO, BEN],
                },
            ),
            by(ADA, 5, remove_member(room, BEN)),
            by(ADA, 6, role(MIA, MemberRole::Manager)),
            by(MIA, 7, role(ADA, MemberRole::Member)),
            by(MIA, 8, role(MIA, MemberRole::Member)),
            by_operator(WriteCommand::Client(add_member(room, BEN))),
        ],
    );
    let of = RoomEvent::of_people;
    let expected = [
        (Some(BEN), event(EventKind::Joined)),
        (Some(ADA), of(EventKind::Added, vec![BEN, LEO])),
        (Some(ADA), of(EventKind::Removed, vec![BEN])),
        (Some(ADA), of(EventKind::Promoted, vec![MIA])),
        (Some(MIA), of(EventKind::Demoted, vec![ADA])),
        (Some(MIA), event(EventKind::Demoted)),
        (None, of(EventKind::Added, vec![BEN])),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_change_of_the_room_leaves_one_line_and_none_if_all_is_as_before() {
    let update = |rev, name: Option<&str>, topic: Option<&str>, posting| Command::UpdateRoom {
        room: GARDEN,
        rev: Rev(rev),
        name: name.map(str::to_owned),
        topic: topic.map(str::to_owned),
        posting,
    };
    let (limited, opened) = (Some(Posting::Managers), Some(Posting::Everybody));
    let archive = |archived| Command::ArchiveRoom {
        room: GARDEN,
        archived,
    };
    let found = lines(
        GARDEN,
        &[
            by(ADA, 1, update(1, Some("yard"), Some("green"), limited)),
            by(ADA, 2, update(11, Some("yard"), Some("red"), None)),
            by(ADA, 3, update(13, None, Some("red"), limited)),
            by(ADA, 4, update(14, None, None, opened)),
            by(ADA, 5, update(16, None, None, limited)),
            by(ADA, 6, archive(true)),
            by(ADA, 7, archive(false)),
        ],
    );
    let of = |kind, text: &str| RoomEvent::of_text(kind, text.into());
    let expected = [
        of(EventKind::Renamed, "yard"),
        of(EventKind::TopicChanged, "red"),
        event(EventKind::PostingOpened),
        event(EventKind::PostingLimited),
        event(EventKind::Archived),
        event(EventKind::Restored),
    ];
    assert!(found.iter().all(|(by, _)| *by == Some(ADA)));
    let found: Vec<_> = found.into_iter().map(|(_, event)| event).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_line_comes_before_what_it_is_about_and_both_are_in_one_commit() {
    let mut transaction = Transaction::new();
    let room = GARDEN;
    let outcome = transaction.done(&by(BEN, 1, Command::JoinRoom { room }));
    assert_eq!(outcome, Outcome::Room { room, rev: Rev(11) });
    let batch = transaction.rules.finish().unwrap();
    let [Item::Message(line), Item::Member(member)] = items_of(&batch, StreamId::Room(room))[..]
    else {
        panic!("not a line and a member: {batch:?}");
    };
    assert_eq!((line.seq, line.rev, member.rev), (Seq(1), Rev(10), Rev(11)));
    assert!(line.body.is_empty() && line.client_id.is_none() && !line.counts());
    assert_eq!((&*line.author.name, line.posted_at), ("Ben", NOW));
    // Nobody who leaves a public room is kept from reading it.
    transaction.done(&by(BEN, 2, remove_member(room, BEN)));
    assert!(transaction.rules.finish().unwrap().evictions.is_empty());
}

#[test]
fn a_line_is_no_message_that_somebody_edits_or_deletes() {
    let mut transaction = Transaction::new();
    let room = GARDEN;
    transaction.done(&by(BEN, 1, Command::JoinRoom { room }));
    let (seq, rev, body) = (Seq(1), Rev(10), String::from("x"));
    let edit = Command::Edit {
        room,
        seq,
        rev,
        body,
    };
    let delete = Command::Delete { room, seq };
    for (user, id, command) in [
        (BEN, 2, edit),
        (BEN, 3, delete.clone()),
        (ADA, 4, delete.clone()),
    ] {
        let refused = transaction.refused(&by(user, id, command));
        assert_eq!(refused, ErrorCode::NoSuchMessage);
    }
    let by_operator = by_operator(WriteCommand::Client(delete));
    assert_eq!(transaction.refused(&by_operator), ErrorCode::NoSuchMessage);
}

#[test]
fn there_are_no_lines_where_everybody_knows_it() {
    let room = RoomId(2);
    assert!(lines(room, &[by(ADA, 1, create_room("tea"))]).is_empty());
    assert!(lines(room, &[by(ADA, 1, create_private("tea"))]).is_empty());
    let talk = Command::OpenDirect { users: vec![BEN] };
    let hello = Command::Send {
        room,
        body: "hello".into(),
    };
    assert!(lines(room, &[by(ADA, 1, talk), by(ADA, 2, hello)]).is_empty());
    // The account ends, and the membership with it.
    let leave = WriteCommand::Client(remove_member(DEN, MIA));
    assert!(lines(DEN, &[delete_person(MIA), by_operator(leave)]).is_empty());
    let leave = WriteCommand::Client(remove_member(TALK, MIA));
    assert!(lines(TALK, &[delete_person(MIA), by_operator(leave)]).is_empty());
}
