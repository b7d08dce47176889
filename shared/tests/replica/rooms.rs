//! Rooms that are closed and opened again, joined and left, watched and not.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::ClientFrame;
use shared::id::{Rev, RoomId, Seq, UserId};
use shared::model::RoomKind;
use shared::stream::StreamKey;
use shared::sync::Replica;

use super::world::{ROOMS, USERS, World};

const ROOM: RoomId = ROOMS[1];
const PRIVATE: RoomId = ROOMS[2];

fn post_some(world: &mut World, n: usize, room: RoomId, times: usize) {
    for _ in 0..times {
        world.post(n, room, "words");
    }
    world.run_until_idle();
}

/// Adds the second person to the private room, or removes that person.
fn membership(is_member: bool) -> Command {
    if is_member {
        add_members(PRIVATE, USERS[1])
    } else {
        Command::RemoveMember {
            room: PRIVATE,
            user: USERS[1],
        }
    }
}

fn add_members(room: RoomId, user: UserId) -> Command {
    let users = vec![user];
    Command::AddMembers { room, users }
}

fn set_member(world: &mut World, is_member: bool) {
    world.command(0, membership(is_member));
    world.run_until_idle();
}

/// The messages that a device shows of an open room.
fn shown(replica: &Replica, room: RoomId) -> Vec<i64> {
    let timeline = replica.timeline(room).unwrap();
    timeline.messages().map(|message| message.seq.0).collect()
}

#[test]
fn a_room_that_is_opened_again_is_shown_at_once_and_resumes() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 1, ROOM, 6);
    world.act(0, |replica| replica.close(ROOM));
    assert!(world.devices[0].replica.timeline(ROOM).is_none());
    post_some(&mut world, 1, ROOM, 1);

    world.act(0, |replica| replica.open(ROOM));
    let timeline = world.devices[0].replica.timeline(ROOM).unwrap();
    assert!(timeline.is_catching_up(), "what is kept may be old");
    assert_eq!(shown(&world.devices[0].replica, ROOM), [3, 4, 5, 6]);
    let resumes = |frame: &ClientFrame| {
        let room = StreamKey::Room(ROOM);
        matches!(frame, ClientFrame::Subscribe { stream, rev, .. } if *stream == room && *rev > Rev::ZERO)
    };
    assert!(world.devices[0].to_server.iter().any(resumes));
    world.run_until_idle();
    assert!(shown(&world.devices[0].replica, ROOM).ends_with(&[3, 4, 5, 6, 7]));
    world.check_all();
}

#[test]
fn of_the_closed_rooms_only_the_last_ones_are_kept() {
    let mut world = World::connected_everywhere();
    for room in ROOMS {
        post_some(&mut world, 1, room, 1);
    }
    for room in ROOMS {
        world.act(0, |replica| replica.close(room));
    }
    let kept = ROOMS.map(|room| {
        world.act(0, |replica| replica.open(room));
        shown(&world.devices[0].replica, room).len()
    });
    assert_eq!(kept, [0, 1, 1]);
    world.run_until_idle();
    world.check_all();
}

#[test]
fn who_is_removed_holds_nothing_of_the_room_and_who_is_added_again_gets_it_back() {
    for is_open in [true, false] {
        let mut world = World::connected_everywhere();
        post_some(&mut world, 0, PRIVATE, 3);
        assert_eq!(world.devices[1].replica.unread(PRIVATE), 3);
        if !is_open {
            world.act(1, |replica| replica.close(PRIVATE));
        }
        set_member(&mut world, false);
        post_some(&mut world, 0, PRIVATE, 1);
        assert!(world.devices[1].replica.membership(PRIVATE).is_none());
        assert_eq!(world.devices[1].replica.head(PRIVATE), Seq::ZERO);
        if !is_open {
            world.act(1, |replica| replica.open(PRIVATE));
        }
        let replica = &world.devices[1].replica;
        assert!(shown(replica, PRIVATE).is_empty());
        assert!(replica.room(PRIVATE).is_none());
        world.run_until_idle();
        let timeline = world.devices[1].replica.timeline(PRIVATE).unwrap();
        assert_eq!(timeline.unavailable(), Some(ErrorCode::NoSuchRoom));
        world.check_all();

        set_member(&mut world, true);
        // After three messages and one more, there are lines about the removal and the return.
        assert_eq!(shown(&world.devices[1].replica, PRIVATE), [4, 5, 6]);
        post_some(&mut world, 0, PRIVATE, 1);
        assert_eq!(world.devices[1].replica.unread(PRIVATE), 5);
        world.check_all();
    }
}

