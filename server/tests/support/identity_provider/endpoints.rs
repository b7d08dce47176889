//! The endpoints of the provider.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};

use super::keys::SigningKey;
use super::misbehaviour::{Endpoint, Misbehaviour, WrongAnswer};
use super::{CLIENT_ID, CLIENT_SECRET, Grant, Shared};

type Fields = HashMap<String, String>;
type Provider = State<Arc<Shared>>;

/// All endpoints.
pub(super) fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/authorize", get(authorize))
        .route("/keys", get(keys))
        .route("/token", post(token))
        .route("/userinfo", get(userinfo))
        // Where redirects lead to: they would be answered rightly.
        .route("/moved/.well-known/openid-configuration", get(discovery))
        .route("/moved/keys", get(keys))
        .route("/moved/token", post(token))
        .route("/moved/userinfo", get(userinfo))
        .with_state(shared)
}

impl Shared {
    /// An endpoint's right answer, unless it misbehaves.
    async fn answer(&self, endpoint: Endpoint, path: &str, right: (StatusCode, Value)) -> Response {
        let (status, body) = right;
        let misbehaviour = {
            let mut state = self.state.lock();
            *state.asked.entry(endpoint).or_default() += 1;
            state.misbehaviour
        };
        let wrong = match misbehaviour {
            Some(Misbehaviour::At(at, wrong)) if at == endpoint => wrong,
            _ => return (status, Json(body)).into_response(),
        };
        let json = [(header::CONTENT_TYPE, "application/json")];
        match wrong {
            WrongAnswer::Never => std::future::pending().await,
            WrongAnswer::Endless => {
                let start = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
                (json, Body::from_stream(start.chain(stream::pending()))).into_response()
            }
            WrongAnswer::Huge => {
                let spaces = " ".repeat(OVER_ALL_LIMITS);
                (json, format!("{spaces}{body}")).into_response()
            }
            WrongAnswer::Html => {
                let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
                (html, body.to_string()).into_response()
            }
            WrongAnswer::Redirect => {
                let to = format!("{}/moved{path}", self.issuer);
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
            }
            WrongAnswer::Failure => StatusCode::BAD_GATEWAY.into_response(),
        }
    }

    fn misbehaves(&self, how: Misbehaviour) -> bool {
        self.state.lock().misbehaviour == Some(how)
    }
}

/// More bytes than a client should read.
const OVER_ALL_LIMITS: usize = 1024 * 1024;

async fn discovery(State(shared): Provider) -> Response {
    let issuer = &shared.issuer;
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?realm=main"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "token_endpoint_auth_methods_supported": [shared.state.lock().authentication],
        "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],
        "authorization_response_iss_parameter_supported": true,
    });
    if shared.misbehaves(Misbehaviour::DiscoveryIssuer) {
        document["issuer"] = json!(format!("{issuer}/"));
    }
    if shared.misbehaves(Misbehaviour::DiscoveryAlgorithms) {
        document["id_token_signing_alg_values_supported"] = json!(["none", "HS256"]);
    }
    if shared.misbehaves(Misbehaviour::DiscoveryPlainEndpoint) {
        document["token_endpoint"] = json!("http://login.example/token");
    }
    let path = "/.well-known/openid-configuration";
    let right = (StatusCode::OK, document);
    shared.answer(Endpoint::Discovery, path, right).await
}

/// The sign-in page: it sends the browser back at once.
async fn authorize(State(shared): Provider, Query(query): Query<Fields>) -> Response {
    for (name, value) in [
        ("realm", "main"),
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(query["scope"].split(' ').any(|scope| scope == "openid"));
    let mut back = Url::parse(&query["redirect_uri"]).unwrap();
    let mut state = shared.state.lock();
    back.query_pairs_mut().append_pair("state", &query["state"]);
    let issuer = match state.misbehaviour {
        Some(Misbehaviour::CallbackWithoutIssuer) => None,
        Some(Misbehaviour::MixUp) => Some("https://other.example"),
        _ => Some(&*shared.issuer),
    };
    if let Some(issuer) = issuer {
        back.query_pairs_mut().append_pair("iss", issuer);
    }
    let (name, value) = match state.misbehaviour {
        Some(Misbehaviour::Denial) => ("error", "access_denied".to_owned()),
        Some(Misbehaviour::InvalidScope) => ("error", "invalid_scope".to_owned()),
        Some(Misbehaviour::NoCode) => ("session_state", "1".to_owned()),
        _ => {
            state.issued += 1;
            let code = format!("Code{}of{}", state.issued, query["nonce"]);
            state.secrets.push(code.clone());
            let grant = Grant {
                redirect_uri: query["redirect_uri"].clone(),
                nonce: query["nonce"].clone(),
                challenge: query["code_challenge"].clone(),
                person: state.person.clone(),
                userinfo: state.userinfo.clone(),
            };
            state.grants.insert(code.clone(), grant);
            ("code", code)
        }
    };
    back.query_pairs_mut().append_pair(name, &value);
    (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, String::from(back))],
    )
        .into_response()
}

async fn keys(State(shared): Provider) -> Response {
    let key = shared.state.lock().key.public();
    // A client must not stumble over kinds of keys that it does not know.
    let unknown = json!({"kty": "AKP", "kid": "new", "alg": "ML-DSA-44", "pub": "AA"});
    let mut keys = vec![unknown, json!("no key"), key.clone()];
    // Nor take a key that is there for encryption.
    let mut encryption = SigningKey::ec().public();
    encryption["use"] = json!("enc");
    encryption["kid"] = key["kid"].clone();
    keys.insert(0, encryption);
    let right = (StatusCode::OK, json!({"keys": keys}));
    shared.answer(Endpoint::Keys, "/keys", right).await
}

