//! A room that many people watch, and a member who posts to it at a steady rate.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::RoomId;

use super::BODY;
use super::private_rooms::PrivateRooms;
use crate::load::lobby_member;
use crate::load::message::{self, ClientIds};
use crate::load::pool::ConnectionPool;
use crate::load::received::{ConnectionId, ReceivedText};
use crate::process::server::ServerProcess;

/// The longest time until all watchers know of the last post.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long to poll before checking whether all watchers know of the last post.
const POLL: Duration = Duration::from_millis(20);

/// The room.
pub struct WatchedRoom<'a> {
    // The connections that watch, and the one that posts.
    pool: &'a mut ConnectionPool,
    writer: ConnectionId,
    room: RoomId,
    head_key: Vec<u8>,
    watchers: usize,
    ids: ClientIds,
    sent: u32,
    // The number of the last message that was posted.
    last: i64,
    // The last message that each connection knows of.
    known: Vec<i64>,
}

/// The result of one measurement.
#[derive(Debug)]
pub struct PostResult {
    /// For each post and watcher, the time from sending until the watcher knew of the post.
    pub waits: Vec<Duration>,
    /// The number of posts.
    pub count: usize,
    /// The processor time of the server.
    pub server: Duration,
}

/// The posts of a measurement.
#[derive(Default)]
struct Posts {
    /// The number of the first message.
    first: i64,
    sent_at: Vec<Instant>,
    waits: Vec<Duration>,
}

impl<'a> WatchedRoom<'a> {
    /// Connects a member who posts, on a connection that watches nothing, and posts once.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn join(
        server: &ServerProcess,
        pool: &'a mut ConnectionPool,
        store: &PrivateRooms,
    ) -> Result<Self> {
        let writer = lobby_member::sign_in(pool, server.endpoint(), &store.people[0])?;
        let mut room = WatchedRoom {
            pool,
            writer,
            room: store.room,
            head_key: message::head_key(store.room),
            watchers: store.members,
            ids: ClientIds::new(u32::MAX - 1),
            sent: 0,
            last: 0,
            known: vec![0; writer.0 + 1],
        };
        room.post()?;
        let mut number = None;
        let deadline = Instant::now() + TIMEOUT;
        let (key, known) = (&room.head_key, &mut room.known);
        room.pool.poll_until(deadline, &mut |received| {
            note_head(&received, key, known, &mut Posts::default());
            if received.connection == writer && message::is_type(received.text, "ack") {
                number = message::number_of(received.text, "seq");
            }
            number.is_some()
        })?;
        room.last = number.context("a post was not acknowledged")?;
        room.wait_for_watchers(&mut Posts::default())?;
        Ok(room)
    }

    /// Posts at this rate, and waits until all watchers know of the last post.
    ///
    /// # Errors
    /// When a watcher does not get to know of a post.
    pub fn measure(
        &mut self,
        server: &ServerProcess,
        rate: u32,
        time: Duration,
    ) -> Result<PostResult> {
        let mut posts = Posts {
            first: self.last + 1,
            ..Posts::default()
        };
        let cpu_meter = server.cpu_meter()?;
        let (started, step) = (Instant::now(), Duration::from_secs(1) / rate);
        for index in 0..rate.saturating_mul(u32::try_from(time.as_secs())?) {
            // Not in step with the seconds of the server.
            let shift = step * (index * 37 % 100) / 100;
            let deadline = started + step * index + shift;
            while Instant::now() < deadline {
                let left = deadline.saturating_duration_since(Instant::now());
                self.receive(left, &mut posts)?;
            }
            posts.sent_at.push(Instant::now());
            self.post()?;
            self.last += 1;
        }
        self.wait_for_watchers(&mut posts)?;
        Ok(PostResult {
            count: posts.sent_at.len(),
            server: cpu_meter.spent()?,
            waits: posts.waits,
        })
    }

    /// Sends one post.
    fn post(&mut self) -> Result<()> {
        let (room, body) = (self.room, message::marked(0, BODY));
        let client_id = self.ids.id(self.sent);
        self.sent += 1;
        let mut frame = Vec::new();
        let send = ClientFrame::command(client_id, Command::Send { room, body });
        message::append_native(&send, &mut frame)?;
        self.pool.send(self.writer, &frame);
        Ok(())
    }

    fn receive(&mut self, wait: Duration, posts: &mut Posts) -> Result<()> {
        let (key, known) = (&self.head_key, &mut self.known);
        self.pool.poll_once(wait, &mut |received| {
            note_head(&received, key, known, posts);
        })
    }

    /// Receives until all watchers know of the last post.
    fn wait_for_watchers(&mut self, posts: &mut Posts) -> Result<()> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let current = self.known.iter().filter(|known| **known >= self.last);
            let (current, all) = (current.count(), self.watchers);
            if current >= all {
                return Ok(());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            ensure!(!left.is_zero(), "{current} of {all} know of the last post");
            self.receive(left.min(POLL), posts)?;
        }
    }
}

/// If it has the room's head, notes which posts the connection knows of now.
fn note_head(received: &ReceivedText<'_>, key: &[u8], known: &mut [i64], posts: &mut Posts) {
    if !message::is_type(received.text, "heads") {
        return;
    }
    let known = known.get_mut(received.connection.0);
    let (Some(known), Some(last)) = (known, message::number_after(received.text, key)) else {
        return;
    };
    for number in *known + 1..=last {
        let index = usize::try_from(number - posts.first).ok();
        let sent_at = index.and_then(|index| posts.sent_at.get(index));
        posts.waits.extend(sent_at.map(|at| received.at - *at));
    }
    *known = last.max(*known);
}
