//! Clients that send, read and resume while the server is killed and started again.

mod final_state;
mod reader;
mod sender;
mod talker;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use shared::frame::ClientFrame;
use shared::id::{Rev, RoomId};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::evidence::{Evidence, Listener, Reader, Sent};
use crate::random::Random;
use crate::support::guest::{self, Guest};
use crate::support::within;

/// How many of each there are.
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    /// People who send, edit and delete.
    pub senders: usize,
    /// Commands that each of them may have under way.
    pub window: usize,
    /// Clients that are subscribed to all rooms.
    pub readers: usize,
    /// Simple clients that talk and listen.
    pub talkers: usize,
    /// Rooms beside the lobby. One of them is private, with everybody in it.
    pub rooms: usize,
}

/// One run of the server; each start begins another.
#[derive(Clone, Copy, Debug)]
pub struct ServerRun {
    /// Counts the starts.
    pub number: u32,
    /// Where it listens; none while it is down.
    pub address: Option<SocketAddr>,
}

/// What everyone looks at.
#[derive(Clone)]
struct World {
    life: watch::Receiver<ServerRun>,
    /// Whether nothing new shall be begun.
    finishing: watch::Receiver<bool>,
    /// Up to which revisions readers shall still read.
    heads: watch::Receiver<Option<BTreeMap<RoomId, Rev>>>,
    /// How many acknowledgements came, over all senders.
    acks: watch::Sender<u64>,
    /// How many readers know all rooms.
    settled: watch::Sender<usize>,
}

impl World {
    /// Waits for another run than the one that ended; none when the test is over.
    async fn next_run(&mut self, ended: u32) -> Option<(u32, SocketAddr)> {
        let life = self
            .life
            .wait_for(|life| life.number > ended && life.address.is_some())
            .await
            .ok()?;
        Some((life.number, life.address?))
    }

    /// Fails the test if a server that nobody stopped has closed a connection.
    fn assert_ended(&self, life: u32, who: &str) {
        let now = *self.life.borrow();
        let is_up = now.number == life && now.address.is_some();
        assert!(!is_up, "{who}: the server closed the connection by itself");
    }
}

/// The people and the rooms, before anyone says a word.
pub struct Gathering {
    crowd: Crowd,
    rooms: Vec<RoomId>,
    checker: Guest,
    senders: Vec<Guest>,
    readers: Vec<Guest>,
}

impl Gathering {
    /// Lets everyone in and makes the rooms. What was acknowledged of this must last as
    /// well, or nobody could come back.
    pub async fn new(address: SocketAddr, crowd: Crowd) -> Self {
        let checker = Guest::come_in(address, "checker").await;
        let mut maker = checker.connect(address).await;
        let mut rooms = vec![RoomId::LOBBY];
        for number in 1..crowd.rooms {
            rooms.push(maker.create_room(&format!("room {number}")).await);
        }
        let senders = come_in(address, "sender", crowd.senders).await;
        let readers = come_in(address, "reader", crowd.readers).await;
        let private = maker.create_private_room("private").await;
        for guest in senders.iter().chain(&readers) {
            maker.add_members(private, &[guest.profile.id]).await;
        }
        rooms.push(private);
        Gathering {
            crowd,
            rooms,
            checker,
            senders,
            readers,
        }
    }
}

async fn come_in(address: SocketAddr, name: &str, number: usize) -> Vec<Guest> {
    let mut guests = Vec::new();
    for number in 0..number {
        guests.push(Guest::come_in(address, &format!("{name} {number}")).await);
    }
    guests
}

/// The people, at work.
pub struct Chaos {
    life: watch::Sender<ServerRun>,
    finishing: watch::Sender<bool>,
    heads: watch::Sender<Option<BTreeMap<RoomId, Rev>>>,
    acks: watch::Receiver<u64>,
    checker: Guest,
    rooms: Vec<RoomId>,
    senders: JoinSet<Vec<Sent>>,
    talkers: JoinSet<(Vec<String>, Listener)>,
    readers: JoinSet<Reader>,
}

impl Chaos {
    /// Lets everyone begin. They talk as soon as every reader is there.
    pub async fn begin(address: SocketAddr, people: Gathering, random: &mut Random) -> Self {
        let (life, life_seen) = watch::channel(ServerRun {
            number: 1,
            address: Some(address),
        });
        let (finishing, finishing_seen) = watch::channel(false);
        let (heads, heads_seen) = watch::channel(None);
        let (acks, acks_seen) = watch::channel(0);
        let (settled, mut settled_seen) = watch::channel(0);
        let world = World {
            life: life_seen,
            finishing: finishing_seen,
            heads: heads_seen,
            acks,
            settled,
        };
        let mut chaos = Chaos {
            life,
            finishing,
            heads,
            acks: acks_seen,
            checker: people.checker,
            rooms: people.rooms,
            senders: JoinSet::new(),
            talkers: JoinSet::new(),
            readers: JoinSet::new(),
        };
        let readers = people.readers.len();
        for guest in people.readers {
            let task = reader::run(guest, chaos.rooms.clone(), world.clone());
            chaos.readers.spawn(task);
        }
        let all_read = settled_seen.wait_for(|settled| *settled == readers);
        within("the readers", all_read).await.unwrap();
        for number in 0..people.crowd.talkers {
            let task = talker::run(format!("simple-{number}"), world.clone());
            chaos.talkers.spawn(task);
        }
        for guest in people.senders {
            let (rooms, window) = (chaos.rooms.clone(), people.crowd.window);
            let sender = sender::Sender::new(guest, rooms, window, random.fork());
            chaos.senders.spawn(sender.run(world.clone()));
        }
        chaos
    }

    /// Tells everyone that the server is about to go.
    pub fn down(&self) {
        self.life.send_modify(|life| life.address = None);
    }

    /// Tells everyone where the server is now.
    pub fn up(&self, address: SocketAddr) {
        self.life.send_modify(|life| {
            life.number += 1;
            life.address = Some(address);
        });
    }

    /// Waits for this many acknowledgements more.
    pub async fn acknowledged(&mut self, more: u64) {
        let target = *self.acks.borrow_and_update() + more;
        within(
            "acknowledgements",
            self.acks.wait_for(|acks| *acks >= target),
        )
        .await
        .unwrap();
    }

    /// Waits until the senders have their last replies and end.
    pub async fn fall_silent(&mut self, evidence: &mut Evidence) {
        self.finishing.send_replace(true);
        while let Some(sent) = within("the senders", self.senders.join_next()).await {
            evidence.sent.extend(sent.unwrap());
        }
        while let Some(talker) = within("the talkers", self.talkers.join_next()).await {
            let (said, listener) = talker.unwrap();
            evidence.said.extend(said);
            evidence.listeners.push(listener);
        }
    }

    /// Reads what there is in the end, and lets the readers do the same.
    pub async fn end(mut self, address: SocketAddr, evidence: &mut Evidence) {
        let mut native = self.checker.connect(address).await;
        for &room in &self.rooms {
            let stored = final_state::read(&mut native, room).await;
            evidence.rooms.insert(room, stored);
        }
        let heads = evidence.rooms.iter();
        let heads = heads.map(|(&room, stored)| (room, stored.head)).collect();
        self.heads.send_replace(Some(heads));
        while let Some(reader) = within("the readers", self.readers.join_next()).await {
            evidence.readers.push(reader.unwrap());
        }
        // Each of them was a person to the server all the time, and still is.
        let _newcomer = guest::enter(address, "newcomer").await;
    }
}

/// A frame as it goes over the wire.
fn text(frame: &ClientFrame) -> String {
    serde_json::to_string(frame).unwrap()
}
