//! Who comes in by the provider, and in which role.

use serde_json::json;
use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::Rev;
use shared::model::Role;

use super::browser::{Browser, assert_refused};
use super::routes::{registered, registered_in};
use crate::support::account;
use crate::support::http;
use crate::support::identity_provider::IdentityProvider;
use crate::support::items::Items as _;
use crate::support::server::Server;

const ROLES: [&str; 3] = [
    "--oidc-role-claim=groups",
    "--oidc-role=chat-admins=administrator",
    "--oidc-role=staff=member",
];

/// Ada signs in next, as a member of these groups.
fn in_groups(provider: &IdentityProvider, groups: &[&str]) {
    provider.sign_in_as(json!({
        "sub": "ada-1", "preferred_username": "ada", "name": "Ada", "groups": groups,
    }));
}

#[tokio::test]
async fn a_claim_decides_about_the_role_at_each_sign_in() {
    let (provider, server) = registered(&ROLES).await;
    let browser = || Browser::new(server.address);
    in_groups(&provider, &["staff"]);
    let mut first_browser = browser();
    let first = first_browser.signed_in(&provider).await;
    assert_eq!(first.profile.role, Role::Member);
    let mut watcher = first.connect(server.address).await;
    watcher.directory(None, Rev::ZERO).await;

    in_groups(&provider, &["staff", "chat-admins"]);
    let mut second_browser = browser();
    let second = second_browser.signed_in(&provider).await;
    assert_eq!(second.profile.role, Role::Administrator);
    assert_eq!(second.profile.id, first.profile.id);
    // Who gains a right keeps the other sessions, and everybody sees it.
    let seen = watcher.next_directory().await.people();
    assert_eq!(seen, std::slice::from_ref(&second.profile));
    assert!(first_browser.person().await.is_some());

    // No value that gives a role is a member's.
    in_groups(&provider, &["retired"]);
    let mut third_browser = browser();
    let third = third_browser.signed_in(&provider).await;
    assert_eq!(third.profile.role, Role::Member);
    // With the right ended the other sessions and their sockets.
    assert_eq!(first_browser.person().await, None);
    assert_eq!(second_browser.person().await, None);
    assert_eq!(watcher.closed().await, Some(close::UNAUTHORIZED));
    assert!(third_browser.person().await.is_some());
}

#[tokio::test]
async fn who_has_no_role_there_is_kept_out_if_the_operator_says_so() {
    let arguments = [&ROLES[..], &["--oidc-require-role"]].concat();
    let (provider, server) = registered(&arguments).await;
    in_groups(&provider, &["others"]);
    let refused = Browser::new(server.address).sign_in(&provider).await;
    assert_refused(&refused, "no_external_account");

    in_groups(&provider, &["staff"]);
    let mut browser = Browser::new(server.address);
    let ada = browser.signed_in(&provider).await;
    let mut line = ada.connect(server.address).await;
    in_groups(&provider, &[]);
    let refused = Browser::new(server.address).sign_in(&provider).await;
    assert_refused(&refused, "no_external_account");
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    assert_eq!(browser.person().await, None);
}

#[tokio::test]
async fn nobody_gets_an_account_where_the_provider_makes_none() {
    let (provider, server) = registered(&["--oidc-known-only"]).await;
    let refused = Browser::new(server.address).sign_in(&provider).await;
    assert_refused(&refused, "no_external_account");
}

#[tokio::test]
async fn where_the_provider_is_the_only_way_in_passwords_are_for_owners() {
    let (_provider, server) = registered(&["--oidc-only"]).await;
    let (address, folder) = (server.address, server.folder.clone());
    let shown = http::get(address, "/api/v1/session", &[]).await.json();
    assert_eq!(shown["place"]["oidc"]["is_only_way"], true);
    let olga = account::claim(address, folder.path()).await;
    let secret = account::invite(address, &olga, &json!({})).await;
    let refused = account::join(address, &secret, "ben").await;
    assert_eq!(
        (refused.status, refused.code()),
        (403, ErrorCode::ProviderOnly)
    );
    for sign_up in ["open", "approval"] {
        let wish = json!({ "sign_up": sign_up });
        let set = account::ask_as(address, &olga, "PATCH", "place", &wish).await;
        assert_eq!(set.status, 204, "{set:?}");
        let wish =
            json!({ "username": "cy", "name": "Cy", "password": account::PASSWORD, "note": "" });
        let refused = account::post(address, "applications", &wish).await;
        assert_eq!(
            (refused.status, refused.code()),
            (403, ErrorCode::ProviderOnly),
            "{sign_up}"
        );
    }

    // Somebody who joined before.
    server.stop().await;
    let before = Server::start_in(folder.clone(), &[]).await;
    account::signed_in(&account::join(before.address, &secret, "ben").await);
    before.stop().await;
    let (_provider, server) = registered_in(folder, &["--oidc-only"]).await;
    let sign_in = |username, password| account::sign_in(server.address, username, password);
    let refused = sign_in("ben", account::PASSWORD).await;
    assert_eq!(refused.code(), ErrorCode::ProviderOnly);
    // It is not said to who does not know the password.
    let wrong = sign_in("ben", "not his password").await;
    assert_eq!(wrong.code(), ErrorCode::WrongCredentials);
    let owner = account::signed_in(&sign_in("olga", account::PASSWORD).await);
    assert_eq!(owner.profile.id, olga.profile.id);
}
