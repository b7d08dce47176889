use super::*;
use crate::frame::{ClientFrame, FRAME_TYPES};

const ROOM: RoomId = RoomId(7);

/// A command, its room, the `type` of its frame and how many texts it has.
type Example = (Command, Option<RoomId>, &'static str, usize);

fn commands_about_rooms() -> Vec<Example> {
    let (rev, user, name) = (Rev(5), UserId(4), String::from("hello"));
    let create = Command::CreateRoom {
        name: name.clone(),
        topic: name,
        kind: RoomKind::Private,
    };
    let update = |name: Option<&str>, topic: Option<&str>| Command::UpdateRoom {
        room: ROOM,
        rev,
        name: name.map(str::to_owned),
        topic: topic.map(str::to_owned),
        posting: Some(Posting::Managers),
    };
    let archive = Command::ArchiveRoom {
        room: ROOM,
        archived: true,
    };
    let appoint = Command::SetMemberRole {
        room: ROOM,
        user,
        role: MemberRole::Manager,
    };
    let users = vec![user, UserId(6)];
    vec![
        (create, None, "create_room", 2),
        (update(Some("hello"), None), Some(ROOM), "update_room", 1),
        (update(None, Some("hello")), Some(ROOM), "update_room", 1),
        (archive, Some(ROOM), "archive_room", 0),
        (
            Command::RemoveRoom { room: ROOM },
            Some(ROOM),
            "remove_room",
            0,
        ),
        (Command::JoinRoom { room: ROOM }, Some(ROOM), "join_room", 0),
        (
            Command::AddMembers {
                room: ROOM,
                users: users.clone(),
            },
            Some(ROOM),
            "add_members",
            0,
        ),
        (
            Command::RemoveMember { room: ROOM, user },
            Some(ROOM),
            "remove_member",
            0,
        ),
        (appoint, Some(ROOM), "set_member_role", 0),
        (Command::OpenDirect { users }, None, "open_direct", 0),
    ]
}

/// One command of each kind.
fn commands() -> Vec<Example> {
    let (seq, rev, body) = (Seq(3), Rev(5), String::from("hello"));
    let target = ClientId::from_bytes([9; 16]);
    let send = Command::Send {
        room: ROOM,
        body: body.clone(),
    };
    let edit = Command::Edit {
        room: ROOM,
        seq,
        rev,
        body: body.clone(),
    };
    let add_section = SidebarChange::AddSection { name: body.clone() };
    let mute = SidebarChange::Mute {
        room: ROOM,
        on: true,
    };
    let rename = Command::Rename { name: body.clone() };
    let mut commands = vec![
        (send, Some(ROOM), "send", 1),
        (edit, Some(ROOM), "edit", 1),
        (Command::Delete { room: ROOM, seq }, Some(ROOM), "delete", 0),
        (
            Command::Cancel { room: ROOM, target },
            Some(ROOM),
            "cancel",
            0,
        ),
    ];
    commands.extend(commands_about_rooms());
    commands.extend([
        (
            Command::ChangeSidebar {
                change: add_section,
            },
            None,
            "change_sidebar",
            1,
        ),
        (
            Command::ChangeSidebar { change: mute },
            None,
            "change_sidebar",
            0,
        ),
        (rename, None, "rename", 1),
        (
            Command::MarkRead {
                room: ROOM,
                seq,
                generation: 2,
            },
            Some(ROOM),
            "mark_read",
            0,
        ),
        (
            Command::MarkUnread { room: ROOM, seq },
            Some(ROOM),
            "mark_unread",
            0,
        ),
        (
            Command::SetMarks {
                marks: vec![MarkChange::new(ROOM, seq)],
            },
            None,
            "set_marks",
            0,
        ),
    ]);
    commands
}

#[test]
fn the_list_above_has_every_command() {
    // A new command does not compile here. Add it to the list above too.
    let number = |command: &Command| match command {
        Command::Send { .. } => 0,
        Command::Edit { .. } => 1,
        Command::Delete { .. } => 2,
        Command::Cancel { .. } => 3,
        Command::CreateRoom { .. } => 4,
        Command::UpdateRoom { .. } => 5,
        Command::ArchiveRoom { .. } => 6,
        Command::RemoveRoom { .. } => 7,
        Command::JoinRoom { .. } => 8,
        Command::AddMembers { .. } => 9,
        Command::RemoveMember { .. } => 10,
        Command::SetMemberRole { .. } => 11,
        Command::OpenDirect { .. } => 12,
        Command::ChangeSidebar { .. } => 13,
        Command::Rename { .. } => 14,
        Command::MarkRead { .. } => 15,
        Command::MarkUnread { .. } => 16,
        Command::SetMarks { .. } => 17,
    };
    let mut numbers: Vec<_> = commands().iter().map(|(c, ..)| number(c)).collect();
    numbers.dedup();
    assert_eq!(numbers, (0..18).collect::<Vec<_>>());
}

#[test]
fn each_command_is_sent_as_its_frame_and_read_from_it() {
    let id = ClientId::from_bytes([1; 16]);
    for (command, room, frame_type, _) in commands() {
        assert_eq!(command.room(), room, "{frame_type}");
        assert!(FRAME_TYPES.contains(&frame_type));
        let client_id = command.has_client_id().then_some(id);
        let frame = ClientFrame::Command { client_id, command };
        let json = serde_json::to_value(&frame).unwrap();
        assert_eq!(json["type"], frame_type);
        let read: ClientFrame = serde_json::from_value(json).unwrap();
        assert_eq!(read, frame);
    }
}

#[test]
fn each_command_can_be_stored_while_it_waits() {
    for (command, ..) in commands() {
        let stored = serde_json::to_string(&command).unwrap();
        let restored: Command = serde_json::from_str(&stored).unwrap();
        assert_eq!(restored, command);
    }
}

#[test]
fn the_texts_that_are_replaced_are_those_that_are_listed() {
    for (mut command, _, frame_type, count) in commands() {
        let listed: Vec<_> = command.texts().map(|(kind, _)| kind).collect();
        assert_eq!(listed.len(), count, "{frame_type}");
        let mut replaced = Vec::new();
        let result: Result<(), ()> = command.replace_texts(|kind, text| {
            replaced.push(kind);
            Ok(text + "!")
        });
        assert_eq!((result, &replaced), (Ok(()), &listed));
        assert!(command.texts().all(|(_, text)| text == "hello!"));
        assert_eq!(command.text_bytes(), 6 * count);
    }
}
