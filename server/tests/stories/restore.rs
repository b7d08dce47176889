//! `madang restore`: a backup takes the place of the store, and nothing that it holds lets anybody
//! in.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::id::RoomId;

use crate::support::account::{PASSWORD, claim, invite, join, post, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::process::{Process, madang};
use crate::support::server::{Folder, folder};
use server::store::sqlite::FILE;

/// As `docs/OPERATING.md` says; returns the backup's path.
fn back_up(from: &Folder, into: &Folder) -> String {
    let target = into.path().join("backup.sqlite");
    let target = target.to_str().unwrap().to_owned();
    let store = rusqlite::Connection::open(from.path().join(FILE)).unwrap();
    store.execute("VACUUM INTO ?1", [&target]).unwrap();
    target
}

async fn posted(process: &Process, who: &Guest, text: &str) {
    let mut line = who.connect(process.address).await;
    line.post(RoomId::LOBBY, text).await;
}

async fn texts(process: &Process, who: &Guest) -> Vec<String> {
    let headers = [("authorization", &*who.bearer())];
    let path = "/api/v1/rooms/1/messages";
    let answer = http::get(process.address, path, &headers).await.json();
    let items = answer["items"].as_array().unwrap().clone();
    let text = |item: Value| item["message"]["body"].as_str().unwrap().to_owned();
    items.into_iter().map(text).collect()
}

#[tokio::test]
async fn a_backup_takes_the_place_of_the_store_and_lets_nobody_in() {
    let (folder, other) = (folder(), folder());
    let process = Process::start(folder.path(), &[]).await;
    let olga = claim(process.address, folder.path()).await;
    let origin = format!("http://localhost:{}", process.address.port());
    let headers = [("origin", &*origin)];
    let body = json!({ "username": "olga", "password": PASSWORD }).to_string();
    let path = "/api/v1/session/password";
    let answer = http::post(process.address, path, &headers, &body).await;
    let cookie = answer.header("set-cookie").unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let invitation = invite(process.address, &olga, &json!({})).await;
    let headers = [("authorization", &*olga.bearer())];
    let path = "/api/v1/account/link";
    let made = http::post(process.address, path, &headers, "").await;
    let link = made.json()["link"].as_str().unwrap().to_owned();
    let transfer = link.strip_prefix("/link#").unwrap().to_owned();
    let reset = madang(folder.path(), &["link", "--user", "olga", "--json"]).await;
    let reset: Value = serde_json::from_str(&reset.unwrap()).unwrap();
    let reset = reset["path"].as_str().unwrap().strip_prefix("/reset#");
    let reset = reset.unwrap().to_owned();
    posted(&process, &olga, "before").await;
    let backup = back_up(&folder, &other);
    posted(&process, &olga, "after").await;

    // Not under a running server.
    let refused = madang(folder.path(), &["restore", &backup]).await;
    assert!(refused.unwrap_err().contains("in use"));
    assert_eq!(texts(&process, &olga).await, ["before", "after"]);
    process.stop().await;
    let printed = madang(folder.path(), &["restore", &backup, "--json"]).await;
    let done: Value = serde_json::from_str(&printed.unwrap()).unwrap();
    assert_eq!(done["sessions"], 2);
    assert_eq!(done["links"], 2);
    assert_eq!(done["invites"], 1);

    let process = Process::start(folder.path(), &[]).await;
    let headers = [("authorization", &*olga.bearer())];
    let answer = http::get(process.address, "/api/v1/account/sessions", &headers).await;
    assert_eq!(
        (answer.status, answer.code()),
        (401, ErrorCode::Unauthorized)
    );
    // The cookie's name has the port of the server.
    let (_, value) = cookie.split_once('=').unwrap();
    let cookie = format!("madang_session_{}={value}", process.address.port());
    let headers = [("cookie", &*cookie)];
    let answer = http::get(process.address, "/api/v1/account/sessions", &headers).await;
    assert_eq!(
        (answer.status, answer.code()),
        (401, ErrorCode::Unauthorized)
    );
    let token = |secret: &str| json!({ "token": secret, "password": PASSWORD });
    for answer in [
        join(process.address, &invitation, "ada").await,
        post(process.address, "session/link", &token(&transfer)).await,
        post(process.address, "password_reset", &token(&reset)).await,
    ] {
        assert_eq!(answer.code(), ErrorCode::LinkInvalid);
    }
    let olga = signed_in(&sign_in(process.address, "olga", PASSWORD).await);
    assert_eq!(texts(&process, &olga).await, ["before"]);
    process.stop().await;

    // What was there is kept, with all that was in its write-ahead log, and can be restored.
    let replaced = done["replaced"].as_str().unwrap();
    let printed = madang(folder.path(), &["restore", replaced]).await.unwrap();
    assert!(printed.contains("everybody signs in again"), "{printed}");
    let process = Process::start(folder.path(), &[]).await;
    let olga = signed_in(&sign_in(process.address, "olga", PASSWORD).await);
    assert_eq!(texts(&process, &olga).await, ["before", "after"]);
}

#[tokio::test]
async fn a_killed_servers_newest_messages_are_kept_beside_the_restored_store() {
    let (folder, other) = (folder(), folder());
    let process = Process::start(folder.path(), &[]).await;
    let olga = claim(process.address, folder.path()).await;
    let backup = back_up(&folder, &other);
    posted(&process, &olga, "only in the log").await;
    process.kill();
    let printed = madang(folder.path(), &["restore", &backup, "--json"]).await;
    let done: Value = serde_json::from_str(&printed.unwrap()).unwrap();
    let process = Process::start(folder.path(), &[]).await;
    let olga = signed_in(&sign_in(process.address, "olga", PASSWORD).await);
    assert_eq!(texts(&process, &olga).await, [""; 0]);
    let kept = rusqlite::Connection::open(done["replaced"].as_str().unwrap()).unwrap();
    let text: String = kept
        .query_row("SELECT body FROM messages", [], |row| row.get(0))
        .unwrap();
    assert_eq!(text, "only in the log");
}

#[tokio::test]
async fn what_is_no_backup_changes_nothing() {
    let (folder, other) = (folder(), folder());
    let process = Process::start(folder.path(), &[]).await;
    let olga = claim(process.address, folder.path()).await;
    posted(&process, &olga, "here").await;
    process.stop().await;
    let file = |name: &str| other.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(file("text"), "no database".repeat(100)).unwrap();
    let database = rusqlite::Connection::open(file("foreign")).unwrap();
    database
        .execute_batch("CREATE TABLE cats (name TEXT)")
        .unwrap();
    let newer = rusqlite::Connection::open(file("newer")).unwrap();
    newer
        .execute_batch("CREATE TABLE t (x); PRAGMA user_version = 9999")
        .unwrap();
    for (name, reason) in [
        ("nothing", "there is no backup"),
        ("text", "damaged"),
        ("foreign", "no store of madang"),
        ("newer", "newer version"),
    ] {
        let refused = madang(folder.path(), &["restore", &file(name)]).await;
        let message = refused.unwrap_err();
        assert!(message.contains(reason), "{name}: {message}");
    }
    let left = std::fs::read_dir(folder.path()).unwrap();
    let names = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let extra: Vec<_> = names.filter(|name| name.contains(".re")).collect();
    assert!(
        extra.iter().all(|name| name == "madang.reserve"),
        "{extra:?}"
    );
    let process = Process::start(folder.path(), &[]).await;
    assert_eq!(texts(&process, &olga).await, ["here"]);
}

#[tokio::test]
async fn a_backup_is_restored_into_a_new_folder_that_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (first, other) = (folder(), folder());
    let process = Process::start(first.path(), &[]).await;
    claim(process.address, first.path()).await;
    let backup = back_up(&first, &other);
    let target = other.path().join("new");
    let printed = madang(&target, &["restore", &backup, "--json"])
        .await
        .unwrap();
    let done: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(done["replaced"], Value::Null);
    for (path, mode) in [(target.clone(), 0o700), (target.join(FILE), 0o600)] {
        let found = path.metadata().unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{}", path.display());
    }
    let process = Process::start(&target, &[]).await;
    signed_in(&sign_in(process.address, "olga", PASSWORD).await);
}
