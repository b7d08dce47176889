//! Whatever happens, in any order: what two devices of a person say is unread is what the server's
//! messages and the person's marks say.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use shared::command::Command;
use shared::frame::{Anchor, ServerFrame};
use shared::id::{Micros, Rev, RoomId, Seq};
use shared::model::{MarkChange, UnreadHead};
use shared::sync::{PendingState, Replica, SyncOutput};

use crate::support::command::{delete, new_id, remove_member, update_room};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::{Native, PATH};
use crate::support::server::Server;
use crate::support::socket::{Event, Socket};

/// How long the devices may take to hear of everything. Heads come once a second.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Debug)]
enum Step {
    /// ADA posts in the room with this number.
    Post(usize),
    /// ADA deletes what is about there.
    Delete(usize, i64),
    /// ADA changes the topic: a line.
    Line(usize),
    /// The person posts from a device.
    Own(usize, usize),
    /// A device has seen everything in a room.
    Read(usize, usize),
    /// A device marks a room as unread from about there.
    SetBack(usize, usize, i64),
    /// A device marks everything as read, or goes back to the beginning.
    All(usize, bool),
    /// A device joins or leaves the public room.
    Member(usize, bool),
    /// ADA removes the person from the private room, or adds the person again.
    Private(bool),
    Reconnect(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (room, device) = (0..3_usize, 0..2_usize);
    let step = prop_oneof![
        6 => room.clone().prop_map(Step::Post),
        2 => (room.clone(), 0..9_i64).prop_map(|(room, at)| Step::Delete(room, at)),
        1 => room.clone().prop_map(Step::Line),
        2 => (device.clone(), room.clone()).prop_map(|(d, r)| Step::Own(d, r)),
        3 => (device.clone(), room.clone()).prop_map(|(d, r)| Step::Read(d, r)),
        3 => (device.clone(), room, 1..9_i64).prop_map(|(d, r, at)| Step::SetBack(d, r, at)),
        1 => (device.clone(), any::<bool>()).prop_map(|(d, on)| Step::All(d, on)),
        2 => (device.clone(), any::<bool>()).prop_map(|(d, on)| Step::Member(d, on)),
        1 => any::<bool>().prop_map(Step::Private),
        2 => device.prop_map(Step::Reconnect),
    ];
    prop::collection::vec(step, 5..25)
}

/// A device: a replica on a socket.
struct Device {
    socket: Socket,
    replica: Replica,
    began: Instant,
}

impl Device {
    async fn new(server: &Server, guest: &Guest) -> Self {
        let mut replica = Replica::new(guest.profile.clone());
        replica.set_token(Some(guest.token.clone()));
        let _asked_once_connected = replica.watch(false);
        let mut device = Device {
            socket: Socket::open(server.address, PATH, &[]).await.unwrap(),
            replica,
            began: Instant::now(),
        };
        let output = device.replica.connected();
        device.send(output).await;
        device
    }

    fn now(&self) -> Micros {
        Micros(1 + i64::try_from(self.began.elapsed().as_micros()).unwrap())
    }

    async fn send(&mut self, output: SyncOutput) {
        for frame in &output.send {
            self.socket
                .feed(serde_json::to_string(frame).unwrap())
                .await;
        }
        self.socket.flush().await;
    }

    async fn give(&mut self, command: Command) {
        let now = self.now();
        let output = self.replica.command(new_id(), command, now);
        self.send(output).await;
    }

    async fn reconnect(&mut self, server: &Server) {
        let _nothing_to_send = self.replica.disconnected();
        self.socket = Socket::open(server.address, PATH, &[]).await.unwrap();
        let output = self.replica.connected();
        self.send(output).await;
    }

    /// Handles one frame, or what the replica's timer has to do.
    async fn step(&mut self) {
        let now = self.now();
        let wait = self.replica.next_timer().map(|due| (due.0 - now.0).max(0));
        let wait = Duration::from_micros(wait.unwrap_or(1_000_000).unsigned_abs());
        let event = tokio::time::timeout(wait, self.socket.event()).await;
        let now = self.now();
        let output = match event {
            Ok(Event::Text(text)) => {
                let frame: ServerFrame = serde_json::from_str(&text).unwrap();
                self.replica.receive(frame, now)
            }
            Ok(other) => panic!("{other:?}"),
            // The replica's own timer.
            Err(_) => self.replica.poll(now),
        };
        self.send(output).await;
    }

