//! The native protocol on one connection: authentication, subscriptions, questions, commands.
//!
//! `decode` reads frames, `questions` answers questions, `reply` answers commands, `reader` lets
//! in who has no session and only reads,
//! `subscriptions` holds what the connection receives. What a command may do is decided by
//! `chat`.

mod decode;
mod questions;
mod reader;
mod reader_frames;
mod reply;
mod subscriptions;

use std::net::IpAddr;
use std::sync::Arc;

use shared::PROTOCOL_VERSION;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal, ServerFrame, Welcome, close};
use shared::id::{ClientId, RoomId, Seq};
use shared::model::{OnlyRoom, Profile};
use tokio::time::Instant;
use tungstenite::Utf8Bytes;

use super::connection::{Flow, InFlight, Protocol, RefusalCounter};
use super::delivery::encode;
use super::delivery::hub::{SubscriberId, Subscription, Topic};
use super::delivery::outbox::Outbox;
use super::delivery::resume_cache::ResumeQuery;
use super::services::Gateway;
use crate::accounts::Token;
use crate::chat::rate_limits::LimitSubject;
use crate::chat::{Caller, ReaderSlot};
use crate::edge::AddressGroup;
use crate::store::{Actor, ConnectionId, QueryClient, ResumePoint, Viewer};
use decode::decode;
use reply::{Rejection, about_command, about_question, reply};
use subscriptions::Subscriptions;

/// A native connection.
pub struct Native {
    gateway: Arc<Gateway>,
    outbox: Arc<Outbox>,
    in_flight: Arc<InFlight>,
    connection: ConnectionId,
    /// The session cookie, if the request came from the server's own page.
    cookie: Option<Token>,
    /// Whether the connection came from a page. Then a token in `hello` does not count.
    is_page: bool,
    address: IpAddr,
    hello_deadline: Instant,
    client: Option<WelcomedClient>,
    refusals: RefusalCounter,
}

/// The client after its `hello` was accepted.
struct WelcomedClient {
    /// For whom the store reads.
    viewer: Viewer,
    limit_subject: LimitSubject,
    identity: ClientIdentity,
    subscriptions: Subscriptions,
}

/// Who a client is.
enum ClientIdentity {
    /// Somebody with a session, who gives commands.
    Person(Caller),
    /// Somebody without one, who reads a public room.
    Reader(#[expect(dead_code, reason = "it counts")] ReaderSlot),
}

impl WelcomedClient {
    /// On whose behalf a command is carried out.
    ///
    /// # Errors
    /// `not_permitted` for who only reads.
    fn caller(&self) -> Result<&Caller, Refusal> {
        match &self.identity {
            ClientIdentity::Person(caller) => Ok(caller),
            ClientIdentity::Reader(_) => Err(Refusal::new(ErrorCode::NotPermitted)),
        }
    }
}

impl Native {
    /// A connection before its `hello`.
    pub fn new(
        gateway: Arc<Gateway>,
        outbox: Arc<Outbox>,
        in_flight: Arc<InFlight>,
        connection: ConnectionId,
        cookie: Option<Token>,
        is_page: bool,
        group: AddressGroup,
    ) -> Self {
        let hello_deadline = Instant::now() + gateway.connections.hello_timeout;
        Native {
            gateway,
            outbox,
            in_flight,
            connection,
            cookie,
            is_page,
            address: group.address(),
            hello_deadline,
            client: None,
            refusals: RefusalCounter::default(),
        }
    }

    fn send(&self, frame: &ServerFrame) {
        if let Some(bytes) = encode::text_frame(frame) {
            self.outbox.push(bytes);
        }
    }

    async fn handle(&mut self, frame: ClientFrame) -> Result<(), Rejection> {
        let Some(client) = &mut self.client else {
            return match frame {
                ClientFrame::Hello {
                    version,
                    token,
                    reads,
                } => self.hello(version, token, reads).await,
                _ => Err(Refusal::new(ErrorCode::HelloFirst).into()),
            };
        };
        if client.caller().is_err()
            && let Some(refusal) = reader_frames::refusal_of(&frame)
        {
            return Err(refusal.into());
        }
        match frame {
            ClientFrame::Hello { .. } => Err(Refusal::new(ErrorCode::HelloTwice).into()),
            ClientFrame::Subscribe {
                question,
                stream,
                epoch,
                rev,
                most,
                page,
            } => {
                let query = ResumeQuery {
                    known: ResumePoint { epoch, rev },
                    limits: self.gateway.chat.resume_limits(most, page),
                };
                let answered = self.subscribe(question, stream, query).await;
                about_question(answered, question, stream.room())
            }
            ClientFrame::Unsubscribe { stream } => {
                client.subscriptions.unsubscribe(stream);
                Ok(())
            }
            ClientFrame::History {
                question,
                room,
                anchor,
                limit,
            } => {
                let answered = self.history(question, room, anchor, limit).await;
                about_question(answered, question, Some(room))
            }
            ClientFrame::People { question, ids } => {
                let answered = self.people(question, ids).await;
                about_question(answered, question, None)
            }
            ClientFrame::Rooms { question, rooms } => {
                let answered = self.rooms(question, rooms).await;
                about_question(answered, question, None)
            }
            ClientFrame::Watch {
                question,
                rooms,
                notices,
            } => {
                let answered = self.watch(question, rooms, notices).await;
                about_question(answered, question, None)
            }
            ClientFrame::Unwatch { rooms } => Ok(self.unwatch(rooms)?),
            ClientFrame::Typing { room } => {
                let now = std::time::Instant::now();
                if let Some(user) = client.viewer.user() {
                    let mut presence = self.gateway.hub.presence.lock();
                    presence.start_typing(room, user, now);
                }
                Ok(())
            }
            ClientFrame::Ping {} => {
                self.send(&ServerFrame::Pong {});
                Ok(())
            }
            ClientFrame::Command { client_id, command } => self.command(client_id, command).await,
        }
    }

