//! What happens in the property tests.

use proptest::prelude::*;
use shared::command::Command;
use shared::id::{Rev, RoomId, Seq, UserId};
use shared::model::{MarkChange, MemberRole, Posting, RoomKind, SidebarChange, SidebarPlace};

use super::world::{DEVICES, Fate, USERS, Way, World};

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
    /// Who posts in a room changes.
    Limit(usize, RoomId, bool),
    Archive(usize, RoomId, bool),
    RemoveRoom(usize, RoomId),
    Read(usize, RoomId),
    Unread(usize, RoomId, i64),
    Open(usize, RoomId),
    Close(usize, RoomId),
    MakeRoom(usize, RoomKind),
    Join(usize, RoomId),
    Leave(usize, RoomId),
    AddMembers(usize, RoomId),
    RemoveMember(usize, RoomId, UserId),
    Appoint(usize, RoomId, UserId, bool),
    /// Opens the conversation with the other person, or with oneself.
    OpenDirect(usize, bool),
    Arrange(usize, SidebarChange),
    /// Marks rooms as read up to messages, or as unread after them.
    SetMarks(usize, Vec<MarkChange>),
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

fn mark_change() -> impl Strategy<Value = MarkChange> {
    let seq = || (0..12_i64).prop_map(Seq);
    let room = (1..11_i64).prop_map(|n| RoomId(if n > 7 { n - 7 } else { n }));
    let replaced = prop::option::of(seq());
    (room, seq(), replaced).prop_map(|(room, seq, replaced)| MarkChange {
        room,
        seq,
        replaced,
    })
}

