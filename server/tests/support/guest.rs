//! People with a name and a session.

use std::net::SocketAddr;

use shared::model::Profile;

use super::http;
use super::native::Native;

/// A guest, as a program is one: with a bearer token.
#[derive(Clone, Debug)]
pub struct Guest {
    /// As the server made it.
    pub profile: Profile,
    /// The session's secret.
    pub token: String,
}

impl Guest {
    /// Creates a guest with this name.
    pub async fn come_in(address: SocketAddr, name: &str) -> Self {
        let body = serde_json::json!({ "name": name }).to_string();
        let answer = http::post(address, "/api/v1/session", &[], &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let session = answer.json();
        Guest {
            profile: serde_json::from_value(session["user"].clone()).unwrap(),
            token: session["token"].as_str().unwrap().to_owned(),
        }
    }

    /// Connects as this guest, and waits for the welcome.
    pub async fn connect(&self, address: SocketAddr) -> Native {
        Native::connect(address, &self.token).await
    }

    /// The header with which the guest asks over HTTP.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

/// A new guest and a connection of theirs.
pub async fn enter(address: SocketAddr, name: &str) -> Native {
    Guest::come_in(address, name).await.connect(address).await
}
