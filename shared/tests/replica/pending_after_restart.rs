//! Pending commands after the server was started again: rooms and messages may be others, if it
//! was restored from a backup.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal, ServerFrame};
use shared::id::{RoomId, Seq};
use shared::model::RoomKind;
use shared::stream::StreamKey;
use shared::sync::{PendingState, SyncEvent};

use super::world::{DEVICES, Fate, ROOMS, Way, World};

const ROOM: RoomId = ROOMS[0];

/// Makes a room on a device. Returns its id.
fn make_room(world: &mut World, n: usize, kind: RoomKind) -> RoomId {
    let (id, now) = (world.client_id(), world.now);
    world.act(n, |replica| {
        replica.create_room(id, "new".into(), String::new(), kind, now)
    });
    world.run_until_idle();
    *world.server.store.rooms.last_key_value().unwrap().0
}

fn post_some(world: &mut World, n: usize, times: usize) {
    for _ in 0..times {
        world.post(n, ROOM, "words");
        world.run_until_idle();
    }
}

/// The texts that are stored in a room.
fn stored(world: &World, room: RoomId) -> Vec<&str> {
    let messages = world.server.store.messages(room);
    messages.iter().map(|m| m.body.as_str()).collect()
}

fn states(world: &World, n: usize) -> Vec<PendingState> {
    let pending = world.devices[n].replica.all_pending();
    pending.map(|pending| pending.state.clone()).collect()
}

/// The rooms (none: no room) of the commands on the way to the server.
fn commands(world: &World, n: usize) -> Vec<Option<RoomId>> {
    let frames = world.devices[n].to_server.iter();
    let of = |frame: &ClientFrame| match frame {
        ClientFrame::Command { command, .. } if command.has_client_id() => Some(command.room()),
        _ => None,
    };
    frames.filter_map(of).collect()
}

/// All frames of a new connection reach the server, and `welcome` the device.
fn greet(world: &mut World, n: usize) {
    world.connect(n);
    while world.carry(n, Way::ToServer, Fate::Arrives) {}
    world.carry(n, Way::ToDevice, Fate::Arrives);
    assert!(world.devices[n].replica.is_welcome());
}

fn rename(world: &mut World, n: usize) {
    let (id, now) = (world.client_id(), world.now);
    world.act(n, |replica| replica.rename(id, "another name".into(), now));
}

/// The number of the device's question about a stream, before it reaches the server.
fn question(world: &World, n: usize, key: StreamKey) -> u32 {
    let about = |frame: &ClientFrame| match frame {
        ClientFrame::Subscribe {
            question, stream, ..
        } if *stream == key => Some(*question),
        _ => None,
    };
    let mut asked = world.devices[n].to_server.iter().filter_map(about);
    asked.next_back().unwrap()
}

#[test]
fn a_send_for_a_room_that_is_another_one_now_waits_for_the_person() {
    for (kind, is_open) in [
        (RoomKind::Private, true),
        (RoomKind::Private, false),
        (RoomKind::Public, true),
        (RoomKind::Public, false),
    ] {
        let mut world = World::connected_everywhere();
        world.back_up();
        let room = make_room(&mut world, 0, kind);
        if is_open {
            world.act(0, |replica| replica.open(room));
            world.run_until_idle();
        }
        world.disconnect(0);
        world.post(0, room, "for this room only");
        world.restart(true);
        world.connect(1);
        world.run_until_idle();
        assert_eq!(make_room(&mut world, 1, RoomKind::Public), room);

        world.connect(0);
        world.run_until_idle();
        assert!(stored(&world, room).is_empty(), "it was published");
        assert_eq!(states(&world, 0), [PendingState::Expired]);

        world.decide(0, true);
        world.run_until_idle();
        assert_eq!(stored(&world, room), ["for this room only"]);
        assert!(states(&world, 0).is_empty());
    }
}

