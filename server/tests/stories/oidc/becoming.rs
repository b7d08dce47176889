//! A guest who signs in with the identity provider, and keeps what was written.

use serde_json::json;
use shared::frame::close;
use shared::id::RoomId;
use shared::model::Role;

use super::browser::{BEGIN, Browser, assert_refused};
use super::routes::registered;
use crate::support::items::Items;

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_guest_whose_identity_is_new_becomes_the_account_and_keeps_everything() {
    let (provider, server) = registered(&[]).await;
    let mut browser = Browser::new(server.address);
    let guest = browser.guest("Ada").await;
    let mut line = guest.connect(server.address).await;
    line.post(LOBBY, "as a guest").await;
    let own = line.create_private_room("mine").await;
    provider.sign_in_as(json!({
        "sub": "ada-1", "preferred_username": "ada", "name": "Ada Lovelace",
    }));

    let member = browser.kept(&provider).await;

    assert_eq!(member.profile.id, guest.profile.id);
    assert_eq!(member.profile.role, Role::Member);
    assert_eq!(member.profile.username.as_deref(), Some("ada"));
    assert_eq!(member.profile.name, "Ada Lovelace");
    assert_ne!(member.token, guest.token);
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    let mut line = member.connect(server.address).await;
    let posted = line.subscribe(LOBBY).await.messages()[0].clone();
    assert_eq!(
        (&*posted.body, &*posted.author.name),
        ("as a guest", "Ada Lovelace")
    );
    line.post(own, "still mine").await;
    // In another browser the same person comes in, and not somebody else.
    let again = Browser::new(server.address).signed_in(&provider).await;
    assert_eq!(again.profile, member.profile);
}

#[tokio::test]
async fn a_guest_whose_identity_has_an_account_signs_in_to_that() {
    let (provider, server) = registered(&[]).await;
    provider.sign_in_as(json!({"sub": "ada-1", "preferred_username": "ada"}));
    let ada = Browser::new(server.address).signed_in(&provider).await;
    let mut browser = Browser::new(server.address);
    let guest = browser.guest("Somebody").await;
    let signed_in = browser.kept(&provider).await;
    assert_eq!(signed_in.profile, ada.profile);
    // What the guest wrote stays the guest's.
    let mut line = guest.connect(server.address).await;
    line.post(LOBBY, "still a guest").await;
}

#[tokio::test]
async fn a_guest_is_kept_only_if_wanted_and_only_by_the_own_page() {
    let (provider, server) = registered(&[]).await;
    let keep = format!("{BEGIN}?return_to=/&keep=true");
    let mut seen = Vec::new();
    for (subject, path, site) in [
        ("one", BEGIN, "same-origin"),
        ("two", &*keep, "cross-site"),
        ("three", &*keep, "same-origin"),
    ] {
        provider.sign_in_as(json!({"sub": subject, "preferred_username": subject}));
        let mut browser = Browser::new(server.address);
        let guest = browser.guest("Ada").await;
        let begun = browser.ask("GET", path, &[("sec-fetch-site", site)]).await;
        let back = provider.send_back(begun.header("location").unwrap()).await;
        let answer = browser.visit(&super::browser::path_of(&back)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        seen.push(browser.person().await.unwrap().id == guest.profile.id);
    }
    assert_eq!(seen, [false, false, true]);
}

#[tokio::test]
async fn a_guest_to_whom_the_provider_gives_no_access_stays_a_guest() {
    let (provider, server) = registered(&["--oidc-known-only"]).await;
    provider.sign_in_as(json!({"sub": "ada-1", "preferred_username": "ada"}));
    let mut browser = Browser::new(server.address);
    let guest = browser.guest("Ada").await;
    let begun = browser
        .visit(&format!("{BEGIN}?return_to=/&keep=true"))
        .await;
    let back = provider.send_back(begun.header("location").unwrap()).await;
    let answer = browser.visit(&super::browser::path_of(&back)).await;
    assert_refused(&answer, "no_external_account");
    assert_eq!(browser.person().await, Some(guest.profile));
}
