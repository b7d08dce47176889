//! Devices, the server, and a network that loses, duplicates, delays and reorders frames.

use std::collections::BTreeMap;

use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::{ClientId, Micros, RoomId, Seq, UserId};
use shared::model::Profile;
use shared::sync::{PendingState, Replica, ReplicaConfig, SyncEvent, SyncOutput};

use super::pasts::Pasts;
use super::server::Server;
use super::store::{Store, profile};
use super::view::View;
use super::writes::Batch;

pub const USERS: [UserId; 2] = [UserId(11), UserId(12)];
/// The rooms that are there from the start: the lobby, a public and a private one. Both people are
/// members of the latter two, and the first is the manager.
pub const ROOMS: [RoomId; 3] = [RoomId(1), RoomId(2), RoomId(3)];

/// Four devices of two people: the first and the third are of the first one.
pub const DEVICES: usize = 4;

/// Whether each device watches, and whether it wants notices.
pub const WATCHES: [Option<bool>; DEVICES] = [Some(true), Some(false), None, Some(false)];

/// What happens to a frame in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Arrives,
    Lost,
    Doubled,
    /// Later frames overtake it.
    Overtaken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    ToServer,
    ToDevice,
}

/// A send, as the person remembers it.
#[derive(Clone, Debug)]
pub struct Given {
    pub id: ClientId,
    pub room: RoomId,
    pub cancelled: bool,
    /// It was refused for good once, or its `cancel` was: its order among the others is not
    /// checked.
    pub refused: bool,
    /// How many restores had happened when it was given.
    pub restores: usize,
    /// The person was asked about it: its order among the others is not checked.
    pub asked_about: bool,
}

#[derive(Debug)]
pub struct Device {
    pub replica: Replica,
    pub user: UserId,
    pub connection: Option<usize>,
    pub to_server: Vec<ClientFrame>,
    pub given: Vec<Given>,
    pub pasts: Pasts,
    pub view: View,
    /// What the device has stored, as JSON, and whose it is.
    pub stored: Option<(Profile, String)>,
}

#[derive(Debug)]
pub struct World {
    pub server: Server,
    pub devices: Vec<Device>,
    pub now: Micros,
    pub restores: usize,
    pub delivered: usize,
    backup: Option<Store>,
    connections: usize,
    ids: u128,
}

pub fn settings() -> ReplicaConfig {
    ReplicaConfig {
        window: 8,
        closed_window: 4,
        closed_rooms: 2,
        history_page: Some(3),
    }
}

pub fn new_replica(n: usize, user: UserId) -> Replica {
    replica_of(n, profile(user, "me".into(), shared::id::Rev::ZERO))
}

pub fn replica_of(n: usize, me: Profile) -> Replica {
    let mut replica = Replica::with_settings(me, settings());
    if let Some(notices) = WATCHES[n] {
        let _ = replica.watch(notices);
    }
    replica
}

impl World {
    pub fn new() -> Self {
        let devices = (0..DEVICES).map(|n| {
            let user = USERS[n % USERS.len()];
            Device {
                replica: new_replica(n, user),
                user,
                connection: None,
                to_server: Vec::new(),
                given: Vec::new(),
                pasts: Pasts::default(),
                view: View::default(),
                stored: None,
            }
        });
        World {
            server: Server::new(Store::new(&USERS, ROOMS[1], ROOMS[2])),
            devices: devices.collect(),
            now: Micros(1_000_000),
            restores: 0,
            delivered: 0,
            backup: None,
            connections: 0,
            ids: 0,
        }
    }

    pub fn client_id(&mut self) -> ClientId {
        self.ids += 1;
        ClientId::from_bytes(self.ids.to_be_bytes())
    }

    /// Calls a method of a device's replica and handles the output.
    pub fn act(&mut self, device: usize, act: impl FnOnce(&mut Replica) -> SyncOutput) {
        let output = act(&mut self.devices[device].replica);
        self.take(device, output);
    }

    fn take(&mut self, n: usize, output: SyncOutput) {
        let device = &mut self.devices[n];
        for notice in &output.events {
            let SyncEvent::Refused {
                client_id, command, ..
            } = notice
            else {
                continue;
            };
            let send = match **command {
                Command::Cancel { target, .. } => target,
                _ => *client_id,
            };
            if let Some(given) = device.given.iter_mut().find(|g| g.id == send) {
                given.refused = true;
            }
        }
        device
            .pasts
            .check_sent(&output.send, self.server.store.epoch);
        device.pasts.note_sent(&output.send);
        device
            .pasts
            .check_expired(&device.replica, &mut device.given, self.now);
        device.view.take(&device.replica, &output.events);
        if device.connection.is_some() {
            device.to_server.extend(output.send);
        }
        device.view.check(&device.replica);
    }

    pub fn connect(&mut self, n: usize) {
        self.disconnect(n);
        self.connections += 1;
        let device = &mut self.devices[n];
        device.connection = Some(self.connections);
        self.server.connect(self.connections, device.user);
        self.act(n, Replica::connected);
    }

    pub fn disconnect(&mut self, n: usize) {
        let device = &mut self.devices[n];
        device.to_server.clear();
        if let Some(connection) = device.connection.take() {
            self.server.connections.remove(&connection);
            self.act(n, Replica::disconnected);
        }
    }

