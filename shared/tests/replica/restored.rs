//! A store restored from a backup: later changes that clients have seen do not exist any
//! more.

use shared::frame::ClientFrame;
use shared::id::{RoomId, Seq};
use shared::sync::Replica;

use super::events::Event;
use super::world::{DEVICES, Fate, ROOMS, Way, World};

const ROOM: RoomId = ROOMS[0];

fn post_some(world: &mut World, device: usize, times: usize) {
    for _ in 0..times {
        world.post(device, ROOM, "words");
        world.run_until_idle();
    }
}

#[test]
fn a_history_page_newer_than_the_restored_store_is_dropped() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 1, 6);
    // Device 0 starts again and holds the newest page only.
    world.reload(0);
    world.connect(0);
    world.run_until_idle();
    world.back_up();
    let first = world.devices[1].replica.timeline(ROOM).unwrap();
    let first = first.messages().next().unwrap().clone();
    let (id, now) = (world.client_id(), world.now);
    world.act(1, |replica| {
        replica.edit(
            id,
            ROOM,
            (first.seq, first.content_rev()),
            "edited".into(),
            now,
        )
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
        replica.edit(id, ROOM, (first.seq, first.content_rev()), body.into(), now)
    });
    world.run_until_idle();
}

#[test]
fn partial_catching_up_is_not_resumed_in_another_epoch() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 1, 2);
    world.disconnect(0);
    edit_first(&mut world, 1, "edited");
    post_some(&mut world, 1, 3);
    world.back_up();
    // A second edit, which the restored store does not have, replaces the first: a page that
    // ends at the revision of the backup holds neither.
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
fn a_live_frame_of_another_epoch_waits_for_the_answer() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 1, 4);
    world.back_up();
    post_some(&mut world, 1, 2);
    world.restart(true);
    world.connect(1);
    world.run_until_idle();
    post_some(&mut world, 1, 2);
    world.connect(0);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    world.post(1, ROOM, "live");
    while world.carry(1, Way::ToServer, Fate::Arrives) {}
    // Welcome, directory, own stream; then the live message, and the answer after it.
    for _ in 0..3 {
        world.carry(0, Way::ToDevice, Fate::Arrives);
    }
    while world.carry(0, Way::ToDevice, Fate::Overtaken) {}
    for n in 2..DEVICES {
        world.connect(n);
    }
    world.run_until_idle();
    world.check_all();
}

#[test]
fn an_ordinary_restart_resumes() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 1, 5);
    world.disconnect(0);
    post_some(&mut world, 1, 2);
    world.restart(false);
    world.act(0, Replica::connected);
    let before = world.devices[0].replica.timeline(ROOM).unwrap().span();
    world.settle();
    let after = world.devices[0].replica.timeline(ROOM).unwrap().span();
    assert_eq!(before.first, after.first, "the window was discarded");
    assert_eq!(after.len, before.len + 2);
}

/// The name of the second person, as device 0 shows it with the first message that it holds.
fn shown_name(world: &World) -> String {
    let replica = &world.devices[0].replica;
    let timeline = replica.timeline(ROOM).unwrap();
    let first = timeline.messages().next().unwrap();
    replica.display_name(&first.author).to_owned()
}

fn rename(world: &mut World, device: usize, name: &str) {
    let (id, now) = (world.client_id(), world.now);
    world.act(device, |replica| replica.rename(id, name.into(), now));
    world.run_until_idle();
}

#[test]
fn a_name_that_the_restored_store_has_lost_is_asked_for_again() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 1, 2);
    world.back_up();
    rename(&mut world, 1, "new name");
    // The messages come again, with the new name, and stay after the restore.
    world.reload(0);
    world.connect(0);
    world.run_until_idle();
    assert_eq!(shown_name(&world), "new name");
    let before = world.devices[0].replica.timeline(ROOM).unwrap().span();
    world.restart(true);
    world.settle();
    let replica = &world.devices[0].replica;
    let timeline = replica.timeline(ROOM).unwrap();
    assert_eq!(timeline.span(), before);
    let first = timeline.messages().next().unwrap();
    assert_eq!(
        first.author.name, "new name",
        "the message itself is the old one"
    );
    assert_eq!(shown_name(&world), "person 12");
}

#[test]
fn a_name_from_a_catch_up_that_a_restart_cut_is_asked_for_again() {
    let mut world = World::connected_everywhere();
    post_some(&mut world, 1, 5);
    world.back_up();
    rename(&mut world, 1, "new name");
    rename(&mut world, 0, "another");
    world.reload(0);
    world.connect(0);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    // The directory's second page never comes, but a page of old messages does.
    world.act(0, |replica| replica.load_older(ROOM));
    let frames = &mut world.devices[0].to_server;
    let all = frames.len();
    frames.retain(|frame| matches!(frame, ClientFrame::History { .. }));
    assert!(frames.len() == 1 && all > 1);
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    assert_eq!(shown_name(&world), "new name");
    world.restart(true);
    world.settle();
    let timeline = world.devices[0].replica.timeline(ROOM).unwrap();
    let first = timeline.messages().next().unwrap();
    assert_eq!(
        first.author.name, "new name",
        "the message itself is the old one"
    );
    assert_eq!(shown_name(&world), "person 12");
}

