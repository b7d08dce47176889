//! The frames of a client.

use shared::command::Command;
use shared::frame::{Anchor, ClientFrame, FRAME_TYPES};
use shared::id::{Rev, RoomId, Seq, UserId};
use shared::model::{MarkChange, MemberRole, Posting, RoomKind, SidebarChange, SidebarPlace};
use shared::stream::StreamKey;

use super::{client_id, epoch, lines, types};

fn questions() -> Vec<ClientFrame> {
    let room = RoomId(2);
    let history = |anchor, limit| ClientFrame::History {
        question: 3,
        room,
        anchor,
        limit,
    };
    let first_visit = |question, stream| ClientFrame::Subscribe {
        question,
        stream,
        epoch: None,
        rev: Rev::ZERO,
        most: None,
        page: None,
    };
    vec![
        ClientFrame::Hello {
            version: 2,
            token: None,
            reads: None,
        },
        ClientFrame::Hello {
            version: 2,
            token: Some("5e…".into()),
            reads: None,
        },
        ClientFrame::Hello {
            version: 2,
            token: None,
            reads: Some(RoomId(9)),
        },
        first_visit(1, StreamKey::Directory),
        first_visit(2, StreamKey::Own),
        ClientFrame::Subscribe {
            question: 3,
            stream: StreamKey::Room(room),
            epoch: Some(epoch()),
            rev: Rev(90),
            most: Some(2_000),
            page: Some(20),
        },
        ClientFrame::Unsubscribe {
            stream: StreamKey::Room(room),
        },
        history(Anchor::Before(Seq(50)), None),
        history(Anchor::After(Seq(50)), Some(100)),
        history(Anchor::Around(Seq(50)), Some(100)),
        ClientFrame::People {
            question: 4,
            ids: vec![UserId(5), UserId(6)],
        },
        ClientFrame::Rooms {
            question: 4,
            rooms: vec![room, RoomId(9)],
        },
        ClientFrame::Watch {
            question: 5,
            rooms: None,
            notices: true,
        },
        ClientFrame::Watch {
            question: 6,
            rooms: Some(vec![room]),
            notices: false,
        },
        ClientFrame::Unwatch { rooms: vec![room] },
        ClientFrame::Typing { room },
        ClientFrame::Ping {},
    ]
}

fn commands() -> Vec<ClientFrame> {
    let (room, user) = (RoomId(2), UserId(6));
    vec![
        ClientFrame::command(
            client_id(),
            Command::Send {
                room,
                body: "안녕\n\"hello\"".into(),
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::Edit {
                room,
                seq: Seq(7),
                rev: Rev(12),
                body: "better".into(),
            },
        ),
        ClientFrame::command(client_id(), Command::Delete { room, seq: Seq(7) }),
        ClientFrame::command(
            client_id(),
            Command::Cancel {
                room,
                target: client_id(),
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::CreateRoom {
                name: "garden".into(),
                topic: String::new(),
                kind: RoomKind::Public,
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::CreateRoom {
                name: "garden".into(),
                topic: "plants".into(),
                kind: RoomKind::Private,
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::UpdateRoom {
                room,
                rev: Rev(12),
                name: None,
                topic: Some("plants".into()),
                posting: None,
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::UpdateRoom {
                room,
                rev: Rev(12),
                name: None,
                topic: None,
                posting: Some(Posting::Managers),
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::ArchiveRoom {
                room,
                archived: true,
            },
        ),
        ClientFrame::command(client_id(), Command::RemoveRoom { room }),
        ClientFrame::command(client_id(), Command::JoinRoom { room }),
        ClientFrame::command(
            client_id(),
            Command::AddMembers {
                room,
                users: vec![user, UserId(7)],
            },
        ),
        ClientFrame::command(client_id(), Command::RemoveMember { room, user }),
        ClientFrame::command(
            client_id(),
            Command::SetMemberRole {
                room,
                user,
                role: MemberRole::Manager,
            },
        ),
        ClientFrame::command(client_id(), Command::OpenDirect { users: vec![user] }),
        ClientFrame::command(client_id(), Command::Rename { name: "Ada".into() }),
    ]
}

fn marks() -> Vec<ClientFrame> {
    let room = RoomId(2);
    vec![
        ClientFrame::mark_read(room, Seq(8), 0),
        ClientFrame::mark_read(room, Seq(8), 2),
        ClientFrame::command(client_id(), Command::MarkUnread { room, seq: Seq(5) }),
        ClientFrame::command(
            client_id(),
            Command::SetMarks {
                marks: vec![
                    MarkChange::new(room, Seq(8)),
                    MarkChange {
                        replaced: Some(Seq(8)),
                        ..MarkChange::new(RoomId(9), Seq::ZERO)
                    },
                ],
            },
        ),
    ]
}

fn arrangements() -> Vec<ClientFrame> {
    let room = RoomId(2);
    let name = || "Work".to_owned();
    let moved = |to, before| SidebarChange::Move { room, to, before };
    let changes = [
        moved(SidebarPlace::Favourites, None),
        moved(SidebarPlace::Section(name()), Some(RoomId(9))),
        moved(SidebarPlace::Rooms, None),
        SidebarChange::Mute { room, on: true },
        SidebarChange::Close { room, seq: Seq(8) },
        SidebarChange::AddSection { name: name() },
        SidebarChange::RenameSection {
            name: name(),
            to: "집".into(),
        },
        SidebarChange::MoveSection {
            name: name(),
            before: Some("Home".into()),
        },
        SidebarChange::RemoveSection { name: name() },
    ];
    let changes = changes.into_iter();
    let commands = changes.map(|change| Command::ChangeSidebar { change });
    commands
        .map(|command| ClientFrame::command(client_id(), command))
        .collect()
}

#[test]
fn every_question() {
    insta::assert_snapshot!(lines(&questions()));
}

#[test]
fn every_command() {
    insta::assert_snapshot!(lines(&[commands(), marks()].concat()));
}

#[test]
fn every_change_of_the_sidebar() {
    insta::assert_snapshot!(lines(&arrangements()));
}

#[test]
fn none_is_missing() {
    // A new frame does not compile here. Add it to a list above too.
    let known = |frame: &ClientFrame| match frame {
        ClientFrame::Hello { .. }
        | ClientFrame::Subscribe { .. }
        | ClientFrame::Unsubscribe { .. }
        | ClientFrame::History { .. }
        | ClientFrame::People { .. }
        | ClientFrame::Rooms { .. }
        | ClientFrame::Watch { .. }
        | ClientFrame::Unwatch { .. }
        | ClientFrame::Command { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::Ping {} => true,
    };
    let all = [questions(), commands(), marks(), arrangements()].concat();
    assert!(all.iter().all(known));
    assert_eq!(types(&all).len(), FRAME_TYPES.len());
}