    /// Carries out a command that changes something. A refusal is sent either from here or by
    /// the reply, never by both: what is refused here did not reach the store.
    async fn command(
        &self,
        client_id: Option<ClientId>,
        command: Command,
    ) -> Result<(), Rejection> {
        let Some(client) = &self.client else {
            return Ok(());
        };
        let room = command.room();
        let caller = client.caller()?;
        let reply = reply(
            &self.gateway.hub,
            &self.outbox,
            &self.in_flight,
            client_id,
            room,
            client.subscriptions.slot_of(&command),
        );
        let chat = &self.gateway.chat;
        let accepted = chat.carry_out(caller, client_id, command, reply).await;
        about_command(accepted, client_id, room)
    }

    async fn hello(
        &mut self,
        version: u32,
        token: Option<String>,
        reads: Option<RoomId>,
    ) -> Result<(), Rejection> {
        if version != PROTOCOL_VERSION {
            let refusal = Refusal::new(ErrorCode::UnsupportedVersion);
            return Err(Rejection::closing(refusal, close::NO_HELLO));
        }
        let token = if self.is_page {
            self.cookie.take()
        } else {
            token.as_deref().and_then(Token::parse)
        };
        let Some(token) = token else {
            return self.hello_of_reader(reads).await;
        };
        let hub = &self.gateway.hub;
        // Subscribe before the look-up, so that the session's end in between is not missed.
        let topic = Topic::Session(token.hash());
        let id = SubscriberId {
            connection: self.connection,
            user: None,
            first_message: Seq::ZERO,
        };
        let session = hub.subscribe(topic, &self.outbox, id);
        let query_client = QueryClient::Address(self.address);
        let (person, only_room) = match self
            .gateway
            .accounts
            .authenticate(query_client, &token)
            .await
        {
            Ok(session) => (session.person, session.only_room),
            Err(refusal) if refusal.code == ErrorCode::Unauthorized => {
                drop(session);
                return self.hello_of_reader(reads).await;
            }
            Err(refusal) => {
                // The token may be valid: the client may try again.
                self.cookie = Some(token);
                return Err(refusal.into());
            }
        };
        let limit_subject = self.gateway.rate_limits.person(person.id, self.address);
        self.client = Some(WelcomedClient {
            viewer: Viewer::Person {
                user: person.id,
                only_room,
            },
            identity: ClientIdentity::Person(Caller {
                actor: match only_room {
                    Some(only) => Actor::RoomGuest(person.id, only),
                    None => Actor::User(person.id),
                },
                connection: self.connection,
                limit_subject: limit_subject.clone(),
            }),
            limit_subject,
            subscriptions: self.subscriptions(Some(session), Some(person.clone()), only_room),
        });
        self.welcome(Some(person), only_room);
        Ok(())
    }

    fn subscriptions(
        &self,
        session: Option<Subscription>,
        person: Option<Profile>,
        only_room: Option<OnlyRoom>,
    ) -> Subscriptions {
        Subscriptions::new(
            &self.gateway.hub,
            &self.outbox,
            self.connection,
            session,
            person,
            only_room,
            self.gateway.chat.limits().subscriptions,
        )
    }

    fn welcome(&self, user: Option<Profile>, only_room: Option<OnlyRoom>) {
        self.send(&ServerFrame::Welcome(Box::new(Welcome {
            version: PROTOCOL_VERSION,
            epoch: self.gateway.store.epoch(),
            user,
            lobby: only_room.map_or(RoomId::LOBBY, |only| only.room),
            only_room,
            now: self.gateway.clock.now(),
            limits: self.gateway.chat.limits().clone(),
        })));
    }
}

impl Protocol for Native {
    async fn text(&mut self, text: Utf8Bytes) -> Flow {
        let handled = match decode(&text) {
            Ok(frame) => self.handle(frame).await,
            Err(refusal) => Err((*refusal).into()),
        };
        let Err(Rejection { refusal, close }) = handled else {
            self.refusals.accepted();
            return Flow::Continue;
        };
        self.gateway.metrics.refusals.count(refusal.code);
        let flow = self
            .refusals
            .refused(refusal.code, text.len(), std::time::Instant::now());
        self.send(&ServerFrame::Error(refusal));
        match close {
            Some(code) => Flow::Close(code, "see the error frame before"),
            None => flow,
        }
    }

    fn binary(&mut self, length: usize) -> Flow {
        self.gateway.metrics.refusals.count(ErrorCode::NotText);
        self.send(&ServerFrame::Error(Refusal::new(ErrorCode::NotText)));
        self.refusals
            .refused(ErrorCode::NotText, length, std::time::Instant::now())
    }

    fn overflowed(&mut self) {
        self.gateway.metrics.resyncs.add(1);
        if let Some(client) = &mut self.client {
            client.subscriptions.clear();
        }
        if let Some(bytes) = encode::text_frame(&ServerFrame::Resync {}) {
            self.outbox.reopen(bytes);
        }
    }

    fn deliver_pending(&self) {
        if let Some(client) = &self.client {
            client.subscriptions.deliver_pending();
        }
    }

    fn hello_deadline(&self) -> Option<Instant> {
        self.client.is_none().then_some(self.hello_deadline)
    }
}
