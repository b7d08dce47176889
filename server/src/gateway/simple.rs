//! The simple protocol on one connection: `{"user": …, "content": …}` both ways.

use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::{Refusal, close};
use shared::id::RoomId;
use shared::simple::{SimplePost, SimpleRefusal};
use tokio::time::Instant;
use tungstenite::Utf8Bytes;

use super::connection::{Flow, Protocol};
use super::hub::{Follow, Topic};
use super::in_flight::InFlight;
use super::outbox::Outbox;
use super::refusals::Refusals;
use super::wire;
use crate::app::App;
use crate::chat::budgets::Payer;
use crate::chat::{Caller, refuse_text};
use crate::expected::{self, Field};
use crate::http::address::Place;
use crate::names;
use crate::store::{Actor, Origin, Reply};

/// What a client sends.
const FIELDS: &[Field] = &[Field::text("user"), Field::text("content")];

/// A simple connection. It follows the lobby from its first moment.
pub struct Simple {
    app: Arc<App>,
    outbox: Arc<Outbox>,
    in_flight: Arc<InFlight>,
    origin: Origin,
    payer: Payer,
    refusals: Refusals,
    lobby: Follow,
    // The name that came last, and what became of it: most say one again and again, and to
    // judge a name takes longer than all else here.
    named: Option<(Box<str>, String)>,
}

impl Simple {
    /// A new connection.
    pub fn new(
        app: Arc<App>,
        outbox: Arc<Outbox>,
        in_flight: Arc<InFlight>,
        origin: Origin,
        place: Place,
    ) -> Self {
        let lobby = app.hub.follow(Topic::Simple, &outbox, origin);
        let payer = app.budgets.speaker(place.address());
        Simple {
            app,
            outbox,
            in_flight,
            origin,
            payer,
            refusals: Refusals::default(),
            lobby,
            named: None,
        }
    }

    async fn post(&mut self, text: &str) -> Result<(), Refusal> {
        let post: SimplePost<'_> = serde_json::from_str(text).map_err(|error| {
            let (code, fault) = if error.is_data() {
                (ErrorCode::BadCommand, expected::fault(text, FIELDS))
            } else {
                (ErrorCode::BadJson, error.to_string())
            };
            Refusal {
                message: format!(
                    r#"send {{"user": "your name", "content": "your words"}}: {fault}"#
                ),
                ..Refusal::new(code)
            }
        })?;
        let name = match &self.named {
            Some((raw, name)) if **raw == *post.user => name.clone(),
            _ => {
                let limits = self.app.chat.limits();
                let name = names::person(&post.user, limits).map_err(refuse_text)?;
                self.named = Some((post.user.as_ref().into(), name.clone()));
                name
            }
        };
        let caller = Caller {
            actor: Actor::Named(name),
            origin: self.origin,
            payer: self.payer.clone(),
        };
        let outbox = Arc::downgrade(&self.outbox);
        let flight = self.in_flight.begin();
        let reply = Reply::new(move |result| {
            if let (Err(error), Some(outbox)) = (result, outbox.upgrade()) {
                refuse(&outbox, &error.into_refusal());
            }
            drop(flight);
        });
        self.app
            .chat
            .send(
                &caller,
                None,
                RoomId::LOBBY,
                post.content.into_owned(),
                reply,
            )
            .await
    }
}

fn refuse(outbox: &Outbox, refusal: &Refusal) {
    let frame = SimpleRefusal {
        user: "".into(),
        content: refusal.message.as_str().into(),
        error: refusal.code,
        retry_after_ms: refusal.retry_after_ms,
    };
    if let Some(bytes) = wire::text(&frame) {
        outbox.push(bytes);
    }
}

impl Protocol for Simple {
    async fn text(&mut self, text: Utf8Bytes) -> Flow {
        let Err(refusal) = self.post(&text).await else {
            self.refusals.taken();
            return Flow::Go;
        };
        refuse(&self.outbox, &refusal);
        self.refusals.refused(refusal.code)
    }

    fn binary(&mut self) -> Flow {
        refuse(&self.outbox, &Refusal::new(ErrorCode::NotText));
        self.refusals.refused(ErrorCode::NotText)
    }

    fn overflowed(&mut self) {
        // There is no history to ask for: what was lost is lost, and the client must know.
        let reason = "messages came faster than they were read; connect again";
        self.outbox.close(wire::close(close::SLOW_READER, reason));
    }

    fn catch_up(&self) {
        self.lobby.seat().catch_up(&self.outbox);
    }

    fn greeting_due(&self) -> Option<Instant> {
        None
    }
}
