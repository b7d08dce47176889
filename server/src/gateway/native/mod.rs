//! The native protocol on one connection: who it is, what it follows, what it asks.

mod answer;
mod decode;
mod following;

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use shared::PROTOCOL_VERSION;
use shared::error::ErrorCode;
use shared::frame::{Anchor, ClientFrame, Refusal, ServerFrame, Welcome, close};
use shared::id::RoomId;
use shared::model::Profile;
use tokio::time::Instant;
use tungstenite::Utf8Bytes;

use super::answers::Question;
use super::connection::{Flow, Protocol};
use super::hub::Topic;
use super::in_flight::InFlight;
use super::outbox::Outbox;
use super::refusals::Refusals;
use super::wire;
use crate::accounts::Token;
use crate::app::App;
use crate::chat::Caller;
use crate::http::address::Place;
use crate::store::{Actor, Lane, Origin, Seen};
use answer::{Stop, named, reply};
use decode::{decode, names};
use following::Following;

/// A native connection.
pub struct Native {
    app: Arc<App>,
    outbox: Arc<Outbox>,
    in_flight: Arc<InFlight>,
    origin: Origin,
    /// From the cookie of a page that may connect.
    cookie: Option<Token>,
    /// Whether the connection came from a page; then a token in `hello` does not count.
    is_page: bool,
    from: IpAddr,
    greeting_due: Instant,
    greeted: Option<Greeted>,
    refusals: Refusals,
}

/// What is known once `hello` was answered.
struct Greeted {
    person: Profile,
    caller: Caller,
    following: Following,
}

impl Greeted {
    /// Whose questions these are.
    fn lane(&self) -> Lane {
        Lane::Person(self.person.id)
    }
}

impl Native {
    /// A connection that has not said hello.
    pub fn new(
        app: Arc<App>,
        outbox: Arc<Outbox>,
        in_flight: Arc<InFlight>,
        origin: Origin,
        cookie: Option<Token>,
        is_page: bool,
        place: Place,
    ) -> Self {
        let greeting_due = Instant::now() + app.connections.greeting;
        Native {
            app,
            outbox,
            in_flight,
            origin,
            cookie,
            is_page,
            from: place.address(),
            greeting_due,
            greeted: None,
            refusals: Refusals::default(),
        }
    }

    fn say(&self, frame: &ServerFrame) {
        if let Some(bytes) = wire::text(frame) {
            self.outbox.push(bytes);
        }
    }

    async fn handle(&mut self, frame: ClientFrame) -> Result<(), Stop> {
        let Some(greeted) = &mut self.greeted else {
            return match frame {
                ClientFrame::Hello { version, token } => self.hello(version, token).await,
                _ => Err(Refusal::new(ErrorCode::HelloFirst).into()),
            };
        };
        match frame {
            ClientFrame::Hello { .. } => Err(Refusal::new(ErrorCode::HelloTwice).into()),
            ClientFrame::Directory { epoch, rev } => {
                self.app.budgets.question(&greeted.caller.payer)?;
                // Follow first, then read: what is committed in between comes twice, not never.
                greeted.following.directory();
                let lane = greeted.lane();
                let seen = Seen { epoch, rev };
                let directory = self.app.chat.directory(lane, seen).await?;
                self.say(&ServerFrame::Directory(directory));
                Ok(())
            }
            ClientFrame::Stream { epoch, rev } => {
                self.app.budgets.question(&greeted.caller.payer)?;
                greeted.following.stream();
                let user = greeted.person.id;
                let stream = self.app.chat.stream(user, Seen { epoch, rev }).await?;
                self.say(&ServerFrame::Stream(stream));
                Ok(())
            }
            ClientFrame::Subscribe {
                room,
                epoch,
                rev,
                most,
                page,
            } => {
                let question = Question {
                    seen: Seen { epoch, rev },
                    most: self.app.chat.most(most, page),
                };
                let answer = self.subscribe(room, question).await;
                let (answer, is_new) = answer.map_err(|refusal| Refusal {
                    room: Some(room),
                    ..refusal
                })?;
                // Shared with those who ask the same, until it changes; counted once.
                self.outbox.push_shared(answer);
                if is_new {
                    self.tell_presence(room);
                }
                Ok(())
            }
            ClientFrame::Unsubscribe { room } => {
                greeted.following.leave(room);
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
                self.app
                    .hub
                    .presence
                    .lock()
                    .types(room, greeted.person.id, now);
                Ok(())
            }
            ClientFrame::Ping {} => {
                self.say(&ServerFrame::Pong {});
                Ok(())
            }
            change => self.change(change).await,
        }
    }

    /// A command that changes something. A refusal reaches the client from here or through
    /// the reply, never both: what is refused here never got as far as the store.
    async fn change(&self, frame: ClientFrame) -> Result<(), Stop> {
        let Some(greeted) = &self.greeted else {
            return Ok(());
        };
        let (client_id, room) = names(&frame);
        let reply = reply(
            &self.app.hub,
            &self.outbox,
            &self.in_flight,
            client_id,
            room,
            greeted.following.seat(room),
        );
        let chat = &self.app.chat;
        let taken = match frame {
            ClientFrame::Send {
                client_id,
                room,
                body,
            } => {
                chat.send(&greeted.caller, Some(client_id), room, body, reply)
                    .await
            }
            change => chat.change(&greeted.caller, change, reply).await,
        };
        named(taken, client_id, room)
    }

