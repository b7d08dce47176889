//! Invitations: what they let somebody become, how often, and for how long.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::model::Role;

use crate::support::account::{PASSWORD, claim, invite, join, post, sign_in, signed_in};
use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::process::madang;
use crate::support::server::Server;

#[tokio::test]
async fn an_invitation_makes_one_account_and_all_that_cannot_be_used_look_alike() {
    let server = Server::start(&["--guests", "off"]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &owner, &json!({})).await;
    let token = json!({ "token": secret });
    let offered = post(server.address, "invitation", &token).await;
    assert_eq!(offered.status, 200, "{offered:?}");
    assert_eq!(offered.json()["role"], "member");
    assert_eq!(offered.json()["by"]["username"], "olga");
    let ada = signed_in(&join(server.address, &secret, "Ada").await);
    assert_eq!(ada.profile.role, Role::Member);
    assert_eq!(ada.profile.username.as_deref(), Some("ada"));
    let mut answers = vec![
        post(server.address, "invitation", &token).await.body,
        join(server.address, &secret, "ben").await.body,
    ];
    // Revoked, and never made.
    let revoked = invite(server.address, &owner, &json!({})).await;
    revoke_all(&server, &owner).await;
    for secret in [&*revoked, "", "x", &"0".repeat(64)] {
        let token = json!({ "token": secret });
        answers.push(post(server.address, "invitation", &token).await.body);
        answers.push(join(server.address, secret, "ben").await.body);
    }
    assert!(answers[0].contains("link_invalid"), "{answers:?}");
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    signed_in(&sign_in(server.address, "ada", PASSWORD).await);
}

async fn revoke_all(server: &Server, owner: &Guest) {
    let headers = [("authorization", &*owner.bearer())];
    let listed = http::get(server.address, "/api/v1/invites", &headers).await;
    let listed = listed.json()["invites"].as_array().unwrap().clone();
    assert!(!listed.is_empty());
    for invite in listed {
        let path = format!("/api/v1/invites/{}", invite["id"]);
        let answer = http::ask(server.address, "DELETE", &path, &headers, "").await;
        assert_eq!(answer.status, 204);
    }
}

#[tokio::test]
async fn of_many_who_race_for_the_last_uses_as_many_get_in_as_there_are_uses() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &owner, &json!({ "uses": 3 })).await;
    let names: Vec<_> = (0..8).map(|number| format!("racer{number}")).collect();
    let joins = names.iter().map(|name| join(server.address, &secret, name));
    let answers = futures::future::join_all(joins).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 3);
    let refused = answers.iter().filter(|answer| answer.status != 201);
    for answer in refused {
        assert_eq!(answer.code(), ErrorCode::LinkInvalid);
    }
}

#[tokio::test]
async fn a_username_is_taken_once_in_all_its_spellings() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let secret = invite(
        server.address,
        &owner,
        &json!({ "uses": null, "days": null }),
    )
    .await;
    signed_in(&join(server.address, &secret, "마당쇠").await);
    signed_in(&join(server.address, &secret, "ada").await);
    let decomposed: String = "\u{1106}\u{1161}\u{1103}\u{1161}\u{11bc}\u{1109}\u{116c}".into();
    for taken in ["ADA", " Ada", "olga", &decomposed, "ａｄａ"] {
        let answer = join(server.address, &secret, taken).await;
        assert_eq!(answer.code(), ErrorCode::UsernameTaken, "{taken}");
        assert_eq!(answer.status, 409);
    }
    // The invitation was not spent by them.
    signed_in(&join(server.address, &secret, "ben").await);
}

#[tokio::test]
async fn only_owner_and_administrators_invite_and_not_above_themselves() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    for days in [0, 3_651, u32::MAX] {
        let headers = [("authorization", &*owner.bearer())];
        let body = json!({ "days": days }).to_string();
        let refused = http::post(server.address, "/api/v1/invites", &headers, &body).await;
        assert_eq!(refused.code(), ErrorCode::BadCommand, "{days}");
    }
    let secret = invite(server.address, &owner, &json!({ "role": "administrator" })).await;
    let admin = signed_in(&join(server.address, &secret, "adam").await);
    let secret = invite(server.address, &admin, &json!({ "role": "member" })).await;
    let member = signed_in(&join(server.address, &secret, "mina").await);
    let guest = Guest::come_in(server.address, "Gus").await;
    for (who, role) in [
        (&owner, "owner"),
        (&admin, "owner"),
        (&admin, "administrator"),
        (&member, "member"),
        (&member, "administrator"),
        (&guest, "member"),
    ] {
        let headers = [("authorization", &*who.bearer())];
        let body = json!({ "role": role }).to_string();
        let refused = http::post(server.address, "/api/v1/invites", &headers, &body).await;
        assert_eq!(refused.status, 403, "{role} by {:?}", who.profile.role);
        assert_eq!(refused.code(), ErrorCode::Forbidden);
    }
    let headers = [("authorization", &*member.bearer())];
    let listed = http::get(server.address, "/api/v1/invites", &headers).await;
    assert_eq!(listed.code(), ErrorCode::Forbidden);
}

