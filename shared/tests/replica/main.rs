//! Property tests: replicas against a model of the server, on a network with every fault.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod checks;
mod commands;
mod reads;
mod restored;
mod server;
mod store;
mod view;
mod world;
mod writes;

use proptest::prelude::*;
use shared::command::Command;
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{RoomId, Seq};
use shared::sync::{Replica, SubscriptionLevel};

use world::{DEVICES, Fate, ROOMS, Way, World};

/// One step of a test.
#[derive(Clone, Debug)]
enum Event {
    Carry(usize, Way, Fate),
    /// Some frames move in order.
    Flow(usize, usize),
    Post(usize, RoomId),
    PostNothing(usize, RoomId),
    Edit(usize, RoomId, usize),
    Delete(usize, RoomId, usize),
    Cancel(usize, usize),
    Decide(usize, bool),
    Rename(usize, u8),
    RenameRoom(usize, RoomId, u8),
    Read(usize, RoomId),
    Follow(usize, RoomId, SubscriptionLevel),
    Unfollow(usize, RoomId),
    Look(usize, RoomId, usize),
    Older(usize, RoomId),
    Newer(usize, RoomId),
    Around(usize, RoomId, i64),
    Latest(usize, RoomId),
    Connect(usize),
    Disconnect(usize),
    Reload(usize),
    Overflow(usize),
    Busy(u32),
    AcksFirst(bool),
    Tick(i64),
    BackUp,
    Restart(bool),
}

fn event() -> impl Strategy<Value = Event> {
    let device = || 0..DEVICES;
    let room = || prop::sample::select(ROOMS.to_vec());
    let way = prop_oneof![Just(Way::ToServer), Just(Way::ToDevice)];
    let fate = prop_oneof![
        4 => Just(Fate::Arrives),
        1 => Just(Fate::Lost),
        1 => Just(Fate::Doubled),
        1 => Just(Fate::Overtaken),
    ];
    let level = prop_oneof![
        Just(SubscriptionLevel::Open),
        Just(SubscriptionLevel::Background)
    ];
    prop_oneof![
        16 => (device(), way, fate).prop_map(|(d, w, f)| Event::Carry(d, w, f)),
        16 => (device(), 1..12_usize).prop_map(|(d, n)| Event::Flow(d, n)),
        16 => (device(), room()).prop_map(|(d, r)| Event::Post(d, r)),
        1 => (device(), room()).prop_map(|(d, r)| Event::PostNothing(d, r)),
        6 => (device(), room(), 0..8_usize).prop_map(|(d, r, n)| Event::Edit(d, r, n)),
        3 => (device(), room(), 0..8_usize).prop_map(|(d, r, n)| Event::Delete(d, r, n)),
        2 => (device(), 0..4_usize).prop_map(|(d, n)| Event::Cancel(d, n)),
        1 => (device(), any::<bool>()).prop_map(|(d, r)| Event::Decide(d, r)),
        1 => (device(), any::<u8>()).prop_map(|(d, n)| Event::Rename(d, n)),
        1 => (device(), room(), any::<u8>()).prop_map(|(d, r, n)| Event::RenameRoom(d, r, n)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Read(d, r)),
        2 => (device(), room(), level).prop_map(|(d, r, a)| Event::Follow(d, r, a)),
        1 => (device(), room()).prop_map(|(d, r)| Event::Unfollow(d, r)),
        3 => (device(), room(), 0..8_usize).prop_map(|(d, r, n)| Event::Look(d, r, n)),
        4 => (device(), room()).prop_map(|(d, r)| Event::Older(d, r)),
        3 => (device(), room()).prop_map(|(d, r)| Event::Newer(d, r)),
        3 => (device(), room(), 1..20_i64).prop_map(|(d, r, s)| Event::Around(d, r, s)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Latest(d, r)),
        3 => device().prop_map(Event::Connect),
        2 => device().prop_map(Event::Disconnect),
        1 => device().prop_map(Event::Reload),
        1 => device().prop_map(Event::Overflow),
        1 => (0..4_u32).prop_map(Event::Busy),
        1 => any::<bool>().prop_map(Event::AcksFirst),
        3 => (0..400_000_i64).prop_map(Event::Tick),
        1 => Just(Event::BackUp),
        1 => any::<bool>().prop_map(Event::Restart),
    ]
}

impl World {
    /// Three connected devices that subscribe to both rooms.
    fn connected_everywhere() -> Self {
        let mut world = World::new();
        for n in 0..DEVICES {
            for room in ROOMS {
                world.act(n, |replica| {
                    replica.subscribe(room, SubscriptionLevel::Open)
                });
            }
            world.connect(n);
        }
        world.run_until_idle();
        world
    }