    async fn hello(&mut self, version: u32, token: Option<String>) -> Result<(), Stop> {
        if version != PROTOCOL_VERSION {
            let refusal = Refusal::new(ErrorCode::UnsupportedVersion);
            return Err(Stop::closing(refusal, close::NO_HELLO));
        }
        let token = if self.is_page {
            self.cookie.take()
        } else {
            token.as_deref().and_then(Token::parse)
        };
        let Some(token) = token else {
            let refusal = Refusal::new(ErrorCode::Unauthorized);
            return Err(Stop::closing(refusal, close::UNAUTHORIZED));
        };
        let hub = &self.app.hub;
        // Followed before it is looked up, so that an end in between is not missed.
        let session = hub.follow(Topic::Session(token.hash()), &self.outbox, self.origin);
        let lane = Lane::Address(self.from);
        let person = match self.app.accounts.who(lane, &token).await {
            Ok(person) => person,
            Err(refusal) => {
                // The token may be good: the client may try it again.
                self.cookie = Some(token);
                let is_final = refusal.code == ErrorCode::Unauthorized;
                return Err(Stop {
                    refusal,
                    close: is_final.then_some(close::UNAUTHORIZED),
                });
            }
        };
        let limits = self.app.chat.limits();
        self.greeted = Some(Greeted {
            caller: Caller {
                actor: Actor::User(person.id),
                origin: self.origin,
                payer: self.app.budgets.person(person.id, self.from),
            },
            following: Following::new(
                hub,
                &self.outbox,
                self.origin,
                session,
                person.clone(),
                limits.subscriptions,
            ),
            person: person.clone(),
        });
        self.say(&ServerFrame::Welcome(Box::new(Welcome {
            version: PROTOCOL_VERSION,
            epoch: self.app.store.epoch(),
            user: person,
            lobby: RoomId::LOBBY,
            now: self.app.now(),
            limits: limits.clone(),
        })));
        Ok(())
    }

    /// Follows a room: what answers the question, and whether it was not followed before.
    async fn subscribe(
        &mut self,
        room: RoomId,
        question: Question,
    ) -> Result<(Bytes, bool), Refusal> {
        let Some(greeted) = &mut self.greeted else {
            return Err(Refusal::new(ErrorCode::HelloFirst));
        };
        self.app.budgets.question(&greeted.caller.payer)?;
        let is_new = greeted.following.enter(room)?;
        let lane = greeted.lane();
        let (chat, answers) = (&self.app.chat, &self.app.hub.answers);
        let memory = &self.app.connections.memory;
        let read = async || chat.resume(lane, room, question.seen, question.most).await;
        let answer = answers.get(room, question, memory, read).await;
        if answer.is_err() && is_new {
            greeted.following.leave(room);
        }
        Ok((answer?, is_new))
    }

    /// Says who is in a room that was just entered; if that has no place now, all there
    /// are told in time.
    fn tell_presence(&self, room: RoomId) {
        // Held until it is said: what is told of a later state comes later.
        let mut presence = self.app.hub.presence.lock();
        let frame = presence.of(room).as_ref().and_then(wire::text);
        if !frame.is_some_and(|frame| self.outbox.push_soft(frame)) {
            presence.remind(room);
        }
    }

    async fn history(
        &self,
        request: u32,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<(), Stop> {
        let Some(greeted) = &self.greeted else {
            return Err(Refusal::new(ErrorCode::HelloFirst).into());
        };
        let asked = match self.app.budgets.question(&greeted.caller.payer) {
            Ok(()) => {
                let lane = greeted.lane();
                self.app.chat.history(lane, room, anchor, limit).await
            }
            Err(refusal) => Err(refusal),
        };
        let mut history = asked.map_err(|refusal| Refusal {
            request: Some(request),
            room: Some(room),
            ..refusal
        })?;
        history.request = request;
        self.say(&ServerFrame::History(history));
        Ok(())
    }
}

impl Protocol for Native {
    async fn text(&mut self, text: Utf8Bytes) -> Flow {
        let handled = match decode(&text) {
            Ok(frame) => self.handle(frame).await,
            Err(refusal) => Err((*refusal).into()),
        };
        let Err(Stop { refusal, close }) = handled else {
            self.refusals.taken();
            return Flow::Go;
        };
        let flow = self.refusals.refused(refusal.code);
        self.say(&ServerFrame::Error(refusal));
        match close {
            Some(code) => Flow::Close(code, "see the error frame before"),
            None => flow,
        }
    }

    fn binary(&mut self) -> Flow {
        self.say(&ServerFrame::Error(Refusal::new(ErrorCode::NotText)));
        self.refusals.refused(ErrorCode::NotText)
    }

    fn overflowed(&mut self) {
        if let Some(greeted) = &mut self.greeted {
            greeted.following.nothing();
        }
        if let Some(bytes) = wire::text(&ServerFrame::Resync {}) {
            self.outbox.reopen(bytes);
        }
    }

    fn catch_up(&self) {
        if let Some(greeted) = &self.greeted {
            greeted.following.catch_up();
        }
    }

    fn greeting_due(&self) -> Option<Instant> {
        self.greeted.is_none().then_some(self.greeting_due)
    }
}
