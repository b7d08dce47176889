//! Signing in with a passkey, and what is refused.

use serde_json::{Value, json};
use shared::error::ErrorCode;

use crate::support::account::{ask_as, signed_in};
use crate::support::authenticator::Authentication;
use crate::support::http;
use crate::support::passkey::{
    Passkey, add, asked_handle, assert_wrong, list, new_options, olga_and_ada, options, origin,
    register, send, sign_in,
};
use crate::support::server::{Server, folder};
use crate::support::time::Time;

const MINUTE: i64 = 60 * 1_000_000;

type Change<'a> = &'a dyn Fn(&mut Authentication);

#[tokio::test]
async fn a_passkey_is_made_and_signs_in_without_a_name() {
    let server = Server::start(&[]).await;
    let (_, ada) = olga_and_ada(&server).await;
    let asked = new_options(server.address, &ada).await;
    assert_eq!(
        asked["rp"],
        json!({ "id": "localhost", "name": "Courtyard" })
    );
    assert_eq!(asked["user"]["name"], "ada");
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    let passkey = register(server.address, &ada).await;
    let listed = list(server.address, &ada).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["name"], "Passkey");
    assert_eq!(listed[0]["is_usable"], true);
    assert!(listed[0].get("used_at").is_none());

    let asked = options(server.address).await;
    assert_eq!(asked["allowCredentials"], json!([]), "nobody is named");
    let answer = send(server.address, &passkey.use_for(&asked)).await;
    let session = signed_in(&answer);
    assert_eq!(session.profile.username.as_deref(), Some("ada"));
    let mut line = session.connect(server.address).await;
    line.settle().await;
    assert!(list(server.address, &ada).await[0]["used_at"].is_i64());

    // The handle stays, so that a second passkey is one more of the same person.
    let again = new_options(server.address, &session).await;
    assert_eq!(
        again["user"]["id"],
        asked_handle(&passkey, &options(server.address).await)
    );
    assert_eq!(again["excludeCredentials"][0]["id"], passkey.id());

    let server = server.restart().await;
    signed_in(&sign_in(server.address, &passkey.at(&origin(server.address))).await);
}

#[tokio::test]
async fn an_answer_is_taken_once_and_for_its_own_challenge() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let (olga, ada) = olga_and_ada(&server).await;
    let passkey = register(server.address, &ada).await;
    let used = passkey.use_for(&options(server.address).await);
    signed_in(&send(server.address, &used).await);
    assert_wrong(&send(server.address, &used).await, "a replay");

    let late = passkey.use_for(&options(server.address).await);
    time.set_ahead(5 * MINUTE);
    assert_wrong(&send(server.address, &late).await, "after five minutes");
    time.set_ahead(0);

    let foreign = json!({ "challenge": "A".repeat(43) });
    let foreign = passkey.use_for(&foreign);
    assert_wrong(&send(server.address, &foreign).await, "another challenge");

    // A challenge to make a passkey, or of another session, is none to sign in.
    let to_make = new_options(server.address, &ada).await;
    let to_make = passkey.use_for(&json!({ "challenge": to_make["challenge"] }));
    assert_wrong(&send(server.address, &to_make).await, "of another ceremony");
    let asked = new_options(server.address, &olga).await;
    let (_, made) = Passkey::make(&asked, &origin(server.address));
    let refused = add(server.address, &ada, &made).await;
    assert_eq!(refused.code(), ErrorCode::PasskeyInvalid);
    let refused = add(server.address, &olga, &made).await;
    assert_eq!(refused.code(), ErrorCode::PasskeyInvalid, "it was spent");
}

#[tokio::test]
async fn pages_of_other_addresses_and_persons_who_were_not_verified_are_refused() {
    let server = Server::start(&[]).await;
    let (olga, ada) = olga_and_ada(&server).await;
    let passkey = register(server.address, &ada).await;
    let of_olga = register(server.address, &olga).await;
    let handle = asked_handle(&of_olga, &options(server.address).await);
    let changes: [(&str, Change); 5] = [
        ("another origin", &|used| {
            used.client_data["origin"] = json!("https://evil.example");
        }),
        ("another relying party", &|used| {
            used.rp_id = "evil.example".into();
        }),
        ("no verification", &|used| used.flags = 0x01),
        ("no person", &|used| used.user_handle = Value::Null),
        // Ada's passkey in the name of Olga.
        ("another person", &|used| {
            used.user_handle.clone_from(&handle);
        }),
    ];
    for (what, change) in changes {
        let asked = options(server.address).await;
        let used = passkey.use_changed(&asked, change);
        assert_wrong(&send(server.address, &used).await, what);
    }
    let renamed = of_olga.id();
    let other = passkey.use_changed(&options(server.address).await, |used| {
        used.json = vec![("/id", json!(renamed)), ("/rawId", json!(renamed))];
    });
    assert_wrong(&send(server.address, &other).await, "another credential");

    let asked = new_options(server.address, &ada).await;
    let (_, made) = Passkey::make(&asked, "https://evil.example");
    let refused = add(server.address, &ada, &made).await;
    assert_eq!(
        (refused.status, refused.code()),
        (400, ErrorCode::PasskeyInvalid)
    );
    signed_in(&sign_in(server.address, &passkey).await);
}

#[tokio::test]
async fn a_counter_that_goes_back_locks_nobody_out() {
    let server = Server::start(&[]).await;
    let (_, ada) = olga_and_ada(&server).await;
    let mut passkey = register(server.address, &ada).await;
    for counter in [5, 9, 3, 9] {
        passkey.counter = counter;
        signed_in(&sign_in(server.address, &passkey).await);
    }
}

#[tokio::test]
async fn who_is_deactivated_is_told_so_only_with_the_passkey_and_who_is_deleted_is_unknown() {
    let server = Server::start(&[]).await;
    let (olga, ada) = olga_and_ada(&server).await;
    let passkey = register(server.address, &ada).await;
    let path = format!("people/{}", ada.profile.id);
    let deactivate = async |deactivated: bool| {
        let body = json!({ "deactivated": deactivated });
        let answer = ask_as(server.address, &olga, "PATCH", &path, &body).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
    };
    let pending = passkey.use_for(&options(server.address).await);
    deactivate(true).await;
    let refused = send(server.address, &pending).await;
    assert_eq!(
        (refused.status, refused.code()),
        (403, ErrorCode::AccountDeactivated)
    );
    let forged = passkey.use_changed(&options(server.address).await, |used| {
        used.falsified = Some(("/response/signature", 20));
    });
    assert_wrong(&send(server.address, &forged).await, "a wrong signature");
    deactivate(false).await;
    signed_in(&sign_in(server.address, &passkey).await);
    let deleted = ask_as(server.address, &olga, "DELETE", &path, &json!({})).await;
    assert!((200..300).contains(&deleted.status), "{deleted:?}");
    assert_wrong(
        &sign_in(server.address, &passkey).await,
        "a deleted person's",
    );
}

#[tokio::test]
async fn one_address_cannot_ask_for_any_number_of_challenges() {
    let server = Server::start(&[]).await;
    let ask = async || {
        let path = "/api/v1/session/passkey/options";
        http::post(server.address, path, &[], "").await
    };
    let mut refused = None;
    for _ in 0..500 {
        let answer = ask().await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("it is limited");
    assert_eq!(refused.code(), ErrorCode::RateLimited);
    assert!(refused.header("retry-after").is_some());
}
