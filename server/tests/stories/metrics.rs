//! Figures for Prometheus, on a listener of their own: what real traffic leaves there.

use std::net::SocketAddr;

use shared::error::ErrorCode;
use shared::id::{RoomId, Seq};

use crate::support::guest::{Guest, enter};
use crate::support::mail_server::{MailServer, Misbehaviour};
use crate::support::native::Native;
use crate::support::process::{Process, madang};
use crate::support::server::{Server, folder};
use crate::support::simple::Simple;
use crate::support::{command, http, within};

const LOBBY: RoomId = RoomId::LOBBY;

/// Starts a server with figures; gives the address that its log names.
async fn start(folder: &std::path::Path, arguments: &[&str]) -> (Process, SocketAddr) {
    let mut all = vec!["--metrics-listen", "127.0.0.1:0"];
    all.extend(arguments);
    let server = Process::start(folder, &all).await;
    let address = within("the address in the log", async {
        loop {
            if let Some(address) = metrics_address(&server.log()) {
                return address;
            }
            tokio::task::yield_now().await;
        }
    });
    let address = address.await;
    (server, address)
}

fn metrics_address(log: &str) -> Option<SocketAddr> {
    let (_, rest) = log.split_once("are at http://")?;
    let (address, _) = rest.split_once("/metrics")?;
    address.parse().ok()
}

/// The figures at one moment.
struct Figures(String);

impl Figures {
    async fn read(address: SocketAddr) -> Self {
        let answer = http::get(address, "/metrics", &[]).await;
        assert_eq!(answer.status, 200);
        let kind = answer.header("content-type").unwrap();
        assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
        Figures(answer.body)
    }

    /// A figure with its labels, such as `madang_websockets{protocol="native"}`. One that is
    /// not there yet is 0.
    fn get(&self, name: &str) -> f64 {
        let line = self.0.lines().find(|line| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(' '))
        });
        line.map_or(0.0, |line| {
            line.rsplit(' ').next().unwrap().parse().unwrap()
        })
    }
}

/// Asserts that a figure has grown by this number.
fn assert_grown(before: &Figures, after: &Figures, name: &str, by: u32) {
    let grown = after.get(name) - before.get(name);
    assert!(
        (grown - f64::from(by)).abs() < 1e-9,
        "{name}: {grown}, not {by}\n{}",
        after.0
    );
}

