//! A hub with followers whose outboxes are emptied as by their writing sides, but without
//! sockets: for what counts or measures the way of a message.

use std::sync::Arc;
use std::time::Duration;

use server::bus::Deliver;
use server::chat::presence::Presence;
use server::gateway::hub::{Follow, Hub, Topic};
use server::gateway::outbox::Outbox;
use server::store::{Batch, Origin, Posted, RoomBatch};
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Author, Message};

/// Followers of one topic.
pub struct Followers {
    hub: Arc<Hub>,
    outboxes: Vec<Arc<Outbox>>,
    _follows: Vec<Follow>,
}

impl Followers {
    pub fn of(topic: Topic, count: u64) -> Self {
        let outboxes = (0..count).map(|_| Arc::new(Outbox::new(1_000_000)));
        Followers::following(topic, outboxes.collect())
    }

    fn following(topic: Topic, outboxes: Vec<Arc<Outbox>>) -> Self {
        let hub = Arc::new(Hub::new(Presence::new(200, Duration::from_secs(5))));
        let follows = (0..)
            .zip(&outboxes)
            .map(|(origin, outbox)| hub.follow(topic, outbox, Origin(origin)))
            .collect();
        Followers {
            hub,
            outboxes,
            _follows: follows,
        }
    }

    /// Followers with sockets.
    pub async fn with(topic: Topic, sockets: Vec<std::net::TcpStream>) -> Self {
        let mut outboxes = Vec::new();
        for socket in sockets {
            let socket = tokio::net::TcpStream::from_std(socket).unwrap();
            socket.writable().await.unwrap();
            outboxes.push(Arc::new(Outbox::of(socket, 1_000_000)));
        }
        Followers::following(topic, outboxes)
    }

    /// Delivers a commit and writes it out to every socket.
    pub fn write_out(&mut self, batch: Batch) {
        let held = self.hub.due.hold();
        self.hub.deliver(batch);
        while held.write() {}
    }

    /// Delivers a commit and takes it out of every outbox.
    pub fn deliver(&mut self, batch: Batch) {
        self.hub.deliver(batch);
        for outbox in &self.outboxes {
            let flushed =
                outbox.flush_into(|slices| Ok(slices.iter().map(|slice| slice.len()).sum()));
            assert!(flushed.is_ok());
        }
    }
}

/// A commit of so many messages of 200 bytes in the lobby.
pub fn commit(messages: i64) -> Batch {
    let messages = (1..=messages).map(posted).collect::<Vec<_>>();
    let room = RoomBatch {
        room: RoomId::LOBBY,
        from: Rev(0),
        through: messages.last().map_or(Rev(0), |last| last.message.rev),
        info: None,
        messages,
    };
    Batch {
        rooms: vec![room],
        ..Batch::default()
    }
}

fn posted(number: i64) -> Posted {
    let message = Message {
        seq: Seq(number),
        rev: Rev(number),
        author: Author {
            id: Some(UserId(1)),
            name: "Ada".into(),
            rev: Rev(1),
        },
        client_id: Some(ClientId::new(0, &[0; 10])),
        body: "x".repeat(200),
        posted_at: Micros(1),
        edited_at: None,
        deleted_at: None,
    };
    Posted {
        message,
        origin: None,
        is_new: true,
    }
}
