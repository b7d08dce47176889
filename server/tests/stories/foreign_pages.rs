//! Pages of other origins cannot use a visitor's session, even if they are of the same site and
//! the browser sends the cookie.

use shared::error::ErrorCode;

use crate::support::http::{self, Answer};
use crate::support::native::{Native, PATH};
use crate::support::raw::handshake;
use crate::support::server::Server;
use crate::support::socket::Socket;

const SESSION: &str = "/api/v1/session";
const MESSAGES: &str = "/api/v1/rooms/1/messages";
const UNAUTHORIZED: (u16, Option<ErrorCode>) = (401, Some(ErrorCode::Unauthorized));
const FORBIDDEN: (u16, Option<ErrorCode>) = (403, Some(ErrorCode::OriginForbidden));

/// A visitor of a server, and the address at which browsers know it.
struct Visitor {
    server: Server,
    host: String,
    origin: String,
    cookie: String,
}

impl Visitor {
    /// Comes in with the server's own page at this host; none is the server's address.
    async fn come_in(arguments: &[&str], scheme: &str, host: Option<&str>) -> Self {
        let server = Server::start(arguments).await;
        let port = server.address.port();
        let host = host.map_or_else(|| format!("localhost:{port}"), str::to_owned);
        let origin = format!("{scheme}://{host}");
        let headers = [("host", host.as_str()), ("origin", &origin)];
        let answer = http::post(server.address, SESSION, &headers, r#"{"name":"Ada"}"#).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let cookie = answer.header("set-cookie").unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Visitor {
            server,
            host,
            origin,
            cookie,
        }
    }

    /// A request that the browser sends, with the cookie, for a page of this origin.
    async fn ask(&self, method: &str, path: &str, more: &[(&str, &str)]) -> Answer {
        let mut headers = vec![("host", self.host.as_str()), ("cookie", &self.cookie)];
        headers.extend(more);
        let mut body = "";
        if method == "POST" {
            headers.push(("content-type", "application/json"));
            body = r#"{"name":"Mallory"}"#;
        }
        http::ask(self.server.address, method, path, &headers, body).await
    }

    /// How a request is answered: status and code.
    async fn answered(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
    ) -> (u16, Option<ErrorCode>) {
        let answer = self.ask(method, path, more).await;
        assert!(answer.header("set-cookie").is_none(), "{answer:?}");
        let code = (answer.status >= 400).then(|| answer.code());
        (answer.status, code)
    }

    /// The status of a WebSocket's handshake for a page of this origin.
    async fn upgraded(&self, path: &str, origin: &str) -> u16 {
        let headers = [
            ("host", self.host.as_str()),
            ("cookie", &self.cookie),
            ("origin", origin),
        ];
        handshake(self.server.address, path, &headers).await.status
    }

    /// Checks that a page of this origin may speak the simple protocol, and nothing else.
    async fn assert_shut_out(&self, origin: &str) {
        let page = [("origin", origin)];
        for (method, path) in [
            ("GET", SESSION),
            ("POST", SESSION),
            ("DELETE", SESSION),
            ("GET", MESSAGES),
        ] {
            let answered = self.answered(method, path, &page).await;
            assert_eq!(answered, FORBIDDEN, "{method} {path} {origin}");
        }
        assert_eq!(self.upgraded(PATH, origin).await, 403, "{origin}");
        assert_eq!(self.upgraded("/", origin).await, 101, "{origin}");
        self.assert_present().await;
    }

    /// Checks that the visitor's own page is still signed in, over HTTP and WebSocket.
    async fn assert_present(&self) {
        for own in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[("origin", self.origin.as_str())],
        ] {
            let shown = self.ask("GET", SESSION, own).await;
            assert_eq!(shown.json()["user"]["name"], "Ada", "{own:?}");
            let read = self.answered("GET", MESSAGES, own).await;
            assert_eq!(read, (200, None), "{own:?}");
        }
        let headers = [
            ("host", self.host.as_str()),
            ("origin", &self.origin),
            ("cookie", &self.cookie),
        ];
        let socket = Socket::open(self.server.address, PATH, &headers).await;
        let native = Native::greet(socket.unwrap(), None).await;
        assert_eq!(native.ok().unwrap().user().name, "Ada");
    }
}

