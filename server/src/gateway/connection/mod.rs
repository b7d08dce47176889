//! One connection: its two directions, its heartbeat, its end.
//!
//! Both directions run in one task. The writing side writes replies, and what the shared
//! writers left because the socket was full. The reading side stops reading while too many
//! commands have no reply or the outbox is half full. Then the client's own TCP makes it wait,
//! and nobody else does.
//!
//! Nothing here knows what a frame means: that is the [`Protocol`]'s part.

mod config;
mod frame_reader;
mod frame_scanner;
mod in_flight;
mod inbound_limit;
mod protocol;
mod read_side;
mod refusal_counter;
mod write_side;

use std::sync::Arc;
use std::time::Duration;

use shared::frame::close;
use tokio::time::timeout;

use super::delivery::encode;
use super::delivery::outbox::Outbox;
use crate::stop_signal::StopSignal;
pub use config::ConnectionConfig;
use frame_reader::FrameReader;
pub use in_flight::InFlight;
pub use inbound_limit::InboundRates;
pub use protocol::{Flow, Protocol};
use read_side::ReadSide;
pub use refusal_counter::RefusalCounter;

/// How long the closing handshake may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection after its handshake.
pub struct Connection<P, A> {
    /// Bytes that came together with the handshake.
    pub leftover: Vec<u8>,
    /// What waits to be written, and the socket.
    pub outbox: Arc<Outbox>,
    /// Its commands without a reply.
    pub in_flight: Arc<InFlight>,
    /// Its limits.
    pub config: Arc<ConnectionConfig>,
    /// Whether the server stops.
    pub stopping: StopSignal,
    /// The protocol that is spoken.
    pub protocol: P,
    /// Kept until the connection has ended: it counts for as long as its socket is open.
    pub admitted: A,
}

impl<P: Protocol + Send, A: Send> Connection<P, A> {
    /// Runs it to its end.
    ///
    /// Whatever this keeps across an await takes memory for every idle connection. Futures
    /// that are large and rare are boxed.
    #[allow(
        clippy::manual_async_fn,
        reason = "an `async fn` stores its arguments twice, as passed and as used"
    )]
    pub fn run(mut self) -> impl Future<Output = ()> + Send {
        async move {
            let Some(stream) = self.outbox.socket() else {
                return;
            };
            let mut frames =
                FrameReader::new(self.config.frame_bytes, std::mem::take(&mut self.leftover));
            let mut read_side = ReadSide::new(
                stream,
                &mut frames,
                &self.outbox,
                &self.in_flight,
                &self.config,
            );
            let reading = async {
                let flow = read_side.run(&mut self.protocol, &mut self.stopping).await;
                if let Flow::Close(code, reason) = flow {
                    if code == close::RESTART {
                        // Commands that were accepted are carried out and acknowledged first,
                        // and this client gets what the others got.
                        self.in_flight.wait_below(1).await;
                        self.protocol.deliver_pending();
                    }
                    self.outbox.close(encode::close_frame(code, reason));
                }
                // The writing side ends the connection when all is written.
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = reading => {}
                _ended = write_side::run(stream, &self.outbox, self.config.progress_timeout) => {}
            }
            self.outbox.abandon();
            // Wait for the other side's close frame or end: without it, a TCP reset could
            // overtake what was written last.
            let _drained = Box::pin(timeout(CLOSE_TIMEOUT, write_side::drain(stream))).await;
            drop((self.protocol, self.outbox, self.admitted));
        }
    }
}
