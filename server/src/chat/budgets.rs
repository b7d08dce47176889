//! Everything that costs takes from a budget: of the person, of the address and the networks
//! around it, of the server. An honest crowd does not meet them: five hundred people behind
//! one address who talk, ten thousand who come back at once.
//!
//! What is one too many is refused, with the time to wait.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::UserId;
use shared::limits::Limits;

use super::levels::Levels;
use super::rate::{Bucket, Buckets, Cost, Rates};
use crate::meter::Rate;

/// The rate, in commands per second and person, for which the following are meant; at
/// another rate they are as much higher or lower.
const MEANT_FOR: u64 = 10;

/// Bytes of text of one person.
const PERSON_BYTES: Rate = Rate::per_second(8 * 1024, 512 * 1024);
/// Questions of one person: all rooms that may be followed, and more pages of some.
const PERSON_QUESTIONS: Rate = Rate::per_second(200, 2_500);
/// From one address.
const COMMANDS: Rate = Rate::per_second(500, 5_000);
const BYTES: Rate = Rate::per_second(128 * 1024, 4 * 1024 * 1024);
const QUESTIONS: Rate = Rate::per_second(2_000, 50_000);
const REQUESTS: Rate = Rate::per_second(1_000, 30_000);
const ROOMS: Rate = Rate::per(Duration::from_hours(1), 60, 100);
const GUESTS: Rate = Rate::per_second(1, 600);
/// In all.
const ALL_COMMANDS: Rate = Rate::per_second(10_000, 50_000);
const ALL_BYTES: Rate = Rate::per_second(2 * 1024 * 1024, 64 * 1024 * 1024);
const ALL_QUESTIONS: Rate = Rate::per_second(20_000, 200_000);
const ALL_REQUESTS: Rate = Rate::per_second(20_000, 200_000);
const ALL_ROOMS: Rate = Rate::per(Duration::from_hours(1), 600, 1_000);
const ALL_GUESTS: Rate = Rate::per_second(50, 10_000);
/// Simple clients of one address together may send as much as so many people.
const SPEAKERS: u64 = 4;

/// The budgets of everyone.
#[derive(Debug)]
pub struct Budgets {
    speaker: Rates,
    people: Buckets<UserId>,
    commands: Levels,
    bytes: Levels,
    questions: Levels,
    requests: Levels,
    rooms: Levels,
    guests: Levels,
    speakers: Levels,
}

/// Somebody whose budget is used: a person, or a simple client, at an address.
#[derive(Clone, Debug)]
pub struct Payer {
    /// What is the person's own, on all connections.
    pub bucket: Arc<Bucket>,
    /// Where the connection comes from.
    pub from: IpAddr,
}

impl Budgets {
    /// As the limits say. A rate of zero is without limit, in all of this.
    pub fn new(limits: &Limits) -> Self {
        let (per_second, burst) = (limits.rate_per_second, limits.rate_burst);
        let commands = Rate::per_second(u64::from(per_second), u64::from(burst));
        let scaled = |rate: Rate| {
            if per_second == 0 {
                Rate::UNLIMITED
            } else {
                rate.scaled(u64::from(per_second), MEANT_FOR)
            }
        };
        let person = Rates {
            commands,
            bytes: scaled(PERSON_BYTES),
            questions: scaled(PERSON_QUESTIONS),
        };
        let levels = |rate, all| Levels::new(scaled(rate), scaled(all));
        Budgets {
            speaker: person,
            people: Buckets::new(person),
            commands: levels(COMMANDS, ALL_COMMANDS),
            bytes: levels(BYTES, ALL_BYTES),
            questions: levels(QUESTIONS, ALL_QUESTIONS),
            requests: levels(REQUESTS, ALL_REQUESTS),
            rooms: levels(ROOMS, ALL_ROOMS),
            guests: levels(GUESTS, ALL_GUESTS),
            speakers: Levels::new(commands.times(SPEAKERS), scaled(ALL_COMMANDS)),
        }
    }

    /// A person at an address.
    pub fn person(&self, user: UserId, from: IpAddr) -> Payer {
        Payer {
            bucket: self.people.of(user),
            from,
        }
    }

    /// A simple client at an address, who shares what it may send with the others there: to
    /// come anew gives no more.
    pub fn speaker(&self, from: IpAddr) -> Payer {
        Payer {
            bucket: Arc::new(Bucket::new(self.speaker)),
            from,
        }
    }

    /// Takes one command with so much text.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn command(&self, payer: &Payer, bytes: usize) -> Result<(), Refusal> {
        let bytes = bytes as u64;
        let now = Instant::now();
        let of_address = self
            .commands
            .wait_for(payer.from, 1, now)
            .max(self.bytes.wait_for(payer.from, bytes, now));
        limited(of_address)?;
        let cost = Cost {
            commands: 1,
            bytes,
            ..Cost::default()
        };
        payer.bucket.take(cost, now).or_else(limited)?;
        self.commands.count(payer.from, 1, now);
        self.bytes.count(payer.from, bytes, now);
        Ok(())
    }

    /// Takes one message of a simple client.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn speak(&self, payer: &Payer, bytes: usize) -> Result<(), Refusal> {
        let now = Instant::now();
        limited(self.speakers.wait_for(payer.from, 1, now))?;
        self.command(payer, bytes)?;
        self.speakers.count(payer.from, 1, now);
        Ok(())
    }

    /// Takes a new room, beside the command.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn room(&self, from: IpAddr) -> Result<(), Refusal> {
        self.rooms.take(from, 1, Instant::now()).or_else(limited)
    }

    /// Takes a guest who comes in.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn guest(&self, from: IpAddr) -> Result<(), Refusal> {
        self.guests.take(from, 1, Instant::now()).or_else(limited)
    }

    /// Takes a request over HTTP.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn request(&self, from: IpAddr) -> Result<(), Refusal> {
        self.requests.take(from, 1, Instant::now()).or_else(limited)
    }

    /// Takes a question.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn question(&self, payer: &Payer) -> Result<(), Refusal> {
        let cost = Cost {
            questions: 1,
            ..Cost::default()
        };
        let now = Instant::now();
        limited(self.questions.wait_for(payer.from, 1, now))?;
        payer.bucket.take(cost, now).or_else(limited)?;
        self.questions.count(payer.from, 1, now);
        Ok(())
    }

    /// As [`Budgets::question`], of somebody at an address who has not said who it is.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn stranger(&self, from: IpAddr) -> Result<(), Refusal> {
        self.questions
            .take(from, 1, Instant::now())
            .or_else(limited)
    }
}

/// A refusal, if there is something to wait for.
fn limited(wait: Duration) -> Result<(), Refusal> {
    if wait.is_zero() {
        return Ok(());
    }
    // Rounded up: who waits so long finds it there.
    let millis = u64::try_from(wait.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX);
    Err(Refusal {
        retry_after_ms: Some(millis),
        ..Refusal::new(ErrorCode::RateLimited)
    })
}
