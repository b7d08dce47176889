//! Answers about the person's own rooms that arrive after what they do not know of yet.

use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::{Rev, RoomId, UserId};
use shared::model::{EventKind, RoomEvent};

use super::store::profile;
use super::world::{Fate, ROOMS, USERS, Way, World};

const PUBLIC: RoomId = ROOMS[1];
const PRIVATE: RoomId = ROOMS[2];

fn give(world: &mut World, n: usize, command: Command) {
    world.command(n, command);
    world.run_until_idle();
}

/// The manager gives the private room another name.
fn rename(world: &mut World, name: &str) {
    let rev = world.server.store.rooms[&PRIVATE].rev;
    let command = Command::UpdateRoom {
        room: PRIVATE,
        rev,
        name: Some(name.into()),
        topic: None,
        posting: None,
    };
    world.command(0, command);
    for way in [Way::ToServer, Way::ToDevice] {
        while world.carry(0, way, Fate::Arrives) {}
    }
}

/// Device 1 holds no room open, and is connected.
fn closed() -> World {
    let mut world = World::connected_everywhere();
    for room in ROOMS {
        world.act(1, |replica| replica.close(room));
    }
    world.run_until_idle();
    world
}

fn name_of_private(world: &World) -> &str {
    &world.devices[1].replica.room(PRIVATE).unwrap().name
}

#[test]
fn a_room_that_is_left_before_its_heads_arrive_is_watched_when_it_is_joined_again() {
    let mut world = closed();
    let user = USERS[1];
    let leave = || Command::RemoveMember { room: PUBLIC, user };
    give(&mut world, 1, leave());
    world.command(1, Command::JoinRoom { room: PUBLIC });
    let asks = |frame: &ClientFrame| matches!(frame, ClientFrame::Watch { rooms: Some(_), .. });
    while !world.devices[1].to_server.iter().any(asks) {
        let moved = world.carry(1, Way::ToServer, Fate::Arrives);
        assert!(world.carry(1, Way::ToDevice, Fate::Arrives) | moved);
    }
    // The person leaves on another device before the question reaches the server.
    world.command(3, leave());
    while world.carry(3, Way::ToServer, Fate::Arrives) {}
    while world.carry(1, Way::ToDevice, Fate::Arrives) {}
    assert!(world.devices[1].replica.membership(PUBLIC).is_none());
    world.run_until_idle();
    give(&mut world, 3, Command::JoinRoom { room: PUBLIC });
    world.post(0, PUBLIC, "words");
    world.run_until_idle();
    assert_eq!(world.devices[1].replica.unread(PUBLIC), 1);
    world.check_all();
}

#[test]
fn a_head_that_overtakes_an_older_state_of_its_room_has_the_room_asked_for_again() {
    let mut world = closed();
    rename(&mut world, "one");
    world.server.send_heads();
    while world.carry(1, Way::ToDevice, Fate::Arrives) {}
    // The answer is on its way when the room changes again.
    while world.carry(1, Way::ToServer, Fate::Arrives) {}
    rename(&mut world, "two");
    world.server.send_heads();
    let connection = world.devices[1].connection.unwrap();
    let out = &mut world.server.connections.get_mut(&connection).unwrap().out;
    assert_eq!(out.len(), 2, "{out:?}");
    out.reverse();
    world.run_until_idle();
    assert_eq!(name_of_private(&world), "two");
    world.check_all();
}

#[test]
fn a_state_that_the_restored_store_has_lost_is_replaced_by_one_of_the_same_revision() {
    let mut world = closed();
    world.back_up();
    rename(&mut world, "lost");
    world.run_until_idle();
    assert_eq!(name_of_private(&world), "lost");
    let rev = world.server.store.rooms[&PRIVATE].rev;
    world.restart(true);
    world.connect(0);
    world.run_until_idle();
    rename(&mut world, "other");
    world.run_until_idle();
    assert_eq!(world.server.store.rooms[&PRIVATE].rev, rev);
    world.settle();
    assert_eq!(name_of_private(&world), "other");
}

#[test]
fn the_people_of_a_line_are_asked_for() {
    let mut world = World::connected_everywhere();
    let cora = UserId(99);
    world.at_the_server(|store, batch| {
        let person = profile(cora, "Cora".into(), Rev::ZERO);
        store.people.insert(cora, person);
        let event = RoomEvent::of_people(EventKind::Added, vec![cora]);
        store.line(USERS[0], PUBLIC, event, batch);
    });
    assert_eq!(world.devices[1].replica.name(cora), None);
    world.run_until_idle();
    assert_eq!(world.devices[1].replica.name(cora), Some("Cora"));
}