pub fn event() -> impl Strategy<Value = Event> {
    let device = || 0..DEVICES;
    let room = || (1..11_i64).prop_map(|n| RoomId(if n > 7 { n - 7 } else { n }));
    let person = || prop::sample::select(USERS.to_vec());
    let marks = prop::collection::vec(mark_change(), 0..4);
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
        2 => (device(), room(), any::<u8>()).prop_map(|(d, r, n)| Event::RenameRoom(d, r, n)),
        1 => (device(), room(), any::<bool>()).prop_map(|(d, r, on)| Event::Limit(d, r, on)),
        2 => (device(), room(), any::<bool>()).prop_map(|(d, r, on)| Event::Archive(d, r, on)),
        1 => (device(), 3..8_i64).prop_map(|(d, r)| Event::RemoveRoom(d, RoomId(r))),
        2 => (device(), room()).prop_map(|(d, r)| Event::Read(d, r)),
        2 => (device(), room(), 1..12_i64).prop_map(|(d, r, s)| Event::Unread(d, r, s)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Open(d, r)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Close(d, r)),
        1 => (device(), kind).prop_map(|(d, k)| Event::MakeRoom(d, k)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Join(d, r)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Leave(d, r)),
        3 => (device(), room()).prop_map(|(d, r)| Event::AddMembers(d, r)),
        2 => (device(), room(), person()).prop_map(|(d, r, u)| Event::RemoveMember(d, r, u)),
        1 => (device(), room(), person(), any::<bool>())
            .prop_map(|(d, r, u, on)| Event::Appoint(d, r, u, on)),
        3 => (device(), any::<bool>()).prop_map(|(d, with)| Event::OpenDirect(d, with)),
        4 => (device(), arrangement()).prop_map(|(d, change)| Event::Arrange(d, change)),
        3 => (device(), marks).prop_map(|(d, marks)| Event::SetMarks(d, marks)),
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

/// What changes how much is unread.
pub fn about_unread() -> impl Strategy<Value = Event> {
    let device = || prop::sample::select(vec![0, 1, 1, 3, 3]);
    let room = || (1..5_i64).prop_map(RoomId);
    let marks = prop::collection::vec(mark_change(), 1..4);
    let way = prop_oneof![Just(Way::ToServer), Just(Way::ToDevice)];
    let fate = prop_oneof![3 => Just(Fate::Arrives), 1 => Just(Fate::Lost)];
    prop_oneof![
        12 => (device(), 1..12_usize).prop_map(|(d, n)| Event::Flow(d, n)),
        4 => (device(), way, fate).prop_map(|(d, w, f)| Event::Carry(d, w, f)),
        10 => (device(), room()).prop_map(|(d, r)| Event::Post(d, r)),
        3 => (device(), room(), 0..8_usize).prop_map(|(d, r, n)| Event::Delete(d, r, n)),
        4 => (device(), room()).prop_map(|(d, r)| Event::Read(d, r)),
        3 => (device(), room(), 1..12_i64).prop_map(|(d, r, s)| Event::Unread(d, r, s)),
        3 => (device(), marks).prop_map(|(d, marks)| Event::SetMarks(d, marks)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Join(d, r)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Leave(d, r)),
        2 => (device(), room()).prop_map(|(d, r)| Event::AddMembers(d, r)),
        1 => (device(), any::<bool>()).prop_map(|(d, with)| Event::OpenDirect(d, with)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Open(d, r)),
        2 => (device(), room()).prop_map(|(d, r)| Event::Close(d, r)),
        2 => device().prop_map(Event::Connect),
        1 => device().prop_map(Event::Disconnect),
        1 => device().prop_map(Event::Overflow),
        3 => Just(Event::Heads),
    ]
}

/// A change of the sidebar, among few rooms and sections.
fn arrangement() -> impl Strategy<Value = SidebarChange> {
    let room = || (1..5_i64).prop_map(RoomId);
    let name = || prop::sample::select(vec!["work".to_owned(), "home".to_owned()]);
    let place = prop_oneof![
        Just(SidebarPlace::Favourites),
        name().prop_map(SidebarPlace::Section),
        Just(SidebarPlace::Rooms),
    ];
    prop_oneof![
        2 => (room(), place, prop::option::of(room()))
            .prop_map(|(room, to, before)| SidebarChange::Move { room, to, before }),
        1 => (room(), any::<bool>()).prop_map(|(room, on)| SidebarChange::Mute { room, on }),
        1 => (room(), 0..5_i64).prop_map(|(room, n)| SidebarChange::Close { room, seq: Seq(n) }),
        2 => name().prop_map(|name| SidebarChange::AddSection { name }),
        1 => (name(), name()).prop_map(|(name, to)| SidebarChange::RenameSection { name, to }),
        1 => (name(), prop::option::of(name()))
            .prop_map(|(name, before)| SidebarChange::MoveSection { name, before }),
        1 => name().prop_map(|name| SidebarChange::RemoveSection { name }),
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
                self.update_room(n, room, Some(format!("name {name}")), None);
            }
            Event::Limit(n, room, on) => {
                let posting = if on {
                    Posting::Managers
                } else {
                    Posting::Everybody
                };
                self.update_room(n, room, None, Some(posting));
            }
            Event::Tick(micros) => self.tick(micros),
            Event::MakeRoom(n, kind) => {
                let (id, now) = (self.client_id(), self.now);
                self.act(n, |replica| {
                    replica.create_room(id, "new".into(), String::new(), kind, now)
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
            other => self.manage(other),
        }
    }

    /// What people do with rooms.
    fn manage(&mut self, event: Event) {
        let other = |n: usize| USERS[(n + 1) % USERS.len()];
        let (n, command) = match event {
            Event::Archive(n, room, archived) => (n, Command::ArchiveRoom { room, archived }),
            Event::RemoveRoom(n, room) => (n, Command::RemoveRoom { room }),
            Event::Join(n, room) => (n, Command::JoinRoom { room }),
            Event::Leave(n, room) => {
                let user = self.devices[n].user;
                (n, Command::RemoveMember { room, user })
            }
            Event::AddMembers(n, room) => {
                let users = vec![other(n)];
                (n, Command::AddMembers { room, users })
            }
            Event::RemoveMember(n, room, user) => (n, Command::RemoveMember { room, user }),
            Event::Appoint(n, room, user, on) => {
                let role = if on {
                    MemberRole::Manager
                } else {
                    MemberRole::Member
                };
                (n, Command::SetMemberRole { room, user, role })
            }
            Event::OpenDirect(n, with) => {
                let users = if with { vec![other(n)] } else { Vec::new() };
                (n, Command::OpenDirect { users })
            }
            Event::Arrange(n, change) => (n, Command::ChangeSidebar { change }),
            Event::SetMarks(n, marks) => (n, Command::SetMarks { marks }),
            reading => return self.read(reading),
        };
        self.command(n, command);
    }

    fn update_room(
        &mut self,
        n: usize,
        room: RoomId,
        name: Option<String>,
        posting: Option<Posting>,
    ) {
        if let Some(rev) = self.devices[n].replica.room(room).map(|room| room.rev) {
            let command = Command::UpdateRoom {
                room,
                rev,
                name,
                topic: None,
                posting,
            };
            self.command(n, command);
        }
    }

    fn read(&mut self, event: Event) {
        match event {
            Event::Read(n, room) => {
                let head = self.devices[n].replica.head(room);
                self.mark_read(n, room, head);
            }
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
