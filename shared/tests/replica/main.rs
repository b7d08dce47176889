//! Property tests: replicas against a model of the server, on a network with every fault.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod checks;
mod commands;
mod events;
mod late_frames;
mod members;
mod pasts;
mod pending_after_restart;
mod places;
mod reads;
mod restored;
mod room_writes;
mod rooms;
mod server;
mod store;
mod view;
mod visits;
mod world;
mod writes;

use proptest::prelude::*;
use shared::command::Command;
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{RoomId, Seq};
use shared::stream::StreamKey;
use shared::sync::Replica;

use events::{Event, about_unread, disturbs, event};
use world::{DEVICES, Fate, ROOMS, USERS, Way, World};

impl World {
    /// Connected devices in which all rooms are open.
    fn connected_everywhere() -> Self {
        let mut world = World::new();
        for n in 0..DEVICES {
            for room in ROOMS {
                world.act(n, |replica| replica.open(room));
            }
            world.connect(n);
        }
        world.run_until_idle();
        world
    }
}

/// `PROPTEST_CASES` asks for more cases than the usual ones.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let is_usual = std::env::var_os("PROPTEST_CASES").is_none();
    ProptestConfig {
        cases: if is_usual { 300 } else { default.cases },
        failure_persistence: None,
        ..default
    }
}

proptest! {
    #![proptest_config(config())]

    /// Whatever is lost, duplicated, late, out of order, restarted or restored: after a
    /// reconnect every device shows what the server has, and every send is stored once
    /// and in order.
    #[test]
    fn every_device_ends_equal_to_the_server(events in prop::collection::vec(event(), 1..160)) {
        let mut world = World::connected_everywhere();
        for event in events {
            world.apply_event(event);
        }
        world.settle();
        world.jump_everywhere();
    }

    /// What is unread is the same on the two devices of a person and at the server, whatever was
    /// posted, read, set back, deleted, joined and left on either.
    #[test]
    fn unread_counts_agree(events in prop::collection::vec(about_unread(), 1..80)) {
        let mut world = World::connected_everywhere();
        for n in [1, 3] {
            world.act(n, |replica| replica.close(ROOMS[1]));
        }
        for event in events {
            world.apply_event(event);
        }
        world.settle();
        let [one, other] = [1, 3].map(|n| &world.devices[n].replica);
        for room in world.server.store.my_rooms(USERS[1]) {
            let store = &world.server.store;
            let read = store.marks.get(&(USERS[1], room)).map(|mark| mark.seq);
            let unread = store.unread_head(room).unread_above(read.unwrap_or_default());
            prop_assert_eq!((one.unread(room), other.unread(room)), (unread, unread));
        }
    }

    /// Only live frames are lost. The next one shows the gap, and it is filled without a
    /// reconnect.
    #[test]
    fn gaps_are_filled_without_a_reconnect(
        events in prop::collection::vec(event(), 1..80),
        losses in prop::collection::vec(any::<bool>(), 64),
    ) {
        let mut world = World::connected_everywhere();
        let mut losses = losses.into_iter().cycle();
        for event in events {
            // Nothing happens any more in a room that was removed, so nothing would show the gap.
            if disturbs(&event) || matches!(event, Event::RemoveRoom(..)) {
                continue;
            }
            world.apply_event(event);
            for device in &world.devices {
                let connection = device.connection.unwrap();
                let out = &mut world.server.connections.get_mut(&connection).unwrap().out;
                out.retain(|frame| !is_live(frame) || losses.next() == Some(false));
            }
        }
        world.server.busy = 0;
        world.server.busy_for_questions = 0;
        world.run_until_idle();
        show_the_gaps(&mut world);
        world.check_all();
    }
}

/// Makes one last change in each stream, which arrives everywhere.
fn show_the_gaps(world: &mut World) {
    for (n, user) in USERS.into_iter().enumerate() {
        world.at_the_server(|store, batch| store.set_mark(user, ROOMS[0], Seq::ZERO, 99, batch));
        world.run_until_idle();
        let rooms: Vec<RoomId> = world.server.store.rooms.keys().copied().collect();
        for room in rooms {
            world.at_the_server(|store, batch| store.post_anyway(user, room, batch));
            world.run_until_idle();
        }
        let (id, now) = (world.client_id(), world.now);
        world.act(n, |replica| replica.rename(id, format!("last {n}"), now));
        world.run_until_idle();
    }
}

fn is_live(frame: &ServerFrame) -> bool {
    match frame {
        ServerFrame::Changes(frame) => frame.question.is_none(),
        ServerFrame::Heads(frame) => frame.question.is_none(),
        ServerFrame::Notice(_) => true,
        _ => false,
    }
}

#[test]
fn a_client_catches_up_in_a_busy_room() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    for _ in 0..3 {
        world.post(1, ROOMS[0], "missed");
        world.run_until_idle();
    }
    world.connect(0);
    // For every frame that reaches the returning device, another message is posted.
    let mut requests = 0;
    for _ in 0..60 {
        world.post(1, ROOMS[0], "live");
        let next = world.devices[0].to_server.first();
        let room = StreamKey::Room(ROOMS[0]);
        let asks =
            |frame| matches!(frame, &ClientFrame::Subscribe { stream, .. } if stream == room);
        requests += usize::from(next.is_some_and(asks));
        for n in [1, 0] {
            world.carry(n, Way::ToServer, Fate::Arrives);
            world.carry(n, Way::ToDevice, Fate::Arrives);
        }
    }
    assert!(requests <= 4, "it asks again and again: {requests}");
    world.run_until_idle();
    world.check_all();
}

#[test]
fn a_device_that_fell_behind_requests_everything_again() {
    let mut world = World::connected_everywhere();
    world.post(0, ROOMS[0], "its answer will be lost");
    world.post(1, ROOMS[1], "and this will be");
    for n in [0, 1] {
        while world.carry(n, Way::ToServer, Fate::Arrives) {}
    }
    let connection = world.devices[0].connection.unwrap();
    world.server.overflow(connection);
    world.run_until_idle();
    world.check_all();
}

#[test]
fn no_commands_are_sent_on_another_persons_session() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    world.post(0, ROOMS[0], "mine");
    let output = world.devices[0].replica.connected();
    let sends = |frames: &[ClientFrame]| {
        frames.iter().any(|frame| {
            matches!(
                frame,
                ClientFrame::Command {
                    command: Command::Send { .. },
                    ..
                }
            )
        })
    };
    assert!(!sends(&output.send));
    world.server.connect(99, USERS[1]);
    world.server.receive(99, output.send[0].clone());
    let welcome = world.server.connections[&99].out[0].clone();
    let now = world.now;
    let output = world.devices[0].replica.receive(welcome, now);
    assert!(output.send.is_empty());
    let _ = Replica::disconnected(&mut world.devices[0].replica);
    assert_eq!(world.devices[0].replica.all_pending().count(), 1);
}
