//! A reader: a client that is subscribed to every room and resumes after each restart.
//!
//! The client's own state machine decides what to ask for, so that it is tested here too. What the
//! reader receives is recorded unchanged for the checker.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Micros, Rev, RoomId};
use shared::stream::StreamKey;
use shared::sync::{Replica, ReplicaConfig};

use super::{World, text};
use crate::evidence::{Reader, ReaderEvent};
use crate::support::guest::Guest;
use crate::support::native::PATH;
use crate::support::socket::{Event, Socket};

/// Reads until the end. Returns what it received, and its replica.
pub async fn run(guest: Guest, rooms: Vec<RoomId>, mut world: World) -> Reader {
    // The replica drops nothing, and no absence is too long to resume.
    let settings = ReplicaConfig {
        window: usize::MAX,
        ..ReplicaConfig::default()
    };
    let mut replica = Replica::with_settings(guest.profile.clone(), settings);
    replica.set_token(Some(guest.token.clone()));
    for &room in &rooms {
        let _asked_once_connected = replica.open(room);
    }
    let mut following = Following {
        replica,
        reached: BTreeMap::new(),
        settled: false,
        seen: Vec::new(),
        name: guest.profile.name,
    };
    let mut life = 0;
    while let Some((number, address)) = world.next_run(life).await {
        life = number;
        if following.connection(address, &mut world).await {
            break;
        }
        world.assert_ended(life, &following.name);
    }
    let shown = |room: &RoomId| {
        let timeline = following.replica.timeline(*room).unwrap();
        (*room, timeline.messages().cloned().collect())
    };
    Reader {
        shown: rooms.iter().map(shown).collect(),
        name: following.name,
        seen: following.seen,
    }
}

struct Following {
    name: String,
    replica: Replica,
    /// How far this connection has brought each room.
    reached: BTreeMap<RoomId, Rev>,
    /// Whether it has reported that it knows all rooms.
    settled: bool,
    seen: Vec<ReaderEvent>,
}

impl Following {
    /// One connection, to its end; whether all is read that shall be.
    async fn connection(&mut self, address: SocketAddr, world: &mut World) -> bool {
        let Ok(mut socket) = Socket::open(address, PATH, &[]).await else {
            return false;
        };
        self.begin();
        let first = self.replica.connected().send;
        self.note(&first);
        send(&mut socket, &first).await;
        let mut heads_may_change = true;
        loop {
            if self.has_read(world) {
                return true;
            }
            let event = tokio::select! {
                event = socket.event() => event,
                changed = world.heads.changed(), if heads_may_change => {
                    heads_may_change = changed.is_ok();
                    continue;
                }
            };
            let frame = match event {
                Event::Text(text) => serde_json::from_str(&text).unwrap(),
                Event::Closed(_) => break,
                Event::Other(other) => panic!("{}: {other:?}", self.name),
            };
            let answers = self.take(frame);
            self.note(&answers);
            send(&mut socket, &answers).await;
            if !self.settled && self.reached.len() == self.replica.open_rooms().count() {
                self.settled = true;
                world.settled.send_modify(|settled| *settled += 1);
            }
        }
        let _nothing_to_send = self.replica.disconnected();
        false
    }

    fn begin(&mut self) {
        self.seen.push(ReaderEvent::Resubscribed);
        self.reached.clear();
    }

    /// Keeps what is asked for as at a first visit.
    fn note(&mut self, asked: &[ClientFrame]) {
        let asked_from_zero = asked.iter().filter_map(|frame| match frame {
            ClientFrame::Subscribe {
                stream: StreamKey::Room(room),
                epoch: None,
                ..
            } => Some(ReaderEvent::AskedFromZero(*room)),
            _ => None,
        });
        self.seen.extend(asked_from_zero);
    }

    fn take(&mut self, frame: ServerFrame) -> Vec<ClientFrame> {
        match &frame {
            ServerFrame::Reset(reset) => {
                self.reached
                    .extend(reset.stream.room().zip(Some(reset.rev)));
                self.seen.push(ReaderEvent::Reset(reset.clone()));
            }
            ServerFrame::Changes(changes) => {
                // An answer continues where the question began; everything before is known.
                if let (Some(room), Some(_)) = (changes.stream.room(), changes.head) {
                    self.reached.insert(room, changes.through);
                }
                self.seen.push(ReaderEvent::Changes(changes.clone()));
            }
            ServerFrame::Resync {} => self.begin(),
            ServerFrame::Error(refusal) => panic!("{}: {refusal:?}", self.name),
            _ => {}
        }
        self.replica.receive(frame, Micros(0)).send
    }

    /// Whether this connection has brought all that there is in the end.
    fn has_read(&self, world: &mut World) -> bool {
        let heads = world.heads.borrow_and_update();
        heads.as_ref().is_some_and(|heads| {
            heads.iter().all(|(room, head)| {
                let reached = self.reached.get(room);
                let timeline = self.replica.timeline(*room);
                reached.is_some_and(|reached| reached >= head)
                    && timeline.is_some_and(|timeline| !timeline.is_catching_up())
            })
        })
    }
}

async fn send(socket: &mut Socket, frames: &[ClientFrame]) {
    for frame in frames {
        socket.feed(text(frame)).await;
    }
    if !frames.is_empty() {
        socket.flush().await;
    }
}
