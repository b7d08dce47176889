//! One's own data: an export has everything about oneself and nothing of others; an account that
//! is deleted by its person is gone.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::{Rev, RoomId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::account::{PASSWORD, ask_as, claim, invite, join, sign_in, signed_in};
use crate::support::command;
use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::items::Items;
use crate::support::server::Server;
use crate::support::within;

const EXPORT: &str = "/api/v1/account/export";
const LOBBY: RoomId = RoomId::LOBBY;

/// Begins to read an export: a connection on which it comes.
async fn ask_for_export(server: &Server, by: &Guest) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "GET {EXPORT} HTTP/1.1\r\nhost: {}\r\nauthorization: {}\r\nconnection: close\r\n\r\n",
        server.address,
        by.bearer()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn export(server: &Server, by: &Guest) -> Value {
    let (head, body) = http::read_whole(ask_for_export(server, by).await).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("attachment"), "{head}");
    serde_json::from_str(&body).unwrap()
}

/// All texts and numbers in a value, and the names of all fields.
fn walk(value: &Value, leaves: &mut BTreeSet<String>, fields: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, leaves, fields)),
        Value::Object(entries) => {
            for (field, item) in entries {
                fields.insert(field.clone());
                walk(item, leaves, fields);
            }
        }
        Value::String(text) => drop(leaves.insert(text.clone())),
        Value::Number(number) => drop(leaves.insert(number.to_string())),
        Value::Bool(_) | Value::Null => {}
    }
}

/// An owner, and somebody who joined by an invitation.
async fn two(server: &Server) -> (Guest, Guest) {
    let olga = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &olga, &json!({})).await;
    (
        olga,
        signed_in(&join(server.address, &secret, "mina").await),
    )
}

