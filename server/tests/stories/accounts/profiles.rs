//! Profiles: what a person changes reaches everybody, and a status ends by itself.

use rusqlite::Connection;
use serde_json::{Value, json};
use server::store::sqlite::FILE;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Rev, RoomId};
use shared::model::Profile;

use crate::support::account::{PASSWORD, ask_as, claim, invite, join, signed_in};
use crate::support::guest::{Guest, enter};
use crate::support::http::{self, Answer};
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::{Server, folder};
use crate::support::time::Time;
use crate::support::within;

const ACCOUNT: &str = "/api/v1/account";
const LOBBY: RoomId = RoomId::LOBBY;

async fn change(server: &Server, by: &Guest, body: &Value) -> Answer {
    let bearer = by.bearer();
    let headers = [
        ("authorization", &*bearer),
        ("content-type", "application/json"),
    ];
    http::ask(
        server.address,
        "PATCH",
        ACCOUNT,
        &headers,
        &body.to_string(),
    )
    .await
}

/// Makes a change that is accepted.
async fn changed(server: &Server, by: &Guest, body: Value) -> Profile {
    let answer = change(server, by, &body).await;
    assert_eq!(answer.status, 200, "{body} {answer:?}");
    serde_json::from_value(answer.json()["user"].clone()).unwrap()
}

async fn own(server: &Server, by: &Guest) -> Value {
    let headers = [("authorization", &*by.bearer())];
    let answer = http::get(server.address, ACCOUNT, &headers).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// An owner, and somebody who was invited.
async fn owner_and_member(server: &Server) -> (Guest, Guest) {
    let owner = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &owner, &json!({})).await;
    let member = signed_in(&join(server.address, &secret, "ben").await);
    (owner, member)
}

/// The profile of a person, by a question.
async fn profile_of(native: &mut Native, person: &Guest) -> Profile {
    let ids = vec![person.profile.id];
    native.say(&ClientFrame::People { question: 9, ids }).await;
    let answer = |frame: &ServerFrame| match frame {
        ServerFrame::People(found) if found.question == 9 => Some(found.people[0].clone()),
        _ => None,
    };
    native.expect("a profile", answer).await
}

#[tokio::test]
async fn a_changed_profile_reaches_others_and_those_who_come_back() {
    let server = Server::start(&[]).await;
    let (owner, _) = owner_and_member(&server).await;
    let mut ada = enter(server.address, "Ada").await;
    let known = ada.directory(None, Rev::ZERO).await.through;
    let away = Guest::come_in(server.address, "Cora").await;
    let cora = away.connect(server.address).await;
    let epoch = cora.epoch();
    cora.socket.close().await;

    let wish = json!({ "name": "Olga Lee", "username": "olga.lee", "colour": 7,
        "status": { "emoji": "🍵", "text": "at tea" } });
    let seen = changed(&server, &owner, wish).await;
    assert_eq!((&*seen.name, seen.colour), ("Olga Lee", Some(7)));
    assert_eq!(seen.username.as_deref(), Some("olga.lee"));

    assert_eq!(
        ada.next_directory().await.people(),
        std::slice::from_ref(&seen)
    );
    assert_eq!(profile_of(&mut ada, &owner).await, seen);
    let mut cora = away.connect(server.address).await;
    let missed = cora.directory(Some(epoch), known).await;
    assert_eq!(missed.people(), std::slice::from_ref(&seen));
    // Nothing is lost at a restart, and the person gets it too.
    let server = server.restart().await;
    let mut olga = owner.connect(server.address).await;
    assert_eq!(*olga.user(), seen);
    assert_eq!(profile_of(&mut olga, &owner).await, seen);
    let cleared = changed(&server, &owner, json!({ "status": null, "colour": null })).await;
    assert_eq!((cleared.status, cleared.colour), (None, None));
    assert_eq!(cleared.username.as_deref(), Some("olga.lee"));
}

