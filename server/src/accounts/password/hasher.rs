//! Hashes and verifies passwords with argon2id.

use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use super::error::PasswordError;
use super::memory::HashMemory;
use super::permits::ComputePermits;
use super::strength::{self, Strength};
use super::text::{normalize, normalize_new};

/// Hashes that are computed at once. Each takes 19 MiB of memory.
const RUNNING: usize = 2;
/// Hashes that wait for their turn; more are refused.
const WAITING: usize = 64;
/// Judgements of strength that wait; one runs, beside the hashes. So they keep nobody from
/// signing in.
const JUDGEMENTS: usize = 16;
/// Judgements for the meter beside a field that wait. They have a queue of their own, so that they keep
/// nobody from getting an account.
const METERINGS: usize = 4;
/// No stored hash takes longer than this many times the time of a new one.
const CEILING: u32 = 4;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What [`PasswordHasher::verify`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// The password is another one, or there is none stored.
    Wrong,
    /// The password is right.
    Right,
    /// The password is right, and should be hashed anew: its parameters differ from today's.
    RightButOutdated,
}

/// Hashes passwords, a bounded number at once, off the async threads.
#[derive(Clone, Debug)]
pub struct PasswordHasher {
    params: Params,
    /// A hash of no password. It is verified for unknown people, so that they take as long.
    dummy: String,
    hashes: ComputePermits,
    judgements: ComputePermits,
    meterings: ComputePermits,
    memory: HashMemory,
}

impl PasswordHasher {
    /// A hasher with OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
    ///
    /// # Errors
    /// `Failed` if the system gives no random bytes.
    pub fn new() -> Result<Self, PasswordError> {
        Self::with_cost(19 * 1024, 2)
    }

    /// A hasher with other parameters: memory in KiB, and passes over it.
    ///
    /// # Errors
    /// `Failed` if argon2 does not allow them, or the system gives no random bytes.
    pub fn with_cost(memory_kib: u32, passes: u32) -> Result<Self, PasswordError> {
        let params = Params::new(memory_kib, passes, 1, Some(HASH_BYTES))
            .map_err(|_| PasswordError::Failed)?;
        let hashes = ComputePermits::new(RUNNING, WAITING);
        Ok(PasswordHasher {
            dummy: dummy_hash(&params)?,
            params,
            judgements: ComputePermits::new(1, JUDGEMENTS),
            meterings: ComputePermits::new(1, METERINGS),
            hashes,
            memory: HashMemory::default(),
        })
    }

    /// Hashes a new password; the result is a PHC string with a random salt.
    ///
    /// # Errors
    /// `TooShort`, `TooLong`, `Busy` or `Failed`.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let password = normalize_new(password)?;
        let (params, memory) = (self.params.clone(), self.memory.clone());
        self.hashes
            .run(move || hash(&password, &params, &memory))
            .await?
    }

    /// Whether a password is the one whose PHC string is stored. Without a stored one it takes
    /// the same time, and is wrong. So is a password that is too long to have been set.
    ///
    /// # Errors
    /// `Stored`, `Busy` or `Failed`.
    pub async fn verify(
        &self,
        stored: Option<String>,
        password: &str,
    ) -> Result<Verification, PasswordError> {
        let Ok(password) = normalize(password) else {
            return Ok(Verification::Wrong);
        };
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy.clone());
        let (params, memory) = (self.params.clone(), self.memory.clone());
        let found = self
            .hashes
            .run(move || verify(&stored, &password, &params, &memory))
            .await??;
        Ok(if is_known { found } else { Verification::Wrong })
    }

    /// Judges a new password's strength; see [`strength::judge`].
    ///
    /// # Errors
    /// `TooLong`, `Busy` or `Failed`.
    pub async fn strength(
        &self,
        password: &str,
        known_words: Vec<String>,
    ) -> Result<Strength, PasswordError> {
        judge(&self.judgements, password, known_words).await
    }

    /// As [`Self::strength`], for a password that somebody is still typing.
    ///
    /// # Errors
    /// As there.
    pub async fn meter(
        &self,
        password: &str,
        known_words: Vec<String>,
    ) -> Result<Strength, PasswordError> {
        judge(&self.meterings, password, known_words).await
    }
}

async fn judge(
    permits: &ComputePermits,
    password: &str,
    known_words: Vec<String>,
) -> Result<Strength, PasswordError> {
    let password = normalize(password)?;
    permits
        .run(move || strength::judge(&password, &known_words))
        .await
}

fn hash(password: &str, params: &Params, memory: &HashMemory) -> Result<String, PasswordError> {
    let mut salt = [0_u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::Failed)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let output = output(&argon2, password, &salt, memory).ok_or(PasswordError::Failed)?;
    phc_string(params, &salt, output)
}

/// The hash of a password with a salt, as long as the parameters say.
fn output(argon2: &Argon2<'_>, password: &str, salt: &[u8], memory: &HashMemory) -> Option<Output> {
    let params = argon2.params();
    let mut output = [0_u8; Output::MAX_LENGTH];
    let output = output.get_mut(..params.output_len().unwrap_or(HASH_BYTES))?;
    memory
        .run(params.block_count(), |blocks| {
            argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, blocks)
        })
        .ok()?;
    Output::new(output).ok()
}