#[tokio::test]
async fn an_export_has_everything_of_oneself_and_nothing_of_others() {
    let server = Server::start(&[]).await;
    let (olga, mina) = two(&server).await;
    let other_device = signed_in(&sign_in(server.address, "mina", PASSWORD).await);
    let wish =
        json!({ "language": "ko", "colour": 3, "status": { "emoji": "🍵", "text": "at tea" } });
    let changed = ask_as(server.address, &mina, "PATCH", "account", &wish).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let (mut own, mut other) = (
        mina.connect(server.address).await,
        olga.connect(server.address).await,
    );
    own.post(LOBBY, "my first words").await;
    other.post(LOBBY, "a word of olga").await;
    let deleted = own.post(LOBBY, "regretted").await.seq.unwrap();
    own.ask(&command::delete(LOBBY, deleted)).await.unwrap();
    // A room that she has left, and whose name is not hers to know any more.
    let den = other.create_private_room("olga's den").await;
    other.add_members(den, &[mina.profile.id]).await;
    own.post(den, "within the den").await;
    other.remove_member(den, mina.profile.id).await;
    other.post(den, "behind her back").await;
    let garden = own.create_private_room("my garden").await;
    own.post(garden, "hello plants").await;
    own.subscribe(LOBBY).await;

    let export = export(&server, &mina).await;
    let (mut leaves, mut fields) = (BTreeSet::new(), BTreeSet::new());
    walk(&export, &mut leaves, &mut fields);
    assert_eq!(export["user"]["username"], "mina");
    assert_eq!(
        (&export["language"], &export["user"]["colour"]),
        (&json!("ko"), &json!(3))
    );
    assert_eq!(export["user"]["status"]["text"], "at tea");
    assert_eq!(export["sessions"].as_array().unwrap().len(), 2);
    assert_eq!(export["sessions"][0]["address"], "127.0.0.1");
    assert!(export["credentials"]["password_since"].is_i64());
    let messages = export["messages"].as_array().unwrap();
    let said: Vec<_> = messages
        .iter()
        .map(|message| (&message["room_name"], message["body"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            (&json!("lobby"), "my first words"),
            (&json!("lobby"), ""),
            (&Value::Null, "within the den"),
            (&json!("my garden"), "hello plants"),
        ]
    );
    assert!(messages[1]["deleted_at"].is_i64());
    assert_eq!(messages[0]["address"], "127.0.0.1");
    let rooms = export["memberships"].as_array().unwrap();
    assert_eq!(rooms.len(), 2);
    assert!(rooms[0]["left_at"].is_i64() && rooms[0].get("room_name").is_none());
    assert_eq!(export["created_rooms"][0]["room_name"], "my garden");
    assert!(!export["read_marks"].as_array().unwrap().is_empty());

    let all = leaves.iter().cloned().collect::<Vec<_>>().join("\n");
    for foreign in [
        "olga",
        "den's",
        "behind",
        "regretted",
        "argon2",
        &*mina.token,
        &*other_device.token,
    ] {
        assert!(!all.contains(foreign), "{foreign} in {all}");
    }
    let hidden = [
        "hash",
        "token",
        "token_hash",
        "key",
        "public_key",
        "email",
        "handle",
        "id_hash",
    ];
    assert!(
        hidden.iter().all(|field| !fields.contains(*field)),
        "{fields:?}"
    );
}

#[tokio::test]
async fn an_export_of_many_long_messages_comes_in_pages_and_whole() {
    let server = Server::start(&["--rate-limit", "off"]).await;
    let mina = Guest::come_in(server.address, "Mina").await;
    let mut own = mina.connect(server.address).await;
    let mut other = enter(server.address, "Other").await;
    // More than a page holds.
    let texts: Vec<_> = (0..40)
        .map(|number| format!("{number} {}", "가".repeat(2_000)))
        .collect();
    for text in &texts {
        own.post(LOBBY, text).await;
        other.post(LOBBY, "between").await;
    }
    let export = export(&server, &mina).await;
    let found = export["messages"].as_array().unwrap().iter();
    let found: Vec<_> = found
        .map(|message| message["body"].as_str().unwrap())
        .collect();
    assert_eq!(found, texts);
    assert_eq!(export["user"]["role"], "guest");
}

#[tokio::test]
async fn an_export_is_for_oneself_alone_and_one_at_a_time() {
    let server = Server::start(&[]).await;
    let stranger = http::get(server.address, EXPORT, &[]).await;
    assert_eq!(stranger.code(), ErrorCode::Unauthorized);
    let guest = Guest::come_in(server.address, "Mina").await;
    let headers = [("authorization", &*guest.bearer())];
    let foreign = [headers[0], ("origin", "https://evil.example")];
    let refused = http::get(server.address, EXPORT, &foreign).await;
    assert_eq!(refused.code(), ErrorCode::OriginForbidden);
    // Of ten at once, most have to wait.
    let answers = (0..10).map(|_| read_head(&server, &guest));
    let answers = futures::future::join_all(answers).await;
    let refused = answers
        .iter()
        .filter(|(head, _)| head.starts_with("HTTP/1.1 429"));
    assert!((1..10).contains(&refused.count()), "{answers:?}");
    for (head, body) in answers {
        assert!(
            head.starts_with("HTTP/1.1 429") || body.ends_with("]}"),
            "{head}"
        );
    }
    // Whoever waits gets it again.
    within("another export", async {
        while !read_head(&server, &guest)
            .await
            .0
            .starts_with("HTTP/1.1 200")
        {}
    })
    .await;
}

#[tokio::test]
async fn an_export_ends_with_its_session() {
    let server = Server::start(&["--rate-limit", "off"]).await;
    let (_, mina) = two(&server).await;
    let mut own = mina.connect(server.address).await;
    // More than the sockets on the way hold.
    let text = "가".repeat(5_000);
    for _ in 0..600 {
        own.post(LOBBY, &text).await;
    }
    let mut reader = ask_for_export(&server, &mina).await;
    let mut first = [0; 1_024];
    within("the beginning", reader.read_exact(&mut first))
        .await
        .unwrap();
    let ended = ask_as(server.address, &mina, "DELETE", "session", &json!(null)).await;
    assert_eq!(ended.status, 204);
    let mut rest = Vec::new();
    // A body that is cut off may end the connection with an error.
    let _end = within("the rest", reader.read_to_end(&mut rest)).await;
    assert!(rest.len() < 600 * text.len(), "{} bytes came", rest.len());
    assert!(!rest.ends_with(b"0\r\n\r\n"), "it seems whole");
}

/// An export, or its refusal.
async fn read_head(server: &Server, by: &Guest) -> (String, String) {
    let mut stream = ask_for_export(server, by).await;
    let mut bytes = Vec::new();
    within("an answer", stream.read_to_end(&mut bytes))
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let body = body.trim_end_matches("0\r\n\r\n").trim_end();
    (head.to_owned(), body.to_owned())
}

#[tokio::test]
async fn who_deletes_the_own_account_is_gone_and_the_messages_stay() {
    let server = Server::start(&[]).await;
    let (olga, mina) = two(&server).await;
    let mut line = mina.connect(server.address).await;
    line.post(LOBBY, "here to stay").await;
    let mut watcher = olga.connect(server.address).await;
    watcher.directory(None, Rev::ZERO).await;
    let wish = json!({ "colour": 3, "status": { "emoji": "🍵" }, "time_zone": "Asia/Seoul" });
    ask_as(server.address, &mina, "PATCH", "account", &wish).await;
    watcher.next_directory().await;

    let last = ask_as(server.address, &olga, "DELETE", "account", &json!(null)).await;
    assert_eq!((last.status, last.code()), (409, ErrorCode::LastOwner));
    let deleted = ask_as(server.address, &mina, "DELETE", "account", &json!(null)).await;
    assert_eq!(deleted.status, 204, "{deleted:?}");
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    let person = watcher.next_directory().await.people()[0].clone();
    assert!(person.deleted);
    assert_eq!((&*person.name, person.colour), ("", None));
    assert_eq!((person.status, person.username), (None, None));
    let again = sign_in(server.address, "mina", PASSWORD).await;
    assert_eq!(again.code(), ErrorCode::WrongCredentials);
    let store = rusqlite::Connection::open(server.folder.path().join(server::store::sqlite::FILE));
    let store = store.unwrap();
    let left: i64 = store
        .query_row(
            "SELECT count(*) FROM users WHERE colour = 3 OR status_emoji = '🍵'
               OR time_zone = 'Asia/Seoul'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 0);
    let messages = watcher.subscribe(LOBBY).await.messages();
    assert_eq!(messages[0].body, "here to stay");
}
