//! Mails that tell a person what has changed about the account. They are queued in the commit of
//! the change, and sent to the proved address; without one, or without a mail server, there are
//! none.

use std::time::Instant;

use shared::frame::Refusal;
use shared::id::{Micros, UserId};

use super::{Accounts, ActingPerson};
use crate::mail::{AccountChange, MailContent, MailLanguage};
use crate::store::{AccountCommand, MailAction, MailRecipient, MailText, Viewer};

/// After this time a notice is news no more: a day.
const NOTICE_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// A notice that is written, if the server sends mail.
pub(super) struct Notice(Option<(UserId, MailText)>);

impl Notice {
    /// The command that queues the notice besides.
    pub(super) fn with(self, command: AccountCommand) -> AccountCommand {
        match self.0 {
            None => command,
            Some((user, mail)) => AccountCommand::Mail(MailAction::With {
                to: MailRecipient::Person(user),
                mail,
                command: Box::new(command),
            }),
        }
    }
}

impl Accounts {
    /// A notice to who changes the own account.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn notice_to(
        &self,
        who: &ActingPerson,
        change: AccountChange,
    ) -> Result<Notice, Refusal> {
        let username = who.person.username.as_deref().unwrap_or_default();
        self.notice(who.person.id, username, change).await
    }

    /// A notice to a person.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn notice(
        &self,
        user: UserId,
        username: &str,
        change: AccountChange,
    ) -> Result<Notice, Refusal> {
        let Some(mailer) = &self.mailer else {
            return Ok(Notice(None));
        };
        if !self.mail_limits.may_notify(user, Instant::now()) {
            return Ok(Notice(None));
        }
        let settings = self.settings(Viewer::of(user)).await?;
        let place = self.place().await?.name;
        let at = self.clock.now();
        let content = MailContent::Changed {
            place: &place,
            username,
            change,
            at,
        };
        let language =
            MailLanguage::of_account(settings.language.as_deref(), MailLanguage::default());
        let expires_at = Micros(at.0.saturating_add(NOTICE_MICROS));
        let mail = mailer.write(language, &content, expires_at);
        Ok(Notice(mail.map(|mail| (user, mail))))
    }

    /// Notes that a notice to a person was committed with its change.
    pub(super) fn notified(&self, user: UserId) {
        if let Some(mailer) = &self.mailer {
            self.mail_limits.count_notice(user, Instant::now());
            mailer.wake();
        }
    }
}