fn verify(
    stored: &str,
    password: &str,
    today: &Params,
    memory: &HashMemory,
) -> Result<Verification, PasswordError> {
    let refused = || PasswordError::Stored;
    let stored = PasswordHash::new(stored).map_err(|_| refused())?;
    let params = Params::try_from(&stored).map_err(|_| refused())?;
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(|_| refused())?;
    let version = Version::try_from(stored.version.unwrap_or(Version::V0x13.into()))
        .map_err(|_| refused())?;
    let (Some(salt), Some(expected)) = (&stored.salt, stored.hash) else {
        return Err(refused());
    };
    if params.m_cost() > today.m_cost().saturating_mul(CEILING)
        || params.t_cost() > today.t_cost().saturating_mul(CEILING)
        || params.p_cost() > CEILING
    {
        return Err(refused());
    }
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let is_todays = algorithm == Algorithm::Argon2id
        && version == Version::V0x13
        && costs(&params) == costs(today);
    let argon2 = Argon2::new(algorithm, version, params);
    let found = output(&argon2, password, salt.as_ref(), memory).ok_or_else(refused)?;
    // This comparison takes the same time wherever they differ.
    Ok(match (found == expected, is_todays) {
        (false, _) => Verification::Wrong,
        (true, true) => Verification::Right,
        (true, false) => Verification::RightButOutdated,
    })
}

/// A PHC string with these parameters and a random output, which no password has.
fn dummy_hash(params: &Params) -> Result<String, PasswordError> {
    let mut random = [0_u8; HASH_BYTES + SALT_BYTES];
    getrandom::fill(&mut random).map_err(|_| PasswordError::Failed)?;
    let (output, salt) = random.split_at(HASH_BYTES);
    let output = Output::new(output).map_err(|_| PasswordError::Failed)?;
    phc_string(params, salt, output)
}

fn phc_string(params: &Params, salt: &[u8], output: Output) -> Result<String, PasswordError> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: params.try_into().map_err(|_| PasswordError::Failed)?,
        salt: Some(salt.try_into().map_err(|_| PasswordError::Failed)?),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> PasswordHasher {
        PasswordHasher::with_cost(64, 1).unwrap()
    }

    #[tokio::test]
    async fn todays_parameters_are_owasps_and_verify() {
        let hasher = PasswordHasher::new().unwrap();
        let stored = hasher.hash("correct horse").await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        let verified = hasher.verify(Some(stored), "correct horse").await;
        assert_eq!(verified, Ok(Verification::Right));
    }

    #[tokio::test]
    async fn another_password_and_an_unknown_person_are_wrong() {
        let hasher = cheap();
        let stored = hasher.hash("correct horse").await.unwrap();
        let wrong = hasher.verify(Some(stored), "Correct horse").await;
        assert_eq!(wrong, Ok(Verification::Wrong));
        let unknown = hasher.verify(None, "correct horse").await;
        assert_eq!(unknown, Ok(Verification::Wrong));
        let long = "a".repeat(5000);
        assert_eq!(hasher.verify(None, &long).await, Ok(Verification::Wrong));
    }

    #[test]
    fn the_dummy_costs_what_a_new_hash_costs() {
        let hasher = PasswordHasher::new().unwrap();
        let dummy = PasswordHash::new(&hasher.dummy).unwrap();
        let params = Params::try_from(&dummy).unwrap();
        assert_eq!(params.m_cost(), 19 * 1024);
        assert_eq!((params.t_cost(), params.p_cost()), (2, 1));
        assert_eq!(
            verify(
                &cheap().dummy,
                "a password",
                &cheap().params,
                &HashMemory::default()
            ),
            Ok(Verification::Wrong)
        );
    }

    #[tokio::test]
    async fn both_normal_forms_are_the_same_password() {
        let hasher = cheap();
        let composed = "비밀번호는어렵다";
        let decomposed: String =
            unicode_normalization::UnicodeNormalization::nfd(composed).collect();
        assert_ne!(composed, decomposed);
        let stored = hasher.hash(&decomposed).await.unwrap();
        let verified = hasher.verify(Some(stored), composed).await;
        assert_eq!(verified, Ok(Verification::Right));
    }

    #[tokio::test]
    async fn two_hashes_of_one_password_differ() {
        let hasher = cheap();
        assert_ne!(
            hasher.hash("correct horse").await.unwrap(),
            hasher.hash("correct horse").await.unwrap()
        );
    }

    #[tokio::test]
    async fn weaker_parameters_are_outdated_and_those_above_the_ceiling_are_refused() {
        let stored = cheap().hash("correct horse").await.unwrap();
        let stronger = PasswordHasher::with_cost(128, 1).unwrap();
        let outdated = stronger.verify(Some(stored), "correct horse").await;
        assert_eq!(outdated, Ok(Verification::RightButOutdated));

        for (memory, passes) in [(5 * 64, 1), (64, 5)] {
            let costly = PasswordHasher::with_cost(memory, passes).unwrap();
            let stored = costly.hash("correct horse").await.unwrap();
            let refused = cheap().verify(Some(stored), "correct horse").await;
            assert_eq!(refused, Err(PasswordError::Stored));
        }
    }

    #[tokio::test]
    async fn malformed_stored_hashes_are_refused() {
        for stored in [
            "",
            "secret",
            "$argon2id$v=19$m=64,t=1,p=1",
            "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0",
            "$scrypt$ln=1,r=8,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0",
            "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0",
        ] {
            let refused = cheap().verify(Some(stored.to_owned()), "secret").await;
            assert_eq!(refused, Err(PasswordError::Stored), "{stored}");
        }
    }
}
