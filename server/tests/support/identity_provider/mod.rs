//! An identity provider on this machine: a real HTTP server with keys of its own. It does
//! everything right unless the test says what it does wrong. Its sign-in page asks nothing: it
//! sends the browser back at once, as the person whom the test has named.

mod endpoints;
pub mod keys;
pub mod misbehaviour;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use server::accounts::oidc::{
    CallbackAnswer, ClientSecret, Issuer, OidcClient, OidcSettings, RoleMapping,
};
use server::clock::Clock;
use server::tls;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use self::keys::SigningKey;
use self::misbehaviour::{Endpoint, Misbehaviour};

/// The client id and the secret: of characters that a careless client encodes wrongly.
pub const CLIENT_ID: &str = "madang chat";
/// See [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "s:e/c+r%t=ü";

/// A running provider.
pub struct IdentityProvider {
    issuer: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What the endpoints and the test share.
struct Shared {
    issuer: String,
    clock: Clock,
    state: Mutex<ProviderState>,
}

struct ProviderState {
    misbehaviour: Option<Misbehaviour>,
    /// The claims of the person who signs in, `sub` among them.
    person: Value,
    /// The claims that only the user information has.
    userinfo: Value,
    key: SigningKey,
    authentication: &'static str,
    grants: HashMap<String, Grant>,
    asked: HashMap<Endpoint, usize>,
    issued: usize,
    /// Codes and tokens that the provider has given.
    secrets: Vec<String>,
}

/// What belongs to a code.
struct Grant {
    redirect_uri: String,
    nonce: String,
    challenge: String,
    person: Value,
    userinfo: Value,
}

impl IdentityProvider {
    /// Starts a provider on a free port. Its tokens have the time of this clock.
    pub async fn start(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            issuer: issuer.clone(),
            clock,
            state: Mutex::new(ProviderState {
                misbehaviour: None,
                person: json!({"sub": "1", "preferred_username": "ada", "name": "Ada"}),
                userinfo: json!({}),
                key: SigningKey::rsa(0),
                authentication: "client_secret_basic",
                grants: HashMap::new(),
                asked: HashMap::new(),
                issued: 0,
                secrets: Vec::new(),
            }),
        });
        let routes = endpoints::routes(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            axum::serve(listener, routes).await.unwrap();
        });
        IdentityProvider {
            issuer,
            shared,
            task,
        }
    }

    /// The provider's issuer: the value of `--oidc-issuer`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// From now on it misbehaves in this way.
    pub fn misbehave(&self, misbehaviour: Misbehaviour) {
        self.shared.state.lock().misbehaviour = Some(misbehaviour);
    }

    /// From now on it does everything right.
    pub fn behave(&self) {
        self.shared.state.lock().misbehaviour = None;
    }

    /// Whom the sign-in page sends back from now on: the claims of the ID token, `sub` among
    /// them.
    pub fn sign_in_as(&self, claims: Value) {
        self.shared.state.lock().person = claims;
    }

    /// The claims that the user information adds.
    pub fn add_userinfo(&self, claims: Value) {
        self.shared.state.lock().userinfo = claims;
    }

    /// Replaces the key. The old one is not among the public ones any more.
    pub fn replace_key(&self, key: SigningKey) {
        self.shared.state.lock().key = key;
    }

    /// How clients identify themselves at the token endpoint.
    pub fn set_client_authentication(&self, method: &'static str) {
        self.shared.state.lock().authentication = method;
    }

    /// How often an endpoint was asked.
    pub fn asked(&self, endpoint: Endpoint) -> usize {
        let state = self.shared.state.lock();
        state.asked.get(&endpoint).copied().unwrap_or_default()
    }

    /// The codes and tokens that it has given.
    pub fn secrets(&self) -> Vec<String> {
        self.shared.state.lock().secrets.clone()
    }

    /// The settings of a client that is registered here.
    pub fn settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: Issuer::parse(&self.issuer).unwrap(),
            client_id: CLIENT_ID.into(),
            client_secret: ClientSecret::parse(CLIENT_SECRET).unwrap(),
            redirect_uri: "http://chat.example/api/v1/session/oidc/callback".into(),
            label: "Test".into(),
            scopes: vec!["openid".into(), "profile".into()],
            role_claim: None,
            roles: vec![RoleMapping::parse("chat-admins=administrator").unwrap()],
            timeout: OidcSettings::TIMEOUT,
            answer_bytes: OidcSettings::ANSWER_BYTES,
        }
    }

    /// The arguments of `madang serve` for a server that is registered here.
    pub fn arguments(&self) -> Vec<String> {
        let named = [
            ("issuer", &*self.issuer),
            ("client-id", CLIENT_ID),
            ("client-secret", CLIENT_SECRET),
            ("label", "Test"),
        ];
        let arguments = named.map(|(name, value)| format!("--oidc-{name}={value}"));
        arguments.into()
    }

    /// A logout token about this subject, with these claims in place of the right ones. It is
    /// signed as the misbehaviour says.
    pub fn logout_token(&self, subject: &str, changes: &Value) -> String {
        let mut state = self.shared.state.lock();
        state.issued += 1;
        let now = self.shared.clock.now().0 / 1_000_000;
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "sub": subject, "iat": now, "exp": now + 120,
            "jti": format!("logout-{}", state.issued),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        endpoints::signed(&state.key, state.misbehaviour, &claims)
    }

    /// A client that is registered here.
    pub fn client(&self) -> OidcClient {
        OidcClient::new(self.settings(), self.shared.clock.clone()).unwrap()
    }

    /// Visits the sign-in page as a browser does, and gives the address to which it sends the
    /// browser back.
    pub async fn send_back(&self, address: &str) -> Url {
        assert!(address.starts_with(&self.issuer), "{address}");
        let browser = tls::local_http_client().redirect(reqwest::redirect::Policy::none());
        let answer = browser.build().unwrap().get(address).send().await.unwrap();
        assert!(answer.status().is_redirection(), "{answer:?}");
        let location = answer.headers()["location"].to_str().unwrap();
        Url::parse(location).unwrap()
    }

    /// Visits the sign-in page, and gives what the browser brings back.
    pub async fn visit(&self, address: &str) -> CallbackAnswer {
        let location = self.send_back(address).await;
        let mut back = CallbackAnswer::default();
        for (name, value) in location.query_pairs() {
            let value = Some(value.into_owned());
            match &*name {
                "code" => back.code = value,
                "state" => back.state = value,
                "iss" => back.iss = value,
                "error" => back.error = value,
                _ => {}
            }
        }
        back
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}
