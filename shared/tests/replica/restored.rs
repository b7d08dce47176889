//! A store that was copied back from a backup: what was seen after it never happened.

use shared::id::{RoomId, Seq};
use shared::sync::{Attention, Replica};

use super::world::{Fate, ROOMS, Way, World};

const ROOM: RoomId = ROOMS[0];

fn post_some(world: &mut World, device: usize, times: usize) {
    for _ in 0..times {
        world.post(device, ROOM, "words");
        world.run_out();
    }
}

#[test]
fn a_page_from_a_lost_future_is_not_kept() {
    let mut world = World::at_home();
    post_some(&mut world, 1, 6);
    // Device 0 comes anew and holds the newest page only.
    world.act(0, |replica| replica.unfollow(ROOM));
    world.act(0, |replica| replica.follow(ROOM, Attention::Open));
    world.run_out();
    world.back_up();
    let first = world.devices[1].replica.timeline(ROOM).unwrap();
    let first = first.messages().next().unwrap().clone();
    let (id, now) = (world.client_id(), world.now);
    world.act(1, |replica| {
        replica.edit(id, ROOM, (first.seq, first.rev), "edited".into(), now)
    });
    while world.carry(1, Way::ToServer, Fate::Arrives) {}
    while world.carry(1, Way::ToDevice, Fate::Arrives) {}
    // The page that shows the edit overtakes the edit itself.
    world.act(0, |replica| replica.load_older(ROOM));
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    world.carry(0, Way::ToDevice, Fate::Overtaken);
    world.disconnect(0);
    world.restart(true);
    world.settle();
}

fn edit_first(world: &mut World, device: usize, body: &str) {
    let timeline = world.devices[device].replica.timeline(ROOM).unwrap();
    let first = timeline.get(Seq(1)).unwrap().clone();
    let (id, now) = (world.client_id(), world.now);
    world.act(device, |replica| {
        replica.edit(id, ROOM, (first.seq, first.rev), body.into(), now)
    });
    world.run_out();
}

#[test]
fn half_of_a_catching_up_is_not_resumed_in_another_life() {
    let mut world = World::at_home();
    post_some(&mut world, 1, 2);
    world.disconnect(0);
    edit_first(&mut world, 1, "edited");
    post_some(&mut world, 1, 3);
    world.back_up();
    // The edit is overtaken by another, which a restored store has not seen: a page
    // that ends where the backup does leaves both out.
    edit_first(&mut world, 1, "edited again");
    world.connect(0);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    let timeline = world.devices[0].replica.timeline(ROOM).unwrap();
    assert!(timeline.is_catching_up());
    world.disconnect(0);
    world.restart(true);
    world.settle();
}

#[test]
fn what_is_live_in_another_life_waits_for_the_answer() {
    let mut world = World::at_home();
    post_some(&mut world, 1, 4);
    world.back_up();
    post_some(&mut world, 1, 2);
    world.restart(true);
    world.connect(1);
    world.run_out();
    post_some(&mut world, 1, 2);
    world.connect(0);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    world.post(1, ROOM, "live");
    while world.carry(1, Way::ToServer, Fate::Arrives) {}
    // Welcome, directory, stream; then the live post, and the answer after it.
    for _ in 0..3 {
        world.carry(0, Way::ToDevice, Fate::Arrives);
    }
    while world.carry(0, Way::ToDevice, Fate::Overtaken) {}
    world.connect(2);
    world.run_out();
    world.check_all();
}

#[test]
fn an_ordinary_restart_resumes() {
    let mut world = World::at_home();
    post_some(&mut world, 1, 5);
    world.disconnect(0);
    post_some(&mut world, 1, 2);
    world.restart(false);
    world.act(0, Replica::connected);
    let before = world.devices[0].replica.timeline(ROOM).unwrap().span();
    world.settle();
    let after = world.devices[0].replica.timeline(ROOM).unwrap().span();
    assert_eq!(before.first, after.first, "the window was thrown away");
    assert_eq!(after.len, before.len + 2);
}
