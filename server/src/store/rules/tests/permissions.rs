//! The table of permissions, as the rules apply it.

use shared::model::{MemberRole, OnlyRoom, Posting, Role};
use shared::permission::{Action, Permission, Standing, is_allowed};

use super::database::{DEN, GARDEN, LEO, MIA, TALK, ZOE};
use super::*;
use crate::store::rules::{PersonRow, Tables};

fn send_to(room: RoomId) -> Command {
    Command::Send {
        room,
        body: "x".into(),
    }
}

fn set_posting(room: RoomId, posting: Posting) -> WriteRequest {
    by_operator(WriteCommand::SetRoom {
        room,
        name: None,
        topic: None,
        posting: Some(posting),
    })
}

fn archive(room: RoomId, archived: bool) -> Command {
    Command::ArchiveRoom { room, archived }
}

/// Commands that need each action, those about others about LEO.
fn commands(room: RoomId, by: UserId) -> Vec<Command> {
    vec![
        Command::MarkUnread { room, seq: Seq(1) },
        send_to(room),
        Command::JoinRoom { room },
        remove_member(room, by),
        add_member(room, LEO),
        remove_member(room, LEO),
        Command::SetMemberRole {
            room,
            user: by,
            role: MemberRole::Member,
        },
        update(room, Rev(1), "other"),
        archive(room, true),
        Command::RemoveRoom { room },
    ]
}

/// Gives BEN a role in the place.
fn with_role(role: Role) -> Transaction {
    let mut transaction = Transaction::new();
    transaction.done(&by(BEN, 250, send("I am here")));
    let ben = transaction.rules.tables.person(BEN).unwrap().cloned();
    let mut ben: PersonRow = ben.unwrap();
    ben.profile.role = role;
    transaction.rules.tables.put_person(&ben).unwrap();
    transaction
}

/// Each cell of the table: what a role may do in a kind of room as what somebody is there.
#[test]
fn a_command_is_refused_exactly_where_the_table_says_no() {
    let rooms = [
        (GARDEN, RoomKind::Public),
        (DEN, RoomKind::Private),
        (TALK, RoomKind::Direct),
    ];
    let standings = [
        (Standing::Manager, MemberRole::Manager),
        (Standing::Member, MemberRole::Member),
        (Standing::Outsider, MemberRole::Member),
    ];
    let roles = [
        Role::Owner,
        Role::Administrator,
        Role::Member,
        Role::Guest,
        Role::Bot,
    ];
    let mut cells = 0;
    for (room, kind) in rooms {
        for (standing, member_role) in standings {
            for role in roles {
                for command in commands(room, BEN) {
                    let mut transaction = with_role(role);
                    if standing != Standing::Outsider {
                        transaction.make_member(room, BEN, member_role);
                    }
                    let Permission::Room(_, action) = Permission::for_command(&command, Some(BEN))
                    else {
                        panic!("not about a room: {command:?}");
                    };
                    let result = transaction.apply(&by(BEN, 1, command.clone()));
                    let code = result.err().map(|error| match error {
                        RuleError::Refused(refusal) => refusal.code,
                        other => panic!("{other:?}"),
                    });
                    let hides = kind != RoomKind::Public && standing == Standing::Outsider;
                    let expected = match is_allowed(action, role, kind, standing) {
                        _ if hides => Some(ErrorCode::NoSuchRoom),
                        false => Some(ErrorCode::NotPermitted),
                        // Who is no member has no role there.
                        true if action == Action::Appoint && standing == Standing::Outsider => {
                            Some(ErrorCode::NoSuchPerson)
                        }
                        true => None,
                    };
                    assert_eq!(code, expected, "{role:?} {standing:?} {command:?}");
                    cells += 1;
                }
            }
        }
    }
    assert_eq!(cells, 3 * 3 * 5 * 10);
}

impl Transaction {
    /// Stores a membership without a command.
    fn make_member(&mut self, room: RoomId, user: UserId, role: MemberRole) {
        let row = crate::store::rules::MembershipRow {
            role,
            rev: Rev(2),
            own_rev: Rev(1),
            joined_at: NOW,
            left_at: None,
        };
        self.rules.tables.put_membership(room, user, row).unwrap();
    }
}