#[tokio::test]
async fn an_allowed_origin_of_the_same_site_cannot_use_the_session_cookie() {
    let arguments = [
        "--public-url",
        "https://chat.example.org",
        "--allow-origin",
        "https://www.example.org,null",
        "--guests",
        "on",
        "--simple",
        "on",
    ];
    let visitor = Visitor::come_in(&arguments, "https", Some("chat.example.org")).await;
    visitor.assert_shut_out("https://www.example.org").await;
    visitor.assert_shut_out("null").await;
}

#[tokio::test]
async fn another_loopback_page_cannot_use_the_session_cookie() {
    let visitor = Visitor::come_in(&[], "http", None).await;
    let port = visitor.server.address.port();
    for origin in [
        "http://localhost:8080".to_owned(),
        "http://localhost".to_owned(),
        format!("http://localhost:{}", port ^ 1),
        format!("https://localhost:{port}"),
        format!("http://127.0.0.1:{}", port ^ 1),
    ] {
        visitor.assert_shut_out(&origin).await;
    }
}

#[tokio::test]
async fn a_cross_site_get_cannot_use_the_session_cookie() {
    let visitor = Visitor::come_in(&[], "http", None).await;
    for site in ["same-site", "cross-site", "cross-origin", "\u{ff}"] {
        let from = [("sec-fetch-site", site)];
        let shown = visitor.ask("GET", SESSION, &from).await;
        assert_eq!(shown.json()["user"], serde_json::Value::Null, "{site}");
        let read = visitor.answered("GET", MESSAGES, &from).await;
        assert_eq!(read, UNAUTHORIZED, "{site}");
    }
    visitor.assert_present().await;
}

#[tokio::test]
async fn a_change_by_cookie_needs_an_own_origin() {
    let visitor = Visitor::come_in(&[], "http", None).await;
    for from in [&[][..], &[("sec-fetch-site", "same-origin")]] {
        let left = visitor.answered("DELETE", SESSION, from).await;
        assert_eq!(left, UNAUTHORIZED, "{from:?}");
    }
    visitor.assert_present().await;

    let own = [("origin", visitor.origin.as_str())];
    let left = visitor.ask("DELETE", SESSION, &own).await;
    assert_eq!(left.status, 204);
    assert!(left.header("set-cookie").unwrap().contains("Max-Age=0"));
    let shown = visitor.ask("GET", SESSION, &own).await;
    assert_eq!(shown.json()["user"], serde_json::Value::Null);
    // Signing out without a session succeeds.
    let again = visitor.ask("DELETE", SESSION, &own).await;
    assert_eq!(again.status, 204);
    assert!(again.header("set-cookie").unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn a_configured_development_page_may_have_sessions() {
    let arguments = ["--dev-origin", "http://localhost:8080"];
    let mut visitor = Visitor::come_in(&arguments, "http", None).await;
    // As Trunk passes it on.
    visitor.host = "localhost".into();
    visitor.origin = "http://localhost:8080".into();
    visitor.assert_present().await;
    visitor.assert_shut_out("http://localhost:8081").await;
}

#[tokio::test]
async fn another_authorization_scheme_is_ignored_and_the_cookie_counts() {
    let visitor = Visitor::come_in(&[], "http", None).await;
    let basic = [("authorization", "Basic YWRhOmFkYQ==")];
    let shown = visitor.ask("GET", SESSION, &basic).await;
    assert_eq!(shown.json()["user"]["name"], "Ada");
    // A valid cookie does not replace an invalid bearer token.
    for wrong in ["Bearer x", "bearer", "BEARER  ", "Bearer \u{ff}"] {
        let bearer = [("authorization", wrong), ("origin", &visitor.origin)];
        for method in ["GET", "DELETE"] {
            let answered = visitor.answered(method, SESSION, &bearer).await;
            assert_eq!(answered, UNAUTHORIZED, "{method} {wrong}");
        }
    }
    visitor.assert_present().await;
}
