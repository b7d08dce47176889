//! Slows down whoever guesses credentials, without locking out the person whose they are.
//!
//! Three limits hold together: of an address, for all accounts; of an account from one address;
//! and of an account from all addresses. The last one would let a stranger lock a person out, so
//! it does not hold for an address from which that person is signed in. Names that nobody has are
//! counted like all others: an answer must not tell them apart.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use crate::network_limiter::NetworkLimiter;
use crate::token_bucket::{Rate, TokenBucket};

/// Attempts of one address, whatever the account: an office may sign in on a Monday.
const ADDRESS: Rate = Rate::per(Duration::from_mins(1), 6, 60);
/// Attempts of all addresses together.
const TOTAL: Rate = Rate::per_second(20, 1_000);
/// Attempts at one account from one address.
const ACCOUNT_AT_ADDRESS: Rate = Rate::per(Duration::from_mins(1), 2, 6);
/// Attempts at one account from all addresses where its person is not signed in. A guesser with
/// any number of addresses has 1,440 a day.
const ACCOUNT: Rate = Rate::per(Duration::from_mins(1), 1, 30);
/// Attempts at the second factor of one account from one address, by who knows the password: a
/// code is one of a million, and three are right at a time.
const CODES_AT_ADDRESS: Rate = Rate::per(Duration::from_hours(1), 6, 10);
/// The same from all addresses where the person is not signed in: 164 on the first day, of which
/// one is right with a chance of 1 to 2,000.
const CODES: Rate = Rate::per(Duration::from_hours(1), 6, 20);
/// Accounts, or pairs of account and address, that are counted at most. The limit of all
/// addresses together does not let so many be in use.
const MAX_KEYS: usize = 65_536;
/// Keys that are kept before the first sweep.
const MIN_SWEEP_SIZE: usize = 1_024;

/// A hash of the name that somebody typed, in the form in which names are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountKey([u8; 16]);

impl AccountKey {
    /// The key of a name.
    pub fn of(name: &str) -> Self {
        let digest = Sha256::digest(name.as_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        AccountKey(key)
    }
}

/// Whether a person is signed in from the address at which somebody tries to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressOfAttempt {
    /// The person has a session that came from there.
    Known,
    /// The person has none, or nobody has the name.
    Unknown,
}

/// Counts the attempts to sign in.
#[derive(Debug)]
pub struct SignInThrottle {
    addresses: NetworkLimiter,
    // Locked for a few look-ups.
    attempts: Mutex<Attempts>,
}

#[derive(Debug)]
struct Attempts {
    passwords: AccountBuckets,
    codes: AccountBuckets,
}

/// Attempts at accounts: from all addresses, and from each.
#[derive(Debug)]
struct AccountBuckets {
    accounts: Buckets<AccountKey>,
    pairs: Buckets<(AccountKey, IpAddr)>,
}

impl Default for SignInThrottle {
    fn default() -> Self {
        SignInThrottle {
            addresses: NetworkLimiter::new(ADDRESS, TOTAL),
            attempts: Mutex::new(Attempts {
                passwords: AccountBuckets::new(ACCOUNT, ACCOUNT_AT_ADDRESS),
                codes: AccountBuckets::new(CODES, CODES_AT_ADDRESS),
            }),
        }
    }
}

impl SignInThrottle {
    /// Counts an attempt, before the credentials are looked at: attempts at the same moment then
    /// cannot be more than the limits allow.
    ///
    /// # Errors
    /// How long to wait. Nothing is counted then.
    pub fn begin(
        &self,
        account: AccountKey,
        address: IpAddr,
        kind: AddressOfAttempt,
        now: Instant,
    ) -> Result<(), Duration> {
        let mut attempts = self.attempts.lock();
        let wait = self.addresses.wait_for(address, 1, now);
        let wait = wait.max(attempts.passwords.wait_for(account, address, kind, now));
        if !wait.is_zero() {
            return Err(wait);
        }
        self.addresses.count(address, 1, now);
        attempts.passwords.count(account, address, kind, now);
        Ok(())
    }

    /// Counts an attempt at the second factor, after [`SignInThrottle::begin`] and the right
    /// password.
    ///
    /// # Errors
    /// How long to wait. Nothing is counted then.
    pub fn begin_code(
        &self,
        account: AccountKey,
        address: IpAddr,
        kind: AddressOfAttempt,
        now: Instant,
    ) -> Result<(), Duration> {
        let mut attempts = self.attempts.lock();
        let wait = attempts.codes.wait_for(account, address, kind, now);
        if !wait.is_zero() {
            return Err(wait);
        }
        attempts.codes.count(account, address, kind, now);
        Ok(())
    }

    /// Forgets the attempts at an account from an address at which they have now succeeded.
    pub fn succeeded(&self, account: AccountKey, address: IpAddr) {
        let mut attempts = self.attempts.lock();
        attempts.passwords.pairs.forget(&(account, address));
        attempts.codes.pairs.forget(&(account, address));
    }
}

impl AccountBuckets {
    fn new(account: Rate, account_at_address: Rate) -> Self {
        AccountBuckets {
            accounts: Buckets::new(account),
            pairs: Buckets::new(account_at_address),
        }
    }

    fn wait_for(
        &self,
        account: AccountKey,
        address: IpAddr,
        kind: AddressOfAttempt,
        now: Instant,
    ) -> Duration {
        let wait = self.pairs.wait_for(&(account, address), now);
        match kind {
            AddressOfAttempt::Known => wait,
            AddressOfAttempt::Unknown => wait.max(self.accounts.wait_for(&account, now)),
        }
    }