#[test]
fn everybody_is_in_the_lobby_so_nobody_comes_leaves_or_is_appointed() {
    for role in [Role::Owner, Role::Member] {
        for command in [
            Command::JoinRoom { room: LOBBY },
            remove_member(LOBBY, BEN),
            add_member(LOBBY, MIA),
            remove_member(LOBBY, MIA),
            Command::SetMemberRole {
                room: LOBBY,
                user: MIA,
                role: MemberRole::Manager,
            },
        ] {
            let refused = with_role(role).refused(&by(BEN, 1, command.clone()));
            assert_eq!(refused, ErrorCode::NotPermitted, "{role:?} {command:?}");
        }
        for command in [archive(LOBBY, true), Command::RemoveRoom { room: LOBBY }] {
            let refused = with_role(role).refused(&by(BEN, 1, command));
            assert_eq!(refused, ErrorCode::BadCommand);
        }
    }
    let refused = with_role(Role::Member).refused(&by(BEN, 1, update(LOBBY, Rev(1), "hall")));
    assert_eq!(refused, ErrorCode::NotPermitted);
    with_role(Role::Administrator).done(&by(BEN, 1, update(LOBBY, Rev(1), "hall")));
}

#[test]
fn in_a_room_for_announcements_those_post_who_manage_it() {
    for room in [GARDEN, DEN] {
        let mut transaction = Transaction::new();
        transaction.done(&set_posting(room, Posting::Managers));
        transaction.done(&by(ADA, 1, send_to(room)));
        let refused = transaction.refused(&by(MIA, 2, send_to(room)));
        assert_eq!(refused, ErrorCode::NotPermitted);
        transaction.done(&set_posting(room, Posting::Everybody));
        transaction.done(&by(MIA, 3, send_to(room)));
    }
    // In the lobby that is who manages the place; the simple protocol has names alone.
    let mut transaction = with_role(Role::Owner);
    transaction.done(&set_posting(LOBBY, Posting::Managers));
    transaction.done(&by(BEN, 1, send("now hear this")));
    assert_eq!(
        transaction.refused(&by(ADA, 2, send("x"))),
        ErrorCode::NotPermitted
    );
    let named = WriteRequest {
        actor: Actor::Named("Program".into()),
        client_id: None,
        ..by(BEN, 3, send("x"))
    };
    assert_eq!(transaction.refused(&named), ErrorCode::NotPermitted);
}

#[test]
fn an_archived_room_is_read_and_cleaned_and_nothing_else() {
    for room in [GARDEN, DEN] {
        let mut transaction = Transaction::new();
        transaction.done(&by(MIA, 1, send_to(room)));
        transaction.done(&by(ADA, 2, archive(room, true)));
        assert_eq!(
            transaction.done(&by(ADA, 3, archive(room, true))),
            Outcome::Done
        );
        for (id, command) in [
            (4, send_to(room)),
            (5, add_member(room, BEN)),
            (6, remove_member(room, MIA)),
            (7, update(room, Rev(11), "other")),
        ] {
            let refused = transaction.refused(&by(ADA, id, command.clone()));
            assert_eq!(refused, ErrorCode::RoomArchived, "{command:?}");
        }
        // Who may not do it anyway is told that.
        let refused = transaction.refused(&by(MIA, 8, update(room, Rev(11), "other")));
        assert_eq!(refused, ErrorCode::NotPermitted);
        let (seq, body) = (Seq(1), String::from("x"));
        let edit = Command::Edit {
            room,
            seq,
            rev: Rev(10),
            body,
        };
        assert_eq!(
            transaction.refused(&by(MIA, 9, edit)),
            ErrorCode::RoomArchived
        );
        transaction.done(&by(MIA, 10, Command::MarkUnread { room, seq }));
        transaction.done(&by(MIA, 11, Command::Delete { room, seq }));
        transaction.done(&by(ADA, 12, archive(room, false)));
        transaction.done(&by(MIA, 13, send_to(room)));
    }
}

#[test]
fn who_manages_a_room_deletes_what_others_wrote_and_edits_nothing_of_it() {
    let (seq, rev, body) = (Seq(1), Rev(10), String::from("x"));
    for room in [GARDEN, DEN] {
        let mut transaction = Transaction::new();
        transaction.done(&by(MIA, 1, send_to(room)));
        transaction.done(&by(ADA, 2, send_to(room)));
        let edit = Command::Edit {
            room,
            seq,
            rev,
            body: body.clone(),
        };
        assert_eq!(transaction.refused(&by(ADA, 3, edit)), ErrorCode::NotAuthor);
        let of_ada = Command::Delete { room, seq: Seq(2) };
        assert_eq!(
            transaction.refused(&by(MIA, 4, of_ada)),
            ErrorCode::NotAuthor
        );
        transaction.done(&by(ADA, 5, Command::Delete { room, seq }));
    }
    // Nobody manages a direct conversation.
    let mut transaction = Transaction::new();
    transaction.done(&by(MIA, 1, send_to(TALK)));
    let delete = Command::Delete {
        room: TALK,
        seq: Seq(4),
    };
    assert_eq!(
        transaction.refused(&by(ADA, 2, delete)),
        ErrorCode::NotAuthor
    );
}

