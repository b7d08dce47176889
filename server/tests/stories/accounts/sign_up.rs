//! Getting an account without an invitation, and the settings of the place.

use std::net::SocketAddr;

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::model::Role;

use crate::support::account::{
    PASSWORD, claim, claim_secret, invite, join, post, sign_in, signed_in,
};
use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::process::madang;
use crate::support::server::Server;

fn application(username: &str) -> Value {
    json!({ "username": username, "name": "Ada Lee", "password": PASSWORD,
        "note": "Ben's sister\nfrom Jeonju" })
}

async fn ask(address: SocketAddr, who: &Guest, method: &str, path: &str, body: &Value) -> Answer {
    let headers = [
        ("authorization", &*who.bearer()),
        ("content-type", "application/json"),
    ];
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    http::ask(address, method, &format!("/api/v1/{path}"), &headers, &body).await
}

/// The numbers of the applications that wait.
async fn waiting(address: SocketAddr, who: &Guest) -> Vec<i64> {
    let listed = ask(address, who, "GET", "applications", &Value::Null).await;
    assert_eq!(listed.status, 200, "{listed:?}");
    let listed = listed.json()["applications"].as_array().unwrap().clone();
    let number = |application: &Value| application["id"].as_i64().unwrap();
    listed.iter().map(number).collect()
}

async fn set(address: SocketAddr, who: &Guest, change: &Value) {
    let changed = ask(address, who, "PATCH", "place", change).await;
    assert_eq!(changed.status, 204, "{changed:?}");
}

#[tokio::test]
async fn who_applies_signs_in_once_an_owner_has_approved() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    let off = post(address, "applications", &application("ada")).await;
    assert_eq!((off.status, off.code()), (403, ErrorCode::SignUpOff));
    set(address, &owner, &json!({ "sign_up": "approval" })).await;
    let session = http::get(address, "/api/v1/session", &[]).await;
    assert_eq!(session.json()["place"]["sign_up"], "approval");

    let applied = post(address, "applications", &application("Ada")).await;
    assert_eq!((applied.status, &*applied.body), (202, ""));
    let listed = ask(address, &owner, "GET", "applications", &Value::Null).await;
    let shown = &listed.json()["applications"][0];
    assert_eq!(
        (&shown["username"], &shown["name"]),
        (&json!("ada"), &json!("Ada Lee"))
    );
    assert_eq!(shown["note"], "Ben's sister\nfrom Jeonju");
    assert!(!listed.body.contains("argon2"), "{listed:?}");
    // Before, the account is as one that never was; the name is reserved.
    let early = sign_in(address, "ada", PASSWORD).await;
    assert_eq!(early.code(), ErrorCode::WrongCredentials);
    let again = post(address, "applications", &application("ADA")).await;
    assert_eq!(
        (again.status, again.code()),
        (409, ErrorCode::UsernameTaken)
    );
    let secret = invite(address, &owner, &json!({})).await;
    assert_eq!(
        join(address, &secret, "ada").await.code(),
        ErrorCode::UsernameTaken
    );

    let id = shown["id"].as_i64().unwrap();
    let approval = format!("applications/{id}/approval");
    let approved = ask(address, &owner, "POST", &approval, &Value::Null).await;
    assert_eq!(approved.status, 201, "{approved:?}");
    let ada = signed_in(&sign_in(address, "ada", PASSWORD).await);
    assert_eq!(ada.profile.role, Role::Member);
    assert_eq!(json!(ada.profile), approved.json()["user"]);
    // Whoever decides otherwise meanwhile learns that it is too late.
    let decline = format!("applications/{id}");
    for (method, path) in [("POST", &approval), ("DELETE", &decline)] {
        let late = ask(address, &owner, method, path, &Value::Null).await;
        assert_eq!((late.status, late.code()), (404, ErrorCode::NotFound));
    }
    assert!(waiting(address, &owner).await.is_empty());
}

#[tokio::test]
async fn who_is_declined_leaves_nothing() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    set(address, &owner, &json!({ "sign_up": "approval" })).await;
    post(address, "applications", &application("ada")).await;
    let [id] = waiting(address, &owner).await[..] else {
        panic!("not one application");
    };
    let path = format!("applications/{id}");
    let declined = ask(address, &owner, "DELETE", &path, &Value::Null).await;
    assert_eq!(declined.status, 204);
    let late = ask(address, &owner, "DELETE", &path, &Value::Null).await;
    assert_eq!((late.status, late.code()), (404, ErrorCode::NotFound));
    assert!(waiting(address, &owner).await.is_empty());
    let refused = sign_in(address, "ada", PASSWORD).await;
    assert_eq!(refused.code(), ErrorCode::WrongCredentials);
    let applied = post(address, "applications", &application("ada")).await;
    assert_eq!(applied.status, 202);
}

