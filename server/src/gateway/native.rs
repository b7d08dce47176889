//! The native protocol on one connection: who it is, what it follows, what it asks.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use shared::PROTOCOL_VERSION;
use shared::error::ErrorCode;
use shared::frame::{Ack, ClientFrame, Refusal, ServerFrame, Welcome, close};
use shared::id::{ClientId, RoomId};
use shared::model::Profile;
use tokio::time::Instant;
use tungstenite::Utf8Bytes;

use super::connection::{Flow, Protocol};
use super::hub::{Place, Topic};
use super::in_flight::InFlight;
use super::outbox::Outbox;
use super::wire;
use crate::accounts::Token;
use crate::app::App;
use crate::chat::Caller;
use crate::chat::rate::Bucket;
use crate::store::{Actor, Origin, Reply, Resume, Seen, StoreError};

/// Commands refused as too many in a row before the connection is closed.
const MOST_REFUSED: u32 = 1_000;

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
    greeting_due: Instant,
    greeted: Option<Greeted>,
    refused: u32,
}

/// What is known once `hello` was answered.
struct Greeted {
    person: Profile,
    caller: Caller,
    session: (Topic, Place),
    all_of_person: (Topic, Place),
    directory: Option<Place>,
    stream: Option<Place>,
    rooms: HashMap<RoomId, Place>,
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
    ) -> Self {
        let greeting_due = Instant::now() + app.connections.greeting;
        Native {
            app,
            outbox,
            in_flight,
            origin,
            cookie,
            is_page,
            greeting_due,
            greeted: None,
            refused: 0,
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
                // Follow first, then read: what is committed in between comes twice, not never.
                greeted.directory.get_or_insert_with(|| {
                    self.app
                        .hub
                        .follow(Topic::Directory, &self.outbox, self.origin)
                });
                let directory = self.app.chat.directory(Seen { epoch, rev }).await?;
                self.say(&ServerFrame::Directory(directory));
                Ok(())
            }
            ClientFrame::Stream { epoch, rev } => {
                let user = greeted.person.id;
                greeted.stream.get_or_insert_with(|| {
                    self.app
                        .hub
                        .follow(Topic::Stream(user), &self.outbox, self.origin)
                });
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
            } => self.subscribe(room, Seen { epoch, rev }, most, page).await,
            ClientFrame::Unsubscribe { room } => {
                if let Some(place) = greeted.rooms.remove(&room) {
                    self.app.hub.unfollow(Topic::Room(room), place);
                    self.app.hub.presence.lock().leave(room, greeted.person.id);
                }
                Ok(())
            }
            ClientFrame::History {
                request,
                room,
                anchor,
                limit,
            } => {
                let asked = self.app.chat.history(room, anchor, limit).await;
                let mut history = asked.map_err(|refusal| Refusal {
                    request: Some(request),
                    room: Some(room),
                    ..refusal
                })?;
                history.request = request;
                self.say(&ServerFrame::History(history));
                Ok(())
            }
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
            ClientFrame::Send {
                client_id,
                room,
                body,
            } => {
                let reply = self.reply(Some(client_id), Some(room));
                let Some(greeted) = &self.greeted else {
                    return Ok(());
                };
                let sent = self
                    .app
                    .chat
                    .send(&greeted.caller, Some(client_id), room, body, reply);
                // A refusal reaches the client through `reply` or from here, never both:
                // what is refused here never got as far as the store.
                named(sent.await, Some(client_id), Some(room))
            }
            change => {
                let (client_id, room) = names(&change);
                let reply = self.reply(client_id, room);
                let Some(greeted) = &self.greeted else {
                    return Ok(());
                };
                let changed = self.app.chat.change(&greeted.caller, change, reply);
                named(changed.await, client_id, room)
            }
        }
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
        let unauthorized = || Refusal::new(ErrorCode::Unauthorized);
        let Some(token) = token else {
            return Err(Stop::closing(unauthorized(), close::UNAUTHORIZED));
        };
        // Follow first: a session that ends while it is looked up is not missed.
        let session = Topic::Session(token.hash());
        let session = (
            session,
            self.app.hub.follow(session, &self.outbox, self.origin),
        );
        let person = match self.app.accounts.who(&token).await {
            Ok(person) => person,
            Err(refusal) => {
                self.app.hub.unfollow(session.0, session.1);
                let code = refusal.code;
                return Err(if code == ErrorCode::Unauthorized {
                    Stop::closing(refusal, close::UNAUTHORIZED)
                } else {
                    refusal.into()
                });
            }
        };
        let all = Topic::Person(person.id);
        let limits = self.app.chat.limits();
        self.greeted = Some(Greeted {
            caller: Caller {
                actor: Actor::User(person.id),
                origin: self.origin,
                bucket: self.app.hub.bucket(person.id, || Bucket::new(limits)),
            },
            all_of_person: (all, self.app.hub.follow(all, &self.outbox, self.origin)),
            session,
            directory: None,
            stream: None,
            rooms: HashMap::new(),
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

    async fn subscribe(
        &mut self,
        room: RoomId,
        seen: Seen,
        most: Option<usize>,
        page: Option<usize>,
    ) -> Result<(), Stop> {
        let Some(greeted) = &mut self.greeted else {
            return Ok(());
        };
        let about = |refusal: Refusal| Refusal {
            room: Some(room),
            ..refusal
        };
        let follows = greeted.rooms.contains_key(&room);
        if !follows && greeted.rooms.len() >= self.app.chat.limits().subscriptions {
            return Err(about(Refusal::new(ErrorCode::TooManySubscriptions)).into());
        }
        if !follows {
            let place = self
                .app
                .hub
                .follow(Topic::Room(room), &self.outbox, self.origin);
            greeted.rooms.insert(room, place);
            self.app.hub.enter(room, &greeted.person);
        }
        let answer = match self.app.chat.resume(room, seen, most, page).await {
            Ok(Resume::Changes(changes)) => ServerFrame::Changes(changes),
            Ok(Resume::Reset(reset)) => ServerFrame::Reset(reset),
            Err(refusal) => {
                if !follows && let Some(place) = greeted.rooms.remove(&room) {
                    self.app.hub.unfollow(Topic::Room(room), place);
                    self.app.hub.presence.lock().leave(room, greeted.person.id);
                }
                return Err(about(refusal).into());
            }
        };
        self.say(&answer);
        Ok(())
    }

    /// Where the store's answer goes: an `ack` or `error` frame into the outbox.
    fn reply(&self, client_id: Option<ClientId>, room: Option<RoomId>) -> Reply {
        let outbox = Arc::clone(&self.outbox);
        let flight = self.in_flight.begin();
        Reply::new(move |result| {
            let frame = match (result, client_id) {
                (Ok(outcome), Some(client_id)) => Some(ServerFrame::Ack(Ack {
                    client_id,
                    room: outcome.room,
                    seq: outcome.seq,
                    rev: outcome.rev,
                })),
                (Ok(_), None) => None,
                (Err(error), client_id) => Some(refusal_frame(error, client_id, room)),
            };
            if let Some(bytes) = frame.as_ref().and_then(wire::text) {
                outbox.push(bytes);
            }
            drop(flight);
        })
    }

    fn follow_nothing(&mut self) {
        let Some(greeted) = &mut self.greeted else {
            return;
        };
        let hub = &self.app.hub;
        if let Some(place) = greeted.directory.take() {
            hub.unfollow(Topic::Directory, place);
        }
        if let Some(place) = greeted.stream.take() {
            hub.unfollow(Topic::Stream(greeted.person.id), place);
        }
        for (room, place) in greeted.rooms.drain() {
            hub.unfollow(Topic::Room(room), place);
            hub.presence.lock().leave(room, greeted.person.id);
        }
    }
}

fn refusal_frame(
    error: StoreError,
    client_id: Option<ClientId>,
    room: Option<RoomId>,
) -> ServerFrame {
    ServerFrame::Error(Refusal {
        client_id,
        room,
        ..error.into_refusal()
    })
}

/// A refusal that says which command it is about.
fn named(
    result: Result<(), Refusal>,
    client_id: Option<ClientId>,
    room: Option<RoomId>,
) -> Result<(), Stop> {
    result.map_err(|refusal| {
        Stop::from(Refusal {
            client_id,
            room,
            ..refusal
        })
    })
}

/// A refusal, and whether the connection ends with it.
struct Stop {
    refusal: Refusal,
    close: Option<u16>,
}

impl Stop {
    fn closing(refusal: Refusal, code: u16) -> Self {
        Stop {
            refusal,
            close: Some(code),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop {
            refusal,
            close: None,
        }
    }
}

impl Protocol for Native {
    async fn text(&mut self, text: Utf8Bytes) -> Flow {
        let handled = match decode(&text) {
            Ok(frame) => self.handle(frame).await,
            Err(refusal) => Err((*refusal).into()),
        };
        let Err(Stop { refusal, close }) = handled else {
            self.refused = 0;
            return Flow::Go;
        };
        self.refused += 1;
        self.say(&ServerFrame::Error(refusal));
        match close {
            Some(code) => Flow::Close(code, "see the error frame before"),
            None if self.refused >= MOST_REFUSED => {
                Flow::Close(close::FLOOD, "too many frames in a row were refused")
            }
            None => Flow::Go,
        }
    }

    fn binary(&mut self) {
        self.say(&ServerFrame::Error(Refusal::new(ErrorCode::NotText)));
    }

    fn overflowed(&mut self) {
        self.follow_nothing();
        if let Some(bytes) = wire::text(&ServerFrame::Resync {}) {
            self.outbox.reopen(bytes);
        }
    }

    fn greeting_due(&self) -> Option<Instant> {
        self.greeted.is_none().then_some(self.greeting_due)
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        self.follow_nothing();
        if let Some(greeted) = &self.greeted {
            let hub = &self.app.hub;
            hub.unfollow(greeted.session.0, greeted.session.1);
            hub.unfollow(greeted.all_of_person.0, greeted.all_of_person.1);
            hub.return_bucket(greeted.person.id);
        }
    }
}

/// What a command says of itself, for the refusal of it.
fn names(frame: &ClientFrame) -> (Option<ClientId>, Option<RoomId>) {
    match frame {
        ClientFrame::Send {
            client_id, room, ..
        }
        | ClientFrame::Edit {
            client_id, room, ..
        }
        | ClientFrame::Delete {
            client_id, room, ..
        }
        | ClientFrame::Cancel {
            client_id, room, ..
        }
        | ClientFrame::UpdateRoom {
            client_id, room, ..
        } => (Some(*client_id), Some(*room)),
        ClientFrame::CreateRoom { client_id, .. } | ClientFrame::Rename { client_id, .. } => {
            (Some(*client_id), None)
        }
        ClientFrame::MarkRead { room, .. } => (None, Some(*room)),
        _ => (None, None),
    }
}

/// A frame as the protocol has it, or what is wrong with it.
fn decode(text: &str) -> Result<ClientFrame, Box<Refusal>> {
    serde_json::from_str(text).map_err(|error| Box::new(explain(text, &error)))
}

/// Which of the three it is: no JSON, an unknown command, or a known one that is wrong.
/// What can be read of the frame's names goes back with the refusal.
fn explain(text: &str, error: &serde_json::Error) -> Refusal {
    #[derive(Deserialize)]
    struct Envelope {
        #[serde(default)]
        r#type: Option<serde_json::Value>,
        #[serde(default)]
        client_id: Option<serde_json::Value>,
        #[serde(default)]
        request: Option<serde_json::Value>,
        #[serde(default)]
        room: Option<serde_json::Value>,
    }
    const COMMANDS: &[&str] = &[
        "hello",
        "directory",
        "stream",
        "subscribe",
        "unsubscribe",
        "history",
        "send",
        "edit",
        "delete",
        "cancel",
        "create_room",
        "update_room",
        "rename",
        "typing",
        "mark_read",
        "ping",
    ];
    let Ok(envelope) = serde_json::from_str::<Envelope>(text) else {
        let code = if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
            ErrorCode::BadCommand
        } else {
            ErrorCode::BadJson
        };
        return Refusal {
            message: format!("{code}: {error}"),
            ..Refusal::new(code)
        };
    };
    let code = match envelope.r#type.as_ref().and_then(|name| name.as_str()) {
        Some(name) if !COMMANDS.contains(&name) => ErrorCode::UnknownCommand,
        _ => ErrorCode::BadCommand,
    };
    Refusal {
        message: format!("{code}: {error}"),
        client_id: envelope
            .client_id
            .and_then(|id| serde_json::from_value(id).ok()),
        request: envelope
            .request
            .and_then(|number| serde_json::from_value(number).ok()),
        room: envelope
            .room
            .and_then(|room| serde_json::from_value(room).ok()),
        ..Refusal::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> ErrorCode {
        decode(text).unwrap_err().code
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        assert_eq!(code("no json"), ErrorCode::BadJson);
        assert_eq!(code(&"[".repeat(100_000)), ErrorCode::BadJson);
        assert_eq!(code("[1]"), ErrorCode::BadCommand);
        assert_eq!(code("{}"), ErrorCode::BadCommand);
        assert_eq!(code(r#"{"type":5}"#), ErrorCode::BadCommand);
        assert_eq!(code(r#"{"type":"dance"}"#), ErrorCode::UnknownCommand);
        assert_eq!(
            code(r#"{"type":"mark_read","room":"one","seq":1}"#),
            ErrorCode::BadCommand
        );
    }

    #[test]
    fn a_refusal_names_the_command_where_it_can() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let refusal = decode(&format!(
            r#"{{"type":"send","client_id":"{id}","room":1,"body":5}}"#
        ))
        .unwrap_err();
        assert_eq!(
            refusal.client_id.map(|id| id.to_string()).as_deref(),
            Some(id)
        );
        assert_eq!(refusal.room, Some(RoomId(1)));
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert_eq!(
            decode(r#"{"type":"ping","colour":"green"}"#).unwrap(),
            ClientFrame::Ping {}
        );
    }

    #[test]
    fn every_command_has_its_name_in_the_list() {
        // A wrong field in a known command must not be called an unknown command.
        for name in [
            "hello",
            "subscribe",
            "history",
            "send",
            "edit",
            "delete",
            "cancel",
            "update_room",
        ] {
            assert_eq!(
                code(&format!(r#"{{"type":"{name}"}}"#)),
                ErrorCode::BadCommand,
                "{name}"
            );
        }
    }
}
