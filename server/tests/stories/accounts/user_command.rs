//! `madang user`: the operator manages people from the command line.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::close;

use crate::support::account::{PASSWORD, claim, invite, join, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::process::madang;
use crate::support::server::{Folder, Server};

async fn user(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["user"];
    all.extend(arguments);
    all.push("--json");
    let printed = madang(folder.path(), &all).await.unwrap();
    let answer: Value = serde_json::from_str(&printed).unwrap();
    answer["people"].as_array().unwrap().clone()
}

async fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let mut all = vec!["user"];
    all.extend(arguments);
    madang(folder.path(), &all).await.unwrap_err()
}

#[tokio::test]
async fn the_operator_shows_and_changes_people_of_a_running_server() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &olga, &json!({})).await;
    let mina = signed_in(&join(server.address, &secret, "mina").await);
    Guest::come_in(server.address, "Gus").await;
    let folder = &server.folder;
    let roles: Vec<_> = user(folder, &["list"]).await;
    let roles: Vec<_> = roles
        .iter()
        .map(|entry| entry["person"]["role"].clone())
        .collect();
    assert_eq!(roles, ["owner", "member", "guest"]);
    let printed = madang(folder.path(), &["user", "list", "mi"])
        .await
        .unwrap();
    assert!(
        printed.contains("member") && printed.contains("@mina"),
        "{printed}"
    );
    assert!(!printed.contains("olga"), "{printed}");

    // By the username and by the number.
    let number = mina.profile.id.to_string();
    for name in ["mina", "@MINA", &number] {
        let found = user(folder, &["show", name]).await;
        assert_eq!(found[0]["person"]["username"], "mina", "{name}");
    }
    let changed = user(folder, &["role", "mina", "administrator"]).await;
    assert_eq!(changed[0]["person"]["role"], "administrator");
    let mut line = mina.connect(server.address).await;
    let changed = user(folder, &["deactivate", &number]).await;
    assert_eq!(changed[0]["person"]["deactivated"], true);
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    user(folder, &["reactivate", "mina"]).await;
    signed_in(&sign_in(server.address, "mina", PASSWORD).await);
    assert_eq!(user(folder, &["delete", "mina"]).await, Vec::<Value>::new());
    let gone = sign_in(server.address, "mina", PASSWORD).await;
    assert_eq!(gone.code(), ErrorCode::WrongCredentials);

    let said = refused(folder, &["show", "mina"]).await;
    assert!(said.contains("no such person"), "{said}");
    for arguments in [
        ["role", "olga", "member"].as_slice(),
        &["deactivate", "olga"],
        &["delete", "olga"],
    ] {
        let said = refused(folder, arguments).await;
        assert!(said.contains("the last owner"), "{arguments:?}: {said}");
    }
    let said = refused(folder, &["role", "olga", "guest"]).await;
    assert!(said.contains("owner, administrator or member"), "{said}");
}

#[tokio::test]
async fn the_same_works_where_no_server_runs_and_nobody_owns_an_unclaimed_place() {
    let server = Server::start(&[]).await;
    let gus = Guest::come_in(server.address, "Gus").await;
    let printed = madang(server.folder.path(), &["invite", "create", "--json"]).await;
    let printed: Value = serde_json::from_str(&printed.unwrap()).unwrap();
    let secret = printed["path"]
        .as_str()
        .unwrap()
        .strip_prefix("/join#")
        .unwrap();
    signed_in(&join(server.address, secret, "mina").await);
    let folder = server.stop().await;
    let said = refused(&folder, &["role", "mina", "owner"]).await;
    assert!(said.contains("nobody has claimed"), "{said}");
    let changed = user(&folder, &["role", "mina", "administrator"]).await;
    assert_eq!(changed[0]["person"]["role"], "administrator");
    user(&folder, &["delete", &gus.profile.id.to_string()]).await;
    assert_eq!(user(&folder, &["list"]).await.len(), 1);
}
