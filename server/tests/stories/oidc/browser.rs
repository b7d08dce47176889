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
        self.ask_with(method, path, more, "").await
    }

    /// The same with a body.
    async fn ask_with(
        &mut self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &str,
    ) -> Answer {
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
        let answer = http::ask(self.address, method, path, &headers, body).await;
        for cookie in answer.all("set-cookie") {
            let pair = cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Comes in as a guest, as the page does it: the guest, with a token that programs may use.
    pub async fn guest(&mut self, name: &str) -> Guest {
        let origin = format!("http://{}", self.host);
        let more = [("origin", &*origin), ("content-type", "application/json")];
        let body = serde_json::json!({ "name": name }).to_string();
        let answer = self.ask_with("POST", "/api/v1/session", &more, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        self.who().await
    }

    /// Who is signed in here, with the token of the session's cookie.
    async fn who(&mut self) -> Guest {
        let mut cookies = self.cookies.iter();
        let session = cookies.find(|(name, _)| name.starts_with("madang_session_"));
        let token = session.unwrap().1.clone();
        Guest {
            profile: self.person().await.unwrap(),
            token,
        }
    }

    /// Begins a sign-in, and visits the provider: the path to which the provider sends it back.
    pub async fn begin(&mut self, provider: &IdentityProvider) -> String {
        let path = format!("{BEGIN}?return_to=/rooms/1");
        self.begin_at(provider, &path).await
    }

    /// The same by another link.
    async fn begin_at(&mut self, provider: &IdentityProvider, path: &str) -> String {
        let begun = self.visit(path).await;
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
        self.who().await
    }

    /// A whole sign-in of a guest who wants to keep what was written.
    pub async fn kept(&mut self, provider: &IdentityProvider) -> Guest {
        let path = format!("{BEGIN}?return_to=/&keep=true");
        let back = self.begin_at(provider, &path).await;
        let answer = self.visit(&back).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.who().await
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
