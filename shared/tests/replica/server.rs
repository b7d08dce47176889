//! A server in memory that follows the documented protocol. It is the model that the
//! replicas are compared with, and small enough to be verified by reading.

use std::collections::{BTreeMap, BTreeSet};

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal, ServerFrame};
use shared::id::{ClientId, Epoch, RoomId, Seq, UserId};

use super::store::{Counter, Store};
use super::writes::Live;

/// A connection, as the server sees it.
#[derive(Debug)]
pub struct Connection {
    pub user: UserId,
    pub out: Vec<ServerFrame>,
    greeted: bool,
    directory: bool,
    stream: bool,
    rooms: BTreeSet<RoomId>,
}

#[derive(Debug)]
pub struct Server {
    pub store: Store,
    pub connections: BTreeMap<usize, Connection>,
    /// How many of the next sends are refused temporarily.
    pub busy: u32,
    pub acks_first: bool,
    epochs: u128,
}

impl Server {
    pub fn new(users: &[UserId], rooms: &[RoomId]) -> Self {
        Server {
            store: Store::new(users, rooms),
            connections: BTreeMap::new(),
            busy: 0,
            acks_first: false,
            epochs: 1,
        }
    }

    pub fn connect(&mut self, connection: usize, user: UserId) {
        self.connections.insert(
            connection,
            Connection {
                user,
                out: Vec::new(),
                greeted: false,
                directory: false,
                stream: false,
                rooms: BTreeSet::new(),
            },
        );
    }

    /// Restarts, with the same store or with a backup.
    pub fn restart(&mut self, backup: Option<Store>) {
        self.connections.clear();
        if let Some(backup) = backup {
            self.store = backup;
        }
        self.epochs += 1;
        let next = Epoch(uuid::Uuid::from_u128(self.epochs));
        let ended = std::mem::replace(&mut self.store.epoch, next);
        self.store.past.push((ended, self.store.revs.clone()));
    }

    /// A client fell behind: the frames that waited for it are dropped.
    pub fn overflow(&mut self, connection: usize) {
        if let Some(connection) = self.connections.get_mut(&connection)
            && connection.greeted
            && !connection
                .out
                .iter()
                .any(|frame| matches!(frame, ServerFrame::Welcome(_)))
        {
            connection.out = vec![ServerFrame::Resync {}];
            connection.directory = false;
            connection.stream = false;
            connection.rooms.clear();
        }
    }

    pub fn receive(&mut self, id: usize, frame: ClientFrame) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let user = connection.user;
        let answer = match frame {
            ClientFrame::Hello { .. } => {
                connection.greeted = true;
                ServerFrame::Welcome(Box::new(self.store.welcome(user)))
            }
            ClientFrame::Directory { epoch, rev } => {
                connection.directory = true;
                ServerFrame::Directory(self.store.directory(epoch, rev))
            }
            ClientFrame::Stream { epoch, rev } => {
                connection.stream = true;
                ServerFrame::Stream(self.store.stream(user, epoch, rev))
            }
            ClientFrame::Subscribe {
                room,
                epoch,
                rev,
                most,
                page,
            } => {
                connection.rooms.insert(room);
                self.store.catch_up(room, epoch, rev, most, page)
            }
            ClientFrame::Unsubscribe { room } => {
                connection.rooms.remove(&room);
                return;
            }
            ClientFrame::History {
                request,
                room,
                anchor,
                limit,
            } => ServerFrame::History(self.store.history(request, room, anchor, limit)),
            ClientFrame::Command {
                command: Command::MarkRead { room, seq },
                ..
            } => {
                let head = self.store.head(room);
                return self.mark(user, room, seq.min(head));
            }
            ClientFrame::Typing { .. } => return,
            ClientFrame::Ping {} => ServerFrame::Pong {},
            ClientFrame::Command {
                client_id: Some(client_id),
                command,
            } => return self.command(id, user, client_id, command),
            ClientFrame::Command {
                client_id: None, ..
            } => panic!("a command without an id"),
        };
        connection.out.push(answer);
    }

    fn command(&mut self, id: usize, user: UserId, client_id: ClientId, command: Command) {
        let busy = matches!(command, Command::Send { .. }) && self.busy > 0;
        let mut live = Vec::new();
        let known = self.store.answers.get(&(user, client_id)).cloned();
        let outcome = match known {
            Some(ack) => Ok(ack),
            None if busy => {
                self.busy -= 1;
                Err(ErrorCode::RateLimited)
            }
            None => self.store.carry_out(user, client_id, command, &mut live),
        };
        let answer = match outcome {
            Ok(ack) => {
                self.store.answers.insert((user, client_id), ack.clone());
                ServerFrame::Ack(ack)
            }
            Err(code) => ServerFrame::Error(Refusal {
                client_id: Some(client_id),
                retry_after_ms: code.is_temporary().then_some(200),
                ..Refusal::new(code)
            }),
        };
        if self.acks_first {
            self.say(id, answer);
            self.publish(live);
        } else {
            self.publish(live);
            self.say(id, answer);
        }
    }

    fn say(&mut self, id: usize, frame: ServerFrame) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.out.push(frame);
        }
    }

    fn publish(&mut self, live: Live) {
        for (counter, frame) in live {
            for connection in self.connections.values_mut() {
                let follows = match counter {
                    Counter::Directory => connection.directory,
                    Counter::Person(user) => connection.stream && connection.user == user,
                    Counter::Room(room) => connection.rooms.contains(&room),
                };
                if follows {
                    connection.out.push(frame.clone());
                }
            }
        }
    }

    fn mark(&mut self, user: UserId, room: RoomId, seq: Seq) {
        let mut live = Vec::new();
        self.store.mark(user, room, seq, &mut live);
        self.publish(live);
    }
}
