//! A guest who becomes an account, and keeps what was written.

use std::net::SocketAddr;

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::{Rev, RoomId};
use shared::model::Role;

use crate::support::account::{
    PASSWORD, claim, claim_body, claim_secret, invite, post, sign_in, signed_in,
};
use crate::support::command::edit;
use crate::support::guest::{Guest, enter};
use crate::support::http::{self, Answer};
use crate::support::items::Items;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

fn account(secret: &str, username: &str) -> Value {
    json!({ "token": secret, "username": username, "name": "Ada Lee", "password": PASSWORD,
        "keep": true })
}

/// Asks with somebody's session.
async fn by(address: SocketAddr, who: &Guest, path: &str, body: &Value) -> Answer {
    let headers = [("authorization", &*who.bearer())];
    http::post(
        address,
        &format!("/api/v1/{path}"),
        &headers,
        &body.to_string(),
    )
    .await
}

#[tokio::test]
async fn a_guest_who_follows_an_invitation_keeps_number_messages_and_rooms() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let mut olga = owner.connect(server.address).await;
    let plans = olga.create_private_room("plans").await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let own = ada.create_private_room("mine").await;
    let sent = ada.post(LOBBY, "as a guest").await;
    let seen = olga.directory(None, Rev::ZERO).await.through;
    let secret = invite(server.address, &owner, &json!({ "rooms": [plans] })).await;

    let answer = by(
        server.address,
        &guest,
        "invitation/account",
        &account(&secret, "ada"),
    )
    .await;
    let member = signed_in(&answer);

    assert_eq!(member.profile.id, guest.profile.id);
    assert_eq!(member.profile.role, Role::Member);
    assert_ne!(member.token, guest.token);
    // The guest's session ends with the commit, and its connections close.
    assert_eq!(ada.closed().await, Some(close::UNAUTHORIZED));
    let headers = [("authorization", &*guest.bearer())];
    let old = http::get(server.address, "/api/v1/session", &headers).await;
    assert_eq!(old.code(), ErrorCode::Unauthorized);
    let changed = olga.next_directory().await;
    assert!(changed.from >= seen);
    let [person] = &changed.people()[..] else {
        panic!("not one person: {changed:?}");
    };
    assert_eq!((&*person.name, person.role), ("Ada Lee", Role::Member));
    assert_eq!(person.username.as_deref(), Some("ada"));
    let mut ada = member.connect(server.address).await;
    let lobby = ada.subscribe(LOBBY).await;
    assert_eq!(lobby.messages()[0].author.name, "Ada Lee");
    let (seq, rev) = (sent.seq.unwrap(), sent.rev.unwrap());
    ada.ask(&edit(LOBBY, seq, rev, "as a member"))
        .await
        .unwrap();
    ada.add_members(own, &[olga.user().id]).await;
    ada.post(plans, "I am in").await;
    signed_in(&sign_in(server.address, "ada", PASSWORD).await);
}

#[tokio::test]
async fn who_does_not_keep_the_guest_comes_in_as_somebody_new() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let secret = invite(server.address, &owner, &json!({})).await;
    let mut body = account(&secret, "ada");
    body["keep"] = json!(false);
    let member = signed_in(&by(server.address, &guest, "invitation/account", &body).await);
    assert_ne!(member.profile.id, guest.profile.id);
    let mut ada = guest.connect(server.address).await;
    ada.post(LOBBY, "still a guest").await;
}

#[tokio::test]
async fn only_a_guest_can_be_kept_and_only_once() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &owner, &json!({ "uses": null })).await;
    let path = "invitation/account";
    let nobody = post(server.address, path, &account(&secret, "nobody")).await;
    assert_eq!(
        (nobody.status, nobody.code()),
        (401, ErrorCode::Unauthorized)
    );
    let again = by(server.address, &owner, path, &account(&secret, "again")).await;
    assert_eq!((again.status, again.code()), (403, ErrorCode::Forbidden));
    let guest = Guest::come_in(server.address, "Ada").await;
    let taken = by(server.address, &guest, path, &account(&secret, "olga")).await;
    assert_eq!(taken.code(), ErrorCode::UsernameTaken);
    // A refusal changes nothing.
    guest
        .connect(server.address)
        .await
        .post(LOBBY, "here")
        .await;

    let names: Vec<_> = (0..6)
        .map(|number| account(&secret, &format!("ada{number}")))
        .collect();
    let tries = names
        .iter()
        .map(|body| by(server.address, &guest, path, body));
    let answers = futures::future::join_all(tries).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{answers:?}");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert!(matches!(refused.status, 401 | 403), "{refused:?}");
    }
}

#[tokio::test]
async fn a_guest_who_claims_the_place_owns_it_under_the_same_number() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Olga").await;
    let secret = claim_secret(server.folder.path()).await;
    let mut body = claim_body(&secret, "olga");
    body["keep"] = json!(true);
    let owner = signed_in(&by(server.address, &guest, "claim", &body).await);
    assert_eq!(owner.profile.id, guest.profile.id);
    assert_eq!(owner.profile.role, Role::Owner);
    let mut late = enter(server.address, "Late").await;
    assert_eq!(late.people(&[owner.profile.id]).await, [owner.profile]);
}

#[tokio::test]
async fn a_refusal_of_the_place_s_name_names_its_own_field() {
    let server = Server::start(&[]).await;
    let secret = claim_secret(server.folder.path()).await;
    for (field, wrong) in [("place", "place"), ("name", "name")] {
        let mut body = claim_body(&secret, "olga");
        body[wrong] = json!("a\u{202e}b");
        let refused = post(server.address, "claim", &body).await;
        assert_eq!(refused.code(), ErrorCode::TextCharacters);
        assert_eq!(refused.json()["error"]["field"], field);
    }
}