    /// Moves one frame. Returns whether there was one.
    pub fn carry(&mut self, n: usize, way: Way, fate: Fate) -> bool {
        let Some(connection) = self.devices[n].connection else {
            return false;
        };
        let Some(at_server) = self.server.connections.get_mut(&connection) else {
            return false;
        };
        self.delivered += 1;
        match way {
            Way::ToServer => {
                // `hello` and `welcome` always come first.
                let queue = &mut self.devices[n].to_server;
                let greeting = matches!(queue.first(), Some(ClientFrame::Hello { .. }));
                let Some(frame) = pick(queue, fate, greeting) else {
                    return false;
                };
                self.server.receive(connection, frame);
            }
            Way::ToDevice => {
                use shared::frame::ServerFrame;
                let greeting = matches!(at_server.out.first(), Some(ServerFrame::Welcome(_)));
                let Some(frame) = pick(&mut at_server.out, fate, greeting) else {
                    return false;
                };
                let (now, device) = (self.now, &mut self.devices[n]);
                let epoch = self.server.store.epoch;
                device.pasts.note(&frame, epoch, device.given.len());
                self.act(n, |replica| replica.receive(frame, now));
            }
        }
        true
    }

    pub fn post(&mut self, n: usize, room: RoomId, body: &str) {
        let (id, now) = (self.client_id(), self.now);
        self.devices[n].given.push(Given {
            id,
            room,
            cancelled: false,
            refused: false,
            restores: self.restores,
            asked_about: false,
        });
        self.act(n, |replica| replica.post(id, room, body.to_owned(), now));
    }

    /// The person gives any command.
    pub fn command(&mut self, n: usize, command: Command) {
        let (id, now) = (self.client_id(), self.now);
        self.act(n, |replica| replica.command(id, command, now));
    }

    /// The person has read a room up to a message.
    pub fn mark_read(&mut self, n: usize, room: RoomId, seq: Seq) {
        let (id, now) = (self.client_id(), self.now);
        self.act(n, |replica| replica.mark_read(id, room, seq, now));
    }

    /// The person cancels a pending send.
    pub fn cancel(&mut self, n: usize, which: usize) {
        let fresh = self.client_id();
        let device = &mut self.devices[n];
        let sends: Vec<ClientId> = (device.replica.all_pending())
            .filter(|p| matches!(p.command, Command::Send { .. }))
            .filter(|p| !matches!(p.state, PendingState::Done { .. }))
            .map(|p| p.client_id)
            .collect();
        let Some(target) = sends.get(which % sends.len().max(1)).copied() else {
            return;
        };
        for given in device.given.iter_mut().filter(|g| g.id == target) {
            given.cancelled = true;
        }
        self.act(n, |replica| replica.cancel(fresh, target));
    }

    /// The person retries or discards a refused send.
    pub fn decide(&mut self, n: usize, retry: bool) {
        let (fresh, now) = (self.client_id(), self.now);
        let device = &mut self.devices[n];
        let refused = (device.replica.all_pending())
            .find(|p| {
                matches!(
                    p.state,
                    PendingState::Refused { .. } | PendingState::Expired
                )
            })
            .map(|p| p.client_id);
        let Some(refused) = refused else { return };
        if retry {
            self.act(n, |replica| replica.retry(refused, fresh, now));
        } else {
            for given in device.given.iter_mut().filter(|g| g.id == refused) {
                given.cancelled = true;
            }
            self.act(n, |replica| replica.discard(refused));
        }
    }

    /// Something happens in the store that no device has asked for.
    pub fn at_the_server(&mut self, act: impl FnOnce(&mut Store, &mut Batch)) {
        let mut batch = Batch::default();
        act(&mut self.server.store, &mut batch);
        self.server.publish(batch);
    }

    pub fn back_up(&mut self) {
        self.backup = Some(self.server.store.clone());
    }

    pub fn restart(&mut self, from_backup: bool) {
        let backup = self.backup.take().filter(|_| from_backup);
        self.restores += usize::from(backup.is_some());
        for n in 0..DEVICES {
            self.disconnect(n);
        }
        self.server.restart(backup);
    }

    pub fn tick(&mut self, micros: i64) {
        self.now = Micros(self.now.0 + micros);
        let now = self.now;
        for n in 0..DEVICES {
            self.act(n, |replica| replica.poll(now));
        }
    }

    /// Runs until no frame and no timer is left, on a network without faults.
    pub fn run_until_idle(&mut self) {
        let start = self.delivered;
        let mut waits = 0;
        loop {
            let mut moved = false;
            for n in 0..DEVICES {
                for way in [Way::ToServer, Way::ToDevice] {
                    while self.carry(n, way, Fate::Arrives) {
                        moved = true;
                        assert!(
                            self.delivered - start < 20_000,
                            "they go on asking for ever"
                        );
                    }
                }
            }
            if moved || self.server.send_heads() {
                continue;
            }
            let due = (self.devices.iter())
                .filter_map(|device| device.replica.next_timer())
                .min();
            let Some(due) = due else { return };
            waits += 1;
            assert!(waits < 1_000, "they wait for ever");
            self.tick((due.0 - self.now.0).max(0));
        }
    }

    pub fn given_by_room(&self, n: usize) -> BTreeMap<RoomId, Vec<&Given>> {
        let mut rooms: BTreeMap<RoomId, Vec<&Given>> = BTreeMap::new();
        for given in &self.devices[n].given {
            rooms.entry(given.room).or_default().push(given);
        }
        rooms
    }
}

/// Takes a frame off a queue by its fate. `hello` and `welcome` always arrive.
fn pick<T: Clone>(queue: &mut Vec<T>, fate: Fate, greeting: bool) -> Option<T> {
    if queue.is_empty() {
        return None;
    }
    match fate {
        _ if greeting => Some(queue.remove(0)),
        Fate::Arrives => Some(queue.remove(0)),
        Fate::Doubled => queue.first().cloned(),
        Fate::Overtaken => {
            let late = queue.remove(0);
            let at = queue.len().min(3);
            queue.insert(at, late);
            Some(queue.remove(0))
        }
        Fate::Lost => {
            queue.remove(0);
            (!queue.is_empty()).then(|| queue.remove(0))
        }
    }
}