#[tokio::test]
async fn who_is_present_is_named_with_the_revision_of_the_profile() {
    let server = Server::start(&[]).await;
    let (owner, _) = owner_and_member(&server).await;
    let mut olga = owner.connect(server.address).await;
    olga.subscribe(LOBBY).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.directory(None, Rev::ZERO).await;
    ada.subscribe(LOBBY).await;
    let seen = changed(&server, &owner, json!({ "colour": 3 })).await;
    assert_eq!(
        ada.next_directory().await.people(),
        std::slice::from_ref(&seen)
    );
    // Who comes later is told that there is more to know, and asks for it.
    let mut ben = enter(server.address, "Ben").await;
    ben.subscribe(LOBBY).await;
    let olga = |frame: &ServerFrame| match frame {
        ServerFrame::Presence {
            people: Some(people),
            ..
        } => people.iter().find(|p| p.id == seen.id).cloned(),
        _ => None,
    };
    let present = ben.expect("who is present", olga).await;
    assert_eq!(present, seen.brief());
    assert_ne!(present, seen);
    assert_eq!(profile_of(&mut ben, &owner).await, seen);
    // Another name is published at once.
    let renamed = changed(&server, &owner, json!({ "name": "Olga L." })).await;
    let olga = |frame: &ServerFrame| match frame {
        ServerFrame::Presence {
            people: Some(people),
            ..
        } => people.iter().find(|p| p.name == "Olga L.").cloned(),
        _ => None,
    };
    let present = ada.expect("the new name", olga).await;
    assert_eq!(present.rev, renamed.rev);
}

#[tokio::test]
async fn another_username_needs_a_proof_of_the_last_ten_minutes() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let (owner, _) = owner_and_member(&server).await;
    changed(&server, &owner, json!({ "username": "olga.lee" })).await;
    time.set_ahead(11 * 60 * 1_000_000);
    let refused = change(&server, &owner, &json!({ "username": "olga" })).await;
    assert_eq!(
        (refused.status, refused.code()),
        (403, ErrorCode::ConfirmationRequired)
    );
    // The rest of the form needs none, with the username as it is.
    let wish = json!({ "username": "olga.lee", "colour": 3 });
    assert_eq!(changed(&server, &owner, wish).await.colour, Some(3));
    let proof = json!({ "password": PASSWORD });
    let path = "account/confirmation";
    let proved = ask_as(server.address, &owner, "POST", path, &proof).await;
    assert_eq!(proved.status, 200, "{proved:?}");
    let seen = changed(&server, &owner, json!({ "username": "olga" })).await;
    assert_eq!(seen.username.as_deref(), Some("olga"));
}

#[tokio::test]
async fn a_status_ends_at_its_time_after_a_restart_too() {
    let time = Time::default();
    let mut server = Server::start_by(time.clock(), folder(), &[]).await;
    let (owner, member) = owner_and_member(&server).await;
    let until = time.clock().now().0 + 60_000_000;
    let tea = json!({ "status": { "emoji": "🍵", "text": "", "until": until } });
    let seen = changed(&server, &owner, tea.clone()).await;
    assert_eq!(seen.status.unwrap().until.unwrap().0, until);
    let past = json!({ "status": { "emoji": "🍵", "until": until - 120_000_000 } });
    let refused = change(&server, &member, &past).await;
    assert_eq!(
        (refused.status, refused.code()),
        (400, ErrorCode::BadCommand)
    );
    let stay = json!({ "status": { "emoji": "🏠" } });
    changed(&server, &member, stay).await;

    time.set_ahead(61_000_000);
    // The next change says nothing of it any more.
    let seen = changed(&server, &owner, json!({ "colour": 1 })).await;
    assert_eq!(seen.status, None);
    server = server.restart().await;
    let mut ben = member.connect(server.address).await;
    let count = |question: &'static str| {
        let store = Connection::open(server.folder.path().join(FILE)).unwrap();
        let count = store.query_row(question, [], |row| row.get::<_, i64>(0));
        count.unwrap()
    };
    let stored = "SELECT count(*) FROM users WHERE status_emoji = '🍵'";
    within("the end of the status", async {
        while count(stored) > 0 {
            // Between two commands the server sweeps.
            ben.settle().await;
        }
    })
    .await;
    assert_eq!(profile_of(&mut ben, &owner).await.status, None);
    // One without an end stays.
    assert_eq!(ben.user().status.as_ref().unwrap().emoji, "🏠");
}

