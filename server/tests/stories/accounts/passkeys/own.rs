//! The passkeys that somebody has: adding, naming, removing.

use serde_json::{Value, json};
use shared::error::ErrorCode;

use crate::support::account::signed_in;
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::passkey::{
    Passkey, add, ask, assert_wrong, list, new_options, olga_and_ada, options, origin, register,
    send, sign_in,
};
use crate::support::server::{Server, folder};
use crate::support::time::Time;

const MINUTE: i64 = 60 * 1_000_000;

#[tokio::test]
async fn a_passkey_is_renamed_and_removed_by_its_person_only() {
    let server = Server::start(&[]).await;
    let (olga, ada) = olga_and_ada(&server).await;
    let passkey = register(server.address, &ada).await;
    let path = format!("/{}", passkey.id());
    let name = |name: &str| json!({ "name": name }).to_string();
    let refused = ask(server.address, &olga, "PATCH", &path, &name("mine")).await;
    assert_eq!((refused.status, refused.code()), (404, ErrorCode::NotFound));
    let gone = ask(server.address, &olga, "DELETE", &path, "").await;
    assert_eq!(gone.status, 204, "alike for all");
    for (wrong, code) in [
        ("", ErrorCode::TextEmpty),
        (&*"x".repeat(41), ErrorCode::TextTooLong),
        ("a\u{202e}b", ErrorCode::TextCharacters),
    ] {
        let refused = ask(server.address, &ada, "PATCH", &path, &name(wrong)).await;
        assert_eq!(refused.code(), code, "{wrong}");
    }
    let named = ask(server.address, &ada, "PATCH", &path, &name(" my  key ")).await;
    assert_eq!(named.status, 204);
    assert_eq!(list(server.address, &ada).await[0]["name"], "my key");
    for bad in ["/*", "/="] {
        let refused = ask(server.address, &ada, "DELETE", bad, "").await;
        assert_eq!(refused.code(), ErrorCode::BadCommand, "{bad}");
    }

    let session = signed_in(&sign_in(server.address, &passkey).await);
    let pending = passkey.use_for(&options(server.address).await);
    // The password is left.
    let removed = ask(server.address, &ada, "DELETE", &path, "").await;
    assert_eq!(removed.status, 204);
    assert_eq!(list(server.address, &ada).await, [] as [Value; 0]);
    assert_wrong(&send(server.address, &pending).await, "a removed passkey");
    assert_wrong(
        &sign_in(server.address, &passkey).await,
        "a removed passkey",
    );
    // Sessions that it began go on.
    assert_eq!(list(server.address, &session).await, [] as [Value; 0]);
}

#[tokio::test]
async fn the_same_passkey_is_not_added_twice() {
    let server = Server::start(&[]).await;
    let (olga, ada) = olga_and_ada(&server).await;
    let asked = new_options(server.address, &ada).await;
    let (passkey, made) = Passkey::make(&asked, &origin(server.address));
    assert_eq!(add(server.address, &ada, &made).await.status, 201);
    for who in [&ada, &olga] {
        let again = new_options(server.address, who).await;
        let made = passkey.make_again(&again);
        let refused = add(server.address, who, &made).await;
        assert_eq!(refused.code(), ErrorCode::PasskeyInvalid);
    }
    assert_eq!(list(server.address, &olga).await.len(), 0);
}

#[tokio::test]
async fn a_change_of_passkeys_asks_for_a_credential_and_a_passkey_is_one() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let (olga, ada) = olga_and_ada(&server).await;
    let passkey = register(server.address, &ada).await;
    let of_olga = register(server.address, &olga).await;
    let asked = new_options(server.address, &ada).await;
    time.set_ahead(11 * MINUTE);
    let path = format!("/{}", passkey.id());
    let required = ErrorCode::ConfirmationRequired;
    let refused = ask(server.address, &ada, "POST", "/options", "").await;
    assert_eq!(refused.code(), required);
    let refused = ask(server.address, &ada, "DELETE", &path, "").await;
    assert_eq!(refused.code(), required);
    let (_, made) = Passkey::make(&asked, &origin(server.address));
    assert_eq!(add(server.address, &ada, &made).await.code(), required);

    let confirm = async |passkey: &Passkey| {
        let bearer = ada.bearer();
        let headers = [("authorization", &*bearer)];
        let path = "/api/v1/account/confirmation/passkey";
        let asked = http::post(server.address, &format!("{path}/options"), &headers, "").await;
        let used = passkey.use_for(&asked.json()["options"]);
        let body = json!({ "credential": used }).to_string();
        http::post(server.address, path, &headers, &body).await
    };
    assert_wrong(&confirm(&of_olga).await, "somebody else's");
    let refused = ask(server.address, &ada, "DELETE", &path, "").await;
    assert_eq!(refused.code(), required);
    let confirmed = confirm(&passkey).await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    assert!(confirmed.json()["confirmed_until"].is_i64());
    // Who has just signed in with a passkey has confirmed it too.
    let fresh = signed_in(&sign_in(server.address, &passkey).await);
    register(server.address, &fresh).await;
    let removed = ask(server.address, &ada, "DELETE", &path, "").await;
    assert_eq!(removed.status, 204);
}

#[tokio::test]
async fn a_guest_has_no_passkeys() {
    let server = Server::start(&[]).await;
    let gus = Guest::come_in(server.address, "Gus").await;
    let refused = ask(server.address, &gus, "POST", "/options", "").await;
    assert_eq!(refused.code(), ErrorCode::Forbidden);
}
