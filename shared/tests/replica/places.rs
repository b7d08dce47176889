//! The person's own rooms: public ones that are joined and left, direct conversations, lines, and
//! how they are arranged.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::ClientFrame;
use shared::id::{RoomId, Seq};
use shared::model::{
    EventKind, MarkChange, Posting, RoomKind, Sidebar, SidebarChange, SidebarPlace,
};
use shared::permission::{Action, Standing, is_allowed_in};
use shared::sync::{Replica, SyncEvent};

use super::world::{Fate, ROOMS, USERS, Way, World};

const PUBLIC: RoomId = ROOMS[1];
const PRIVATE: RoomId = ROOMS[2];

fn give(world: &mut World, n: usize, command: Command) {
    world.command(n, command);
    world.run_until_idle();
}

fn leave(world: &mut World, n: usize, room: RoomId) {
    let user = world.devices[n].user;
    give(world, n, Command::RemoveMember { room, user });
}

fn mine(world: &World, n: usize) -> Vec<RoomId> {
    world.devices[n].replica.my_rooms().collect()
}

/// All rooms are closed on a device.
fn close_all(world: &mut World, n: usize) {
    for room in ROOMS {
        world.act(n, |replica| replica.close(room));
    }
    world.run_until_idle();
}

/// The messages that a device shows of an open room.
fn shown(replica: &Replica, room: RoomId) -> Vec<i64> {
    let timeline = replica.timeline(room).unwrap();
    timeline.messages().map(|message| message.seq.0).collect()
}

#[test]
fn a_public_room_that_was_left_stays_readable_and_is_watched_no_more() {
    let mut world = World::connected_everywhere();
    world.post(0, PUBLIC, "words");
    world.run_until_idle();
    leave(&mut world, 1, PUBLIC);
    assert_eq!(mine(&world, 1), [ROOMS[0], PRIVATE]);
    let replica = &world.devices[1].replica;
    assert_eq!(shown(replica, PUBLIC), [1, 2], "the message and the line");
    assert_eq!(replica.standing(PUBLIC), Standing::Outsider);
    assert_eq!(replica.listed_room(PUBLIC).unwrap().name, "room 2");
    let connection = world.devices[1].connection.unwrap();
    assert!(!world.server.connections[&connection].watches(PUBLIC));

    give(&mut world, 1, Command::JoinRoom { room: PUBLIC });
    assert!(world.server.connections[&connection].watches(PUBLIC));
    assert_eq!(mine(&world, 1), ROOMS);
    assert_eq!(world.devices[1].replica.unread(PUBLIC), 1);
    world.check_all();
}

#[test]
fn a_direct_conversation_exists_for_the_other_with_its_first_message() {
    let mut world = World::connected_everywhere();
    let users = vec![USERS[1]];
    give(&mut world, 0, Command::OpenDirect { users });
    let room = RoomId(4);
    assert_eq!(mine(&world, 0), [ROOMS[0], PUBLIC, PRIVATE, room]);
    let known = world.devices[0].replica.room(room).unwrap();
    assert_eq!(
        (known.kind, &known.people[..]),
        (RoomKind::Direct, &USERS[..])
    );
    assert_eq!(mine(&world, 1), ROOMS);

    world.post(0, room, "words");
    world.run_until_idle();
    for n in [1, 3] {
        let replica = &world.devices[n].replica;
        assert_eq!(replica.my_rooms().last(), Some(room));
        assert_eq!(replica.room(room).unwrap().people, USERS);
        assert_eq!(replica.unread(room), 1);
        assert_eq!(replica.name(USERS[0]), Some("person 11"));
    }
    // Nobody can be added, and who opens it again finds it.
    give(
        &mut world,
        1,
        Command::OpenDirect {
            users: vec![USERS[0], USERS[0]],
        },
    );
    assert_eq!(world.server.store.rooms.len(), 4);
    world.check_all();
}

