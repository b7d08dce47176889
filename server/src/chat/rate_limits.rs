//! The rate limits of everything that costs: of the person, of the address and the networks
//! around it, and of the server. They are high enough for honest crowds: five hundred people
//! who talk behind one address, or ten thousand who come back at once.
//!
//! A request above a limit is refused with the time to wait.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::UserId;
use shared::limits::Limits;

use super::client_bucket::{ClientBucket, ClientBuckets, ClientRates, Cost};
use crate::network_limiter::NetworkLimiter;
use crate::token_bucket::Rate;

/// The commands per second and person for which the following rates are meant. If the operator
/// sets another number, they are scaled with it.
const REFERENCE_RATE: u64 = 10;

/// Bytes of text from one person.
const PERSON_BYTES: Rate = Rate::per_second(8 * 1024, 512 * 1024);
/// Queries from one person: enough to subscribe to all rooms, and to read more pages of some.
const PERSON_QUERIES: Rate = Rate::per_second(200, 2_500);
/// From one address.
const ADDRESS_COMMANDS: Rate = Rate::per_second(500, 5_000);
const ADDRESS_BYTES: Rate = Rate::per_second(128 * 1024, 4 * 1024 * 1024);
const ADDRESS_QUERIES: Rate = Rate::per_second(2_000, 50_000);
const ADDRESS_REQUESTS: Rate = Rate::per_second(1_000, 30_000);
const ADDRESS_ROOMS: Rate = Rate::per(Duration::from_hours(1), 60, 100);
const ADDRESS_DIRECTS: Rate = Rate::per(Duration::from_hours(1), 600, 1_000);
const ADDRESS_GUESTS: Rate = Rate::per_second(1, 600);
const ADDRESS_PROVIDER_SIGN_INS: Rate = Rate::per_second(1, 300);
/// From all addresses together.
const TOTAL_COMMANDS: Rate = Rate::per_second(10_000, 50_000);
const TOTAL_BYTES: Rate = Rate::per_second(2 * 1024 * 1024, 64 * 1024 * 1024);
const TOTAL_QUERIES: Rate = Rate::per_second(20_000, 200_000);
const TOTAL_REQUESTS: Rate = Rate::per_second(20_000, 200_000);
const TOTAL_ROOMS: Rate = Rate::per(Duration::from_hours(1), 600, 1_000);
const TOTAL_DIRECTS: Rate = Rate::per(Duration::from_hours(1), 6_000, 10_000);
const TOTAL_GUESTS: Rate = Rate::per_second(50, 10_000);
/// In the ten minutes that each may take, no more than are kept.
const TOTAL_PROVIDER_SIGN_INS: Rate = Rate::per_second(10, 4_000);
/// All simple clients of one address together may send as much as this many people.
const SIMPLE_CLIENTS_FACTOR: u64 = 4;

/// A query about a list counts as one query for each so many of its items.
const ITEMS_PER_QUERY: usize = 100;

/// The rate limits of the server.
#[derive(Debug)]
pub struct RateLimits {
    client_rates: ClientRates,
    people: ClientBuckets<UserId>,
    commands: NetworkLimiter,
    bytes: NetworkLimiter,
    queries: NetworkLimiter,
    requests: NetworkLimiter,
    rooms: NetworkLimiter,
    directs: NetworkLimiter,
    guests: NetworkLimiter,
    provider_sign_ins: NetworkLimiter,
    simple_posts: NetworkLimiter,
}

/// Whose limits a request counts against: a person or a simple client, and an address.
#[derive(Clone, Debug)]
pub struct LimitSubject {
    /// The client's own limits, shared by all connections of a person.
    pub bucket: Arc<ClientBucket>,
    /// The address of the connection.
    pub address: IpAddr,
}

impl RateLimits {
    /// By the operator's limits. If the rate of commands is zero, nothing is limited.
    pub fn new(limits: &Limits) -> Self {
        let (per_second, burst) = (limits.rate_per_second, limits.rate_burst);
        let commands = Rate::per_second(u64::from(per_second), u64::from(burst));
        let scaled = |rate: Rate| {
            if per_second == 0 {
                Rate::UNLIMITED
            } else {
                rate.scaled(u64::from(per_second), REFERENCE_RATE)
            }
        };
        let client_rates = ClientRates {
            commands,
            bytes: scaled(PERSON_BYTES),
            queries: scaled(PERSON_QUERIES),
        };
        let limiter = |rate, total| NetworkLimiter::new(scaled(rate), scaled(total));
        RateLimits {
            client_rates,
            people: ClientBuckets::new(client_rates),
            commands: limiter(ADDRESS_COMMANDS, TOTAL_COMMANDS),
            bytes: limiter(ADDRESS_BYTES, TOTAL_BYTES),
            queries: limiter(ADDRESS_QUERIES, TOTAL_QUERIES),
            requests: limiter(ADDRESS_REQUESTS, TOTAL_REQUESTS),
            rooms: limiter(ADDRESS_ROOMS, TOTAL_ROOMS),
            directs: limiter(ADDRESS_DIRECTS, TOTAL_DIRECTS),
            guests: limiter(ADDRESS_GUESTS, TOTAL_GUESTS),
            provider_sign_ins: limiter(ADDRESS_PROVIDER_SIGN_INS, TOTAL_PROVIDER_SIGN_INS),
            simple_posts: NetworkLimiter::new(
                commands.times(SIMPLE_CLIENTS_FACTOR),
                scaled(TOTAL_COMMANDS),
            ),
        }
    }