#[tokio::test]
async fn figures_count_what_people_and_programs_do() {
    let folder = folder();
    let (server, metrics) = start(folder.path(), &[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let before = Figures::read(metrics).await;
    for text in ["one", "two", "three"] {
        ada.post(LOBBY, text).await;
    }
    assert_eq!(
        ada.refused(&command::send(LOBBY, "")).await,
        ErrorCode::TextEmpty
    );
    let missing = command::delete(LOBBY, Seq(99));
    assert_eq!(ada.refused(&missing).await, ErrorCode::NoSuchMessage);
    let mut simple = Simple::connect(server.address).await;
    simple.say("Bob", "four").await;
    simple.say("Bob", "").await;
    assert_eq!(simple.refused().await, ErrorCode::TextEmpty);
    let nothing = http::get(server.address, "/api/v1/nothing", &[]).await;
    assert_eq!(nothing.status, 404);
    // Its answer comes behind the simple client's message.
    ada.post(LOBBY, "five").await;

    let after = Figures::read(metrics).await;
    for (name, by) in [
        (r#"madang_commands_total{outcome="committed"}"#, 5),
        (r#"madang_commands_total{outcome="refused"}"#, 1),
        (r#"madang_commands_total{outcome="failed"}"#, 0),
        (r#"madang_refusals_total{code="text_empty"}"#, 2),
        (r#"madang_refusals_total{code="no_such_message"}"#, 1),
        (r#"madang_refusals_total{code="not_found"}"#, 1),
        (r#"madang_http_answers_total{status="4xx"}"#, 1),
        // The simple client's handshake.
        (r#"madang_http_answers_total{status="1xx"}"#, 1),
        (r#"madang_websockets{protocol="simple"}"#, 1),
        (r#"madang_websockets{protocol="native"}"#, 0),
        ("madang_connections", 1),
    ] {
        assert_grown(&before, &after, name, by);
    }
    assert!(after.get(r#"madang_websockets{protocol="native"}"#) > 0.0);
    let commits = after.get("madang_commit_seconds_count");
    let grown = commits - before.get("madang_commit_seconds_count");
    assert!((5.0..=6.0).contains(&grown), "{grown} commits");
    let last = after.get(r#"madang_commit_seconds_bucket{le="+Inf"}"#);
    assert!((last - commits).abs() < 1e-9);
    let (sum, slowest) = (
        after.get("madang_commit_seconds_sum"),
        after.get("madang_slowest_commit_seconds"),
    );
    assert!(slowest > 0.0 && sum >= slowest, "{slowest} {sum}");
    assert!(after.get("madang_store_bytes") > 4_096.0);

    drop((ada, simple));
    within("the connections' end in the figures", async {
        while Figures::read(metrics).await.get("madang_connections") > 0.0 {}
    })
    .await;
    let end = Figures::read(metrics).await;
    for protocol in ["native", "simple"] {
        let name = format!(r#"madang_websockets{{protocol="{protocol}"}}"#);
        assert!(end.get(&name) < 1.0, "{}", end.0);
    }
    server.stop().await;
}

#[tokio::test]
async fn figures_show_a_reader_that_does_not_read() {
    let folder = folder();
    let (server, metrics) = start(folder.path(), &["--max-outbox-bytes", "300000"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let guest = Guest::come_in(server.address, "Sleepy").await;
    let mut sleepy = Native::connect_narrow(server.address, &guest.token).await;
    sleepy.subscribe(LOBBY).await;
    let body = "x".repeat(ada.welcome.limits.body_bytes);
    let (mut most, mut resyncs) = (0.0_f64, 0.0);
    within("a resync", async {
        while resyncs < 1.0 {
            ada.post(LOBBY, &body).await;
            let figures = Figures::read(metrics).await;
            most = most.max(figures.get("madang_outbox_bytes"));
            resyncs = figures.get("madang_resyncs_total");
        }
    })
    .await;
    assert!(most > 100_000.0, "{most} bytes waited before");
    drop(sleepy);
    server.stop().await;
}

#[tokio::test]
async fn the_public_listener_has_no_figures() {
    let server = Server::start(&[]).await;
    let answer = http::get(server.address, "/metrics", &[]).await;
    assert!(!answer.body.contains("madang_connections"), "{answer:?}");
}

#[tokio::test]
async fn at_debug_level_the_log_shows_the_time_of_requests_commands_and_commits() {
    let folder = folder();
    let server = Process::start(folder.path(), &["--log", "server=debug"]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.post(LOBBY, "hello").await;
    within("the spans in the log", async {
        let spans = [
            "request{method=POST path=\"/api/v1/session\"}",
            "commit{commands=1}:command{connection=",
            "commit{commands=1}",
        ];
        loop {
            let log = server.log();
            let closed = |span: &&str| {
                log.lines()
                    .any(|line| line.contains(*span) && line.contains("close"))
            };
            if spans.iter().all(closed) {
                break;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn mails_are_counted() {
    let mails = MailServer::start().await;
    mails.misbehave(Misbehaviour::RecipientLater);
    let folder = folder();
    let arguments = mails.arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (_server, address) = start(folder.path(), &arguments).await;
    let reaches = async |name: &str, wanted: f64| {
        within(name, async {
            while Figures::read(address).await.get(name) < wanted {
                tokio::task::yield_now().await;
            }
        })
        .await;
    };
    let create = ["invite", "create", "--mail", "ada@example.org"];
    madang(folder.path(), &create).await.unwrap();
    reaches(r#"madang_mails_total{outcome="deferred"}"#, 1.0).await;
    reaches("madang_mails_waiting", 1.0).await;
    mails.misbehave(Misbehaviour::RecipientNever);
    madang(folder.path(), &create).await.unwrap();
    reaches(r#"madang_mails_total{outcome="failed"}"#, 1.0).await;
    mails.misbehave(Misbehaviour::None);
    madang(folder.path(), &create).await.unwrap();
    reaches(r#"madang_mails_total{outcome="sent"}"#, 1.0).await;
}
