//! A server in memory that follows the documented protocol. It is the model that the
//! replicas are compared with, and small enough to be verified by reading.

use std::collections::{BTreeMap, BTreeSet};

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Heads, Notice, Refusal, ServerFrame};
use shared::id::{ClientId, Epoch, RoomId, UserId};
use shared::model::{Message, UnreadHead};
use shared::permission::Action;
use shared::stream::{Item, StreamKey};

use super::reads::StreamQuestion;
use super::store::{Counter, Store};
use super::writes::Batch;

/// A connection, as the server sees it.
#[derive(Debug, Default)]
pub struct Connection {
    pub user: UserId,
    pub out: Vec<ServerFrame>,
    greeted: bool,
    subscribed: BTreeSet<StreamKey>,
    watched: BTreeSet<RoomId>,
    notices: bool,
    /// Watched rooms that changed since their heads were last sent, each with its newest new
    /// message.
    changed: BTreeMap<RoomId, Option<Message>>,
}

#[derive(Debug)]
pub struct Server {
    pub store: Store,
    pub connections: BTreeMap<usize, Connection>,
    /// How many of the next sends are refused temporarily.
    pub busy: u32,
    /// How many of the next questions are refused temporarily.
    pub busy_for_questions: u32,
    pub acks_first: bool,
    epochs: u128,
}

impl Connection {
    pub fn watches(&self, room: RoomId) -> bool {
        self.watched.contains(&room)
    }
}

impl Server {
    pub fn new(store: Store) -> Self {
        Server {
            store,
            connections: BTreeMap::new(),
            busy: 0,
            busy_for_questions: 0,
            acks_first: false,
            epochs: 1,
        }
    }