#[test]
fn a_guest_of_one_room_reads_writes_and_leaves() {
    let only = OnlyRoom {
        room: DEN,
        from: Seq::ZERO,
    };
    let as_guest = |id, command| WriteRequest {
        actor: Actor::RoomGuest(MIA, only),
        ..by(MIA, id, command)
    };
    let mut transaction = Transaction::new();
    for (id, command) in [
        (1, add_member(DEN, BEN)),
        (2, update(DEN, Rev(1), "x")),
        (3, Command::OpenDirect { users: vec![BEN] }),
        (4, create_room("own")),
        (5, create_private("own")),
    ] {
        let refused = transaction.refused(&as_guest(id, command.clone()));
        assert_eq!(refused, ErrorCode::NotPermitted, "{command:?}");
    }
    transaction.done(&as_guest(6, send_to(DEN)));
    transaction.done(&as_guest(
        7,
        Command::Delete {
            room: DEN,
            seq: Seq(1),
        },
    ));
    transaction.done(&as_guest(8, remove_member(DEN, MIA)));
}

/// Sessions end with an account, but a command may be on its way.
#[test]
fn who_cannot_sign_in_any_more_does_nothing() {
    let rooms = [
        (GARDEN, RoomKind::Public),
        (DEN, RoomKind::Private),
        (TALK, RoomKind::Direct),
    ];
    for (room, kind) in rooms {
        for command in commands(room, ZOE) {
            let Permission::Room(_, action) = Permission::for_command(&command, Some(ZOE)) else {
                panic!("not about a room: {command:?}");
            };
            let mut transaction = Transaction::new();
            transaction.make_member(room, ZOE, MemberRole::Manager);
            let code = transaction.refused(&by(ZOE, 1, command.clone()));
            // Some of it nobody may do there, or it is refused for that.
            let expected = if is_allowed(action, Role::Member, kind, Standing::Manager) {
                ErrorCode::Unauthorized
            } else if kind == RoomKind::Public {
                panic!("a manager may do all of it: {action:?}");
            } else {
                ErrorCode::NotPermitted
            };
            assert_eq!(code, expected, "{command:?}");
        }
    }
}

#[test]
fn the_last_manager_may_step_back() {
    let mut transaction = Transaction::new();
    let role = |room, user, role| Command::SetMemberRole { room, user, role };
    let (manager, member) = (MemberRole::Manager, MemberRole::Member);
    assert_eq!(
        transaction.refused(&by(ADA, 1, role(DEN, BEN, manager))),
        ErrorCode::NoSuchPerson
    );
    assert_eq!(
        transaction.refused(&by(ADA, 2, role(DEN, LEO, manager))),
        ErrorCode::NoSuchPerson
    );
    transaction.done(&by(ADA, 3, role(DEN, MIA, manager)));
    assert_eq!(
        transaction.done(&by(ADA, 4, role(DEN, MIA, manager))),
        Outcome::Done
    );
    transaction.done(&by(MIA, 5, role(DEN, ADA, member)));
    let refused = transaction.refused(&by(ADA, 6, role(DEN, ADA, manager)));
    assert_eq!(refused, ErrorCode::NotPermitted);
    transaction.done(&by(MIA, 7, role(DEN, MIA, member)));
    let batch = transaction.rules.finish().unwrap();
    let members = items_of(&batch, StreamId::Room(DEN));
    let members = members.into_iter().filter_map(|item| match item {
        Item::Member(member) => Some((member.person.id, member.role, member.joined_at)),
        _ => None,
    });
    let since = Micros(1);
    assert!(members.eq([(ADA, member, since), (MIA, member, since)]));
}

#[test]
fn a_hundred_people_are_added_at_once_or_none() {
    let mut transaction = Transaction::new();
    let add = |users| Command::AddMembers { room: DEN, users };
    let many = (0..101).map(UserId).collect();
    let refused = transaction.refused(&by(ADA, 1, add(many)));
    assert_eq!(refused, ErrorCode::TooManyPeople);
    let refused = transaction.refused(&by(ADA, 2, add(vec![BEN, UserId(99)])));
    assert_eq!(refused, ErrorCode::NoSuchPerson);
    assert_eq!(
        transaction.refused(&by(BEN, 3, send_to(DEN))),
        ErrorCode::NoSuchRoom
    );
    transaction.done(&by(ADA, 4, add(vec![LEO, BEN, MIA, BEN])));
    transaction.done(&by(BEN, 5, send_to(DEN)));
    assert_eq!(transaction.done(&by(ADA, 6, add(vec![]))), Outcome::Done);
}
