//! Writes mails, and wakes their worker. Everybody who queues a mail has it.

use shared::id::Micros;
use tokio::sync::Notify;

use super::language::MailLanguage;
use super::sender::MailSender;
use super::texts::{self, MailContent};
use crate::store::{MailId, MailText};

/// Writes mails of a server that people reach at `base_url`.
pub struct Mailer {
    sender: MailSender,
    base_url: String,
    // A mail may wait.
    queued: Notify,
}

impl Mailer {
    /// Sends with this sender.
    pub fn new(sender: MailSender, base_url: String) -> Self {
        Mailer {
            sender,
            base_url,
            queued: Notify::new(),
        }
    }

    /// Gives mails to the mail server.
    pub fn sender(&self) -> &MailSender {
        &self.sender
    }

    /// The whole link of a path with its fragment.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// Writes a mail; none if the system gives no random bytes.
    pub fn write(
        &self,
        language: MailLanguage,
        content: &MailContent<'_>,
        expires_at: Micros,
    ) -> Option<MailText> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).ok()?;
        let (subject, body) = texts::write(language, content);
        Some(MailText {
            id: MailId(id),
            subject,
            body,
            expires_at,
        })
    }

    /// Says that a mail was queued. Called after the commit.
    pub fn wake(&self) {
        self.queued.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.queued.notified().await;
    }
}