    pub fn connect(&mut self, connection: usize, user: UserId) {
        let new = Connection {
            user,
            ..Connection::default()
        };
        self.connections.insert(connection, new);
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
            *connection = Connection {
                user: connection.user,
                out: vec![ServerFrame::Resync {}],
                greeted: true,
                ..Connection::default()
            };
        }
    }

    pub fn receive(&mut self, id: usize, frame: ClientFrame) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let user = connection.user;
        match frame {
            ClientFrame::Hello { .. } => {
                connection.greeted = true;
                let welcome = self.store.welcome(user);
                connection.out.push(ServerFrame::Welcome(Box::new(welcome)));
            }
            ClientFrame::Subscribe {
                question,
                stream,
                epoch,
                rev,
                most,
                page,
            } => {
                let asked = StreamQuestion {
                    question,
                    stream,
                    epoch,
                    rev,
                    most,
                    page,
                };
                let answer = self.unless_busy(|server| server.store.changes(user, asked));
                if answer.is_ok() {
                    self.connection(id).subscribed.insert(stream);
                }
                self.answer(id, question, answer);
            }
            ClientFrame::Unsubscribe { stream } => {
                connection.subscribed.remove(&stream);
            }
            ClientFrame::History {
                question,
                room,
                anchor,
                limit,
            } => {
                let answer = self.unless_busy(|server| {
                    server.store.history(user, question, room, anchor, limit)
                });
                self.answer(id, question, answer);
            }
            ClientFrame::People { question, ids } => {
                let answer = self.unless_busy(|server| Ok(server.store.people(question, &ids)));
                self.answer(id, question, answer);
            }
            ClientFrame::Rooms { question, rooms } => {
                let answer =
                    self.unless_busy(|server| Ok(server.store.room_states(user, question, &rooms)));
                self.answer(id, question, answer);
            }
            ClientFrame::Watch {
                question,
                rooms,
                notices,
            } => {
                let answer = self.unless_busy(|server| {
                    Ok(server.watch(id, question, rooms.as_deref(), notices))
                });
                self.answer(id, question, answer);
            }
            ClientFrame::Unwatch { rooms } => {
                connection.watched.retain(|room| !rooms.contains(room));
            }
            ClientFrame::Typing { .. } => {}
            ClientFrame::Ping {} => connection.out.push(ServerFrame::Pong {}),
            ClientFrame::Command {
                client_id: Some(client_id),
                command,
            } => self.command(id, user, client_id, command),
            ClientFrame::Command {
                client_id: None,
                command,
            } => self.mark_read(id, user, &command),
        }
    }

    fn connection(&mut self, id: usize) -> &mut Connection {
        self.connections.get_mut(&id).unwrap()
    }

    fn unless_busy(
        &mut self,
        answer: impl FnOnce(&mut Self) -> Result<ServerFrame, ErrorCode>,
    ) -> Result<ServerFrame, ErrorCode> {
        if self.busy_for_questions > 0 {
            self.busy_for_questions -= 1;
            return Err(ErrorCode::RateLimited);
        }
        answer(self)
    }

    fn answer(&mut self, id: usize, question: u32, answer: Result<ServerFrame, ErrorCode>) {
        let frame = answer.unwrap_or_else(|code| {
            ServerFrame::Error(Refusal {
                question: Some(question),
                retry_after_ms: code.is_temporary().then_some(200),
                ..Refusal::new(code)
            })
        });
        self.connection(id).out.push(frame);
    }

    fn watch(
        &mut self,
        id: usize,
        question: u32,
        rooms: Option<&[RoomId]>,
        notices: bool,
    ) -> ServerFrame {
        let user = self.connection(id).user;
        let wanted = match rooms {
            None => self.store.my_rooms(user),
            Some(rooms) => {
                let mut wanted = self.store.rooms_of(user);
                wanted.retain(|room| rooms.contains(room));
                wanted
            }
        };
        let heads: Vec<_> = wanted
            .iter()
            .map(|room| self.store.unread_head(*room))
            .collect();
        let connection = self.connections.get_mut(&id).unwrap();
        connection.watched.extend(wanted);
        connection.notices = notices;
        // In as many frames as it can.
        let frame = |heads: &[UnreadHead], more| {
            ServerFrame::Heads(Heads {
                question: Some(question),
                more,
                heads: heads.to_vec(),
            })
        };
        let (last, others) = heads
            .split_last()
            .map_or((&[][..], &[][..]), |(last, others)| {
                (std::slice::from_ref(last), others)
            });
        let others = others.iter().map(std::slice::from_ref);
        connection.out.extend(others.map(|head| frame(head, true)));
        frame(last, false)
    }

    fn command(&mut self, id: usize, user: UserId, client_id: ClientId, command: Command) {
        let busy = matches!(command, Command::Send { .. }) && self.busy > 0;
        let mut batch = Batch::default();
        let known = self.store.answers.get(&(user, client_id)).cloned();
        let outcome = match known {
            Some(ack) => Ok(ack),
            None if busy => {
                self.busy -= 1;
                Err(ErrorCode::RateLimited)
            }
            None => self.store.carry_out(user, client_id, command, &mut batch),
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
            self.connection(id).out.push(answer);
            self.publish(batch);
        } else {
            self.publish(batch);
            self.connection(id).out.push(answer);
        }
    }

    fn mark_read(&mut self, id: usize, user: UserId, command: &Command) {
        let &Command::MarkRead {
            room,
            seq,
            generation,
        } = command
        else {
            panic!("a command without an id");
        };
        if let Err(code) = self.store.access(room, user, Action::Read) {
            let refusal = Refusal {
                room: Some(room),
                ..Refusal::new(code)
            };
            return self.connection(id).out.push(ServerFrame::Error(refusal));
        }
        let mut batch = Batch::default();
        let seq = seq.min(self.store.head(room));
        self.store
            .mark_read(user, room, seq, generation, &mut batch);
        self.publish(batch);
    }

    /// Delivers what a commit changed. Who lost a membership gets nothing of the room.
    pub fn publish(&mut self, batch: Batch) {
        for (room, user) in batch.evictions {
            for connection in self.connections.values_mut().filter(|c| c.user == user) {
                connection.subscribed.remove(&StreamKey::Room(room));
                connection.watched.remove(&room);
                connection.changed.remove(&room);
            }
        }
        for (counter, frame) in batch.live {
            let news = frame.items.iter().find_map(Item::as_message);
            for connection in self.connections.values_mut() {
                if Counter::of(frame.stream, connection.user) != counter {
                    continue;
                }
                if connection.subscribed.contains(&frame.stream) {
                    connection.out.push(ServerFrame::Changes(frame.clone()));
                }
                if let Some(room) = frame.stream.room()
                    && connection.watched.contains(&room)
                {
                    let newest = connection.changed.entry(room).or_default();
                    let news = news.filter(|message| batch.is_post && message.counts());
                    *newest = news.cloned().or(newest.take());
                }
            }
        }
    }

    /// A second is over: sends the heads of the watched rooms that changed. Returns whether
    /// there were any.
    pub fn send_heads(&mut self) -> bool {
        let mut any = false;
        for connection in self.connections.values_mut() {
            let changed = std::mem::take(&mut connection.changed);
            if changed.is_empty() {
                continue;
            }
            any = true;
            let heads = changed.keys().map(|room| self.store.unread_head(*room));
            connection.out.push(ServerFrame::Heads(Heads {
                question: None,
                more: false,
                heads: heads.collect(),
            }));
            for (room, message) in changed {
                let is_subscribed = connection.subscribed.contains(&StreamKey::Room(room));
                if let Some(message) = message
                    && connection.notices
                    && !is_subscribed
                    && message.author.id != Some(connection.user)
                {
                    connection.out.push(ServerFrame::Notice(Notice {
                        room,
                        seq: message.seq,
                        author: message.author,
                        words: message.body,
                    }));
                }
            }
        }
        any
    }
}