#[tokio::test]
async fn an_invitation_to_a_private_room_makes_a_member_of_it_in_the_same_commit() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let mut olga = owner.connect(server.address).await;
    let room = olga.create_private_room("plans").await;
    let secret = invite(server.address, &owner, &json!({ "rooms": [room] })).await;
    let offered = post(server.address, "invitation", &json!({ "token": secret })).await;
    assert_eq!(offered.json()["rooms"][0]["name"], "plans");
    let ada = signed_in(&join(server.address, &secret, "ada").await);
    let mut ada = ada.connect(server.address).await;
    ada.post(room, "hello from inside").await;
    // Of somebody else's private room nobody learns anything.
    let mut eve = enter(server.address, "Eve").await;
    let hidden = eve.create_private_room("secret").await;
    let headers = [("authorization", &*owner.bearer())];
    let body = json!({ "rooms": [hidden] }).to_string();
    let refused = http::post(server.address, "/api/v1/invites", &headers, &body).await;
    assert_eq!(refused.code(), ErrorCode::NoSuchRoom);
}

#[tokio::test]
async fn the_operator_invites_from_the_command_line_and_revokes() {
    let server = Server::start(&["--guests", "off"]).await;
    let folder = server.folder.path();
    let create = ["invite", "create", "--role", "administrator", "--json"];
    let answer = madang(folder, &create).await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let port = server.address.port();
    assert_eq!(answer["base_url"], format!("http://localhost:{port}"));
    let secret = answer["path"].as_str().unwrap().strip_prefix("/join#");
    let adam = signed_in(&join(server.address, secret.unwrap(), "adam").await);
    assert_eq!(adam.profile.role, Role::Administrator);

    let printed = madang(folder, &["invite", "create", "--uses", "unlimited"]).await;
    let printed = printed.unwrap();
    let link = printed.lines().last().unwrap();
    let (_, secret) = link.split_once("/join#").unwrap();
    signed_in(&join(server.address, secret, "ada").await);
    signed_in(&join(server.address, secret, "ben").await);
    let headers = [("authorization", &*adam.bearer())];
    let listed = http::get(server.address, "/api/v1/invites", &headers).await;
    let invite = &listed.json()["invites"][0];
    assert_eq!(invite["uses"], 2);
    madang(folder, &["invite", "revoke", &invite["id"].to_string()])
        .await
        .unwrap();
    let listed = http::get(server.address, "/api/v1/invites", &headers).await;
    assert!(listed.json()["invites"][0]["revoked_at"].is_i64());
    let refused = join(server.address, secret, "cara").await;
    assert_eq!(refused.code(), ErrorCode::LinkInvalid);
    let refused = madang(folder, &["invite", "create", "--role", "owner"]).await;
    assert!(refused.unwrap_err().contains("administrator"));
}

#[tokio::test]
async fn who_invites_gets_the_link_as_a_picture_and_is_told_the_rooms_to_choose_from() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let mut native = owner.connect(server.address).await;
    native.create_room("square").await;
    let den = native.create_private_room("den").await;
    let left = native.create_private_room("left").await;
    native.remove_member(left, owner.profile.id).await;
    let bearer = owner.bearer();
    let headers = [("authorization", &*bearer)];
    let listed = http::get(server.address, "/api/v1/invites", &headers).await;
    assert_eq!(
        listed.json()["rooms"],
        json!([{ "id": den, "name": "den" }])
    );
    let body = r#"{"uses": 1}"#;
    let made = http::post(server.address, "/api/v1/invites", &headers, body)
        .await
        .json();
    let link = made["link"].as_str().unwrap();
    let picture = server::accounts::qr::QrCode::of(&format!("http://{}{link}", server.address));
    assert_eq!(made["qr"], picture.unwrap().svg());
}
