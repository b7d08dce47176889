//! One message to a thousand members through real sockets, compared with the bare writes. The
//! difference is what the server adds.
//! `cargo bench -p server --bench sockets`

#![allow(
    clippy::unwrap_used,
    reason = "what goes wrong here ends the benchmark"
)]

#[path = "../tests/support/commit.rs"]
mod commit;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use commit::commit;
use divan::Bencher;
use server::bus::Deliver;
use server::chat::presence::PresenceTracker;
use server::gateway::delivery::hub::{Hub, SubscriberId, Subscription, Topic};
use server::gateway::delivery::memory_budget::MemoryBudget;
use server::gateway::delivery::outbox::Outbox;
use server::store::{Batch, ConnectionId, StreamId};
use shared::id::{RoomId, Seq};
use tokio::runtime::Runtime;

const MEMBERS: usize = 1_000;

fn main() {
    divan::main();
}

/// Both ends of so many connections.
struct Ends {
    servers: Vec<TcpStream>,
    clients: Vec<TcpStream>,
}

impl Ends {
    fn new(count: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (mut servers, mut clients) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let client = TcpStream::connect(address).unwrap();
            client.set_nonblocking(true).unwrap();
            let (server, _) = listener.accept().unwrap();
            server.set_nodelay(true).unwrap();
            server.set_nonblocking(true).unwrap();
            servers.push(server);
            clients.push(client);
        }
        Ends { servers, clients }
    }
}

/// Takes what has come; returns how many clients got something.
fn drain(clients: &mut [TcpStream]) -> usize {
    let mut buffer = [0; 4096];
    let reads = clients.iter_mut().map(|client| client.read(&mut buffer));
    reads
        .filter(|read| match read {
            Ok(length) => *length > 0,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                false
            }
        })
        .count()
}

/// The same bytes to every socket, and nothing else.
#[divan::bench(sample_count = 300, sample_size = 1)]
fn bare(bencher: Bencher<'_, '_>) {
    let Ends {
        servers,
        mut clients,
    } = Ends::new(MEMBERS);
    let frame = [b'x'; 400];
    bencher
        .with_inputs(|| drain(&mut clients))
        .bench_local_values(|_| {
            for mut server in &servers {
                assert_eq!(server.write(&frame).unwrap(), frame.len());
            }
        });
}

/// A hub, and subscribers with sockets.
struct Room {
    hub: Arc<Hub>,
    _subscriptions: Vec<Subscription>,
}

impl Room {
    async fn of(sockets: Vec<TcpStream>) -> Self {
        let presence = PresenceTracker::new(200, Duration::from_secs(5));
        let hub = Arc::new(Hub::new(presence, Arc::default()));
        let mut subscriptions = Vec::new();
        for (connection, socket) in (0..).zip(sockets) {
            let socket = tokio::net::TcpStream::from_std(socket).unwrap();
            socket.writable().await.unwrap();
            let outbox = Arc::new(Outbox::with_socket(
                socket,
                1_000_000,
                MemoryBudget::new(usize::MAX),
            ));
            subscriptions.push(hub.subscribe(
                Topic::Stream(StreamId::Room(RoomId::LOBBY)),
                &outbox,
                SubscriberId {
                    connection: ConnectionId(connection),
                    user: None,
                    first_message: Seq::ZERO,
                },
            ));
        }
        Room {
            hub,
            _subscriptions: subscriptions,
        }
    }

    /// Delivers a commit and writes it out to every socket.
    fn deliver(&self, batch: Batch) {
        self.hub.deliver(batch);
        while self.hub.write_queue.write_next_batch() {}
    }
}

/// A committed message, from the hub to every socket.
#[divan::bench(sample_count = 300, sample_size = 1)]
fn delivered(bencher: Bencher<'_, '_>) {
    let Ends {
        servers,
        mut clients,
    } = Ends::new(MEMBERS);
    let runtime = Runtime::new().unwrap();
    let room = runtime.block_on(Room::of(servers));
    room.deliver(commit(1));
    assert_eq!(drain(&mut clients), MEMBERS);
    bencher
        .with_inputs(|| {
            drain(&mut clients);
            commit(1)
        })
        .bench_local_values(|batch| room.deliver(batch));
}
