//! How many mails people can cause. A mail costs others: whoever gets it, and the name of the
//! mail server from which it comes.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use shared::id::UserId;

use super::throttle::{AccountKey, Buckets};
use crate::network_limiter::NetworkLimiter;
use crate::token_bucket::Rate;

/// Requests for a link to set a new password, of one address of the network.
const REQUESTS: Rate = Rate::per(Duration::from_hours(1), 10, 10);
/// The same of all addresses together.
const REQUESTS_TOTAL: Rate = Rate::per(Duration::from_hours(1), 600, 300);
/// Links to set a new password of one account. Who asks for more is answered as before, and
/// nothing is sent.
const RESETS_OF_ACCOUNT: Rate = Rate::per(Duration::from_hours(1), 1, 3);
/// Links to set a new password that go to one address. They are counted apart from what people send
/// there: nobody may keep the link from somebody else, nor find out whose address it is.
const RESETS_TO_ADDRESS: Rate = Rate::per(Duration::from_hours(1), 2, 6);
/// Invitations and proofs to one address.
const SENT_TO_ADDRESS: Rate = Rate::per(Duration::from_hours(1), 2, 6);
/// Notices of changes to one person.
const NOTICES: Rate = Rate::per(Duration::from_hours(1), 10, 30);
/// Invitations and proofs of addresses that one person has sent.
const BY_PERSON: Rate = Rate::per(Duration::from_hours(1), 20, 40);
/// The same of all people together.
const BY_ALL: Rate = Rate::per(Duration::from_hours(1), 300, 300);

/// Counts the mails that people cause.
#[derive(Debug)]
pub struct MailLimits {
    requests: NetworkLimiter,
    // Locked for a few look-ups.
    counted: Mutex<CountedMails>,
}

#[derive(Debug)]
struct CountedMails {
    accounts: Buckets<UserId>,
    reset_addresses: Buckets<AccountKey>,
    sent_addresses: Buckets<AccountKey>,
    notices: Buckets<UserId>,
    people: Buckets<UserId>,
    all: Buckets<()>,
}

impl Default for MailLimits {
    fn default() -> Self {
        MailLimits {
            requests: NetworkLimiter::new(REQUESTS, REQUESTS_TOTAL),
            counted: Mutex::new(CountedMails {
                accounts: Buckets::new(RESETS_OF_ACCOUNT),
                reset_addresses: Buckets::new(RESETS_TO_ADDRESS),
                sent_addresses: Buckets::new(SENT_TO_ADDRESS),
                notices: Buckets::new(NOTICES),
                people: Buckets::new(BY_PERSON),
                all: Buckets::new(BY_ALL),
            }),
        }
    }
}

impl MailLimits {
    /// Counts a request for a new password, before anything is known of whose.
    ///
    /// # Errors
    /// How long to wait. Nothing is counted then.
    pub fn take_request(&self, from: IpAddr, now: Instant) -> Result<(), Duration> {
        self.requests.take(from, 1, now)
    }

    /// Counts a link for a new password of an account, and whether it may be sent.
    pub fn take_reset(&self, user: UserId, address_key: &str, now: Instant) -> bool {
        let mut counted = self.counted.lock();
        let address = AccountKey::of(address_key);
        let wait = counted.accounts.wait_for(&user, now);
        if !wait
            .max(counted.reset_addresses.wait_for(&address, now))
            .is_zero()
        {
            return false;
        }
        counted.accounts.count(user, now);
        counted.reset_addresses.count(address, now);
        true
    }

    /// Whether a notice may be sent to a person.
    pub fn may_notify(&self, to: UserId, now: Instant) -> bool {
        self.counted.lock().notices.wait_for(&to, now).is_zero()
    }

    /// Counts a notice that was sent: what is refused uses nothing up.
    pub fn count_notice(&self, to: UserId, now: Instant) {
        self.counted.lock().notices.count(to, now);
    }

    /// Counts a mail that a person sends to an address.
    ///
    /// # Errors
    /// How long to wait. Nothing is counted then.
    pub fn take_sent(&self, by: UserId, address_key: &str, now: Instant) -> Result<(), Duration> {
        let mut counted = self.counted.lock();
        let address = AccountKey::of(address_key);
        let wait = counted.people.wait_for(&by, now);
        let wait = wait.max(counted.sent_addresses.wait_for(&address, now));
        let wait = wait.max(counted.all.wait_for(&(), now));
        if !wait.is_zero() {
            return Err(wait);
        }
        counted.people.count(by, now);
        counted.sent_addresses.count(address, now);
        counted.all.count((), now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: UserId = UserId(1);

    #[test]
    fn an_account_gets_three_links_and_then_one_an_hour() {
        let (limits, now) = (MailLimits::default(), Instant::now());
        let sent = |now| {
            (0..9)
                .filter(|_| limits.take_reset(ADA, "a@a", now))
                .count()
        };
        assert_eq!(sent(now), 3);
        assert_eq!(sent(now + Duration::from_hours(1)), 1);
    }

    #[test]
    fn nobody_fills_the_mailbox_of_an_address_through_many_accounts() {
        let (limits, now) = (MailLimits::default(), Instant::now());
        let resets = (1..9).filter(|&user| limits.take_reset(UserId(user), "a@a", now));
        assert_eq!(resets.count(), 6);
        let sent = |to: &str| {
            let sent = (20..30).filter(|&by| limits.take_sent(UserId(by), to, now).is_ok());
            sent.count()
        };
        assert_eq!(sent("b@b"), 6);
        // Neither keeps the other off.
        assert_eq!(sent("a@a"), 6);
        assert!(limits.take_reset(UserId(9), "b@b", now));
    }

    #[test]
    fn a_person_who_changes_much_is_told_thirty_times() {
        let (limits, now) = (MailLimits::default(), Instant::now());
        let told = (0..50).filter(|_| {
            let is_told = limits.may_notify(ADA, now);
            limits.count_notice(ADA, now);
            is_told
        });
        assert_eq!(told.count(), 30);
        assert!(limits.may_notify(UserId(2), now));
    }

    #[test]
    fn a_person_sends_forty_mails_and_all_together_three_hundred() {
        let (limits, now) = (MailLimits::default(), Instant::now());
        let sent = |by: i64| {
            let sent = |n: &i64| {
                limits
                    .take_sent(UserId(by), &format!("{by}@{n}"), now)
                    .is_ok()
            };
            (0..100).filter(sent).count()
        };
        let counts: Vec<_> = (0..9).map(sent).collect();
        assert_eq!(counts, [40, 40, 40, 40, 40, 40, 40, 20, 0]);
    }
}