    fn apply_event(&mut self, event: Event) {
        match event {
            Event::Carry(n, way, fate) => {
                self.carry(n, way, fate);
            }
            Event::Flow(n, frames) => {
                for _ in 0..frames {
                    self.carry(n, Way::ToServer, Fate::Arrives);
                    self.carry(n, Way::ToDevice, Fate::Arrives);
                }
            }
            Event::Post(n, room) => self.post(n, room, "words"),
            Event::PostNothing(n, room) => self.post(n, room, ""),
            Event::Edit(n, room, which) => {
                let (id, now) = (self.client_id(), self.now);
                if let Some((seq, rev)) = self.own(n, room, which) {
                    let body = format!("other words {id}");
                    self.act(n, |replica| replica.edit(id, room, (seq, rev), body, now));
                }
            }
            Event::Delete(n, room, which) => {
                let (id, now) = (self.client_id(), self.now);
                if let Some((seq, _)) = self.own(n, room, which) {
                    self.act(n, |replica| replica.delete(id, room, seq, now));
                }
            }
            Event::Cancel(n, which) => self.cancel(n, which),
            Event::Decide(n, retry) => self.decide(n, retry),
            Event::Rename(n, name) => {
                let (id, now) = (self.client_id(), self.now);
                self.act(n, |replica| replica.rename(id, format!("name {name}"), now));
            }
            Event::RenameRoom(n, room, name) => {
                let (id, now) = (self.client_id(), self.now);
                if let Some(rev) = self.devices[n].replica.room(room).map(|room| room.rev) {
                    let name = Some(format!("name {name}"));
                    self.act(n, |replica| {
                        replica.update_room(id, (room, rev), name, None, now)
                    });
                }
            }
            Event::Tick(micros) => self.tick(micros),
            Event::Busy(times) => self.server.busy = times,
            Event::AcksFirst(acks_first) => self.server.acks_first = acks_first,
            Event::BackUp => self.back_up(),
            Event::Restart(from_backup) => self.restart(from_backup),
            Event::Connect(n) => self.connect(n),
            Event::Disconnect(n) => self.disconnect(n),
            Event::Reload(n) => self.reload(n),
            Event::Overflow(n) => {
                if let Some(connection) = self.devices[n].connection {
                    self.server.overflow(connection);
                }
            }
            reading => self.read(reading),
        }
    }

    fn read(&mut self, event: Event) {
        match event {
            Event::Read(n, room) => self.act(n, |replica| {
                let head = replica.head(room);
                replica.mark_read(room, head)
            }),
            Event::Follow(n, room, level) => {
                self.act(n, |replica| replica.subscribe(room, level));
            }
            Event::Unfollow(n, room) => self.act(n, |replica| replica.unsubscribe(room)),
            Event::Look(n, room, which) => {
                let replica = &mut self.devices[n].replica;
                let seq = replica
                    .timeline(room)
                    .and_then(|timeline| timeline.messages().nth(which).map(|m| m.seq));
                replica.set_reader(room, seq);
            }
            Event::Older(n, room) => self.act(n, |replica| replica.load_older(room)),
            Event::Newer(n, room) => self.act(n, |replica| replica.load_newer(room)),
            Event::Around(n, room, seq) => {
                self.act(n, |replica| replica.open_around(room, Seq(seq)));
            }
            Event::Latest(n, room) => self.act(n, |replica| replica.jump_to_latest(room)),
            other => unreachable!("{other:?} was handled before"),
        }
    }

    /// One of the person's own messages that the device shows.
    fn own(&self, n: usize, room: RoomId, which: usize) -> Option<(Seq, shared::id::Rev)> {
        let replica = &self.devices[n].replica;
        let timeline = replica.timeline(room)?;
        let own: Vec<_> = timeline
            .messages()
            .filter(|message| replica.is_mine(&message.author) && !message.is_deleted())
            .map(|message| (message.seq, message.rev))
            .collect();
        own.get(which % own.len().max(1)).copied()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

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
            if disturbs(&event) {
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
        world.run_until_idle();
        show_the_gaps(&mut world);
        world.check_all();
    }
}

/// Makes one last change in each stream, which arrives everywhere.
fn show_the_gaps(world: &mut World) {
    for n in 0..2 {
        for room in ROOMS {
            world.post(n, room, "the last words");
            world.run_until_idle();
        }
        let (id, now) = (world.client_id(), world.now);
        world.act(n, |replica| replica.rename(id, format!("last {n}"), now));
        world.run_until_idle();
    }
}

fn disturbs(event: &Event) -> bool {
    match event {
        Event::Carry(_, _, fate) => *fate != Fate::Arrives,
        Event::Connect(_)
        | Event::Disconnect(_)
        | Event::Reload(_)
        | Event::Restart(_)
        | Event::Overflow(_) => true,
        _ => false,
    }
}

fn is_live(frame: &ServerFrame) -> bool {
    match frame {
        ServerFrame::Changes(frame) => frame.head.is_none(),
        ServerFrame::Directory(frame) => frame.head.is_none(),
        ServerFrame::Stream(frame) => frame.head.is_none(),
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
        requests += usize::from(matches!(next, Some(ClientFrame::Subscribe { .. })));
        for n in [1, 0] {
            world.carry(n, Way::ToServer, Fate::Arrives);
            world.carry(n, Way::ToDevice, Fate::Arrives);
        }
    }
    assert!(requests <= 5, "it asks again and again: {requests}");
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
    world.server.connect(99, world::USERS[1]);
    world.server.receive(99, output.send[0].clone());
    let welcome = world.server.connections[&99].out[0].clone();
    let now = world.now;
    let output = world.devices[0].replica.receive(welcome, now);
    assert!(output.send.is_empty());
    let _ = Replica::disconnected(&mut world.devices[0].replica);
    assert_eq!(world.devices[0].replica.all_pending().count(), 1);
}
