//! A client with a large backlog under a rate limit: `shared::sync` over a real socket.

use std::time::{Duration, Instant};

use shared::error::ErrorCode;
use shared::frame::ServerFrame;
use shared::id::{Micros, RoomId};
use shared::sync::{Replica, SyncOutput};

use crate::support::command;
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::PATH;
use crate::support::server::Server;
use crate::support::socket::{Event, Socket};

const ROOMS: usize = 60;
const SENDS: usize = 1_300;

/// A replica on a socket, with the clock and the timer that it asks for.
struct Client {
    socket: Socket,
    replica: Replica,
    began: Instant,
    refused: usize,
}

impl Client {
    async fn connect(server: &Server, guest: &Guest) -> Self {
        let socket = Socket::open(server.address, PATH, &[]).await.unwrap();
        let mut replica = Replica::new(guest.profile.clone());
        replica.set_token(Some(guest.token.clone()));
        Client {
            socket,
            replica,
            began: Instant::now(),
            refused: 0,
        }
    }

    fn now(&self) -> Micros {
        Micros(1 + i64::try_from(self.began.elapsed().as_micros()).unwrap())
    }

    async fn send(&mut self, output: SyncOutput) {
        for frame in &output.send {
            let text = serde_json::to_string(frame).unwrap();
            self.socket.feed(text).await;
        }
        self.socket.flush().await;
    }

    /// Runs until every command has a reply.
    async fn run_out(&mut self) {
        while self.replica.all_pending().next().is_some() {
            let now = self.now();
            let wait = self.replica.next_timer().map(|due| (due.0 - now.0).max(0));
            let wait = Duration::from_micros(wait.unwrap_or(60_000_000).unsigned_abs());
            let output = tokio::select! {
                event = self.socket.event() => match event {
                    Event::Text(text) => {
                        let frame: ServerFrame = serde_json::from_str(&text).unwrap();
                        if let ServerFrame::Error(refusal) = &frame {
                            assert_eq!(refusal.code, ErrorCode::RateLimited);
                            self.refused += 1;
                        }
                        let now = self.now();
                        self.replica.receive(frame, now)
                    }
                    other => panic!("{other:?}"),
                },
                // The client's own timer, with the time that it was given.
                () = tokio::time::sleep(wait) => {
                    let now = self.now();
                    self.replica.poll(now)
                }
            };
            self.send(output).await;
        }
    }
}

#[tokio::test]
async fn a_client_with_a_large_backlog_sends_it_with_few_refusals() {
    let server = Server::start(&["--rate-limit", "200", "--max-rooms-per-person", "1000"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        rooms.push(ada.create_room(&format!("room {number}")).await);
    }
    let guest = Guest::come_in(server.address, "Bob").await;
    let mut bob = Client::connect(&server, &guest).await;
    for number in 0..SENDS {
        let (room, now) = (rooms[number % ROOMS], bob.now());
        let body = format!("{number:05}");
        let _ = bob.replica.post(command::new_id(), room, body, now);
    }
    let output = bob.replica.connected();
    bob.send(output).await;
    bob.run_out().await;
    // One command of each room may be in flight when the server refuses more.
    assert!(bob.refused < 2 * ROOMS, "{}", bob.refused);
    // Everything came once, and in its order.
    let mut stored = 0;
    for room in rooms {
        let messages = ada.subscribe(room).await.messages();
        stored += messages.len();
        let bodies = messages.iter().map(|message| &message.body);
        assert!(bodies.is_sorted(), "{messages:?}");
    }
    assert_eq!(stored, SENDS);
    assert_eq!(ada.subscribe(RoomId::LOBBY).await.messages().len(), 0);
}
