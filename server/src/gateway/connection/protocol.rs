//! What a connection needs of the protocol that is spoken on it.

use tokio::time::Instant;
use tungstenite::Utf8Bytes;

/// The protocol's part of a connection: what is done with a frame.
pub trait Protocol {
    /// A text frame came.
    fn text(&mut self, text: Utf8Bytes) -> impl Future<Output = Flow> + Send;
    /// A binary frame came.
    fn binary(&mut self, length: usize) -> Flow;
    /// The outbox overflowed, and all that waited there is lost.
    fn overflowed(&mut self);
    /// Moves what is published and not delivered yet into the outbox, so that it is written
    /// before whatever is pushed next.
    fn deliver_pending(&self);
    /// When the client must have said hello; none if it has.
    fn hello_deadline(&self) -> Option<Instant>;
}

/// Whether a connection goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    Continue,
    /// It is closed with this code and reason.
    Close(u16, &'static str),
}
