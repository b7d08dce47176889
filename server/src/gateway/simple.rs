//! The simple protocol on one connection: `{"user": …, "content": …}` both ways.

use std::sync::Arc;

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{Refusal, close};
use shared::id::{RoomId, Seq};
use shared::simple::{SimplePost, SimpleRefusal};
use tokio::time::Instant;
use tungstenite::Utf8Bytes;

use super::connection::{Flow, InFlight, Protocol, RefusalCounter};
use super::delivery::encode;
use super::delivery::hub::{SubscriberId, Subscription, Topic};
use super::delivery::outbox::Outbox;
use super::services::Gateway;
use crate::chat::rate_limits::LimitSubject;
use crate::chat::{Caller, refuse_text};
use crate::edge::AddressGroup;
use crate::json_fields::{self, Field};
use crate::names;
use crate::store::{Actor, ConnectionId, Reply};

/// The fields of a client's frame.
const FIELDS: &[Field] = &[Field::text("user"), Field::text("content")];

/// A simple connection. It is subscribed to the lobby from the start.
pub struct Simple {
    gateway: Arc<Gateway>,
    outbox: Arc<Outbox>,
    in_flight: Arc<InFlight>,
    connection: ConnectionId,
    limit_subject: LimitSubject,
    refusals: RefusalCounter,
    lobby: Subscription,
    // The last name, as it came and as it was accepted. Most clients repeat one name, and
    // checking a name takes longer than everything else here.
    checked_name: Option<(Box<str>, String)>,
}

impl Simple {
    /// A new connection.
    pub fn new(
        gateway: Arc<Gateway>,
        outbox: Arc<Outbox>,
        in_flight: Arc<InFlight>,
        connection: ConnectionId,
        group: AddressGroup,
    ) -> Self {
        let id = SubscriberId {
            connection,
            user: None,
            first_message: Seq::ZERO,
        };
        let lobby = gateway.hub.subscribe(Topic::SimpleLobby, &outbox, id);
        let limit_subject = gateway.rate_limits.simple_client(group.address());
        Simple {
            gateway,
            outbox,
            in_flight,
            connection,
            limit_subject,
            refusals: RefusalCounter::default(),
            lobby,
            checked_name: None,
        }
    }

    async fn post(&mut self, text: &str) -> Result<(), Refusal> {
        let refuse_post = |code, fault| Refusal {
            message: format!(r#"send {{"user": "your name", "content": "your words"}}: {fault}"#),
            ..Refusal::new(code)
        };
        let wrong = || {
            let fault = json_fields::describe_problem(text, FIELDS);
            refuse_post(ErrorCode::BadCommand, fault)
        };
        let post: SimplePost<'_> = serde_json::from_str(text).map_err(|error| {
            if error.is_data() {
                wrong()
            } else {
                refuse_post(ErrorCode::BadJson, error.to_string())
            }
        })?;
        if !json_fields::is_object(text.as_bytes()) {
            return Err(wrong());
        }
        let name = match &self.checked_name {
            Some((raw, name)) if **raw == *post.user => name.clone(),
            _ => {
                let limits = self.gateway.chat.limits();
                let name = names::person(&post.user, limits).map_err(refuse_text)?;
                self.checked_name = Some((post.user.as_ref().into(), name.clone()));
                name
            }
        };
        let caller = Caller {
            actor: Actor::Named(name),
            connection: self.connection,
            limit_subject: self.limit_subject.clone(),
        };
        let outbox = Arc::downgrade(&self.outbox);
        let guard = self.in_flight.begin();
        let reply = Reply::new(move |result| {
            if let (Err(error), Some(outbox)) = (result, outbox.upgrade()) {
                refuse(&outbox, &error.into_refusal());
            }
            drop(guard);
        });
        let command = Command::Send {
            room: RoomId::LOBBY,
            body: post.content.into_owned(),
        };
        let chat = &self.gateway.chat;
        chat.carry_out(&caller, None, command, reply).await
    }
}

fn refuse(outbox: &Outbox, refusal: &Refusal) {
    let frame = SimpleRefusal {
        user: "".into(),
        content: refusal.message.as_str().into(),
        error: refusal.code,
        retry_after_ms: refusal.retry_after_ms,
    };
    if let Some(bytes) = encode::text_frame(&frame) {
        outbox.push(bytes);
    }
}

impl Protocol for Simple {
    async fn text(&mut self, text: Utf8Bytes) -> Flow {
        let Err(refusal) = self.post(&text).await else {
            self.refusals.accepted();
            return Flow::Continue;
        };
        self.gateway.metrics.refusals.count(refusal.code);
        refuse(&self.outbox, &refusal);
        self.refusals
            .refused(refusal.code, text.len(), std::time::Instant::now())
    }

    fn binary(&mut self, length: usize) -> Flow {
        self.gateway.metrics.refusals.count(ErrorCode::NotText);
        refuse(&self.outbox, &Refusal::new(ErrorCode::NotText));
        self.refusals
            .refused(ErrorCode::NotText, length, std::time::Instant::now())
    }

    fn overflowed(&mut self) {
        // A simple client cannot ask for what it missed. The close frame says that it missed some.
        let reason = "messages came faster than they were read; connect again";
        self.outbox
            .close(encode::close_frame(close::SLOW_READER, reason));
    }

    fn deliver_pending(&self) {
        self.lobby.slot().deliver_pending(&self.outbox);
    }

    fn hello_deadline(&self) -> Option<Instant> {
        None
    }
}