#[test]
fn an_ordinary_restart_voids_no_name() {
    let mut world = World::connected_everywhere();
    rename(&mut world, 1, "new name");
    post_some(&mut world, 1, 1);
    world.restart(false);
    for n in 0..DEVICES {
        world.connect(n);
    }
    while world.carry(0, Way::ToServer, Fate::Arrives) {}
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    let mut asked = world.devices[0].to_server.iter();
    assert!(!asked.any(|frame| matches!(frame, ClientFrame::People { .. })));
    world.run_until_idle();
    world.check_all();
}

#[test]
fn nobody_is_asked_about_a_message_that_was_given_after_the_restored_store_was_known() {
    let mut world = World::connected_everywhere();
    let room = ROOMS[1];
    world.apply_event(Event::Post(0, room));
    world.apply_event(Event::BackUp);
    world.apply_event(Event::Flow(0, 1));
    world.apply_event(Event::Restart(true));
    world.apply_event(Event::Connect(0));
    // The answer about the room comes when it is closed, so its past stays unknown.
    world.apply_event(Event::Close(0, room));
    world.apply_event(Event::Flow(0, 5));
    world.apply_event(Event::Carry(0, Way::ToServer, Fate::Arrives));
    world.apply_event(Event::Post(0, room));
    world.apply_event(Event::Open(0, room));
    // The connection is lost before the message has an answer.
    world.settle();
}

#[test]
fn an_answer_that_a_resync_has_overtaken_is_no_past() {
    let mut world = World::connected_everywhere();
    // A page that knows nothing asks for everything, and then asks again.
    world.reload(2);
    world.connect(2);
    world.apply_event(Event::Flow(2, 1));
    world.apply_event(Event::Overflow(2));
    world.post(2, ROOM, "words");
    // Of the answer to the first question about the directory it knows nothing: after the restart
    // there is no past to wait for.
    world.apply_event(Event::Flow(2, 2));
    world.restart(false);
    world.settle();
}

#[test]
fn an_answer_after_the_refusal_of_the_same_question_is_no_past() {
    let mut world = World::connected_everywhere();
    world.reload(1);
    world.connect(1);
    world.carry(1, Way::ToServer, Fate::Arrives);
    world.carry(1, Way::ToServer, Fate::Arrives);
    // The question about the own stream arrives twice, and is refused once.
    world.server.busy_for_questions = 1;
    world.carry(1, Way::ToServer, Fate::Doubled);
    world.post(1, ROOM, "words");
    world.apply_event(Event::Flow(1, 4));
    world.restart(false);
    world.settle();
}

#[test]
fn a_mark_of_a_lost_message_of_which_no_head_was_sent_is_dropped() {
    let mut world = World::connected_everywhere();
    world.back_up();
    world.post(1, ROOM, "words");
    while world.carry(1, Way::ToServer, Fate::Arrives) {}
    while world.carry(0, Way::ToDevice, Fate::Arrives) {}
    world.mark_read(0, ROOM, Seq(1));
    assert_eq!(world.devices[0].replica.read_seq(ROOM), Some(Seq(1)));
    world.restart(true);
    // Only the heads tell the device how long the closed room is now.
    world.act(0, |replica| replica.close(ROOM));
    world.settle();
    assert_eq!(world.devices[0].replica.read_seq(ROOM), None);
}

#[test]
fn an_own_name_that_the_restored_store_has_lost_is_not_taken_while_the_directory_is_refused() {
    let mut world = World::connected_everywhere();
    world.back_up();
    rename(&mut world, 0, "new name");
    world.restart(true);
    world.server.busy_for_questions = 1;
    world.connect(0);
    world.run_until_idle();
    assert_eq!(world.devices[0].replica.user().unwrap().name, "person 11");
    world.settle();
}

#[test]
fn a_send_into_a_room_whose_answer_came_while_it_was_closed_waits_for_the_person() {
    let mut world = World::connected_everywhere();
    world.back_up();
    post_some(&mut world, 1, 1);
    world.restart(true);
    world.connect(0);
    world.act(0, |replica| replica.close(ROOM));
    world.run_until_idle();
    // The room is shown as it was before the restore.
    world.act(0, |replica| replica.open(ROOM));
    world.post(0, ROOM, "words");
    world.settle();
    assert_eq!(world.devices[0].replica.all_pending().count(), 1);
}
