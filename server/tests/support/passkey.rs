//! Passkeys over HTTP: what the page, the browser and its authenticator do together.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::authenticator::{Authentication, Keys, Registration};
use super::guest::Guest;
use super::http::{self, Answer};

/// A passkey on somebody's device.
#[derive(Clone)]
pub struct Passkey {
    keys: Arc<Keys>,
    credential: Vec<u8>,
    user_handle: Value,
    relying_party: String,
    /// The origin of the page that uses it.
    pub origin: String,
    /// The signature counter of its next use.
    pub counter: u32,
}

/// The origin of a local server's page.
pub fn origin(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

impl Passkey {
    /// Makes one, as the options ask for.
    pub fn make(options: &Value, origin: &str) -> (Self, Value) {
        let keys = Keys::es256();
        let passkey = Passkey {
            // A part of the key: nobody else has it.
            credential: keys.cose()[3].1.clone(),
            keys: Arc::new(keys),
            user_handle: options["user"]["id"].clone(),
            relying_party: options["rp"]["id"].as_str().unwrap().to_owned(),
            origin: origin.to_owned(),
            counter: 0,
        };
        let made = passkey.make_again(options);
        (passkey, made)
    }

    /// What a device would send that makes the same passkey once more.
    pub fn make_again(&self, options: &Value) -> Value {
        let challenge = options["challenge"].as_str().unwrap();
        let mut registration = Registration::new(&self.keys, challenge);
        registration.client_data["origin"] = json!(self.origin);
        registration.rp_id.clone_from(&self.relying_party);
        registration.credential_id.clone_from(&self.credential);
        registration.to_json()
    }

    /// The same passkey, used by a page of another origin.
    pub fn at(&self, origin: &str) -> Self {
        Passkey {
            origin: origin.to_owned(),
            ..self.clone()
        }
    }

    /// The id by which the server names it.
    pub fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.credential)
    }

    /// Uses it, as the options ask for.
    pub fn use_for(&self, options: &Value) -> Value {
        self.use_changed(options, |_| {})
    }

    /// The same, with something changed before it is signed.
    pub fn use_changed(&self, options: &Value, change: impl FnOnce(&mut Authentication)) -> Value {
        let mut used = Authentication::new(options["challenge"].as_str().unwrap());
        used.client_data["origin"] = json!(self.origin);
        used.rp_id.clone_from(&self.relying_party);
        used.credential_id.clone_from(&self.credential);
        used.user_handle = self.user_handle.clone();
        used.counter = self.counter;
        change(&mut used);
        used.to_json(&self.keys)
    }
}

/// A request of somebody about the own passkeys, below `/api/v1/account/passkeys`.
pub async fn ask(address: SocketAddr, who: &Guest, method: &str, path: &str, body: &str) -> Answer {
    let bearer = who.bearer();
    let headers = [
        ("authorization", &*bearer),
        ("content-type", "application/json"),
    ];
    let path = format!("/api/v1/account/passkeys{path}");
    http::ask(address, method, &path, &headers, body).await
}

/// The options for a new passkey.
pub async fn new_options(address: SocketAddr, who: &Guest) -> Value {
    let answer = ask(address, who, "POST", "/options", "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["options"].clone()
}

/// Sends a passkey that was made.
pub async fn add(address: SocketAddr, who: &Guest, made: &Value) -> Answer {
    let body = json!({ "credential": made }).to_string();
    ask(address, who, "POST", "", &body).await
}

/// Makes a passkey and adds it.
pub async fn register(address: SocketAddr, who: &Guest) -> Passkey {
    let options = new_options(address, who).await;
    let (passkey, made) = Passkey::make(&options, &origin(address));
    let answer = add(address, who, &made).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["id"], passkey.id());
    passkey
}

/// The passkeys of somebody.
pub async fn list(address: SocketAddr, who: &Guest) -> Vec<Value> {
    let answer = ask(address, who, "GET", "", "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["passkeys"].as_array().unwrap().clone()
}

/// The options to sign in.
pub async fn options(address: SocketAddr) -> Value {
    let answer = http::post(address, "/api/v1/session/passkey/options", &[], "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["options"].clone()
}

/// Sends what a browser has given, to sign in.
pub async fn send(address: SocketAddr, used: &Value) -> Answer {
    let body = json!({ "credential": used }).to_string();
    http::post(address, "/api/v1/session/passkey", &[], &body).await
}

/// Signs in with a passkey.
pub async fn sign_in(address: SocketAddr, passkey: &Passkey) -> Answer {
    let options = options(address).await;
    send(address, &passkey.use_for(&options)).await
}