#[test]
fn who_was_removed_and_added_again_unnoticed_subscribes_and_watches_again() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 0, PRIVATE, 1);
    set_member_unheard(&mut world, false);
    set_member_unheard(&mut world, true);
    // The next change of the person's own stream shows the gap.
    post_some(&mut world, 1, ROOM, 1);
    post_some(&mut world, 0, PRIVATE, 1);
    assert_eq!(shown(&world.devices[1].replica, PRIVATE), [1, 2, 3, 4]);
    world.act(1, |replica| replica.close(PRIVATE));
    post_some(&mut world, 0, PRIVATE, 1);
    assert_eq!(world.devices[1].replica.unread(PRIVATE), 3);
    world.check_all();
}

/// The live frames to device 1 are lost.
fn set_member_unheard(world: &mut World, is_member: bool) {
    let (id, user) = (world.client_id(), USERS[0]);
    world.at_the_server(|store, batch| {
        store
            .carry_out(user, id, membership(is_member), batch)
            .unwrap();
    });
    let connection = world.devices[1].connection.unwrap();
    let at_server = world.server.connections.get_mut(&connection).unwrap();
    assert!(!at_server.out.is_empty());
    at_server.out.clear();
    world.run_until_idle();
}

#[test]
fn what_is_unread_in_a_room_that_is_not_open_is_exact() {
    let mut world = World::connected_everywhere();
    for n in [0, 1] {
        world.act(n, |replica| replica.close(ROOM));
    }
    post_some(&mut world, 1, ROOM, 120);
    assert_eq!(world.devices[0].replica.unread(ROOM), 100);
    world.mark_read(0, ROOM, Seq(30));
    assert_eq!(world.devices[0].replica.unread(ROOM), 90);
    let (id, now) = (world.client_id(), world.now);
    world.act(1, |replica| replica.delete(id, ROOM, Seq(31), now));
    world.run_until_idle();
    assert_eq!(world.devices[0].replica.unread(ROOM), 89);
    // Notices of them came to the device that wants notices, and not for its own messages.
    assert!(world.devices[0].view.noticed.contains(&ROOM));
    assert!(world.devices[1].view.noticed.is_empty());
    world.check_all();

    let (id, now) = (world.client_id(), world.now);
    world.act(0, |replica| replica.mark_unread(id, ROOM, Seq(30), now));
    world.run_until_idle();
    let own = [0, 2].map(|n| world.devices[n].replica.unread(ROOM));
    assert_eq!(own[0], 90);
    assert!(own[1] >= 90, "the person's other device knows it too");
    world.check_all();
}

#[test]
fn rooms_that_are_made_later_are_watched() {
    let mut world = World::connected_everywhere();
    for kind in [RoomKind::Public, RoomKind::Private] {
        let (id, now) = (world.client_id(), world.now);
        world.act(1, |replica| {
            replica.create_room(id, "new".into(), String::new(), kind, now)
        });
        world.run_until_idle();
    }
    let (public, private) = (RoomId(4), RoomId(5));
    post_some(&mut world, 1, public, 2);
    world.command(0, Command::JoinRoom { room: public });
    world.run_until_idle();
    assert_eq!(world.devices[0].replica.unread(public), 2);
    post_some(&mut world, 1, public, 1);
    assert_eq!(world.devices[0].replica.unread(public), 3);
    assert_eq!(world.devices[0].replica.head(private), Seq::ZERO);
    world.command(1, add_members(private, USERS[0]));
    world.run_until_idle();
    post_some(&mut world, 1, private, 3);
    assert_eq!(world.devices[0].replica.unread(private), 3);
    world.check_all();
}

#[test]
fn a_mark_of_a_room_that_was_left_meanwhile_is_dropped() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 0, PRIVATE, 1);
    world.disconnect(1);
    set_member(&mut world, false);
    // In another epoch the mark waits for the answer about the room, which never comes: the own
    // stream says before that the room is lost.
    world.restart(false);
    world.mark_read(1, PRIVATE, Seq(1));
    world.settle();
    assert_eq!(world.devices[1].replica.read_seq(PRIVATE), None);
    set_member(&mut world, true);
    world.check_all();
}
