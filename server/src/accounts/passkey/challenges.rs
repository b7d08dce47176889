//! The challenges that are issued and not answered yet.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;

use shared::id::Micros;

use super::challenge::{Ceremony, Challenge, FreshChallenge, LIFETIME};
use crate::clock::Clock;

/// Challenges that are remembered at most. When there are more the oldest ones are forgotten:
/// refusing new ones would let anybody lock out everybody for the lifetime of a challenge.
const MAX_CHALLENGES: usize = 16 * 1024;

/// A table of challenges. An owner is whom a challenge was issued to: a session, or what
/// recognises a browser without one.
#[derive(Debug)]
pub struct Challenges<Owner> {
    clock: Clock,
    // Locked for a few look-ups. A sweep is paid by the challenges that it removes.
    outstanding: Mutex<Outstanding<Owner>>,
}

#[derive(Debug)]
struct Outstanding<Owner> {
    entries: HashMap<Challenge, Entry<Owner>>,
    /// All that are in `entries`, oldest first, and some that were taken since.
    order: VecDeque<Challenge>,
}

#[derive(Debug)]
struct Entry<Owner> {
    ceremony: Ceremony,
    owner: Owner,
    issued_at: Micros,
}

impl<Owner: PartialEq> Challenges<Owner> {
    /// An empty table.
    pub fn new(clock: Clock) -> Self {
        let outstanding = Mutex::new(Outstanding {
            entries: HashMap::new(),
            order: VecDeque::new(),
        });
        Challenges { clock, outstanding }
    }

    /// Issues a challenge; none if the system gives no random bytes.
    pub fn issue(&self, ceremony: Ceremony, owner: Owner) -> Option<Challenge> {
        let challenge = Challenge::random()?;
        let issued_at = self.clock.now();
        let mut outstanding = self.outstanding.lock();
        outstanding.sweep(issued_at);
        let entry = Entry {
            ceremony,
            owner,
            issued_at,
        };
        outstanding.entries.insert(challenge, entry);
        outstanding.order.push_back(challenge);
        Some(challenge)
    }

    /// Takes a challenge that an answer claims to have; none if it was not issued for this
    /// ceremony to this owner in the last five minutes, or was asked for before. It is gone in
    /// each case.
    pub fn take(
        &self,
        ceremony: Ceremony,
        owner: &Owner,
        claimed: Challenge,
    ) -> Option<FreshChallenge> {
        let now = self.clock.now();
        let entry = self.outstanding.lock().entries.remove(&claimed)?;
        let is_theirs = entry.ceremony == ceremony && entry.owner == *owner;
        (is_theirs && !entry.has_expired(now)).then_some(FreshChallenge(claimed))
    }
}

impl<Owner> Outstanding<Owner> {
    /// Removes what has expired or was taken, and what is too much for one more.
    fn sweep(&mut self, now: Micros) {
        while let Some(oldest) = self.order.front() {
            let entry = self.entries.get(oldest);
            let is_open = entry.is_some_and(|entry| !entry.has_expired(now));
            if is_open && self.order.len() < MAX_CHALLENGES {
                break;
            }
            self.entries.remove(oldest);
            self.order.pop_front();
        }
    }
}

impl<Owner> Entry<Owner> {
    fn has_expired(&self, now: Micros) -> bool {
        let age = now.0.saturating_sub(self.issued_at.0);
        u128::try_from(age).is_ok_and(|age| age >= LIFETIME.as_micros())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn table() -> (Challenges<&'static str>, Arc<AtomicI64>) {
        let time = Arc::new(AtomicI64::new(1_000 * MINUTE));
        let clock = {
            let time = Arc::clone(&time);
            Clock::new(move || Micros(time.load(Ordering::Relaxed)))
        };
        (Challenges::new(clock), time)
    }

    #[test]
    fn a_challenge_is_taken_once() {
        let (table, _) = table();
        let challenge = table.issue(Ceremony::Registration, "anna").unwrap();
        let take = || table.take(Ceremony::Registration, &"anna", challenge);
        assert_eq!(take().map(|fresh| fresh.0), Some(challenge));
        assert!(take().is_none());
    }

    #[test]
    fn a_challenge_is_for_one_owner_and_one_ceremony_and_gone_after_a_wrong_one() {
        let (table, _) = table();
        for (ceremony, owner) in [
            (Ceremony::Registration, "ben"),
            (Ceremony::Authentication, "anna"),
        ] {
            let challenge = table.issue(Ceremony::Registration, "anna").unwrap();
            assert!(table.take(ceremony, &owner, challenge).is_none());
            let right = table.take(Ceremony::Registration, &"anna", challenge);
            assert!(right.is_none());
        }
    }

    #[test]
    fn a_challenge_that_was_not_issued_is_not_taken() {
        let (table, _) = table();
        let _issued = table.issue(Ceremony::Registration, "anna").unwrap();
        let other = Challenge::random().unwrap();
        assert!(table.take(Ceremony::Registration, &"anna", other).is_none());
    }

    #[test]
    fn a_challenge_holds_for_five_minutes() {
        let (table, time) = table();
        for (later, holds) in [(5 * MINUTE - 1, true), (5 * MINUTE, false), (-MINUTE, true)] {
            let challenge = table.issue(Ceremony::Authentication, "anna").unwrap();
            time.fetch_add(later, Ordering::Relaxed);
            let fresh = table.take(Ceremony::Authentication, &"anna", challenge);
            assert_eq!(fresh.is_some(), holds, "{later}");
        }
    }

    #[test]
    fn expired_and_taken_challenges_are_swept() {
        let (table, time) = table();
        for _ in 0..10 {
            table.issue(Ceremony::Registration, "anna").unwrap();
        }
        let taken = table.issue(Ceremony::Registration, "anna").unwrap();
        let _fresh = table.take(Ceremony::Registration, &"anna", taken);
        time.fetch_add(5 * MINUTE, Ordering::Relaxed);
        table.issue(Ceremony::Registration, "anna").unwrap();
        let outstanding = table.outstanding.lock();
        assert_eq!(outstanding.entries.len(), 1);
        assert_eq!(outstanding.order.len(), 1);
    }

    #[test]
    fn the_table_is_bounded_and_forgets_the_oldest() {
        let (table, _) = table();
        let oldest = table.issue(Ceremony::Registration, "anna").unwrap();
        let next = table.issue(Ceremony::Registration, "anna").unwrap();
        for _ in 0..MAX_CHALLENGES - 1 {
            table.issue(Ceremony::Registration, "anna").unwrap();
        }
        {
            let outstanding = table.outstanding.lock();
            assert_eq!(outstanding.entries.len(), MAX_CHALLENGES);
            assert_eq!(outstanding.order.len(), MAX_CHALLENGES);
        }
        let take = |challenge| table.take(Ceremony::Registration, &"anna", challenge);
        assert!(take(oldest).is_none());
        assert!(take(next).is_some());
    }

    #[test]
    fn taken_challenges_do_not_make_the_table_grow() {
        let (table, _) = table();
        // The oldest one stays, so those behind it are not swept before the bound.
        table.issue(Ceremony::Registration, "anna").unwrap();
        for _ in 0..MAX_CHALLENGES + 10 {
            let challenge = table.issue(Ceremony::Registration, "anna").unwrap();
            let _fresh = table.take(Ceremony::Registration, &"anna", challenge);
        }
        assert!(table.outstanding.lock().order.len() <= MAX_CHALLENGES);
    }
}
