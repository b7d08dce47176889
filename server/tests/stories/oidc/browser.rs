//! A browser as far as a sign-in needs one: it keeps cookies, and is sent from the server to the
//! provider and back.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::Value;
use shared::model::Profile;
use url::Url;

use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::identity_provider::IdentityProvider;

/// Where a sign-in begins.
pub const BEGIN: &str = "/api/v1/session/oidc";

/// A browser with its cookies. Who has the session's cookie is [`Browser::person`].
pub struct Browser {
    address: SocketAddr,
    host: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A new one, which knows the server as `localhost`, as the provider does.
    pub fn new(address: SocketAddr) -> Self {
        Self::at(address, format!("localhost:{}", address.port()))
    }

    /// A new one, which knows the server by this name.
    pub fn at(address: SocketAddr, host: String) -> Self {
        Browser {
            address,
            host,
            cookies: BTreeMap::new(),
        }
    }

    /// Visits an address of the server, and keeps the cookies that it gets.
    pub async fn visit(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }

    /// Sends a request with these headers, and keeps the cookies that it gets.
    pub async fn ask(&mut self, method: &str, path: &str, more: &[(&str, &str)]) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let (host, cookies) = (self.host.clone(), cookies.join("; "));
        let mut headers = vec![("host", host.as_str())];
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        headers.extend(more);
        let answer = http::ask(self.address, method, path, &headers, "").await;
        for cookie in answer.all("set-cookie") {
            let pair = cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Begins a sign-in, and visits the provider: the path to which the provider sends it back.
    pub async fn begin(&mut self, provider: &IdentityProvider) -> String {
        let begun = self.visit(&format!("{BEGIN}?return_to=/rooms/1")).await;
        assert_eq!(begun.status, 303, "{begun:?}");
        let back = provider.send_back(begun.header("location").unwrap()).await;
        path_of(&back)
    }

    /// A whole sign-in: the server's last answer.
    pub async fn sign_in(&mut self, provider: &IdentityProvider) -> Answer {
        let back = self.begin(provider).await;
        self.visit(&back).await
    }

    /// A whole sign-in that must succeed: who has signed in, by a token of a program.
    pub async fn signed_in(&mut self, provider: &IdentityProvider) -> Guest {
        let answer = self.sign_in(provider).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let mut cookies = self.cookies.iter();
        let session = cookies.find(|(name, _)| name.starts_with("madang_session_"));
        let token = session.unwrap().1.clone();
        Guest {
            profile: self.person().await.unwrap(),
            token,
        }
    }

    /// Who is signed in here.
    pub async fn person(&mut self) -> Option<Profile> {
        let session = self.visit("/api/v1/session").await.json();
        let user = session["user"].clone();
        (user != Value::Null).then(|| serde_json::from_value(user).unwrap())
    }
}

/// Asserts that a sign-in failed with this code: the browser is sent to the sign-in page, and gets
/// no session.
#[track_caller]
pub fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 303, "{answer:?}");
    let location = answer.header("location").unwrap();
    assert_eq!(location, format!("/sign-in?refused={code}"));
    assert_eq!(answer.all("set-cookie"), Vec::<&str>::new());
}

/// The path and the query of an address.
pub fn path_of(address: &Url) -> String {
    format!("{}?{}", address.path(), address.query().unwrap())
}
