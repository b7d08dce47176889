//! The native protocol on one connection: authentication, subscriptions, queries, commands.
//!
//! `decode` reads frames, `reply` answers commands, `subscriptions` holds what the connection
//! receives. What a command may do is decided by `chat`.

mod decode;
mod reply;
mod subscriptions;

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use shared::PROTOCOL_VERSION;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{Anchor, ClientFrame, Refusal, ServerFrame, Welcome, close};
use shared::id::{ClientId, RoomId};
use shared::model::Profile;
use tokio::time::Instant;
use tungstenite::Utf8Bytes;

use super::connection::{Flow, InFlight, Protocol, RefusalCounter};
use super::delivery::encode;
use super::delivery::hub::Topic;
use super::delivery::outbox::Outbox;
use super::delivery::resume_cache::ResumeQuery;
use super::services::Gateway;
use crate::accounts::Token;
use crate::chat::Caller;
use crate::edge::AddressGroup;
use crate::store::{Actor, ConnectionId, QueryClient, ResumePoint};
use decode::decode;
use reply::{Rejection, about_command, reply};
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
    client: Option<AuthenticatedClient>,
    refusals: RefusalCounter,
}

/// The client after its `hello` was accepted.
struct AuthenticatedClient {
    person: Profile,
    caller: Caller,
    subscriptions: Subscriptions,
}

