//! Who is deactivated, and who is deleted: what ends, and what stays.

use serde_json::json;
use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::{Rev, RoomId};
use shared::model::Role;

use crate::support::account::{PASSWORD, ask_as, claim, invite, join, post, sign_in, signed_in};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::server::{Server, holds};

const LOBBY: RoomId = RoomId::LOBBY;

async fn deactivate(server: &Server, by: &Guest, who: &Guest, deactivated: bool) {
    let path = format!("people/{}", who.profile.id);
    let body = json!({ "deactivated": deactivated });
    let answer = ask_as(server.address, by, "PATCH", &path, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json().get("deactivated").is_some(), deactivated);
}

async fn delete(server: &Server, by: &Guest, who: &Guest) {
    let path = format!("people/{}", who.profile.id);
    let answer = ask_as(server.address, by, "DELETE", &path, &json!(null)).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

/// An owner, and somebody who joined by an invitation.
async fn two(server: &Server) -> (Guest, Guest) {
    let olga = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &olga, &json!({})).await;
    let mina = signed_in(&join(server.address, &secret, "mina").await);
    (olga, mina)
}

#[tokio::test]
async fn who_is_deactivated_is_out_at_once_and_comes_back_with_everything() {
    let server = Server::start(&[]).await;
    let (olga, mina) = two(&server).await;
    let mut line = mina.connect(server.address).await;
    let room = line.create_private_room("plans").await;
    line.post(LOBBY, "hello").await;
    let mut watcher = olga.connect(server.address).await;
    watcher.directory(None, Rev::ZERO).await;

    deactivate(&server, &olga, &mina, true).await;
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    let person = watcher.next_directory().await.people()[0].clone();
    assert!(person.deactivated && !person.deleted);
    assert_eq!(person.name, "mina");
    assert_eq!(
        watcher.subscribe(LOBBY).await.messages()[0].author.name,
        "mina"
    );
    // Only who knows the password learns why.
    let wrong = sign_in(server.address, "mina", "not-the-password-81").await;
    assert_eq!(
        (wrong.status, wrong.code()),
        (401, ErrorCode::WrongCredentials)
    );
    let right = sign_in(server.address, "mina", PASSWORD).await;
    assert_eq!(
        (right.status, right.code()),
        (403, ErrorCode::AccountDeactivated)
    );

    // It holds after a restart, and can be taken back.
    let folder = server.stop().await;
    let server = Server::start_in(folder, &[]).await;
    let right = sign_in(server.address, "mina", PASSWORD).await;
    assert_eq!(right.code(), ErrorCode::AccountDeactivated);
    deactivate(&server, &olga, &mina, false).await;
    let mina = signed_in(&sign_in(server.address, "mina", PASSWORD).await);
    let mut line = mina.connect(server.address).await;
    line.post(room, "still a member").await;
}

#[tokio::test]
async fn what_an_administrator_had_given_ends_with_the_right_to_give_it() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &olga, &json!({ "role": "administrator" })).await;
    let adam = signed_in(&join(server.address, &secret, "adam").await);
    let secret = invite(
        server.address,
        &adam,
        &json!({ "uses": null, "days": null }),
    )
    .await;
    deactivate(&server, &olga, &adam, true).await;
    let refused = join(server.address, &secret, "late").await;
    assert_eq!(refused.code(), ErrorCode::LinkInvalid);
    // Not even when he is back.
    deactivate(&server, &olga, &adam, false).await;
    let refused = join(server.address, &secret, "late").await;
    assert_eq!(refused.code(), ErrorCode::LinkInvalid);
}

#[tokio::test]
async fn of_who_is_deleted_nothing_is_left_but_what_was_written() {
    let server = Server::start(&[]).await;
    let (olga, _) = two(&server).await;
    let secret = invite(server.address, &olga, &json!({})).await;
    let body = json!({ "token": secret, "username": "zephyrine", "name": "Zephyrine Quill",
        "password": PASSWORD });
    let gone = signed_in(&post(server.address, "invitation/account", &body).await);
    let mut line = gone.connect(server.address).await;
    let room = line.create_private_room("plans").await;
    line.add_members(room, &[olga.profile.id]).await;
    line.post(LOBBY, "what stays").await;
    let mut watcher = olga.connect(server.address).await;
    let seen = watcher.directory(None, Rev::ZERO).await;
    let epoch = watcher.epoch();
    watcher.subscribe(room).await;

    delete(&server, &olga, &gone).await;
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    let deleted = watcher.next_directory().await.people()[0].clone();
    assert!(deleted.deleted && deleted.name.is_empty());
    assert_eq!((deleted.role, &deleted.username), (Role::Guest, &None));
    // In the room that was shared, the membership has ended.
    let left = watcher.changes(room).await.members()[0].clone();
    assert_eq!(left.person.id, gone.profile.id);
    assert!(left.left_at.is_some() && left.person.deleted);
    let reset = watcher.subscribe(LOBBY).await;
    assert_eq!(reset.messages()[0].body, "what stays");
    assert_eq!(reset.messages()[0].author.name, "");
    assert_eq!(
        watcher.people(&[gone.profile.id]).await,
        std::slice::from_ref(&deleted)
    );
    let refused = sign_in(server.address, "zephyrine", PASSWORD).await;
    assert_eq!(refused.code(), ErrorCode::WrongCredentials);
    let path = format!("people/{}", gone.profile.id);
    let again = ask_as(server.address, &olga, "DELETE", &path, &json!(null)).await;
    assert_eq!(again.code(), ErrorCode::NoSuchPerson);
    let listed = ask_as(server.address, &olga, "GET", "people", &json!(null)).await;
    assert_eq!(listed.json()["people"].as_array().unwrap().len(), 2);
    drop((line, watcher));

    // The file has no trace of the name, and who was away hears of it.
    let folder = server.stop().await;
    assert!(!holds(&folder, "ephyrine"));
    assert!(holds(&folder, "what stays"));
    let server = Server::start_in(folder, &[]).await;
    let mut watcher = olga.connect(server.address).await;
    let missed = watcher.directory(Some(epoch), seen.through).await;
    assert_eq!(missed.people(), [deleted]);
    // The username is free for somebody else.
    let secret = invite(server.address, &olga, &json!({})).await;
    let next = signed_in(&join(server.address, &secret, "zephyrine").await);
    assert_ne!(next.profile.id, gone.profile.id);
    enter(server.address, "Zephyrine Quill").await;
}

#[tokio::test]
async fn everybody_deletes_the_own_account_but_the_last_owner() {
    let server = Server::start(&[]).await;
    let (olga, mina) = two(&server).await;
    let gus = Guest::come_in(server.address, "Gus").await;
    let ask = |who: Guest| async move {
        ask_as(server.address, &who, "DELETE", "account", &json!(null)).await
    };
    for who in [&mina, &gus] {
        let mut line = who.connect(server.address).await;
        line.post(LOBBY, "hello").await;
        assert_eq!(ask(who.clone()).await.status, 204);
        assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
        assert_eq!(ask(who.clone()).await.code(), ErrorCode::Unauthorized);
    }
    assert_eq!(ask(olga.clone()).await.code(), ErrorCode::LastOwner);
    let mut watcher = olga.connect(server.address).await;
    let people = watcher.people(&[mina.profile.id, gus.profile.id]).await;
    assert!(people.iter().all(|person| person.deleted), "{people:?}");
}
