//! The answer to a command: an `ack` or an `error` frame, and whether the connection goes on.

use std::sync::Arc;

use shared::frame::{Refusal, ServerFrame};
use shared::id::{ClientId, RoomId};

use crate::gateway::connection::InFlight;
use crate::gateway::delivery::encode;
use crate::gateway::delivery::hub::{FeedSlot, Hub};
use crate::gateway::delivery::outbox::Outbox;
use crate::store::{Reply, StoreError};

/// Makes the store's reply to a command a frame in the outbox, to be written by the shared
/// writers. If `slot` is given, what the command changed comes before it. Until then the
/// command counts as in flight.
pub fn reply(
    hub: &Arc<Hub>,
    outbox: &Arc<Outbox>,
    in_flight: &Arc<InFlight>,
    client_id: Option<ClientId>,
    room: Option<RoomId>,
    slot: Option<FeedSlot>,
) -> Reply {
    // A weak reference: a connection that has ended must close its socket without waiting for
    // its commands.
    let (hub, outbox) = (Arc::clone(hub), Arc::downgrade(outbox));
    let guard = in_flight.begin();
    Reply::new(move |result| {
        let frame = match (result, client_id) {
            (Ok(outcome), Some(client_id)) => Some(ServerFrame::Ack(outcome.ack(client_id))),
            // Only a read mark has no id; its answer is the change of the person's stream.
            (Ok(_), None) => None,
            (Err(error), client_id) => Some(error_frame(error, client_id, room)),
        };
        let bytes = frame.as_ref().and_then(encode::text_frame);
        if let (Some(outbox), Some(bytes)) = (outbox.upgrade(), bytes) {
            if let Some(slot) = slot {
                slot.deliver_pending(&outbox);
            }
            if outbox.enqueue_to_schedule(bytes) {
                hub.write_queue.schedule_outbox(outbox);
            }
        }
        // Only now: a clean stop closes the connection when nothing is in flight.
        drop(guard);
    })
}

fn error_frame(
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

/// Adds to a refusal which command it is about.
pub fn about_command(
    result: Result<(), Refusal>,
    client_id: Option<ClientId>,
    room: Option<RoomId>,
) -> Result<(), Rejection> {
    result.map_err(|refusal| {
        Rejection::from(Refusal {
            client_id,
            room,
            ..refusal
        })
    })
}

/// Adds to a refusal which question it is about.
pub fn about_question(
    result: Result<(), Refusal>,
    question: u32,
    room: Option<RoomId>,
) -> Result<(), Rejection> {
    result.map_err(|refusal| {
        Rejection::from(Refusal {
            question: Some(question),
            room,
            ..refusal
        })
    })
}

/// A refusal, and whether it closes the connection.
pub struct Rejection {
    /// The content of the `error` frame.
    pub refusal: Refusal,
    /// The code with which the connection is closed afterwards, if it is.
    pub close: Option<u16>,
}

impl Rejection {
    /// A refusal that closes the connection.
    pub fn closing(refusal: Refusal, code: u16) -> Self {
        Rejection {
            refusal,
            close: Some(code),
        }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Rejection {
            refusal,
            close: None,
        }
    }
}
