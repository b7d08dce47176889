//! What happens in the property tests.

use proptest::prelude::*;
use shared::id::{Rev, RoomId, Seq};
use shared::model::RoomKind;

use super::world::{DEVICES, Fate, ROOMS, USERS, Way, World};

/// One step of a test.
#[derive(Clone, Debug)]
pub enum Event {
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
    Unread(usize, RoomId, i64),
    Open(usize, RoomId),
    Close(usize, RoomId),
    MakeRoom(usize, RoomKind),
    AddMember(usize),
    RemoveMember(usize),
    Touch(RoomId, i64),
    Unknown(RoomId),
    Look(usize, RoomId, usize),
    Older(usize, RoomId),
    Newer(usize, RoomId),
    Around(usize, RoomId, i64),
    Latest(usize, RoomId),
    Connect(usize),
    Disconnect(usize),
    Reload(usize),
    /// Stores what the device knows, with one room.
    Store(usize, RoomId),
    Revisit(usize),
    Overflow(usize),
    Busy(u32, u32),
    Heads,
    AcksFirst(bool),
    Tick(i64),
    BackUp,
    Restart(bool),
}

pub fn event() -> impl Strategy<Value = Event> {
    let device = || 0..DEVICES;
    let room = || (1..7_i64).prop_map(|n| RoomId(if n > 4 { n - 4 } else { n }));
    let way = prop_oneof![Just(Way::ToServer), Just(Way::ToDevice)];
    let fate = prop_oneof![
        4 => Just(Fate::Arrives),
        1 => Just(Fate::Lost),
        1 => Just(Fate::Doubled),
        1 => Just(Fate::Overtaken),
    ];
    let kind = prop_oneof![Just(RoomKind::Public), Just(RoomKind::Private)];
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
        2 => (device(), room(), 1..12_i64).prop_map(|(d, r, s)| Event::Unread(d, r, s)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Open(d, r)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Close(d, r)),
        1 => (device(), kind).prop_map(|(d, k)| Event::MakeRoom(d, k)),
        2 => device().prop_map(Event::AddMember),
        2 => device().prop_map(Event::RemoveMember),
        1 => (room(), 1..12_i64).prop_map(|(r, s)| Event::Touch(r, s)),
        1 => room().prop_map(Event::Unknown),
        2 => Just(Event::Heads),
        3 => (device(), room(), 0..8_usize).prop_map(|(d, r, n)| Event::Look(d, r, n)),
        4 => (device(), room()).prop_map(|(d, r)| Event::Older(d, r)),
        3 => (device(), room()).prop_map(|(d, r)| Event::Newer(d, r)),
        3 => (device(), room(), 1..20_i64).prop_map(|(d, r, s)| Event::Around(d, r, s)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Latest(d, r)),
        3 => device().prop_map(Event::Connect),
        2 => device().prop_map(Event::Disconnect),
        1 => device().prop_map(Event::Reload),
        2 => (device(), room()).prop_map(|(d, r)| Event::Store(d, r)),
        1 => device().prop_map(Event::Revisit),
        1 => device().prop_map(Event::Overflow),
        1 => (0..4_u32, 0..4_u32).prop_map(|(s, q)| Event::Busy(s, q)),
        1 => any::<bool>().prop_map(Event::AcksFirst),
        3 => (0..400_000_i64).prop_map(Event::Tick),
        1 => Just(Event::BackUp),
        1 => any::<bool>().prop_map(Event::Restart),
    ]
}

impl World {
    pub fn apply_event(&mut self, event: Event) {
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
            Event::MakeRoom(n, kind) => {
                let (id, now) = (self.client_id(), self.now);
                self.act(n, |replica| {
                    replica.create_room(id, "new".into(), String::new(), kind, now)
                });
            }
            Event::AddMember(n) => {
                let (id, now) = (self.client_id(), self.now);
                self.act(n, |replica| replica.add_member(id, ROOMS[2], USERS[1], now));
            }
            Event::RemoveMember(n) => {
                let (id, now) = (self.client_id(), self.now);
                self.act(n, |replica| {
                    replica.remove_member(id, ROOMS[2], USERS[1], now)
                });
            }
            Event::Touch(room, seq) => {
                self.at_the_server(|store, batch| store.touch(room, Seq(seq), batch));
            }
            Event::Unknown(room) => {
                self.at_the_server(|store, batch| store.change_the_unknown(room, batch));
            }
            Event::Heads => {
                self.server.send_heads();
            }
            Event::Busy(sends, questions) => {
                self.server.busy = sends;
                self.server.busy_for_questions = questions;
            }
            Event::AcksFirst(acks_first) => self.server.acks_first = acks_first,
            Event::BackUp => self.back_up(),
            Event::Restart(from_backup) => self.restart(from_backup),
            Event::Connect(n) => self.connect(n),
            Event::Disconnect(n) => self.disconnect(n),
            Event::Reload(n) => self.reload(n),
            Event::Store(n, room) => self.store(n, room),
            Event::Revisit(n) => self.revisit(n),
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
            Event::Unread(n, room, seq) => {
                let (id, now) = (self.client_id(), self.now);
                self.act(n, |replica| replica.mark_unread(id, room, Seq(seq), now));
            }
            Event::Open(n, room) => self.act(n, |replica| replica.open(room)),
            Event::Close(n, room) => self.act(n, |replica| replica.close(room)),
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
    fn own(&self, n: usize, room: RoomId, which: usize) -> Option<(Seq, Rev)> {
        let replica = &self.devices[n].replica;
        let timeline = replica.timeline(room)?;
        let own: Vec<_> = timeline
            .messages()
            .filter(|message| replica.is_mine(&message.author) && !message.is_deleted())
            .map(|message| (message.seq, message.content_rev()))
            .collect();
        own.get(which % own.len().max(1)).copied()
    }
}

pub fn disturbs(event: &Event) -> bool {
    match event {
        Event::Carry(_, _, fate) => *fate != Fate::Arrives,
        Event::Connect(_)
        | Event::Disconnect(_)
        | Event::Reload(_)
        | Event::Revisit(_)
        | Event::Restart(_)
        | Event::Overflow(_) => true,
        _ => false,
    }
}
