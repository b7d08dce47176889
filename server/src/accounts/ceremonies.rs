//! Ceremonies with passkeys: to whom a challenge is issued, and how many of them.

use std::net::IpAddr;
use std::time::Instant;

use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::passkey::{Ceremony, Challenge, Challenges, FreshChallenge, PasskeyOrigin};
use crate::clock::Clock;
use crate::network_limiter::NetworkLimiter;
use crate::store::TokenHash;
use crate::token_bucket::Rate;

/// Challenges for one address: an office may sign in on a Monday.
const ADDRESS: Rate = Rate::per_second(1, 120);
/// Challenges for all addresses together. The table of challenges then forgets none within the
/// seconds that a sign-in takes.
const TOTAL: Rate = Rate::per_second(400, 4_000);

/// To whom a challenge is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChallengeOwner {
    /// Somebody who wants to sign in.
    Anybody,
    /// A session.
    Session(TokenHash),
}

/// What ceremonies need besides the store.
#[derive(Debug)]
pub(super) struct Ceremonies {
    /// None if passkeys do not work at the server's address.
    pub(super) origin: Option<PasskeyOrigin>,
    challenges: Challenges<ChallengeOwner>,
    limiter: NetworkLimiter,
}

impl Ceremonies {
    /// For the page of this origin.
    pub(super) fn new(origin: &str, clock: Clock) -> Self {
        Ceremonies {
            origin: PasskeyOrigin::new(origin),
            challenges: Challenges::new(clock),
            limiter: NetworkLimiter::new(ADDRESS, TOTAL),
        }
    }

    /// A challenge for somebody at an address.
    ///
    /// # Errors
    /// `rate_limited`, or `storage_failed` if the system gives no random bytes.
    pub(super) fn issue(
        &self,
        ceremony: Ceremony,
        owner: ChallengeOwner,
        address: IpAddr,
    ) -> Result<Challenge, Refusal> {
        let counted = self.limiter.take(address, 1, Instant::now());
        counted.map_err(crate::chat::rate_limits::refuse_until)?;
        let challenge = self.challenges.issue(ceremony, owner);
        challenge.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))
    }

    /// The challenge that an answer claims, if it may be answered.
    pub(super) fn take(
        &self,
        ceremony: Ceremony,
        owner: ChallengeOwner,
        claimed: Challenge,
    ) -> Option<FreshChallenge> {
        self.challenges.take(ceremony, &owner, claimed)
    }
}