    /// The subject for a person at an address.
    pub fn person(&self, user: UserId, address: IpAddr) -> LimitSubject {
        LimitSubject {
            bucket: self.people.bucket(user),
            address,
        }
    }

    /// The subject for a connection that reads without a session. What counts for all of an address
    /// is the limit of the address.
    pub fn reader(&self, address: IpAddr) -> LimitSubject {
        self.connection(address)
    }

    /// The subject for a simple client at an address. The simple clients of an address also have
    /// a limit together, so that connecting again allows no more.
    pub fn simple_client(&self, address: IpAddr) -> LimitSubject {
        self.connection(address)
    }

    /// The subject for a connection of nobody in particular.
    fn connection(&self, address: IpAddr) -> LimitSubject {
        LimitSubject {
            bucket: Arc::new(ClientBucket::new(self.client_rates)),
            address,
        }
    }

    /// Takes one command with this many bytes of text.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_command(&self, subject: &LimitSubject, bytes: usize) -> Result<(), Refusal> {
        self.take_commands(subject, 1, bytes)
    }

    /// Takes a command that counts as several, with this many bytes of text.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_commands(
        &self,
        subject: &LimitSubject,
        commands: u64,
        bytes: usize,
    ) -> Result<(), Refusal> {
        let bytes = bytes as u64;
        let now = Instant::now();
        let address_wait = self
            .commands
            .wait_for(subject.address, commands, now)
            .max(self.bytes.wait_for(subject.address, bytes, now));
        refuse_if_waiting(address_wait)?;
        let cost = Cost {
            commands,
            bytes,
            ..Cost::default()
        };
        subject.bucket.take(cost, now).or_else(refuse_if_waiting)?;
        self.commands.count(subject.address, commands, now);
        self.bytes.count(subject.address, bytes, now);
        Ok(())
    }

    /// Takes the text of a command that was taken without.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_text(&self, subject: &LimitSubject, bytes: usize) -> Result<(), Refusal> {
        let (bytes, now) = (bytes as u64, Instant::now());
        refuse_if_waiting(self.bytes.wait_for(subject.address, bytes, now))?;
        let cost = Cost {
            bytes,
            ..Cost::default()
        };
        subject.bucket.take(cost, now).or_else(refuse_if_waiting)?;
        self.bytes.count(subject.address, bytes, now);
        Ok(())
    }

    /// Takes one message of a simple client.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_simple_post(&self, subject: &LimitSubject, bytes: usize) -> Result<(), Refusal> {
        let now = Instant::now();
        refuse_if_waiting(self.simple_posts.wait_for(subject.address, 1, now))?;
        self.take_command(subject, bytes)?;
        self.simple_posts.count(subject.address, 1, now);
        Ok(())
    }

    /// Takes a new room, in addition to the command.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_room(&self, address: IpAddr) -> Result<(), Refusal> {
        self.rooms
            .take(address, 1, Instant::now())
            .or_else(refuse_if_waiting)
    }

    /// Takes a direct conversation that is opened, in addition to the command: it may be a new one.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_direct(&self, address: IpAddr) -> Result<(), Refusal> {
        self.directs
            .take(address, 1, Instant::now())
            .or_else(refuse_if_waiting)
    }

    /// Takes a new guest.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_guest(&self, address: IpAddr) -> Result<(), Refusal> {
        self.guests
            .take(address, 1, Instant::now())
            .or_else(refuse_if_waiting)
    }

    /// Takes a sign-in that begins at the identity provider.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_provider_sign_in(&self, address: IpAddr) -> Result<(), Refusal> {
        self.provider_sign_ins
            .take(address, 1, Instant::now())
            .or_else(refuse_if_waiting)
    }

    /// Takes one HTTP request.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_request(&self, address: IpAddr) -> Result<(), Refusal> {
        self.requests
            .take(address, 1, Instant::now())
            .or_else(refuse_if_waiting)
    }

    /// Takes one query.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_query(&self, subject: &LimitSubject) -> Result<(), Refusal> {
        self.take_queries(subject, 1)
    }

    /// Takes what a query about a list costs more than [`RateLimits::take_query`].
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_list(&self, subject: &LimitSubject, length: usize) -> Result<(), Refusal> {
        self.take_queries(subject, (length / ITEMS_PER_QUERY) as u64)
    }

    fn take_queries(&self, subject: &LimitSubject, queries: u64) -> Result<(), Refusal> {
        let cost = Cost {
            queries,
            ..Cost::default()
        };
        let now = Instant::now();
        refuse_if_waiting(self.queries.wait_for(subject.address, queries, now))?;
        subject.bucket.take(cost, now).or_else(refuse_if_waiting)?;
        self.queries.count(subject.address, queries, now);
        Ok(())
    }

    /// As [`RateLimits::take_query`], for somebody who is not authenticated.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn take_anonymous_query(&self, address: IpAddr) -> Result<(), Refusal> {
        self.queries
            .take(address, 1, Instant::now())
            .or_else(refuse_if_waiting)
    }
}

/// A refusal with the time to wait, unless that is zero.
fn refuse_if_waiting(wait: Duration) -> Result<(), Refusal> {
    if wait.is_zero() {
        Ok(())
    } else {
        Err(refuse_until(wait))
    }
}

/// The refusal for who has to wait.
pub fn refuse_until(wait: Duration) -> Refusal {
    // Rounded up, so that waiting so long is enough.
    let millis = u64::try_from(wait.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX);
    Refusal {
        retry_after_ms: Some(millis),
        ..Refusal::new(ErrorCode::RateLimited)
    }
}
