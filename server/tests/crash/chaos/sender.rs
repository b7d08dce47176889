//! A sender: posts, edits and deletes without a pause, and retries what has no reply.

use std::collections::VecDeque;
use std::net::SocketAddr;

use shared::PROTOCOL_VERSION;
use shared::frame::{Ack, ClientFrame, Refusal, ServerFrame};
use shared::id::{ClientId, Rev, RoomId, Seq};

use super::{World, text};
use crate::evidence::{AckPosition, Change, Sent};
use crate::random::Random;
use crate::support::command;
use crate::support::guest::Guest;
use crate::support::native::PATH;
use crate::support::socket::{Event, Socket};

/// One of this many commands is an edit, and one is a deletion.
const EDIT_ONE_IN: u64 = 5;
const DELETE_ONE_IN: u64 = 12;
/// Own messages that are remembered to be changed.
const REMEMBERED: usize = 50;

/// A person who sends.
pub struct Sender {
    guest: Guest,
    rooms: Vec<RoomId>,
    window: usize,
    random: Random,
    log: Vec<Sent>,
    /// Commands without an answer, as places in the log, with the frame to repeat.
    open: VecDeque<(usize, ClientFrame)>,
    /// Own messages that no open command is about.
    own: Vec<(RoomId, AckPosition)>,
}

impl Sender {
    /// A sender that keeps `window` commands in flight.
    pub fn new(guest: Guest, rooms: Vec<RoomId>, window: usize, random: Random) -> Self {
        Sender {
            guest,
            rooms,
            window,
            random,
            log: Vec::new(),
            open: VecDeque::new(),
            own: Vec::new(),
        }
    }

    /// Sends until the end and until every command has a reply. Returns all that was sent.
    pub async fn run(mut self, mut world: World) -> Vec<Sent> {
        let mut life = 0;
        while let Some((number, address)) = world.next_run(life).await {
            life = number;
            if self.connection(address, &mut world).await {
                break;
            }
            world.assert_ended(life, &self.guest.profile.name);
        }
        self.log
    }

    /// One connection, to its end; whether everything is said and answered.
    async fn connection(&mut self, address: SocketAddr, world: &mut World) -> bool {
        let Ok(mut socket) = Socket::open(address, PATH, &[]).await else {
            return false;
        };
        let hello = ClientFrame::Hello {
            version: PROTOCOL_VERSION,
            token: Some(self.guest.token.clone()),
            reads: None,
        };
        socket.feed(text(&hello)).await;
        // Commands in flight when the connection broke may or may not have arrived.
        for (_, frame) in &self.open {
            socket.feed(text(frame)).await;
        }
        loop {
            let is_finishing = *world.finishing.borrow_and_update();
            if is_finishing && self.open.is_empty() {
                return true;
            }
            while !is_finishing && self.open.len() < self.window {
                let frame = self.begin();
                socket.feed(text(&frame)).await;
            }
            socket.flush().await;
            let event = tokio::select! {
                event = socket.event() => event,
                _changed = world.finishing.changed(), if !is_finishing => continue,
            };
            match event {
                Event::Text(text) => match serde_json::from_str(&text).unwrap() {
                    ServerFrame::Ack(ack) => {
                        self.acknowledged(&ack);
                        world.acks.send_modify(|acks| *acks += 1);
                    }
                    ServerFrame::Error(refusal) => self.refused(&refusal),
                    _ => {}
                },
                Event::Closed(_) => return false,
                Event::Other(other) => panic!("{other:?}"),
            }
        }
    }

    /// Chooses the next command, and records it.
    fn begin(&mut self) -> ClientFrame {
        let (room, change) = self.think();
        let frame = match &change {
            (Change::Post { body }, _) => command::send(room, body),
            (Change::Edit { seq, body }, rev) => command::edit(room, *seq, *rev, body),
            (Change::Delete { seq }, _) => command::delete(room, *seq),
        };
        self.log.push(Sent {
            author: self.guest.profile.id,
            client_id: command::id(&frame),
            room,
            change: change.0,
            acks: Vec::new(),
            refused: None,
        });
        self.open.push_back((self.log.len() - 1, frame.clone()));
        frame
    }

    /// A room, a change there, and the revision that it rests on.
    fn think(&mut self) -> (RoomId, (Change, Rev)) {
        let edits = self.random.below(EDIT_ONE_IN) == 0;
        let deletes = self.random.below(DELETE_ONE_IN) == 0;
        if (edits || deletes) && !self.own.is_empty() {
            let index = self.random.index(self.own.len());
            let (room, AckPosition { seq, rev }) = self.own.swap_remove(index);
            let change = if deletes {
                Change::Delete { seq }
            } else {
                Change::Edit {
                    seq,
                    body: self.words(),
                }
            };
            return (room, (change, rev));
        }
        let room = self.rooms[self.random.index(self.rooms.len())];
        let post = Change::Post { body: self.words() };
        (room, (post, Rev::ZERO))
    }

    /// A text that nobody else sends, of any length.
    fn words(&mut self) -> String {
        let mut text = marker(self.guest.profile.id.0, self.log.len());
        for _ in 0..self.random.below(12) {
            text.push_str(" 마당에 모인 사람들이");
        }
        text
    }

    fn acknowledged(&mut self, ack: &Ack) {
        let place = AckPosition {
            seq: ack.seq.unwrap_or(Seq::ZERO),
            rev: ack.rev.unwrap_or(Rev::ZERO),
        };
        let sent = self.answered(ack.client_id);
        let is_first = sent.acks.is_empty();
        sent.acks.push(place);
        let room = sent.room;
        if is_first && !matches!(sent.change, Change::Delete { .. }) {
            self.own.push((room, place));
            if self.own.len() > REMEMBERED {
                let forgotten = self.random.index(REMEMBERED);
                self.own.swap_remove(forgotten);
            }
        }
    }

    fn refused(&mut self, refusal: &Refusal) {
        let Some(client_id) = refusal.client_id else {
            panic!("{}: {refusal:?}", self.guest.profile.name);
        };
        self.answered(client_id).refused = Some(refusal.code);
    }

    /// The command that an answer is about, which is no longer open.
    fn answered(&mut self, client_id: ClientId) -> &mut Sent {
        let log = &self.log;
        self.open
            .retain(|(index, _)| log[*index].client_id != client_id);
        let mut newest_first = self.log.iter_mut().rev();
        newest_first
            .find(|sent| sent.client_id == client_id)
            .expect("an answer is about a command of this sender")
    }
}

/// A marker that makes a text unique, in the store's file as well.
pub fn marker(author: i64, number: usize) -> String {
    format!("[madang {author}.{number}]")
}
