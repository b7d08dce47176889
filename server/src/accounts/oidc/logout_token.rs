//! Logout tokens: the provider says that a session there has ended (OpenID Connect Back-Channel
//! Logout 1.0).

use std::collections::HashMap;

use parking_lot::Mutex;
use serde_json::Value;
use shared::id::Micros;

use super::claims::Claims;
use super::error::OidcError;
use super::id_token::{MAX_SUBJECT_BYTES, check_audience, check_times};
use super::random::sha256;

/// The event that makes a token a logout token (§ 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long after it was issued a token counts, in seconds.
const LIFETIME: f64 = 600.0;
/// How long it is known that a token was used, in microseconds: longer than any counts.
const REMEMBERED: i64 = 20 * 60 * 1_000_000;
/// Tokens that are remembered. With more, none is accepted until the oldest are forgotten.
const MAX_USED: usize = 50_000;

/// What a logout token says: that these sessions have ended.
pub struct LoggedOut {
    /// Of this person there.
    pub subject: Option<String>,
    /// That belong to this session there.
    pub session_id: Option<String>,
    /// The hash of the token's id.
    token_id: [u8; 32],
}

/// Checks the claims of a verified logout token (§ 2.6).
///
/// # Errors
/// The first thing that is wrong.
pub fn check_logout(
    claims: &Claims,
    issuer: &str,
    client_id: &str,
    now: Micros,
) -> Result<LoggedOut, OidcError> {
    if claims.text("iss") != Some(issuer) {
        return Err(OidcError::TokenIssuer);
    }
    check_audience(claims, client_id)?;
    check_times(claims, now)?;
    #[allow(clippy::cast_precision_loss, reason = "exact for seconds of our age")]
    let seconds = now.0.div_euclid(1_000_000) as f64;
    let is_old = |issued: f64| seconds > issued + LIFETIME;
    if claims.seconds("iat").is_none_or(is_old) {
        return Err(OidcError::Expired);
    }
    let events = claims.value("events").and_then(Value::as_object);
    let event = events.and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(OidcError::LogoutEvent);
    }
    // Else somebody could pass an ID token off as one.
    if claims.value("nonce").is_some() {
        return Err(OidcError::LogoutNonce);
    }
    let (subject, session_id) = (text(claims, "sub")?, text(claims, "sid")?);
    if subject.is_none() && session_id.is_none() {
        return Err(OidcError::Subject);
    }
    let token_id = text(claims, "jti")?.ok_or(OidcError::TokenMalformed)?;
    Ok(LoggedOut {
        subject,
        session_id,
        token_id: sha256(&token_id),
    })
}

/// A claim that names something, if it is there.
fn text(claims: &Claims, name: &str) -> Result<Option<String>, OidcError> {
    if claims.value(name).is_none() {
        return Ok(None);
    }
    match claims.text(name) {
        Some(text) if !text.is_empty() && text.len() <= MAX_SUBJECT_BYTES => {
            Ok(Some(text.to_owned()))
        }
        _ => Err(OidcError::Subject),
    }
}

/// The tokens that were used lately. Only the provider can add to them.
#[derive(Default)]
pub struct UsedLogoutTokens(Mutex<HashMap<[u8; 32], Micros>>);

impl UsedLogoutTokens {
    /// Refuses a token that was used before.
    ///
    /// # Errors
    /// `logout_repeated`, also while too many are remembered.
    pub fn require_new(&self, token: &LoggedOut, now: Micros) -> Result<(), OidcError> {
        let mut used = self.0.lock();
        if used.len() >= MAX_USED {
            used.retain(|_, at| (0..REMEMBERED).contains(&(now.0 - at.0)));
        }
        if used.len() >= MAX_USED || used.contains_key(&token.token_id) {
            return Err(OidcError::LogoutRepeated);
        }
        Ok(())
    }

    /// Notes that a token was used.
    pub fn note(&self, token: &LoggedOut, now: Micros) {
        self.0.lock().insert(token.token_id, now);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn checked(changes: &[(&str, Value)]) -> Result<LoggedOut, OidcError> {
        let claims = json!({
            "iss": "https://a.example", "aud": "chat", "sub": "42", "jti": "one",
            "iat": NOW, "exp": NOW + 120, "events": { EVENT: {} },
        });
        let mut claims: serde_json::Map<_, _> = serde_json::from_value(claims).unwrap();
        for (name, value) in changes {
            claims.insert((*name).into(), value.clone());
        }
        let now = Micros(NOW * 1_000_000);
        check_logout(&Claims::new(claims), "https://a.example", "chat", now)
    }

    #[test]
    fn a_right_token_names_a_person_or_a_session_or_both() {
        let both = checked(&[("sid", json!("s1"))]).unwrap();
        assert_eq!(
            (both.subject.as_deref(), both.session_id.as_deref()),
            (Some("42"), Some("s1"))
        );
        assert!(checked(&[("sub", json!(null)), ("sid", json!("s1"))]).is_ok());
        assert!(checked(&[]).unwrap().session_id.is_none());
    }

    #[test]
    fn what_is_no_logout_token_of_this_provider_is_refused() {
        for (name, value, error) in [
            ("iss", json!("https://b.example"), OidcError::TokenIssuer),
            ("aud", json!("other"), OidcError::Audience),
            ("exp", json!(NOW - 60), OidcError::Expired),
            ("exp", json!(null), OidcError::TokenMalformed),
            ("iat", json!(NOW + 61), OidcError::FromTheFuture),
            ("iat", json!(NOW - 601), OidcError::Expired),
            ("events", json!(null), OidcError::LogoutEvent),
            ("events", json!({ EVENT: "yes" }), OidcError::LogoutEvent),
            ("events", json!([EVENT]), OidcError::LogoutEvent),
            ("nonce", json!("n"), OidcError::LogoutNonce),
            ("sub", json!(null), OidcError::Subject),
            ("sub", json!(42), OidcError::Subject),
            ("sid", json!("x".repeat(256)), OidcError::Subject),
            ("jti", json!(null), OidcError::TokenMalformed),
        ] {
            assert_eq!(
                checked(&[(name, value.clone())]).err(),
                Some(error),
                "{name} {value}"
            );
        }
    }

    #[test]
    fn used_tokens_are_bounded_and_forgotten() {
        let used = UsedLogoutTokens::default();
        let token = |number: usize| checked(&[("jti", json!(number.to_string()))]).unwrap();
        let start = Micros(0);
        used.note(&token(0), start);
        assert_eq!(
            used.require_new(&token(0), start),
            Err(OidcError::LogoutRepeated)
        );
        for number in 1..MAX_USED {
            used.note(&token(number), start);
        }
        assert!(used.require_new(&token(MAX_USED), start).is_err());
        assert!(
            used.require_new(&token(MAX_USED), Micros(REMEMBERED))
                .is_ok()
        );
        assert!(used.0.lock().is_empty());
    }
}
