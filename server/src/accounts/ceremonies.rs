//! Ceremonies with passkeys: to whom a challenge is issued, and what an answer proves.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::UserId;
use shared::model::Role;

use super::passkey::{
    AuthenticationResponse, Ceremony, Challenge, Challenges, CounterChange, FreshChallenge,
    NewPasskey, PasskeyOrigin, PersonIdentified, RegistrationResponse, RelyingParty, StoredPasskey,
    UserHandle, UserVerification,
};
use super::{Accounts, refuse};
use crate::clock::Clock;
use crate::network_limiter::NetworkLimiter;
use crate::store::{
    FoundPasskey, PasskeyRow, QueryClient, RegisteredPasskey, SignInProof, TokenHash,
};
use crate::token_bucket::Rate;

/// Challenges for one address: an office may sign in on a Monday.
const ADDRESS: Rate = Rate::per_second(1, 120);
/// Challenges for all addresses together. The table of challenges then forgets none within the
/// seconds that a sign-in takes.
const TOTAL: Rate = Rate::per_second(400, 4_000);
/// The name of a place that nobody has named.
const UNNAMED_PLACE: &str = "Madang";

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

/// Whose passkey was used, and the proof of it for the store.
pub(super) struct PasskeyProof {
    pub(super) user: UserId,
    pub(super) role: Role,
    pub(super) proof: SignInProof,
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
        counted.map_err(|wait: Duration| crate::chat::rate_limits::refuse_until(wait))?;
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

impl Accounts {
    /// The origin whose page can use passkeys; none if no page can.
    pub fn passkey_origin(&self) -> Option<&str> {
        self.ceremonies.origin.as_ref().map(PasskeyOrigin::as_str)
    }

    /// This server, as passkeys know it.
    ///
    /// # Errors
    /// `passkeys_off`, or the store's.
    pub async fn relying_party(&self) -> Result<RelyingParty, Refusal> {
        let Some(origin) = &self.ceremonies.origin else {
            return Err(Refusal::new(ErrorCode::PasskeysOff));
        };
        let place = self.place().await?;
        let name = if place.name.is_empty() {
            UNNAMED_PLACE
        } else {
            &place.name
        };
        Ok(origin.relying_party(place.relying_party.as_deref(), name))
    }

    /// Verifies that a passkey was made, by an authenticator that has verified the person.
    ///
    /// # Errors
    /// `passkey_invalid` for whatever is wrong with it.
    pub(super) fn registered(
        &self,
        relying_party: &RelyingParty,
        owner: ChallengeOwner,
        answer: &RegistrationResponse,
    ) -> Result<Registered, Refusal> {
        let invalid = || Refusal::new(ErrorCode::PasskeyInvalid);
        let challenge = answer.challenge().map_err(|_| invalid())?;
        let fresh = self
            .ceremonies
            .take(Ceremony::Registration, owner, challenge);
        let fresh = fresh.ok_or_else(invalid)?;
        let made = answer
            .verify(relying_party, fresh, UserVerification::Required)
            .map_err(|error| {
                tracing::debug!(%error, "a new passkey was not accepted");
                invalid()
            })?;
        Ok(Registered {
            challenge,
            made,
            relying_party: relying_party.id().to_owned(),
        })
    }

    /// Verifies that a passkey was used, whose authenticator has verified the person.
    ///
    /// # Errors
    /// `wrong_credentials` for whatever is wrong with it, `passkeys_off`, or the store's.
    pub(super) async fn prove_passkey(
        &self,
        client: QueryClient,
        owner: ChallengeOwner,
        answer: &AuthenticationResponse,
    ) -> Result<PasskeyProof, Refusal> {
        let wrong = || Refusal::new(ErrorCode::WrongCredentials);
        let relying_party = self.relying_party().await?;
        // First the challenge: without one, nothing is looked up and nothing is computed.
        let claimed = answer.challenge().map_err(|_| wrong())?;
        let fresh = self
            .ceremonies
            .take(Ceremony::Authentication, owner, claimed);
        let fresh = fresh.ok_or_else(wrong)?;
        let credential = answer.credential_id().to_owned();
        let found = self.store.passkey(client, credential).await;
        let FoundPasskey { row, handle, role } = found.map_err(refuse)?.ok_or_else(wrong)?;
        let handle = UserHandle::from_bytes(&handle).ok_or_else(wrong)?;
        let person = match owner {
            ChallengeOwner::Anybody => PersonIdentified::ByPasskey,
            ChallengeOwner::Session(_) => PersonIdentified::Before,
        };
        let verification = UserVerification::Required;
        let stored = stored(&row, &handle);
        let proven = answer
            .verify(&relying_party, fresh, verification, person, stored)
            .map_err(|error| {
                tracing::debug!(%error, "a passkey was not accepted");
                wrong()
            })?;
        let PasskeyRow { user, passkey, .. } = row;
        if proven.counter_change == CounterChange::FellBack {
            tracing::warn!(
                user = user.0,
                passkey = passkey.name,
                "the counter of a passkey went back: somebody may have a copy of it, or its device is faulty"
            );
        }
        let proof = SignInProof::Passkey {
            user,
            credential: passkey.credential,
            counter: proven.counter,
        };
        Ok(PasskeyProof { user, role, proof })
    }
}

/// A passkey that was made as it was asked for.
pub(super) struct Registered {
    /// The challenge that it answers.
    pub(super) challenge: Challenge,
    made: NewPasskey,
    relying_party: String,
}

impl Registered {
    /// It, to be stored under this name.
    pub(super) fn named(self, name: String) -> RegisteredPasskey {
        RegisteredPasskey {
            credential: self.made.credential_id,
            public_key: self.made.public_key,
            algorithm: self.made.algorithm.number(),
            counter: self.made.counter,
            relying_party: self.relying_party,
            name,
        }
    }
}

fn stored<'a>(row: &'a PasskeyRow, user_handle: &'a UserHandle) -> StoredPasskey<'a> {
    StoredPasskey {
        credential_id: &row.passkey.credential,
        algorithm: row.passkey.algorithm,
        public_key: &row.passkey.public_key,
        counter: row.passkey.counter,
        user_handle,
    }
}
