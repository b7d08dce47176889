//! What goes back for a command: `ack`, `error`, and whether the connection goes on.

use std::sync::Arc;

use shared::frame::{Ack, Refusal, ServerFrame};
use shared::id::{ClientId, RoomId};

use crate::gateway::hub::{Hub, Seat};
use crate::gateway::in_flight::InFlight;
use crate::gateway::outbox::Outbox;
use crate::gateway::wire;
use crate::store::{Reply, StoreError};

/// Where the store's answer to a command goes: as a frame into the outbox, for whoever
/// writes out what a commit brought, behind what the commit changed where the connection
/// follows that. The command counts as in flight until then.
pub fn reply(
    hub: &Arc<Hub>,
    outbox: &Arc<Outbox>,
    in_flight: &Arc<InFlight>,
    client_id: Option<ClientId>,
    room: Option<RoomId>,
    follows: Option<Seat>,
) -> Reply {
    // A connection that has ended gives its socket back, whatever is still on its way.
    let (hub, outbox) = (Arc::clone(hub), Arc::downgrade(outbox));
    let flight = in_flight.begin();
    Reply::new(move |result| {
        let frame = match (result, client_id) {
            (Ok(outcome), Some(client_id)) => Some(ServerFrame::Ack(Ack {
                client_id,
                room: outcome.room,
                seq: outcome.seq,
                rev: outcome.rev,
            })),
            // Only a read mark has no id of its own; its answer is the stream's change.
            (Ok(_), None) => None,
            (Err(error), client_id) => Some(refusal_frame(error, client_id, room)),
        };
        let bytes = frame.as_ref().and_then(wire::text);
        if let (Some(outbox), Some(bytes)) = (outbox.upgrade(), bytes) {
            if let Some(seat) = follows {
                seat.catch_up(&outbox);
            }
            if outbox.offer(bytes) {
                hub.due.add_one(outbox);
            }
        }
        // A clean stop closes the connection then: the answer has its place before.
        drop(flight);
    })
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
pub fn named(
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
pub struct Stop {
    /// What the client is told.
    pub refusal: Refusal,
    /// The code with which the connection is closed then, if it is.
    pub close: Option<u16>,
}

impl Stop {
    /// A refusal that ends the connection.
    pub fn closing(refusal: Refusal, code: u16) -> Self {
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
