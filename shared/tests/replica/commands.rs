//! Commands that wait, are held, refused or cancelled.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::ClientFrame;
use shared::id::{Micros, Rev, Seq};
use shared::limits::RECEIPT_DAYS;
use shared::model::RoomKind;
use shared::sync::{PendingState, SyncEvent};

use super::world::{Fate, ROOMS, Way, World};

fn bodies_in_flight(world: &World, n: usize) -> Vec<&str> {
    world.devices[n]
        .to_server
        .iter()
        .filter_map(|frame| match frame {
            ClientFrame::Command {
                command: Command::Send { body, .. },
                ..
            } => Some(body.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn one_send_per_room_is_in_flight_and_rooms_do_not_wait_for_each_other() {
    let mut world = World::connected_everywhere();
    for body in ["one", "two"] {
        world.post(0, ROOMS[0], body);
    }
    world.post(0, ROOMS[1], "elsewhere");
    assert_eq!(bodies_in_flight(&world, 0), ["one", "elsewhere"]);
    world.run_until_idle();
    world.check_all();
}

#[test]
fn a_held_send_is_sent_again_and_later_ones_wait() {
    let mut world = World::connected_everywhere();
    world.server.busy = 1;
    world.post(0, ROOMS[0], "held");
    world.post(0, ROOMS[0], "behind");
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    let replica = &world.devices[0].replica;
    let until = replica.next_timer().unwrap();
    assert_eq!(until, Micros(world.now.0 + 200_000));
    let first = replica.pending(Some(ROOMS[0])).next().unwrap();
    let code = ErrorCode::RateLimited;
    assert_eq!(first.state, PendingState::Held { code, until });
    assert!(bodies_in_flight(&world, 0).is_empty());
    world.tick(200_000);
    assert_eq!(bodies_in_flight(&world, 0), ["held"]);
    world.run_until_idle();
    world.check_all();
}

#[test]
fn a_clock_that_is_set_back_delays_nothing() {
    let mut world = World::connected_everywhere();
    world.server.busy = 2;
    world.post(0, ROOMS[0], "held");
    for _ in 0..2 {
        while world.carry(0, Way::ToServer, Fate::Arrives) {}
        while world.carry(0, Way::ToDevice, Fate::Arrives) {}
        assert!(bodies_in_flight(&world, 0).is_empty());
        // The timer fires, and the clock has been set back by three days.
        world.tick(-3 * 24 * 60 * 60 * 1_000_000);
        assert_eq!(bodies_in_flight(&world, 0), ["held"]);
    }
    world.run_until_idle();
    world.check_all();
}

#[test]
fn a_refused_send_is_kept_until_it_is_retried_or_discarded() {
    let mut world = World::connected_everywhere();
    world.post(0, ROOMS[0], "");
    world.post(0, ROOMS[0], "behind");
    world.run_until_idle();
    let pending: Vec<_> = world.devices[0].replica.all_pending().cloned().collect();
    assert_eq!(pending.len(), 1, "the later one was sent");
    assert!(matches!(
        pending[0].state,
        PendingState::Refused {
            code: ErrorCode::TextEmpty,
            ..
        }
    ));
    world.decide(0, true);
    let again = world.devices[0].replica.all_pending().next().unwrap();
    assert_eq!(again.client_id, pending[0].client_id);
    world.run_until_idle();
    world.decide(0, false);
    assert_eq!(world.devices[0].replica.all_pending().count(), 0);
}

#[test]
fn cancelling_removes_an_unsent_send_at_once_and_asks_the_server_for_a_sent_one() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    world.post(0, ROOMS[0], "never left");
    world.cancel(0, 0);
    assert_eq!(world.devices[0].replica.all_pending().count(), 0);

    world.connect(0);
    world.run_until_idle();
    world.post(0, ROOMS[0], "on its way");
    world.cancel(0, 0);
    let pending = world.devices[0].replica.all_pending().next().unwrap();
    assert!(matches!(pending.command, Command::Cancel { .. }));
    world.run_until_idle();
    world.check_all();
    assert_eq!(world.devices[0].replica.all_pending().count(), 0);
}

#[test]
fn a_command_is_withdrawn_only_if_it_was_never_sent() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    let room = world.client_id();
    let name = world.client_id();
    let now = world.now;
    world.act(0, |replica| {
        replica.create_room(
            room,
            "withdrawn".into(),
            String::new(),
            RoomKind::Public,
            now,
        )
    });
    world.act(0, |replica| replica.rename(name, "Ada B.".into(), now));
    let replica = &mut world.devices[0].replica;
    let output = replica.withdraw(room).expect("it was never sent");
    assert_eq!(output.events, [SyncEvent::Pending(None)]);
    assert_eq!(replica.withdraw(room), None, "it is not pending any more");

    // The other command is sent as if the first had never been given.
    world.connect(0);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    let replica = &mut world.devices[0].replica;
    assert_eq!(replica.withdraw(name), None, "it was sent");
    // A lost connection does not prove that the server has not seen it.
    world.disconnect(0);
    assert_eq!(world.devices[0].replica.withdraw(name), None);
    world.settle();
    let rooms = world.server.store.rooms.values();
    assert!(!rooms.into_iter().any(|room| room.name == "withdrawn"));
    assert_eq!(world.devices[0].replica.user().unwrap().name, "Ada B.");
}

#[test]
fn pending_sends_survive_a_reload_in_order() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    for body in ["one", "two", "three"] {
        world.post(0, ROOMS[0], body);
    }
    world.reload(0);
    world.settle();
    let stored = world.server.store.messages(ROOMS[0]);
    let bodies: Vec<&str> = stored.iter().map(|m| m.body.as_str()).collect();
    assert_eq!(bodies, ["one", "two", "three"]);
}

/// How long the server keeps receipts, in microseconds.
const REMEMBERED: i64 = RECEIPT_DAYS * 24 * 60 * 60 * 1_000_000;

fn stored(world: &World) -> Vec<&str> {
    let messages = world.server.store.messages(ROOMS[0]);
    messages.iter().map(|m| m.body.as_str()).collect()
}

#[test]
fn a_send_older_than_the_receipts_waits_for_the_person() {
    for reload in [true, false] {
        let mut world = World::connected_everywhere();
        world.disconnect(0);
        world.post(0, ROOMS[0], "too old");
        world.tick(1_000_000);
        world.post(0, ROOMS[0], "just young enough");
        world.tick(REMEMBERED);
        if reload {
            world.reload(0);
        }
        world.connect(0);
        world.run_until_idle();
        assert_eq!(stored(&world), ["just young enough"]);
        let old = world.devices[0].replica.all_pending().next().unwrap();
        assert_eq!(old.state, PendingState::Expired);

        // Once the person has decided, it is sent, however long the connection is lost.
        world.disconnect(0);
        world.decide(0, true);
        world.connect(0);
        world.run_until_idle();
        assert_eq!(stored(&world), ["just young enough", "too old"]);
        assert_eq!(world.devices[0].replica.all_pending().count(), 0);
    }
}

#[test]
fn an_expired_send_can_be_discarded_and_is_never_sent() {
    let mut world = World::connected_everywhere();
    world.disconnect(0);
    world.post(0, ROOMS[0], "too old");
    world.tick(REMEMBERED + 1);
    world.reload(0);
    world.decide(0, false);
    assert_eq!(world.devices[0].replica.all_pending().count(), 0);
    world.connect(0);
    world.run_until_idle();
    assert!(stored(&world).is_empty());
}

#[test]
fn an_expired_edit_is_returned() {
    let mut world = World::connected_everywhere();
    world.post(0, ROOMS[0], "first");
    world.run_until_idle();
    world.disconnect(0);
    let (id, now) = (world.client_id(), world.now);
    let edit = (Seq(1), Rev(1));
    world.act(0, |replica| {
        replica.edit(id, ROOMS[0], edit, "changed".into(), now)
    });
    assert_eq!(world.devices[0].replica.all_pending().count(), 1);
    world.tick(REMEMBERED + 1);
    world.reload(0);
    world.connect(0);
    world.run_until_idle();
    assert_eq!(stored(&world), ["first"]);
    assert_eq!(world.devices[0].replica.all_pending().count(), 0);
}