#[test]
fn the_state_of_a_private_room_that_is_not_open_is_known_and_kept_up_to_date() {
    let mut world = World::connected_everywhere();
    close_all(&mut world, 1);
    let (_, rev) = state(&world, 1, PRIVATE).unwrap();
    let change = |name: &str, rev| Command::UpdateRoom {
        room: PRIVATE,
        rev,
        name: Some(name.into()),
        topic: None,
        posting: Some(Posting::Managers),
    };
    give(&mut world, 0, change("plans", rev));
    let (name, rev) = state(&world, 1, PRIVATE).unwrap();
    assert_eq!(name, "plans");
    let replica = &world.devices[1].replica;
    let room = replica.room(PRIVATE).unwrap();
    let may_post =
        |standing| is_allowed_in(Action::Post, replica.user().unwrap().role, room, standing);
    assert!(!may_post(replica.standing(PRIVATE)) && may_post(Standing::Manager));

    // While the device is away, the room gets another name, and a question is refused.
    world.disconnect(1);
    give(&mut world, 0, change("more plans", rev));
    world.server.busy_for_questions = 5;
    world.connect(1);
    world.run_until_idle();
    assert_eq!(state(&world, 1, PRIVATE).unwrap().0, "more plans");
    world.check_all();
}

fn state(world: &World, n: usize, room: RoomId) -> Option<(String, shared::id::Rev)> {
    let room = world.devices[n].replica.room(room)?;
    Some((room.name.clone(), room.rev))
}

#[test]
fn a_private_room_that_is_removed_is_none_of_the_person_s_rooms_any_more() {
    for is_away in [false, true] {
        let mut world = World::connected_everywhere();
        close_all(&mut world, 1);
        if is_away {
            world.disconnect(1);
        }
        give(&mut world, 0, Command::RemoveRoom { room: PRIVATE });
        // It is open here.
        assert!(
            world.devices[0]
                .replica
                .room(PRIVATE)
                .unwrap()
                .removed_at
                .is_some()
        );
        assert_eq!(mine(&world, 0), ROOMS[..2]);
        world.connect(1);
        world.run_until_idle();
        assert_eq!(mine(&world, 1), ROOMS[..2]);
        assert!(world.devices[1].replica.membership(PRIVATE).is_some());
        world.act(1, |replica| replica.open(PRIVATE));
        world.run_until_idle();
        let timeline = world.devices[1].replica.timeline(PRIVATE).unwrap();
        assert_eq!(timeline.unavailable(), Some(ErrorCode::RoomGone));
        world.check_all();
    }
}

#[test]
fn a_line_is_shown_counts_as_nothing_and_is_no_news() {
    let mut world = World::connected_everywhere();
    world.post(0, PUBLIC, "words");
    world.run_until_idle();
    let archive = Command::ArchiveRoom {
        room: PUBLIC,
        archived: true,
    };
    world.command(0, archive);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    let connection = world.devices[1].connection.unwrap();
    let frames = std::mem::take(&mut world.server.connections.get_mut(&connection).unwrap().out);
    let mut events = Vec::new();
    for frame in frames {
        let now = world.now;
        world.act(1, |replica| {
            let output = replica.receive(frame, now);
            events.extend(output.events.clone());
            output
        });
    }
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, SyncEvent::Posted { .. }))
    );
    world.run_until_idle();
    let replica = &world.devices[1].replica;
    let last = replica.timeline(PUBLIC).unwrap().messages().last().unwrap();
    assert_eq!(last.event.as_ref().unwrap().kind, EventKind::Archived);
    assert_eq!(replica.unread(PUBLIC), 1);
    assert!(replica.room(PUBLIC).unwrap().archived_at.is_some());
    world.check_all();
}

fn favourite(room: RoomId) -> Command {
    Command::ChangeSidebar {
        change: SidebarChange::Move {
            room,
            to: SidebarPlace::Favourites,
            before: None,
        },
    }
}

#[test]
fn a_change_of_the_sidebar_is_shown_at_once_and_taken_back_if_it_is_refused() {
    let mut world = World::connected_everywhere();
    world.command(0, favourite(PUBLIC));
    let add = SidebarChange::AddSection {
        name: "work".into(),
    };
    world.command(
        0,
        Command::ChangeSidebar {
            change: add.clone(),
        },
    );
    let to_work = SidebarChange::Move {
        room: PRIVATE,
        to: SidebarPlace::Section("work".into()),
        before: None,
    };
    world.command(0, Command::ChangeSidebar { change: to_work });
    let sidebar = world.devices[0].replica.sidebar();
    assert_eq!(sidebar.favourites, [PUBLIC]);
    assert_eq!(sidebar.sections[0].rooms, [PRIVATE]);
    assert_eq!(world.devices[2].replica.sidebar(), Sidebar::default());
    world.run_until_idle();
    for n in [0, 2] {
        let arranged = world.devices[n].replica.sidebar();
        assert_eq!(
            (arranged.favourites, arranged.sections),
            (sidebar.favourites.clone(), sidebar.sections.clone())
        );
    }
    // The other device has removed the section before this one moves it.
    let name = || "work".to_owned();
    let remove = SidebarChange::RemoveSection { name: name() };
    world.command(2, Command::ChangeSidebar { change: remove });
    while world.carry(2, Way::ToServer, Fate::Arrives) {}
    let rename = SidebarChange::RenameSection {
        name: name(),
        to: "home".into(),
    };
    world.command(0, Command::ChangeSidebar { change: rename });
    assert_eq!(world.devices[0].replica.sidebar().sections[0].name, "home");
    world.run_until_idle();
    assert!(world.devices[0].replica.sidebar().sections.is_empty());
    world.check_all();
}

