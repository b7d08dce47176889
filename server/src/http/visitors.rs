//! How often someone may come in, or speak over the simple protocol, from one place:
//! each time makes a person, or a name that nobody answers for.

use std::sync::Arc;

use shared::frame::Refusal;
use shared::limits::Limits;

use super::address::Place;
use crate::chat::rate::{Bucket, Buckets};

/// Guests per second and place on average, and at once.
const GUESTS_PER_SECOND: u32 = 1;
const GUESTS_AT_ONCE: u32 = 60;
/// Simple clients of one place together may send as much as so many people.
const SPEAKERS: u32 = 4;

/// Who came, and who speaks, from where.
pub struct Visitors {
    guests: Buckets<Place>,
    speakers: Buckets<Place>,
    guest_limits: Limits,
    speaker_limits: Limits,
}

impl Visitors {
    /// Nobody yet. A rate of zero is without limit, here too.
    pub fn new(person: &Limits) -> Self {
        let limits = |rate_per_second, rate_burst| Limits {
            rate_per_second: if person.rate_per_second == 0 {
                0
            } else {
                rate_per_second
            },
            rate_burst,
            ..Limits::default()
        };
        Visitors {
            guests: Buckets::default(),
            speakers: Buckets::default(),
            guest_limits: limits(GUESTS_PER_SECOND, GUESTS_AT_ONCE),
            speaker_limits: limits(
                person.rate_per_second.saturating_mul(SPEAKERS),
                person.rate_burst.saturating_mul(SPEAKERS),
            ),
        }
    }

    /// Lets a guest in.
    ///
    /// # Errors
    /// `rate_limited` when too many came from that place.
    pub fn admit(&self, place: Place) -> Result<(), Refusal> {
        self.guests.of(place, &self.guest_limits).take()
    }

    /// What the simple clients of a place may send together.
    pub fn speaker(&self, place: Place) -> Arc<Bucket> {
        self.speakers.of(place, &self.speaker_limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_from_one_place_wait_and_others_do_not() {
        let visitors = Visitors::new(&Limits::default());
        let crowd = Place::of("203.0.113.9".parse().unwrap());
        let other = Place::of("203.0.113.10".parse().unwrap());
        for _ in 0..GUESTS_AT_ONCE {
            visitors.admit(crowd).unwrap();
        }
        let refused = visitors.admit(crowd).unwrap_err();
        assert!(refused.retry_after_ms.is_some());
        assert!(visitors.admit(other).is_ok());
    }

    #[test]
    fn coming_back_does_not_give_what_waiting_would() {
        let visitors = Visitors::new(&Limits::default());
        let place = Place::of("203.0.113.9".parse().unwrap());
        let many = Limits::default().rate_burst * SPEAKERS;
        for _ in 0..many {
            visitors.speaker(place).take().unwrap();
        }
        assert!(visitors.speaker(place).take().is_err());
    }
}
