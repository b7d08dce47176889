//! Commands with ids of their own.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use shared::command::Command;
use shared::frame::{Anchor, ClientFrame};
use shared::id::{ClientId, Epoch, Rev, RoomId, Seq, UserId};
use shared::model::{MarkChange, MemberRole, Posting, RoomKind, SidebarChange};
use shared::stream::StreamKey;

/// A number that no other question of this process has.
pub fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An id that no other command has.
pub fn new_id() -> ClientId {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut unique = [0_u8; 10];
    unique[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    let process = std::process::id().to_be_bytes();
    unique[8..].copy_from_slice(&process[2..]);
    ClientId::new(u64::try_from(now.as_millis()).unwrap(), &unique)
}

/// The id of a command that has one.
pub fn id(command: &ClientFrame) -> ClientId {
    match command {
        ClientFrame::Command {
            client_id: Some(client_id),
            ..
        } => *client_id,
        other => panic!("no id: {other:?}"),
    }
}

/// A post.
pub fn send(room: RoomId, body: &str) -> ClientFrame {
    ClientFrame::command(
        new_id(),
        Command::Send {
            room,
            body: body.to_owned(),
        },
    )
}

/// An edit of the message's revision `rev`.
pub fn edit(room: RoomId, seq: Seq, rev: Rev, body: &str) -> ClientFrame {
    ClientFrame::command(
        new_id(),
        Command::Edit {
            room,
            seq,
            rev,
            body: body.to_owned(),
        },
    )
}

/// The deletion of a message.
pub fn delete(room: RoomId, seq: Seq) -> ClientFrame {
    ClientFrame::command(new_id(), Command::Delete { room, seq })
}

/// The cancellation of a post.
pub fn cancel(room: RoomId, target: ClientId) -> ClientFrame {
    ClientFrame::command(new_id(), Command::Cancel { room, target })
}

/// A new room.
pub fn create_room(name: &str, topic: &str) -> ClientFrame {
    ClientFrame::command(
        new_id(),
        Command::CreateRoom {
            name: name.to_owned(),
            topic: topic.to_owned(),
            kind: RoomKind::Public,
        },
    )
}

/// A new private room.
pub fn create_private_room(name: &str) -> ClientFrame {
    ClientFrame::command(
        new_id(),
        Command::CreateRoom {
            name: name.to_owned(),
            topic: String::new(),
            kind: RoomKind::Private,
        },
    )
}

/// New members of a room.
pub fn add_members(room: RoomId, users: &[UserId]) -> ClientFrame {
    let users = users.to_vec();
    ClientFrame::command(new_id(), Command::AddMembers { room, users })
}

/// Becoming a member of a public room.
pub fn join(room: RoomId) -> ClientFrame {
    ClientFrame::command(new_id(), Command::JoinRoom { room })
}

/// What a member may do from now on.
pub fn set_member_role(room: RoomId, user: UserId, role: MemberRole) -> ClientFrame {
    ClientFrame::command(new_id(), Command::SetMemberRole { room, user, role })
}

/// The direct conversation with these people.
pub fn open_direct(users: &[UserId]) -> ClientFrame {
    let users = users.to_vec();
    ClientFrame::command(new_id(), Command::OpenDirect { users })
}

/// The archiving of a room, or the end of that.
pub fn archive_room(room: RoomId, archived: bool) -> ClientFrame {
    ClientFrame::command(new_id(), Command::ArchiveRoom { room, archived })
}

/// The removal of a room.
pub fn remove_room(room: RoomId) -> ClientFrame {
    ClientFrame::command(new_id(), Command::RemoveRoom { room })
}

/// Who posts in a room from now on.
pub fn set_posting(room: RoomId, rev: Rev, posting: Posting) -> ClientFrame {
    ClientFrame::command(
        new_id(),
        Command::UpdateRoom {
            room,
            rev,
            name: None,
            topic: None,
            posting: Some(posting),
        },
    )
}

/// A change of the sender's arrangement of rooms.
pub fn change_sidebar(change: SidebarChange) -> ClientFrame {
    ClientFrame::command(new_id(), Command::ChangeSidebar { change })
}

/// The read marks of several rooms.
pub fn set_marks(marks: &[(RoomId, Seq)]) -> ClientFrame {
    let marks = marks.iter().map(|(room, seq)| MarkChange::new(*room, *seq));
    let marks = marks.collect();
    ClientFrame::command(new_id(), Command::SetMarks { marks })
}

/// The end of a membership.
pub fn remove_member(room: RoomId, user: UserId) -> ClientFrame {
    ClientFrame::command(new_id(), Command::RemoveMember { room, user })
}

/// The return of a read mark to before a message.
pub fn mark_unread(room: RoomId, seq: Seq) -> ClientFrame {
    ClientFrame::command(new_id(), Command::MarkUnread { room, seq })
}

/// An update of the room's revision `rev`.
pub fn update_room(room: RoomId, rev: Rev, name: Option<&str>, topic: Option<&str>) -> ClientFrame {
    ClientFrame::command(
        new_id(),
        Command::UpdateRoom {
            room,
            rev,
            name: name.map(str::to_owned),
            topic: topic.map(str::to_owned),
            posting: None,
        },
    )
}

/// A rename of the sender.
pub fn rename(name: &str) -> ClientFrame {
    ClientFrame::command(
        new_id(),
        Command::Rename {
            name: name.to_owned(),
        },
    )
}

/// The number of a question.
pub fn question(frame: &ClientFrame) -> u32 {
    match frame {
        ClientFrame::Subscribe { question, .. }
        | ClientFrame::History { question, .. }
        | ClientFrame::People { question, .. }
        | ClientFrame::Rooms { question, .. }
        | ClientFrame::Watch { question, .. } => *question,
        other => panic!("no question: {other:?}"),
    }
}

/// Subscribes to a room from a known revision, with the server's own limits.
pub fn subscribe(room: RoomId, epoch: Option<Epoch>, rev: Rev) -> ClientFrame {
    subscribe_to(StreamKey::Room(room), epoch, rev)
}

/// Subscribes to a stream from a known revision, with the server's own limits.
pub fn subscribe_to(stream: StreamKey, epoch: Option<Epoch>, rev: Rev) -> ClientFrame {
    ClientFrame::Subscribe {
        question: number(),
        stream,
        epoch,
        rev,
        most: None,
        page: None,
    }
}

/// Ends the subscription to a room.
pub fn unsubscribe(room: RoomId) -> ClientFrame {
    ClientFrame::Unsubscribe {
        stream: StreamKey::Room(room),
    }
}

/// The person is typing.
pub fn typing(room: RoomId) -> ClientFrame {
    ClientFrame::Typing { room }
}

/// Asks for a page of a room's messages.
pub fn history(room: RoomId, anchor: Anchor, limit: Option<usize>) -> ClientFrame {
    ClientFrame::History {
        question: number(),
        room,
        anchor,
        limit,
    }
}

/// Asks for the state of rooms.
pub fn rooms(rooms: &[RoomId]) -> ClientFrame {
    ClientFrame::Rooms {
        question: number(),
        rooms: rooms.to_vec(),
    }
}

/// Watches these rooms, or the lobby and those of which the person is a member.
pub fn watch(rooms: Option<&[RoomId]>, notices: bool) -> ClientFrame {
    ClientFrame::Watch {
        question: number(),
        rooms: rooms.map(<[RoomId]>::to_vec),
        notices,
    }
}

/// The same command under another id.
pub fn with_id(frame: ClientFrame, client_id: ClientId) -> ClientFrame {
    match frame {
        ClientFrame::Command { command, .. } => ClientFrame::command(client_id, command),
        other => panic!("no command: {other:?}"),
    }
}
