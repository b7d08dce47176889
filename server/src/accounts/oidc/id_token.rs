//! ID tokens: a signed statement of the provider (OpenID Connect Core § 3.1.3.7, RFC 7515).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::id::Micros;

use super::claims::Claims;
use super::error::OidcError;

/// How far the clocks may be apart, in seconds.
const LEEWAY: f64 = 60.0;
/// The longest subject (OpenID Connect Core § 2).
pub const MAX_SUBJECT_BYTES: usize = 255;

/// The algorithms of signatures that this client verifies. `none`, and those with a shared
/// secret (`HS256` and so on), are not among them.
const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// The algorithm of this name, if this client verifies it.
pub fn algorithm(name: &str) -> Option<Algorithm> {
    let known = ALGORITHMS.iter().find(|(known, _)| *known == name);
    known.map(|(_, algorithm)| *algorithm)
}

/// A token whose signature is not verified yet. Nothing of its claims can be read.
pub struct UnverifiedToken<'a> {
    /// The algorithm of its signature; one that is acceptable.
    pub algorithm: Algorithm,
    /// Which key signed it, if it says so.
    pub key_id: Option<String>,
    message: &'a str,
    payload: &'a str,
    signature: &'a str,
}

/// The header of a token (RFC 7515 § 4.1).
#[derive(Deserialize)]
struct TokenHeader {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

impl<'a> UnverifiedToken<'a> {
    /// Reads the header of a token.
    ///
    /// # Errors
    /// `token_malformed`, or `algorithm` if it is not one of `acceptable`.
    pub fn parse(token: &'a str, acceptable: &[Algorithm]) -> Result<Self, OidcError> {
        let (message, signature) = token.rsplit_once('.').ok_or(OidcError::TokenMalformed)?;
        let (header, payload) = message.split_once('.').ok_or(OidcError::TokenMalformed)?;
        let header: TokenHeader = decode(header)?;
        if header.crit.is_some() {
            // An extension that has to be understood (RFC 7515 § 4.1.11); none is.
            return Err(OidcError::TokenMalformed);
        }
        let algorithm = algorithm(&header.alg)
            .filter(|algorithm| acceptable.contains(algorithm))
            .ok_or_else(|| OidcError::Algorithm(header.alg.chars().take(16).collect()))?;
        Ok(UnverifiedToken {
            algorithm,
            key_id: header.kid,
            message,
            payload,
            signature,
        })
    }

    /// Verifies the signature and gives the claims.
    ///
    /// # Errors
    /// `signature` or `token_malformed`.
    pub fn verify(&self, key: &DecodingKey) -> Result<Claims, OidcError> {
        let message = self.message.as_bytes();
        match jsonwebtoken::crypto::verify(self.signature, message, key, self.algorithm) {
            Ok(true) => Ok(Claims::new(decode(self.payload)?)),
            Ok(false) | Err(_) => Err(OidcError::Signature),
        }
    }
}

/// What an ID token has to say.
pub struct Expected<'a> {
    /// Whose it has to be.
    pub issuer: &'a str,
    /// Whom it has to be for.
    pub client_id: &'a str,
    /// Of which sign-in it has to be.
    pub nonce: &'a str,
    /// The current time.
    pub now: Micros,
}

/// Checks the claims of a verified ID token (OpenID Connect Core § 3.1.3.7), and gives the
/// subject.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(claims: &Claims, expected: &Expected<'_>) -> Result<String, OidcError> {
    if claims.text("iss") != Some(expected.issuer) {
        return Err(OidcError::TokenIssuer);
    }
    check_audience(claims, expected.client_id)?;
    check_times(claims, expected.now)?;
    if claims.text("nonce") != Some(expected.nonce) {
        return Err(OidcError::Nonce);
    }
    let subject = claims.text("sub").unwrap_or_default();
    if subject.is_empty() || subject.len() > MAX_SUBJECT_BYTES {
        return Err(OidcError::Subject);
    }
    Ok(subject.to_owned())
}