async fn token(State(shared): Provider, headers: HeaderMap, body: Bytes) -> Response {
    let fields: Fields = form_urlencoded::parse(&body).into_owned().collect();
    let right = match exchange(&shared, &headers, &fields) {
        Ok(tokens) => (StatusCode::OK, tokens),
        Err(error) => {
            let description = format!("about {:?}", fields.get("code"));
            let body = json!({"error": error, "error_description": description});
            (StatusCode::BAD_REQUEST, body)
        }
    };
    shared.answer(Endpoint::Token, "/token", right).await
}

/// Checks everything that a provider checks, and gives the tokens.
fn exchange(shared: &Shared, headers: &HeaderMap, fields: &Fields) -> Result<Value, &'static str> {
    let mut state = shared.state.lock();
    let field = |name| fields.get(name).map(String::as_str).unwrap_or_default();
    let (client_id, secret) = match state.authentication {
        "client_secret_post" => (field("client_id").into(), field("client_secret").into()),
        _ => basic(headers).ok_or("invalid_client")?,
    };
    if client_id != CLIENT_ID || secret != CLIENT_SECRET {
        return Err("invalid_client");
    }
    if state.misbehaviour == Some(Misbehaviour::Refusal) {
        return Err("invalid_grant");
    }
    let grant = state.grants.remove(field("code")).ok_or("invalid_grant")?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    if field("grant_type") != "authorization_code"
        || field("redirect_uri") != grant.redirect_uri
        || challenge != grant.challenge
    {
        return Err("invalid_grant");
    }
    let claims = claims(shared, state.misbehaviour, &grant);
    let token = signed(&state.key, state.misbehaviour, &claims);
    let mut userinfo = grant.userinfo;
    userinfo["sub"] = grant.person["sub"].clone();
    if state.misbehaviour == Some(Misbehaviour::UserinfoSubject) {
        userinfo["sub"] = json!("somebody else");
    }
    let access_token = URL_SAFE_NO_PAD.encode(userinfo.to_string());
    state.secrets.extend([token.clone(), access_token.clone()]);
    let mut tokens = json!({"access_token": access_token, "token_type": "Bearer"});
    if state.misbehaviour != Some(Misbehaviour::NoToken) {
        tokens["id_token"] = json!(token);
    }
    Ok(tokens)
}

fn claims(shared: &Shared, misbehaviour: Option<Misbehaviour>, grant: &Grant) -> Value {
    let now = shared.clock.now().0 / 1_000_000;
    let mut claims = grant.person.clone();
    claims["iss"] = json!(shared.issuer);
    claims["aud"] = json!(CLIENT_ID);
    claims["nonce"] = json!(grant.nonce);
    claims["iat"] = json!(now);
    claims["exp"] = json!(now + 300);
    let day = 24 * 60 * 60;
    match misbehaviour {
        Some(Misbehaviour::TokenIssuer) => claims["iss"] = json!("https://other.example"),
        Some(Misbehaviour::Audience) => claims["aud"] = json!("other"),
        Some(Misbehaviour::AudiencesWithoutParty) => claims["aud"] = json!([CLIENT_ID, "other"]),
        Some(Misbehaviour::OtherParty) => claims["azp"] = json!("other"),
        Some(Misbehaviour::Expired) => claims["exp"] = json!(now - day),
        Some(Misbehaviour::FromTheFuture) => {
            claims["iat"] = json!(now + day);
            claims["exp"] = json!(now + day + 300);
        }
        Some(Misbehaviour::NoNonce) => {
            claims.as_object_mut().unwrap().remove("nonce");
        }
        Some(Misbehaviour::OtherNonce) => claims["nonce"] = json!("another"),
        _ => {}
    }
    claims
}

pub fn signed(key: &SigningKey, misbehaviour: Option<Misbehaviour>, claims: &Value) -> String {
    match misbehaviour {
        Some(Misbehaviour::Unsigned) => key.unsigned(claims),
        Some(Misbehaviour::PublicKeyAsSecret) => key.signed_with_public_key(claims),
        Some(Misbehaviour::UnknownKey) => key.clone().named("unknown").sign(claims),
        Some(Misbehaviour::OtherKey) => SigningKey::rsa(1).named("rsa-0").sign(claims),
        _ => key.sign(claims),
    }
}

/// The client id and secret of `Authorization: Basic` (RFC 6749 § 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |part: &str| {
        let pair = format!("v={part}");
        let mut pairs = form_urlencoded::parse(pair.as_bytes());
        let value = pairs.next().map(|(_, value)| value.into_owned());
        value.unwrap()
    };
    Some((decode(id), decode(secret)))
}

async fn userinfo(State(shared): Provider, headers: HeaderMap) -> Response {
    // The access token is the answer: nothing has to be remembered.
    let value = headers[header::AUTHORIZATION].to_str().unwrap();
    let token = value.strip_prefix("Bearer ").unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token).unwrap();
    let claims = serde_json::from_slice(&claims).unwrap();
    let right = (StatusCode::OK, claims);
    shared.answer(Endpoint::Userinfo, "/userinfo", right).await
}