#[tokio::test]
async fn where_sign_up_is_open_the_account_is_made_at_once() {
    let server = Server::start(&["--guests", "off"]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    set(address, &owner, &json!({ "sign_up": "open" })).await;
    let ada = signed_in(&post(address, "applications", &application("ada")).await);
    assert_eq!(ada.profile.role, Role::Member);
    ada.connect(address).await;
    set(address, &owner, &json!({ "sign_up": "off" })).await;
    let off = post(address, "applications", &application("ben")).await;
    assert_eq!(off.code(), ErrorCode::SignUpOff);
}

#[tokio::test]
async fn only_owners_and_administrators_decide_and_change_the_place() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    set(
        address,
        &owner,
        &json!({ "sign_up": "approval", "name": "Garden" }),
    )
    .await;
    post(address, "applications", &application("ada")).await;
    let [id] = waiting(address, &owner).await[..] else {
        panic!("not one application");
    };
    let secret = invite(address, &owner, &json!({})).await;
    let member = signed_in(&join(address, &secret, "mina").await);
    let guest = Guest::come_in(address, "Gus").await;
    let approval = format!("applications/{id}/approval");
    let application = format!("applications/{id}");
    for who in [&member, &guest] {
        for (method, path, body) in [
            ("GET", "applications", Value::Null),
            ("POST", &*approval, Value::Null),
            ("DELETE", &*application, Value::Null),
            ("PATCH", "place", json!({ "name": "Mine" })),
        ] {
            let refused = ask(address, who, method, path, &body).await;
            assert_eq!(
                (refused.status, refused.code()),
                (403, ErrorCode::Forbidden),
                "{path}"
            );
        }
    }
    let nobody = post(address, &approval, &json!({})).await;
    assert_eq!(nobody.status, 401);
    let foreign = [("origin", "http://elsewhere.example")];
    let path = format!("/api/v1/{approval}");
    let foreign = http::post(address, &path, &foreign, "").await;
    assert_eq!(foreign.code(), ErrorCode::OriginForbidden);
    let refused = ask(address, &owner, "PATCH", "place", &json!({ "name": " " })).await;
    assert_eq!(refused.code(), ErrorCode::TextEmpty);
    assert_eq!(refused.json()["error"]["field"], "place");
    let session = http::get(address, "/api/v1/session", &[]).await;
    assert_eq!(session.json()["place"]["name"], "Garden");
    let secret = invite(address, &owner, &json!({ "role": "administrator" })).await;
    let admin = signed_in(&join(address, &secret, "adam").await);
    set(address, &admin, &json!({ "name": "Courtyard" })).await;
    let approved = ask(address, &admin, "POST", &approval, &Value::Null).await;
    assert_eq!(approved.status, 201);
}

#[tokio::test]
async fn one_address_cannot_fill_the_list() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    set(address, &owner, &json!({ "sign_up": "approval" })).await;
    // All at once: those that are being looked at count too.
    let asked = (0..20).map(|number| async move {
        let body = application(&format!("ada{number}"));
        post(address, "applications", &body).await.status
    });
    let mut answers = futures::future::join_all(asked).await;
    answers.sort_unstable();
    assert_eq!(answers[..12], [202; 12]);
    assert_eq!(answers[12..], [429; 8]);
    assert_eq!(waiting(address, &owner).await.len(), 12);
}

#[tokio::test]
async fn the_operator_sees_and_changes_the_place_from_the_command_line() {
    let server = Server::start(&[]).await;
    let folder = server.folder.path();
    claim_secret(folder).await;
    let printed = madang(folder, &["place", "show"]).await.unwrap();
    assert_eq!(
        printed,
        "name: (no name yet)\nowner: not yet\nsign-up: off\n"
    );
    madang(folder, &["place", "name", "마당"]).await.unwrap();
    madang(folder, &["place", "sign-up", "approval"])
        .await
        .unwrap();
    for name in ["ada", "ben"] {
        let applied = post(server.address, "applications", &application(name)).await;
        assert_eq!(applied.status, 202);
    }
    let printed = madang(folder, &["place", "show", "--json"]).await.unwrap();
    let place: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        (&place["name"], &place["sign_up"]),
        (&json!("마당"), &json!("approval"))
    );
    let number = |at: usize| place["applications"][at]["id"].to_string();
    madang(folder, &["place", "approve", &number(0)])
        .await
        .unwrap();
    madang(folder, &["place", "decline", &number(1)])
        .await
        .unwrap();
    let again = madang(folder, &["place", "approve", &number(0)]).await;
    assert!(again.unwrap_err().contains("nothing"));
    signed_in(&sign_in(server.address, "ada", PASSWORD).await);
    let refused = madang(folder, &["place", "sign-up", "maybe"]).await;
    assert!(refused.unwrap_err().contains("approval"));
    let refused = madang(folder, &["place", "name", " "]).await;
    assert!(refused.unwrap_err().contains("empty"));
}