/// Checks that a token is for this client.
///
/// # Errors
/// `audience` or `authorized_party`.
pub fn check_audience(claims: &Claims, client_id: &str) -> Result<(), OidcError> {
    let (is_for_us, has_others) = match claims.value("aud") {
        Some(Value::String(audience)) => (audience == client_id, false),
        Some(Value::Array(audiences)) => (
            audiences.iter().any(|one| one.as_str() == Some(client_id)),
            audiences.len() > 1,
        ),
        _ => (false, false),
    };
    if !is_for_us {
        return Err(OidcError::Audience);
    }
    match claims.value("azp") {
        Some(party) if party.as_str() == Some(client_id) => Ok(()),
        None if !has_others => Ok(()),
        _ => Err(OidcError::AuthorizedParty),
    }
}

/// Checks that a token counts now.
///
/// # Errors
/// `expired`, `from_the_future` or `token_malformed`.
pub fn check_times(claims: &Claims, now: Micros) -> Result<(), OidcError> {
    #[allow(clippy::cast_precision_loss, reason = "exact for seconds of our age")]
    let now = now.0.div_euclid(1_000_000) as f64;
    let expires = claims.seconds("exp").ok_or(OidcError::TokenMalformed)?;
    let issued = claims.seconds("iat").ok_or(OidcError::TokenMalformed)?;
    if now >= expires + LEEWAY {
        return Err(OidcError::Expired);
    }
    let valid_from = claims.seconds("nbf").unwrap_or(issued).max(issued);
    if valid_from > now + LEEWAY {
        return Err(OidcError::FromTheFuture);
    }
    Ok(())
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, OidcError> {
    let bytes = URL_SAFE_NO_PAD.decode(part);
    let bytes = bytes.map_err(|_| OidcError::TokenMalformed)?;
    serde_json::from_slice(&bytes).map_err(|_| OidcError::TokenMalformed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn result_with(changes: &[(&str, Value)]) -> Result<String, OidcError> {
        let claims = json!({
            "iss": "https://a.example", "aud": "chat", "sub": "42", "nonce": "n",
            "iat": NOW, "exp": NOW + 300,
        });
        let mut claims: serde_json::Map<_, _> = serde_json::from_value(claims).unwrap();
        for (name, value) in changes {
            claims.insert((*name).into(), value.clone());
        }
        let expected = Expected {
            issuer: "https://a.example",
            client_id: "chat",
            nonce: "n",
            now: Micros(NOW * 1_000_000),
        };
        check(&Claims::new(claims), &expected)
    }

    #[test]
    fn a_right_token_gives_its_subject() {
        assert_eq!(result_with(&[]), Ok("42".into()));
        let several = [("aud", json!(["chat", "other"])), ("azp", json!("chat"))];
        assert_eq!(result_with(&several), Ok("42".into()));
        assert_eq!(result_with(&[("aud", json!(["chat"]))]), Ok("42".into()));
    }

    #[test]
    fn clocks_may_be_a_minute_apart() {
        assert!(result_with(&[("exp", json!(NOW - 59))]).is_ok());
        assert_eq!(
            result_with(&[("exp", json!(NOW - 60))]),
            Err(OidcError::Expired)
        );
        for name in ["iat", "nbf"] {
            assert!(result_with(&[(name, json!(NOW + 60))]).is_ok());
            assert_eq!(
                result_with(&[(name, json!(NOW + 61))]),
                Err(OidcError::FromTheFuture)
            );
        }
        assert!(result_with(&[("exp", json!(1_800_000_000.5))]).is_ok());
    }

    #[test]
    fn a_claim_of_another_type_is_not_taken_for_a_right_one() {
        for (name, value, error) in [
            ("aud", json!({"chat": 1}), OidcError::Audience),
            ("azp", json!(["chat"]), OidcError::AuthorizedParty),
            ("exp", json!("tomorrow"), OidcError::TokenMalformed),
            ("iat", json!(null), OidcError::TokenMalformed),
            ("nonce", json!(["n"]), OidcError::Nonce),
            ("sub", json!(42), OidcError::Subject),
            ("sub", json!("x".repeat(256)), OidcError::Subject),
            ("iss", json!("https://a.example/"), OidcError::TokenIssuer),
        ] {
            assert_eq!(result_with(&[(name, value.clone())]), Err(error), "{value}");
        }
    }

    #[test]
    fn a_token_with_an_extension_that_has_to_be_understood_is_refused() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","crit":["b64"],"b64":false}"#);
        let token = format!("{header}.e30.AA");
        let parsed = UnverifiedToken::parse(&token, &[Algorithm::RS256]);
        assert_eq!(parsed.err(), Some(OidcError::TokenMalformed));
    }
}
