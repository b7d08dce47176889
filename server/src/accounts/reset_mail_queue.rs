//! Requests for a new password by mail, which wait to be looked at one after the other.

use tokio::sync::mpsc;

use crate::mail::MailLanguage;

/// Requests that wait; more are lost.
const QUEUE: usize = 256;

/// Somebody has forgotten a password.
pub(super) struct ForgottenPassword {
    /// A username or an address.
    pub name: String,
    /// The language of whoever asks.
    pub language: MailLanguage,
}

/// Where requests for a new password wait.
pub struct ResetMailRequests(mpsc::Sender<ForgottenPassword>);

/// What [`super::Accounts::mail_resets`] takes them from.
pub struct ResetMailQueue(mpsc::Receiver<ForgottenPassword>);

impl ResetMailRequests {
    /// A queue and its other end.
    pub fn new() -> (Self, ResetMailQueue) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (ResetMailRequests(sender), ResetMailQueue(receiver))
    }

    /// Adds a request, unless too many wait.
    pub(super) fn add(&self, request: ForgottenPassword) {
        // Whoever asks is answered as always: the answer is the same for all names.
        if self.0.try_send(request).is_err() {
            tracing::warn!("a request for a new password was lost: too many wait");
        }
    }
}

impl ResetMailQueue {
    /// The next request; none once the other end is gone.
    pub(super) async fn next(&mut self) -> Option<ForgottenPassword> {
        self.0.recv().await
    }
}
