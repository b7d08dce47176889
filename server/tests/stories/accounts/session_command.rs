//! `madang session`: the operator sees where people are signed in, and ends that.

use serde_json::Value;
use shared::frame::close;

use crate::support::account::{PASSWORD, claim, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::process::madang;
use crate::support::server::Server;

async fn listed(server: &Server, arguments: &[&str]) -> Vec<Value> {
    let mut words = vec!["session", "list", "--json"];
    words.extend(arguments);
    let printed = madang(server.folder.path(), &words).await.unwrap();
    let answer: Value = serde_json::from_str(&printed).unwrap();
    answer["sessions"].as_array().unwrap().clone()
}

async fn end(server: &Server, arguments: &[&str]) -> String {
    let mut words = vec!["session", "end"];
    words.extend(arguments);
    madang(server.folder.path(), &words).await.unwrap()
}

#[tokio::test]
async fn the_operator_lists_sessions_and_ends_one_those_of_a_person_or_all() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let phone = signed_in(&sign_in(server.address, "olga", PASSWORD).await);
    let guest = Guest::come_in(server.address, "Gus").await;
    assert_eq!(listed(&server, &[]).await.len(), 3);
    let of_olga = listed(&server, &["--user", "OLGA"]).await;
    assert_eq!(of_olga.len(), 2);
    assert_eq!(of_olga[0]["username"], "olga");
    assert_eq!(of_olga[0]["address"], "127.0.0.1");
    let text = madang(server.folder.path(), &["session", "list"]).await;
    let text = text.unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("\tGus\t"), "{text}");

    // The last that began is the last used.
    let mut line = phone.connect(server.address).await;
    let id = of_olga[0]["id"].to_string();
    assert_eq!(end(&server, &[&id]).await.trim(), "1 ended");
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    assert_eq!(end(&server, &[&id]).await.trim(), "0 ended");

    let mut line = olga.connect(server.address).await;
    assert_eq!(end(&server, &["--user", "olga"]).await.trim(), "1 ended");
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));

    let mut line = guest.connect(server.address).await;
    let printed = end(&server, &["--all", "--json"]).await;
    let answer: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(answer["count"], 1);
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    assert!(listed(&server, &[]).await.is_empty());
}

#[tokio::test]
async fn ending_sessions_needs_to_be_told_which() {
    let server = Server::start(&[]).await;
    for words in [
        &["session", "end"][..],
        &["session", "end", "1", "--all"],
        &["session", "list", "--user", "nobody"],
    ] {
        let refused = madang(server.folder.path(), words).await;
        assert!(refused.is_err(), "{words:?}");
    }
}