#[test]
fn all_is_marked_as_read_at_once_and_that_can_be_undone() {
    let mut world = World::connected_everywhere();
    for room in [PUBLIC, PRIVATE] {
        world.post(0, room, "words");
    }
    world.run_until_idle();
    let unread = |world: &World, n: usize| {
        [PUBLIC, PRIVATE].map(|room| world.devices[n].replica.unread(room))
    };
    assert_eq!(unread(&world, 1), [1, 1]);
    let marks = |seq| {
        let marks = [PUBLIC, PRIVATE, RoomId(9)].map(|room| MarkChange::new(room, seq));
        Command::SetMarks {
            marks: marks.to_vec(),
        }
    };
    world.command(1, marks(Seq(1)));
    assert_eq!(unread(&world, 1), [0, 0]);
    assert_eq!(unread(&world, 3), [1, 1]);
    world.run_until_idle();
    assert_eq!(unread(&world, 3), [0, 0]);
    world.command(1, marks(Seq::ZERO));
    assert_eq!(unread(&world, 1), [1, 1]);
    world.run_until_idle();
    assert_eq!(unread(&world, 3), [1, 1]);
    world.check_all();
}

#[test]
fn marks_of_rooms_that_a_restored_store_may_have_given_to_others_are_not_set() {
    let mut world = World::connected_everywhere();
    world.post(0, PUBLIC, "words");
    world.run_until_idle();
    world.back_up();
    // The own stream of the device is ahead of the backup.
    give(&mut world, 1, favourite(PUBLIC));
    world.disconnect(1);
    world.command(
        1,
        Command::SetMarks {
            marks: vec![MarkChange::new(PUBLIC, Seq(1))],
        },
    );
    world.restart(true);
    world.settle();
    assert_eq!(world.devices[1].replica.read_seq(PUBLIC), None);
    assert_eq!(world.devices[1].replica.all_pending().count(), 0);
    assert_eq!(world.devices[1].replica.sidebar(), Sidebar::default());
}

#[test]
fn what_was_stored_has_the_sidebar_and_the_rooms_that_no_directory_brings() {
    let mut world = World::connected_everywhere();
    give(&mut world, 0, favourite(PRIVATE));
    give(
        &mut world,
        1,
        Command::OpenDirect {
            users: vec![USERS[0]],
        },
    );
    world.post(1, RoomId(4), "words");
    world.run_until_idle();
    world.store(0, ROOMS[0]);
    world.revisit(0);
    let replica = &world.devices[0].replica;
    assert_eq!(replica.sidebar().favourites, [PRIVATE]);
    assert_eq!(mine(&world, 0), [ROOMS[0], PUBLIC, PRIVATE, RoomId(4)]);
    assert_eq!(state(&world, 0, PRIVATE).unwrap().0, "room 3");
    assert_eq!(replica.room(RoomId(4)).unwrap().people, USERS);
    assert_eq!(replica.name(USERS[1]), Some("person 12"));
    // Nothing of it is asked for again in the same epoch.
    world.connect(0);
    let mut asked = 0;
    while world.carry(0, Way::ToServer, Fate::Arrives)
        | world.carry(0, Way::ToDevice, Fate::Arrives)
    {
        let asks = |frame: &&ClientFrame| matches!(frame, ClientFrame::Rooms { .. });
        asked += world.devices[0].to_server.iter().filter(asks).count();
    }
    assert_eq!(asked, 0);
    world.check_all();

    // What an earlier page has stored lacks kinds of rooms.
    let (me, stored) = world.devices[0].stored.clone().unwrap();
    let old = stored.replace(r#""format":1,"#, "");
    assert_ne!(old, stored);
    world.devices[0].stored = Some((me, old));
    world.revisit(0);
    assert_eq!(mine(&world, 0), []);
}
