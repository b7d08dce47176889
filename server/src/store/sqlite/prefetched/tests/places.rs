//! Rooms of every kind.

use shared::model::{MarkChange, MemberRole, Posting, SidebarChange, SidebarPlace};

use super::*;

/// The public room that the commands before have made. ADA manages it.
const TEA: RoomId = RoomId(3);

pub fn commands() -> Vec<(Actor, WriteCommand)> {
    let of = |user, command| (Actor::User(user), WriteCommand::Client(command));
    let garden = RoomId(5);
    let (talk, diary) = (RoomId(6), RoomId(7));
    let create = Command::CreateRoom {
        name: "garden".into(),
        topic: String::new(),
        kind: RoomKind::Public,
    };
    let send = |room| Command::Send {
        room,
        body: "hello".into(),
    };
    let open = |users: &[UserId]| Command::OpenDirect {
        users: users.to_vec(),
    };
    let room = garden;
    let limit = Command::UpdateRoom {
        room,
        rev: Rev(1),
        name: None,
        topic: Some("roses".into()),
        posting: Some(Posting::Managers),
    };
    let role = |user, role| Command::SetMemberRole { room, user, role };
    let archive = |archived| Command::ArchiveRoom { room, archived };
    let sidebar = |change| Command::ChangeSidebar { change };
    let section = || {
        sidebar(SidebarChange::AddSection {
            name: "Work".into(),
        })
    };
    let favourite = sidebar(SidebarChange::Move {
        room,
        to: SidebarPlace::Favourites,
        before: None,
    });
    vec![
        of(ADA, create),
        of(BEN, Command::JoinRoom { room }),
        of(BEN, Command::RemoveMember { room, user: BEN }),
        of(
            ADA,
            Command::AddMembers {
                room,
                users: vec![BEN, OWNER, ADA],
            },
        ),
        of(BEN, role(BEN, MemberRole::Manager)),
        of(ADA, role(BEN, MemberRole::Manager)),
        of(ADA, limit),
        of(BEN, send(room)),
        of(ADA, archive(true)),
        of(BEN, send(room)),
        of(ADA, archive(false)),
        of(ADA, open(&[BEN, OWNER])),
        of(BEN, open(&[ADA, OWNER])),
        of(ADA, send(talk)),
        of(OWNER, send(talk)),
        of(ADA, open(&[])),
        of(ADA, open(&[])),
        of(ADA, send(diary)),
        of(ADA, section()),
        of(ADA, favourite),
        of(ADA, section()),
        of(
            ADA,
            Command::SetMarks {
                marks: vec![
                    MarkChange::new(garden, Seq(2)),
                    MarkChange::new(talk, Seq(1)),
                    MarkChange::new(DEN, Seq(1)),
                    MarkChange::new(TEA, Seq(1)),
                    MarkChange::new(diary, Seq(0)),
                ],
            },
        ),
        of(ADA, Command::RemoveRoom { room }),
    ]
}
