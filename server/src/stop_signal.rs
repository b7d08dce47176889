//! Tells every task that the server stops.

use tokio::sync::watch;

/// Turns true when the server stops.
pub type StopSignal = watch::Receiver<bool>;

/// Waits until the server stops.
pub async fn stopped(signal: &mut StopSignal) {
    // An error means that the sender is gone: the server has stopped.
    let _stops = signal.wait_for(|stops| *stops).await;
}