#[test]
fn what_was_given_before_the_answer_that_voids_the_rooms_waits_too() {
    let mut world = World::connected_everywhere();
    world.back_up();
    let room = make_room(&mut world, 0, RoomKind::Private);
    world.restart(true);
    world.connect(1);
    world.run_until_idle();
    assert_eq!(make_room(&mut world, 1, RoomKind::Public), room);

    greet(&mut world, 0);
    world.post(0, room, "written while the old room is shown");
    world.run_until_idle();
    assert!(stored(&world, room).is_empty(), "it was published");
    assert_eq!(states(&world, 0), [PendingState::Expired]);
    // What is given from now on is about the rooms that are there.
    world.post(0, room, "after it");
    world.run_until_idle();
    assert_eq!(stored(&world, room), ["after it"]);
}

#[test]
fn a_delete_does_not_reach_another_message() {
    let mut world = World::connected_everywhere();
    world.back_up();
    post_some(&mut world, 0, 1);
    world.disconnect(0);
    let (id, now) = (world.client_id(), world.now);
    world.act(0, |replica| replica.delete(id, ROOM, Seq(1), now));
    world.restart(true);
    // The same person posts on another device: this message has the number now.
    world.connect(2);
    world.run_until_idle();
    world.post(2, ROOM, "another message");
    world.run_until_idle();

    let mut events = Vec::new();
    world.connect(0);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    let connection = world.devices[0].connection.unwrap();
    let frames = &mut world.server.connections.get_mut(&connection).unwrap().out;
    for frame in std::mem::take(frames) {
        world.act(0, |replica| {
            let output = replica.receive(frame, now);
            events.extend(output.events.clone());
            output
        });
    }
    world.run_until_idle();
    assert_eq!(stored(&world, ROOM), ["another message"]);
    assert!(states(&world, 0).is_empty());
    let is_reported = |event: &SyncEvent| match event {
        SyncEvent::Refused {
            client_id, command, ..
        } => *client_id == id && matches!(**command, Command::Delete { .. }),
        _ => false,
    };
    assert!(events.iter().any(is_reported), "the person is not told");
    assert!(
        events.contains(&SyncEvent::Pending(Some(ROOM))),
        "a page that is loaded again would send it"
    );
}

#[test]
fn commands_of_an_open_room_wait_for_its_answer() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 0, 1);
    world.back_up();
    // Another person's message: neither the directory nor the own stream is rewound.
    post_some(&mut world, 1, 1);
    world.disconnect(0);
    world.post(0, ROOM, "an answer to it");
    world.post(0, ROOMS[1], "elsewhere");
    let (id, now) = (world.client_id(), world.now);
    world.act(0, |replica| replica.delete(id, ROOM, Seq(1), now));
    world.restart(true);
    world.connect(0);
    world.run_until_idle();
    assert_eq!(stored(&world, ROOM), ["words"]);
    assert_eq!(stored(&world, ROOMS[1]), ["elsewhere"]);
    assert_eq!(states(&world, 0), [PendingState::Expired]);
    world.decide(0, false);
    assert!(states(&world, 0).is_empty());
}

#[test]
fn a_room_that_is_closed_before_its_answer_holds_nothing_back() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 0, 1);
    world.disconnect(0);
    world.post(0, ROOM, "words");
    world.restart(false);
    greet(&mut world, 0);
    // The directory and the own stream.
    for _ in 0..2 {
        world.carry(0, Way::ToDevice, Fate::Arrives);
    }
    assert_eq!(commands(&world, 0), []);
    world.act(0, |replica| replica.close(ROOM));
    assert_eq!(commands(&world, 0), [Some(ROOM)]);
    world.run_until_idle();
    assert_eq!(stored(&world, ROOM), ["words", "words"]);
}