#[tokio::test]
async fn language_and_time_zone_are_the_person_s_own() {
    let server = Server::start(&[]).await;
    let (owner, member) = owner_and_member(&server).await;
    assert_eq!(own(&server, &owner).await["language"], Value::Null);
    let wish = json!({ "language": "ko", "time_zone": "Asia/Seoul" });
    let before = own(&server, &owner).await["user"].clone();
    changed(&server, &owner, wish).await;
    let after = own(&server, &owner).await;
    assert_eq!(
        (&after["language"], &after["user"]),
        (&json!("ko"), &before)
    );
    let mut ben = member.connect(server.address).await;
    let seen = serde_json::to_string(&profile_of(&mut ben, &owner).await).unwrap();
    assert!(!seen.contains("Seoul") && !seen.contains("ko"), "{seen}");
    assert_eq!(own(&server, &member).await["time_zone"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let server = Server::start(&[]).await;
    let (owner, member) = owner_and_member(&server).await;
    let before = own(&server, &member).await;
    let bad = ErrorCode::BadCommand;
    let characters = ErrorCode::TextCharacters;
    for (wish, status, code) in [
        (json!({ "name": "" }), 400, ErrorCode::TextEmpty),
        (
            json!({ "name": "x", "username": "ol" }),
            409,
            ErrorCode::UsernameTaken,
        ),
        (
            json!({ "username": "admin" }),
            400,
            ErrorCode::UsernameInvalid,
        ),
        (json!({ "colour": 12 }), 400, bad),
        (json!({ "colour": "red" }), 400, bad),
        (json!({ "status": "busy" }), 400, bad),
        (json!({ "status": { "emoji": "ab" } }), 400, characters),
        (
            json!({ "status": { "text": "a\u{202E}b" } }),
            400,
            characters,
        ),
        (
            json!({ "status": { "text": "p\u{430}ypal" } }),
            400,
            characters,
        ),
        (json!({ "language": "<b>" }), 400, bad),
        (json!({ "time_zone": "../etc" }), 400, bad),
    ] {
        if code == ErrorCode::UsernameTaken {
            changed(&server, &owner, json!({ "username": "ol" })).await;
        }
        let refused = change(&server, &member, &wish).await;
        assert_eq!((refused.status, refused.code()), (status, code), "{wish}");
    }
    assert_eq!(own(&server, &member).await, before);
    let guest = Guest::come_in(server.address, "Ada").await;
    for wish in [
        json!({ "username": "ada" }),
        json!({ "status": { "emoji": "🍵" } }),
        json!({ "language": "ko" }),
    ] {
        let refused = change(&server, &guest, &wish).await;
        assert_eq!(refused.code(), ErrorCode::Forbidden, "{wish}");
    }
    let seen = changed(&server, &guest, json!({ "name": "Ada L.", "colour": 2 })).await;
    assert_eq!((&*seen.name, seen.colour), ("Ada L.", Some(2)));
}

#[tokio::test]
async fn a_profile_is_changed_by_its_person_alone() {
    let server = Server::start(&[]).await;
    let body = r#"{"name": "Mallory"}"#;
    let json = ("content-type", "application/json");
    let stranger = http::ask(server.address, "PATCH", ACCOUNT, &[json], body).await;
    assert_eq!(
        (stranger.status, stranger.code()),
        (401, ErrorCode::Unauthorized)
    );
    let guest = Guest::come_in(server.address, "Ada").await;
    let bearer = guest.bearer();
    let foreign = [
        json,
        ("authorization", &*bearer),
        ("origin", "https://evil.example"),
    ];
    let refused = http::ask(server.address, "PATCH", ACCOUNT, &foreign, body).await;
    assert_eq!(refused.code(), ErrorCode::OriginForbidden);
    assert_eq!(own(&server, &guest).await["user"]["name"], "Ada");
}
