//! What is counted of mails.

use super::counter::{Counter, Level};

/// Mails since the start, and those that wait.
#[derive(Debug, Default)]
pub struct MailCounts {
    /// Mails that wait, when the sender looked last.
    pub waiting: Level,
    /// Mails that the mail server has taken.
    pub sent: Counter,
    /// Attempts after which a mail is tried again.
    pub deferred: Counter,
    /// Mails that were given up.
    pub failed: Counter,
}