#[test]
fn after_an_ordinary_restart_all_is_sent_in_order_once_the_rooms_are_confirmed() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 0, 1);
    world.act(0, |replica| replica.close(ROOMS[1]));
    world.run_until_idle();
    world.disconnect(0);
    for body in ["one", "two", "three"] {
        world.post(0, ROOM, body);
        world.post(0, ROOMS[1], body);
    }
    rename(&mut world, 0);
    world.restart(false);
    greet(&mut world, 0);
    assert_eq!(commands(&world, 0), [None], "a name is no room's business");
    world.carry(0, Way::ToDevice, Fate::Arrives);
    assert_eq!(commands(&world, 0), [None], "the own stream is missing");
    world.carry(0, Way::ToDevice, Fate::Arrives);
    let closed = Some(ROOMS[1]);
    assert_eq!(commands(&world, 0), [None, closed], "it is closed");
    world.carry(0, Way::ToDevice, Fate::Arrives);
    assert_eq!(commands(&world, 0), [None, closed, Some(ROOM)]);
    world.run_until_idle();
    assert_eq!(stored(&world, ROOM), ["words", "one", "two", "three"]);
    assert_eq!(stored(&world, ROOMS[1]), ["one", "two", "three"]);
    assert!(states(&world, 0).is_empty());
}

#[test]
fn after_a_cut_without_a_restart_commands_are_sent_at_once() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 0, 1);
    world.disconnect(0);
    world.post(0, ROOM, "words");
    greet(&mut world, 0);
    assert_eq!(commands(&world, 0), [Some(ROOM)]);
    world.run_until_idle();
    world.check_all();
}

#[test]
fn at_a_first_visit_there_is_nothing_to_wait_for() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    world.post(0, ROOM, "words");
    world.restart(false);
    world.reload(0);
    greet(&mut world, 0);
    assert_eq!(commands(&world, 0), [Some(ROOM)]);
    world.run_until_idle();
    assert_eq!(stored(&world, ROOM), ["words"]);
}

#[test]
fn commands_wait_for_the_repetition_of_a_refused_question() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    world.post(0, ROOM, "words");
    world.restart(false);
    world.server.busy_for_questions = 1;
    greet(&mut world, 0);
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    assert_eq!(commands(&world, 0), [], "the directory is not answered");
    world.run_until_idle();
    assert_eq!(stored(&world, ROOM), ["words"]);
    assert!(states(&world, 0).is_empty());
}

#[test]
fn if_the_server_never_confirms_the_rooms_the_person_decides() {
    for key in [StreamKey::Directory, StreamKey::Own] {
        for before_welcome in [true, false] {
            let mut world = World::connected_everywhere();
            world.disconnect(0);
            world.post(0, ROOM, "words");
            world.restart(false);
            world.connect(0);
            let refused = ServerFrame::Error(Refusal {
                question: Some(question(&world, 0, key)),
                ..Refusal::new(ErrorCode::BadCommand)
            });
            let replica = &mut world.devices[0].replica;
            let welcome = world.server.store.welcome(replica.user().unwrap().id);
            let mut frames = [ServerFrame::Welcome(Box::new(welcome)), refused];
            if before_welcome {
                frames.reverse();
            }
            for frame in frames {
                let _ = replica.receive(frame, world.now);
            }
            assert_eq!(states(&world, 0), [PendingState::Expired]);
        }
    }
}

#[test]
fn a_resync_before_the_answers_holds_nothing_back() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    world.post(0, ROOM, "words");
    world.restart(false);
    greet(&mut world, 0);
    let connection = world.devices[0].connection.unwrap();
    world.server.overflow(connection);
    world.run_until_idle();
    assert_eq!(stored(&world, ROOM), ["words"]);
    for n in 1..DEVICES {
        world.connect(n);
    }
    world.run_until_idle();
    world.check_all();
}

#[test]
fn the_person_is_asked_about_a_room_that_was_caught_up_in_part() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    post_some(&mut world, 1, 6);
    world.connect(0);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    let timeline = world.devices[0].replica.timeline(ROOM).unwrap();
    assert!(timeline.is_catching_up());
    world.disconnect(0);
    world.post(0, ROOM, "not sent by itself");
    world.post(0, ROOMS[1], "sent");
    world.restart(false);
    world.connect(0);
    world.run_until_idle();
    assert_eq!(stored(&world, ROOM), ["words"; 6]);
    assert_eq!(stored(&world, ROOMS[1]), ["sent"]);
    assert_eq!(states(&world, 0), [PendingState::Expired]);
}