    fn count(
        &mut self,
        account: AccountKey,
        address: IpAddr,
        kind: AddressOfAttempt,
        now: Instant,
    ) {
        self.pairs.count((account, address), now);
        if kind == AddressOfAttempt::Unknown {
            self.accounts.count(account, now);
        }
    }
}

/// One rate, counted for each key by itself.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    rate: Rate,
    used: HashMap<K, TokenBucket>,
    // As in `NetworkLimiter`: a sweep visits all keys, so it is not made more often than once a
    // second.
    sweep_size: usize,
    sweep_not_before: Option<Instant>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// Nothing is counted yet.
    pub(super) fn new(rate: Rate) -> Self {
        Buckets {
            rate,
            used: HashMap::new(),
            sweep_size: MIN_SWEEP_SIZE,
            sweep_not_before: None,
        }
    }

    /// How long until one more is allowed.
    pub(super) fn wait_for(&self, key: &K, now: Instant) -> Duration {
        let used = self.used.get(key);
        used.map_or(Duration::ZERO, |used| used.wait_for(self.rate, 1, now))
    }

    /// Counts one.
    pub(super) fn count(&mut self, key: K, now: Instant) {
        let is_large = self.used.len() >= self.sweep_size;
        if is_large && self.sweep_not_before.is_none_or(|time| time <= now) {
            self.used.retain(|_, bucket| !bucket.is_full(now));
            self.sweep_size = (2 * self.used.len()).clamp(MIN_SWEEP_SIZE, MAX_KEYS);
            self.sweep_not_before = Some(now + Duration::from_secs(1));
        }
        if self.used.len() < MAX_KEYS || self.used.contains_key(&key) {
            self.used.entry(key).or_default().count(self.rate, 1, now);
        }
    }

    fn forget(&mut self, key: &K) {
        self.used.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::AddressOfAttempt::{Known, Unknown};
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::from((0x0a00_0000 + number).to_be_bytes())
    }

    fn attempts(throttle: &SignInThrottle, name: &str, from: IpAddr, now: Instant) -> usize {
        let account = AccountKey::of(name);
        let allowed = |_: &usize| throttle.begin(account, from, Unknown, now).is_ok();
        (0..1_000).take_while(allowed).count()
    }

    #[test]
    fn an_address_has_a_few_attempts_at_an_account_and_then_two_a_minute() {
        let (throttle, now) = (SignInThrottle::default(), Instant::now());
        assert_eq!(attempts(&throttle, "ada", address(1), now), 6);
        let wait = throttle.begin(AccountKey::of("ada"), address(1), Unknown, now);
        assert_eq!(wait, Err(Duration::from_secs(30)));
        let later = now + Duration::from_mins(1);
        assert_eq!(attempts(&throttle, "ada", address(1), later), 2);
    }

    #[test]
    fn an_address_cannot_go_through_many_accounts() {
        let (throttle, now) = (SignInThrottle::default(), Instant::now());
        let counts = (0..100).map(|n| attempts(&throttle, &format!("p{n}"), address(1), now));
        assert_eq!(counts.sum::<usize>(), 60);
    }

    #[test]
    fn many_addresses_cannot_guess_at_one_account_nor_lock_its_person_out() {
        let (throttle, now) = (SignInThrottle::default(), Instant::now());
        let counts = (0..100).map(|n| attempts(&throttle, "ada", address(n), now));
        assert_eq!(counts.sum::<usize>(), 30);
        let account = AccountKey::of("ada");
        assert!(throttle.begin(account, address(500), Unknown, now).is_err());
        assert_eq!(throttle.begin(account, address(500), Known, now), Ok(()));
    }

    #[test]
    fn success_forgets_the_failures_of_that_address_only() {
        let (throttle, now) = (SignInThrottle::default(), Instant::now());
        attempts(&throttle, "ada", address(1), now);
        attempts(&throttle, "ada", address(2), now);
        throttle.succeeded(AccountKey::of("ada"), address(1));
        assert_eq!(attempts(&throttle, "ada", address(1), now), 6);
        assert_eq!(attempts(&throttle, "ada", address(2), now), 0);
    }

    #[test]
    fn who_knows_the_password_guesses_few_codes_and_locks_nobody_out() {
        let (throttle, start) = (SignInThrottle::default(), Instant::now());
        let account = AccountKey::of("ada");
        let guesses = |now: Instant| {
            let guess = |n| throttle.begin_code(account, address(n), Unknown, now);
            (0..1_000).filter(|&n| guess(n).is_ok()).count()
        };
        assert_eq!(guesses(start), 20);
        assert_eq!(guesses(start + Duration::from_hours(24)), 20);
        assert_eq!(guesses(start + Duration::from_hours(25)), 6);
        let at_home = |now| throttle.begin_code(account, address(2_000), Known, now);
        let later = start + Duration::from_hours(25);
        let typed = (0..100).take_while(|_| at_home(later).is_ok()).count();
        assert_eq!(typed, 10);
        throttle.succeeded(account, address(2_000));
        assert_eq!(at_home(later), Ok(()));
    }

    #[test]
    fn what_is_counted_is_bounded_and_forgotten() {
        let mut buckets = Buckets::new(ACCOUNT);
        let now = Instant::now();
        for number in 0..200_000_u32 {
            buckets.count(number, now);
        }
        assert_eq!(buckets.used.len(), MAX_KEYS);
        buckets.count(0, now + Duration::from_mins(1));
        assert!(buckets.used.len() <= MIN_SWEEP_SIZE);
    }
}
