//! Takes the mails that wait, one after the other, and gives them to the mail server.
//!
//! That an attempt begins is committed before it: a mail that ends the process is not tried again
//! at once. A mail whose attempt was cut off by the end of the process is sent again later, with
//! the same id, because nobody knows whether the mail server had it.

use std::sync::Arc;
use std::time::Duration;

use shared::id::Micros;
use tokio::time::{Instant, sleep, sleep_until};

use super::address::MailAddress;
use super::mailer::Mailer;
use super::retry::{self, MAX_ATTEMPTS};
use super::sender::SendError;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::stop_signal::{StopSignal, stopped};
use crate::store::{
    AccountCommand, MailAction, MailDelivery, MailId, MailRow, Store, StoreError, WriteCommand,
};

/// The longest time without a look at what waits, while something waits: clocks are adjusted.
const MAX_SLEEP: Duration = Duration::from_mins(1);
/// How long nothing is done after the store has failed.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// Sends mails until the server stops.
pub struct MailWorker {
    /// Knows the mail server.
    pub mailer: Arc<Mailer>,
    /// Has the mails.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Clock,
    /// Counts mails.
    pub metrics: Arc<Metrics>,
    /// Says when the server stops.
    pub stopping: StopSignal,
}

/// What is done next.
enum Next {
    /// Look again.
    Look,
    /// Nothing before this time, whatever is queued.
    Pause(Duration),
}

impl MailWorker {
    /// Sends what waits, and then what is queued. When the server stops, the attempt that has
    /// begun is finished.
    pub async fn run(mut self) {
        // How often the mail server could not be used in a row.
        let mut failures = 0;
        while !*self.stopping.borrow() {
            let waiting = match self.store.next_mail().await {
                Ok(waiting) => waiting,
                Err(_failed) => {
                    self.pause(STORE_PAUSE).await;
                    continue;
                }
            };
            self.metrics.mails.waiting.set(waiting.count);
            let now = self.clock.now();
            let wait = waiting.next.as_ref().map(|mail| wait_for(mail, now));
            match (waiting.next, wait) {
                (Some(mail), Some(Duration::ZERO)) => {
                    if let Next::Pause(time) = self.deliver(mail, now, &mut failures).await {
                        self.pause(time).await;
                    }
                }
                (_, wait) => self.sleep(wait).await,
            }
        }
    }

    /// Waits for a new mail, and at most for this time.
    async fn sleep(&mut self, time: Option<Duration>) {
        let until = time.map(|time| Instant::now() + time.min(MAX_SLEEP));
        let over = async {
            match until {
                Some(until) => sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stopped(&mut self.stopping) => {}
            () = self.mailer.woken() => {}
            () = over => {}
        }
    }

    async fn pause(&mut self, time: Duration) {
        tokio::select! {
            () = stopped(&mut self.stopping) => {}
            () = sleep(time) => {}
        }
    }

    async fn deliver(&mut self, mail: MailRow, now: Micros, failures: &mut u32) -> Next {
        let (id, attempt) = (mail.text.id, mail.attempts.saturating_add(1));
        if mail.text.expires_at <= now || mail.attempts >= MAX_ATTEMPTS {
            tracing::warn!(
                attempts = mail.attempts,
                "a mail was given up: it could not be sent in time"
            );
            return self.give_up(id).await;
        }
        let Some(address) = MailAddress::parse(&mail.address) else {
            tracing::error!("a mail was given up: its stored address is none");
            return self.give_up(id).await;
        };
        let next_at = after(now, retry::pause(attempt, random()));
        let begun = MailDelivery::Begin { mail: id, next_at };
        match self.record(begun).await {
            Ok(()) => {}
            // Its person was deleted meanwhile.
            Err(StoreError::Refused(_)) => return Next::Look,
            Err(_failed) => return Next::Pause(STORE_PAUSE),
        }
        let sent = self.mailer.sender().send(address, now, &mail.text).await;
        let why = |error: &SendError| without(&error.to_string(), &mail.address);
        if !matches!(sent, Err(SendError::Server(_))) {
            *failures = 0;
        }
        match sent {
            Ok(_answer) => {
                self.metrics.mails.sent.add(1);
                self.end(id).await;
                Next::Look
            }
            Err(ref error @ SendError::Never(_)) => {
                tracing::warn!(error = why(error), "a mail was given up");
                self.give_up(id).await
            }
            Err(ref error @ SendError::Later(_)) => {
                self.metrics.mails.deferred.add(1);
                tracing::warn!(error = why(error), attempt, "a mail is tried again later");
                Next::Look
            }
            Err(ref error @ SendError::Server(_)) => {
                self.metrics.mails.deferred.add(1);
                *failures = failures.saturating_add(1);
                tracing::warn!(error = why(error), attempt, "mails wait");
                Next::Pause(retry::server_pause(*failures, random()))
            }
        }
    }

    async fn give_up(&mut self, mail: MailId) -> Next {
        self.metrics.mails.failed.add(1);
        self.end(mail).await;
        Next::Look
    }

    /// Deletes a mail that must not be sent (again): until that is committed, nothing else is
    /// done.
    async fn end(&mut self, mail: MailId) {
        while let Err(StoreError::Failed | StoreError::Full) =
            self.record(MailDelivery::End(mail)).await
        {
            if *self.stopping.borrow() {
                return;
            }
            self.pause(STORE_PAUSE).await;
        }
    }

    async fn record(&self, delivery: MailDelivery) -> Result<(), StoreError> {
        let command = WriteCommand::from(AccountCommand::Mail(MailAction::Deliver(delivery)));
        self.store.carry_out(command).await.map(drop)
    }
}

/// How long until a mail is tried; zero once it is time. After the clock was set back it is never
/// longer than its own pause can be.
fn wait_for(mail: &MailRow, now: Micros) -> Duration {
    if mail.text.expires_at <= now {
        return Duration::ZERO;
    }
    let micros = mail.next_at.0.saturating_sub(now.0);
    let wait = Duration::from_micros(u64::try_from(micros).unwrap_or(0));
    if wait > retry::pause(mail.attempts, u8::MAX) {
        Duration::ZERO
    } else {
        wait
    }
}

/// What the mail server says, without the address, which it likes to repeat.
fn without(text: &str, address: &str) -> String {
    let lower = address.to_ascii_lowercase();
    text.replace(address, "(address)")
        .replace(&lower, "(address)")
}

fn after(now: Micros, time: Duration) -> Micros {
    let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    Micros(now.0.saturating_add(micros))
}

/// For pauses; if the system gives no random bytes, they are just alike.
fn random() -> u8 {
    let mut bytes = [0];
    getrandom::fill(&mut bytes).map_or(0, |()| bytes[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_the_mail_server_repeats_reaches_no_log() {
        let said = "550 <Ada@Example.org>: ada@example.org is unknown";
        let shown = without(said, "Ada@Example.org");
        assert_eq!(shown, "550 <(address)>: (address) is unknown");
    }
}
