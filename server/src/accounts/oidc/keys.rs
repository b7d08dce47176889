//! The provider's public keys (RFC 7517), kept for an hour and fetched again when an unknown one
//! is named: providers change their keys at any time.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use serde::Deserialize;
use serde_json::Value;
use shared::id::Micros;
use tokio::sync::Mutex;
use url::Url;

use super::discovery::FAILURE_PAUSE;
use super::error::OidcError;
use super::fetch::ProviderHttp;
use super::id_token::{UnverifiedToken, algorithm};
use crate::clock::Clock;

/// How long the keys are used, in microseconds.
const LIFETIME: i64 = 60 * 60 * 1_000_000;
/// The shortest time between two fetches because of unknown keys, in microseconds.
const PAUSE: i64 = 60 * 1_000_000;
/// More keys than any provider has; the rest is left out.
const MAX_KEYS: usize = 64;

/// The keys and when they were fetched. The lock is held while they are fetched, so that many
/// who wait for them ask once.
#[derive(Default)]
pub struct KeyCache(Mutex<CacheState>);

#[derive(Default)]
struct CacheState {
    keys: Vec<Jwk>,
    fetched_at: Option<Micros>,
    /// When they could not be fetched.
    failed_at: Option<Micros>,
    /// When they were last fetched because of an unknown key.
    refetched_at: Option<Micros>,
}

/// A key set as it is sent. A key of an unknown kind must not spoil the others.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl KeyCache {
    /// The key with which this token has to be verified.
    ///
    /// # Errors
    /// `key_unknown`, or why the keys cannot be fetched; `paused` if that was the case a moment ago.
    pub async fn find(
        &self,
        http: &ProviderHttp,
        address: &Url,
        token: &UnverifiedToken<'_>,
        clock: &Clock,
    ) -> Result<DecodingKey, OidcError> {
        let mut state = self.0.lock().await;
        // Not before: whoever was fetching may have taken long.
        let now = clock.now();
        let is_within = |since: Option<Micros>, time: i64| {
            since.is_some_and(|since| (0..time).contains(&(now.0 - since.0)))
        };
        let is_fresh = is_within(state.fetched_at, LIFETIME);
        if !is_fresh {
            // Anybody may send a token, and others wait behind the question.
            if is_within(state.failed_at, FAILURE_PAUSE) {
                return Err(OidcError::Paused);
            }
            let fetched = fetch(http, address).await;
            state.failed_at = fetched.is_err().then(|| clock.now());
            state.keys = fetched?;
            state.fetched_at = Some(now);
        }
        if let Some(key) = select(&state.keys, token) {
            return Ok(key);
        }
        if !is_fresh || is_within(state.refetched_at, PAUSE) {
            return Err(OidcError::KeyUnknown);
        }
        state.refetched_at = Some(now);
        state.keys = fetch(http, address).await?;
        state.fetched_at = Some(now);
        select(&state.keys, token).ok_or(OidcError::KeyUnknown)
    }
}

async fn fetch(http: &ProviderHttp, address: &Url) -> Result<Vec<Jwk>, OidcError> {
    let answer = http.ask("key set", http.get(address.clone())).await?;
    let set: KeySet = answer.success()?;
    let keys = set.keys.into_iter().take(MAX_KEYS);
    Ok(keys
        .filter_map(|key| serde_json::from_value(key).ok())
        .collect())
}

/// The key that a token names; if it names none, the only one that suits its algorithm.
fn select(keys: &[Jwk], token: &UnverifiedToken<'_>) -> Option<DecodingKey> {
    let mut suitable = keys
        .iter()
        .filter(|key| token.key_id.is_none() || key.common.key_id == token.key_id)
        .filter_map(|key| suitable_key(key, token));
    let key = suitable.next()?;
    suitable.next().is_none().then_some(key)
}

/// The key, if it is for signatures and for the token's algorithm.
fn suitable_key(key: &Jwk, token: &UnverifiedToken<'_>) -> Option<DecodingKey> {
    let is_for_signatures = matches!(
        key.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let named = key.common.key_algorithm.map(|named| named.to_string());
    let names_algorithm = named.is_none_or(|named| algorithm(&named) == Some(token.algorithm));
    if !is_for_signatures || !names_algorithm {
        return None;
    }
    let decoding = DecodingKey::from_jwk(key).ok()?;
    (decoding.family() == token.algorithm.family()).then_some(decoding)
}
