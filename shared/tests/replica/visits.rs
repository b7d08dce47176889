//! A later visit begins with what the page has stored.

use shared::frame::ServerFrame;
use shared::id::{RoomId, Seq};
use shared::model::{Profile, RoomKind};
use shared::stream::StreamKey;
use shared::sync::{PendingState, Replica, ReplicaSnapshot};

use super::view::View;
use super::world::{Fate, ROOMS, USERS, Way, World, new_replica, replica_of};

impl World {
    /// The device stores what it knows, with one room.
    pub fn store(&mut self, n: usize, room: RoomId) {
        let device = &mut self.devices[n];
        let snapshot = device.replica.snapshot(Some(room));
        let json = serde_json::to_string(&snapshot).unwrap();
        device.stored = Some((device.replica.user().unwrap().clone(), json));
    }

    /// The page is reloaded: only the pending commands are kept.
    pub fn reload(&mut self, n: usize) {
        self.load_page(n, None);
    }

    /// The page is reloaded, and begins with what the device has stored.
    pub fn revisit(&mut self, n: usize) {
        let stored = self.devices[n].stored.clone();
        self.load_page(n, stored);
    }

    fn load_page(&mut self, n: usize, stored: Option<(Profile, String)>) {
        self.disconnect(n);
        let device = &mut self.devices[n];
        let open: Vec<RoomId> = device.replica.open_rooms().collect();
        let snapshot = device.replica.pending_snapshot();
        let json = serde_json::to_string(&snapshot).unwrap();
        device.replica = match &stored {
            Some((me, _)) => replica_of(n, me.clone()),
            None => new_replica(n, device.user),
        };
        device.view = View::default();
        device.pasts.forget();
        if let Some((_, stored)) = stored {
            device.pasts.remember(&stored);
            let snapshot = serde_json::from_str(&stored).unwrap();
            self.act(n, |replica| replica.restore(snapshot));
        }
        let snapshot = serde_json::from_str(&json).unwrap();
        let now = self.now;
        self.act(n, |replica| replica.restore_pending(snapshot, now));
        for room in open {
            self.act(n, |replica| replica.open(room));
        }
    }
}

const ROOM: RoomId = ROOMS[0];

/// A device has talked, and has stored what it knows.
fn world() -> World {
    let mut world = World::connected_everywhere();
    for _ in 0..3 {
        world.post(1, ROOM, "words");
        world.run_until_idle();
    }
    world.mark_read(0, ROOM, Seq(2));
    world.run_until_idle();
    world.store(0, ROOM);
    world
}

fn shown(replica: &Replica) -> Vec<i64> {
    let timeline = replica.timeline(ROOM).unwrap();
    timeline.messages().map(|message| message.seq.0).collect()
}

/// The server's answers to the questions of a new connection.
fn answers(world: &mut World, n: usize) -> Vec<ServerFrame> {
    world.connect(n);
    while world.carry(n, Way::ToServer, Fate::Arrives) {}
    let connection = world.devices[n].connection.unwrap();
    world.server.connections[&connection].out.clone()
}

#[test]
fn all_that_was_stored_is_there_before_the_connection() {
    let mut world = world();
    world.revisit(0);
    let replica = &world.devices[0].replica;
    assert_eq!(shown(replica), [1, 2, 3]);
    assert_eq!(replica.read_seq(ROOM), Some(Seq(2)));
    assert_eq!(replica.unread(ROOM), 1);
    assert_eq!(replica.rooms().count(), 2);
    assert!(replica.membership(ROOMS[2]).is_some());
    assert_eq!(replica.name(USERS[1]), Some("person 12"));
}

#[test]
fn a_mark_that_the_server_has_not_confirmed_is_kept_and_sent_again() {
    let mut world = world();
    world.disconnect(0);
    world.mark_read(0, ROOM, Seq(3));
    world.store(0, ROOM);
    world.revisit(0);
    assert_eq!(world.devices[0].replica.read_seq(ROOM), Some(Seq(3)));
    world.connect(0);
    world.run_until_idle();
    // Another device of the same person hears of it.
    world.connect(2);
    world.run_until_idle();
    assert_eq!(world.devices[2].replica.read_seq(ROOM), Some(Seq(3)));
}

#[test]
fn only_what_is_missing_is_asked_for() {
    let mut world = world();
    world.post(1, ROOM, "meanwhile");
    world.run_until_idle();
    world.revisit(0);
    let mut items = 0;
    for frame in answers(&mut world, 0) {
        match frame {
            ServerFrame::Changes(changes) => {
                let is_room = changes.stream == StreamKey::Room(ROOM);
                items += if is_room { changes.items.len() } else { 0 };
                assert!(changes.from.0 > 0, "from the beginning: {changes:?}");
            }
            // The other rooms were not stored.
            ServerFrame::Reset(reset) => assert_ne!(reset.stream, StreamKey::Room(ROOM)),
            _ => {}
        }
    }
    assert_eq!(items, 1);
    world.run_until_idle();
    assert_eq!(shown(&world.devices[0].replica), [1, 2, 3, 4]);
    world.check_all();
}

#[test]
fn a_command_waits_for_the_person_if_its_room_is_another_one_now() {
    let mut world = World::connected_everywhere();
    world.back_up();
    let (id, now) = (world.client_id(), world.now);
    world.act(0, |replica| {
        replica.create_room(id, "new".into(), String::new(), RoomKind::Private, now)
    });
    world.run_until_idle();
    let room = *world.server.store.rooms.last_key_value().unwrap().0;
    world.store(0, ROOM);
    world.disconnect(0);
    world.post(0, room, "for this room only");
    world.restart(true);
    world.revisit(0);
    world.connect(0);
    world.run_until_idle();
    let mut pending = world.devices[0].replica.all_pending();
    assert_eq!(pending.next().unwrap().state, PendingState::Expired);
}

#[test]
fn what_is_another_s_or_makes_no_sense_is_ignored() {
    let mut world = world();
    let (me, stored) = world.devices[0].stored.clone().unwrap();
    let other = &mut world.devices[1].replica;
    let mut other = Replica::new(other.user().unwrap().clone());
    let snapshot: ReplicaSnapshot = serde_json::from_str(&stored).unwrap();
    let _ = other.restore(snapshot.clone());
    assert_eq!(other.rooms().count(), 0);
    // Something is known already.
    let mut replica = Replica::new(world.devices[0].replica.user().unwrap().clone());
    let _ = replica.connected();
    let _ = replica.restore(snapshot);
    assert_eq!(replica.rooms().count(), 0);
    // The last message is not the room's last.
    let broken = stored.replace(r#""seq":3,"items""#, r#""seq":9,"items""#);
    assert_ne!(broken, stored);
    world.devices[0].stored = Some((me, broken));
    world.revisit(0);
    assert!(shown(&world.devices[0].replica).is_empty());
    world.connect(0);
    world.run_until_idle();
    assert_eq!(shown(&world.devices[0].replica), [1, 2, 3]);
}