impl AuthenticatedClient {
    /// For whom the store reads.
    fn query_client(&self) -> QueryClient {
        QueryClient::Person(self.person.id)
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
                ClientFrame::Hello { version, token } => self.hello(version, token).await,
                _ => Err(Refusal::new(ErrorCode::HelloFirst).into()),
            };
        };
        match frame {
            ClientFrame::Hello { .. } => Err(Refusal::new(ErrorCode::HelloTwice).into()),
            ClientFrame::Directory { epoch, rev } => {
                self.gateway
                    .rate_limits
                    .take_query(&client.caller.limit_subject)?;
                // Subscribe before reading: what is committed in between is sent twice, which is
                // harmless, and not lost.
                client.subscriptions.subscribe_directory();
                let known = ResumePoint { epoch, rev };
                let query_client = client.query_client();
                let directory = self.gateway.chat.directory(query_client, known).await?;
                self.send(&ServerFrame::Directory(directory));
                Ok(())
            }
            ClientFrame::Stream { epoch, rev } => {
                self.gateway
                    .rate_limits
                    .take_query(&client.caller.limit_subject)?;
                client.subscriptions.subscribe_stream();
                let user = client.person.id;
                let known = ResumePoint { epoch, rev };
                let stream = self.gateway.chat.stream(user, known).await?;
                self.send(&ServerFrame::Stream(stream));
                Ok(())
            }
            ClientFrame::Subscribe {
                room,
                epoch,
                rev,
                most,
                page,
            } => {
                let query = ResumeQuery {
                    known: ResumePoint { epoch, rev },
                    limits: self.gateway.chat.resume_limits(most, page),
                };
                let answer = self.subscribe(room, query).await;
                let (answer, is_new) = answer.map_err(|refusal| Refusal {
                    room: Some(room),
                    ..refusal
                })?;
                // The cache shares it with others and has counted its bytes.
                self.outbox.push_shared(answer);
                if is_new {
                    self.send_presence(room);
                }
                Ok(())
            }
            ClientFrame::Unsubscribe { room } => {
                client.subscriptions.unsubscribe_room(room);
                Ok(())
            }
            ClientFrame::History {
                request,
                room,
                anchor,
                limit,
            } => self.history(request, room, anchor, limit).await,
            ClientFrame::Typing { room } => {
                let now = std::time::Instant::now();
                self.gateway
                    .hub
                    .presence
                    .lock()
                    .start_typing(room, client.person.id, now);
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
        let reply = reply(
            &self.gateway.hub,
            &self.outbox,
            &self.in_flight,
            client_id,
            room,
            client.subscriptions.slot_of(room),
        );
        let chat = &self.gateway.chat;
        let accepted = chat
            .carry_out(&client.caller, client_id, command, reply)
            .await;
        about_command(accepted, client_id, room)
    }

    async fn hello(&mut self, version: u32, token: Option<String>) -> Result<(), Rejection> {
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
            let refusal = Refusal::new(ErrorCode::Unauthorized);
            return Err(Rejection::closing(refusal, close::UNAUTHORIZED));
        };
        let hub = &self.gateway.hub;
        // Subscribe before the look-up, so that the session's end in between is not missed.
        let topic = Topic::Session(token.hash());
        let session = hub.subscribe(topic, &self.outbox, self.connection);
        let query_client = QueryClient::Address(self.address);
        let person = match self
            .gateway
            .accounts
            .authenticate(query_client, &token)
            .await
        {
            Ok(person) => person,
            Err(refusal) => {
                // The token may be valid: the client may try again.
                self.cookie = Some(token);
                let is_final = refusal.code == ErrorCode::Unauthorized;
                return Err(Rejection {
                    refusal,
                    close: is_final.then_some(close::UNAUTHORIZED),
                });
            }
        };
        let limits = self.gateway.chat.limits();
        self.client = Some(AuthenticatedClient {
            caller: Caller {
                actor: Actor::User(person.id),
                connection: self.connection,
                limit_subject: self.gateway.rate_limits.person(person.id, self.address),
            },
            subscriptions: Subscriptions::new(
                hub,
                &self.outbox,
                self.connection,
                session,
                person.clone(),
                limits.subscriptions,
            ),
            person: person.clone(),
        });
        self.send(&ServerFrame::Welcome(Box::new(Welcome {
            version: PROTOCOL_VERSION,
            epoch: self.gateway.store.epoch(),
            user: person,
            lobby: RoomId::LOBBY,
            now: self.gateway.clock.now(),
            limits: limits.clone(),
        })));
        Ok(())
    }

    /// Subscribes to a room. Returns the answer to the query, and whether the room was not
    /// subscribed before.
    async fn subscribe(
        &mut self,
        room: RoomId,
        query: ResumeQuery,
    ) -> Result<(Bytes, bool), Refusal> {
        let Some(client) = &mut self.client else {
            return Err(Refusal::new(ErrorCode::HelloFirst));
        };
        self.gateway
            .rate_limits
            .take_query(&client.caller.limit_subject)?;
        let is_new = client.subscriptions.subscribe_room(room)?;
        let query_client = client.query_client();
        let (chat, cache) = (&self.gateway.chat, &self.gateway.hub.resume_cache);
        let memory = &self.gateway.connections.memory;
        let read = async || {
            chat.resume(query_client, room, query.known, query.limits)
                .await
        };
        let answer = cache.get_or_read(room, query, memory, read).await;
        if answer.is_err() && is_new {
            client.subscriptions.unsubscribe_room(room);
        }
        Ok((answer?, is_new))
    }

    /// Sends who is present in a room that was just subscribed. If it does not fit into the
    /// outbox, it is sent with the room's next presence update.
    fn send_presence(&self, room: RoomId) {
        // Locked until the frame is queued, so that a later state is sent after it.
        let mut presence = self.gateway.hub.presence.lock();
        let frame = presence
            .snapshot(room)
            .as_ref()
            .and_then(encode::text_frame);
        if !frame.is_some_and(|frame| self.outbox.push_ephemeral(frame)) {
            presence.mark_changed(room);
        }
    }

    async fn history(
        &self,
        request: u32,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<(), Rejection> {
        let Some(client) = &self.client else {
            return Err(Refusal::new(ErrorCode::HelloFirst).into());
        };
        let answer = match self
            .gateway
            .rate_limits
            .take_query(&client.caller.limit_subject)
        {
            Ok(()) => {
                let query_client = client.query_client();
                self.gateway
                    .chat
                    .history(query_client, room, anchor, limit)
                    .await
            }
            Err(refusal) => Err(refusal),
        };
        let mut history = answer.map_err(|refusal| Refusal {
            request: Some(request),
            room: Some(room),
            ..refusal
        })?;
        history.request = request;
        self.send(&ServerFrame::History(history));
        Ok(())
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