    /// Handles what comes until this holds.
    async fn until(&mut self, what: &str, holds: impl Fn(&Replica) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(&self.replica) {
            assert!(Instant::now() < deadline, "{what}");
            self.step().await;
        }
    }
}

/// What is unread by the messages and marks that the server has.
async fn truth(native: &mut Native, room: RoomId) -> usize {
    let marks = native.own(None, Rev::ZERO).await.marks();
    let mark = marks.iter().find(|mark| mark.room == room);
    let mark = mark.map_or(Seq::ZERO, |mark| mark.seq);
    let page = native.history(room, Anchor::After(mark), None).await;
    let counted = page.unwrap().messages();
    let counted = counted.iter().filter(|message| message.counts()).count();
    counted.min(UnreadHead::MAX_COUNTED)
}

async fn run(steps: Vec<Step>) {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ben").await;
    let mut ada = enter(server.address, "Ada").await;
    let garden = ada.create_room("garden").await;
    let den = ada.create_private_room("den").await;
    let user = guest.profile.id;
    ada.add_members(den, &[user]).await;
    let rooms = [RoomId::LOBBY, garden, den];
    let mut devices = [
        Device::new(&server, &guest).await,
        Device::new(&server, &guest).await,
    ];
    for step in steps {
        match step {
            Step::Post(room) => {
                ada.post(rooms[room], "hello").await;
            }
            Step::Delete(room, at) => {
                let _may_be_none = ada.ask(&delete(rooms[room], Seq(at))).await;
            }
            Step::Line(room) => {
                let rev = ada.rooms(&[rooms[room]]).await[0].rev;
                let topic = format!("topic {rev}");
                // The lobby is not hers.
                let _refused = ada
                    .ask(&update_room(rooms[room], rev, None, Some(&topic)))
                    .await;
            }
            Step::Own(device, room) => {
                let (room, body) = (rooms[room], "mine".into());
                devices[device].give(Command::Send { room, body }).await;
            }
            Step::Read(device, room) => {
                let device = &mut devices[device];
                let last = device.replica.head(rooms[room]);
                let now = device.now();
                let output = (device.replica).mark_read(new_id(), rooms[room], last, now);
                device.send(output).await;
            }
            Step::SetBack(device, room, at) => {
                let (room, seq) = (rooms[room], Seq(at));
                devices[device]
                    .give(Command::MarkUnread { room, seq })
                    .await;
            }
            Step::All(device, forth) => {
                let device = &mut devices[device];
                let last = |room| {
                    if forth {
                        device.replica.head(room)
                    } else {
                        Seq::ZERO
                    }
                };
                let marks = rooms.map(|room| MarkChange::new(room, last(room))).to_vec();
                device.give(Command::SetMarks { marks }).await;
            }
            Step::Member(device, joins) => {
                let room = garden;
                devices[device]
                    .give(if joins {
                        Command::JoinRoom { room }
                    } else {
                        Command::RemoveMember { room, user }
                    })
                    .await;
            }
            Step::Private(is_member) => {
                if is_member {
                    let _as_before = ada
                        .ask(&crate::support::command::add_members(den, &[user]))
                        .await;
                } else {
                    ada.ask(&remove_member(den, user)).await.unwrap();
                }
            }
            Step::Reconnect(device) => devices[device].reconnect(&server).await,
        }
    }
    agree(&server, &guest, rooms, &mut devices).await;
}

/// Once nothing is under way, both devices say what is true.
async fn agree(server: &Server, guest: &Guest, rooms: [RoomId; 3], devices: &mut [Device]) {
    for device in &mut *devices {
        device
            .until("all commands are answered", |replica| {
                // What was refused waits for the person.
                let mut pending = replica.all_pending();
                pending.all(|pending| matches!(pending.state, PendingState::Refused { .. }))
            })
            .await;
    }
    // Behind this nothing is under way.
    let mut native = guest.connect(server.address).await;
    native.settle().await;
    let own = native.own(None, Rev::ZERO).await.memberships();
    for room in rooms {
        let is_own = own.iter().any(|membership| membership.room == room);
        if !is_own && room != RoomId::LOBBY {
            continue;
        }
        let unread = truth(&mut native, room).await;
        for device in &mut *devices {
            let agrees = |replica: &Replica| replica.unread(room) == unread;
            let what = format!("{unread} are unread in {room}");
            device.until(&what, agrees).await;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 16, ..ProptestConfig::with_cases(8) })]

    #[test]
    fn two_devices_and_the_server_agree_about_what_is_unread(steps in steps()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(run(steps));
    }
}
