//! Passkeys as a full way in.

use serde_json::{Value, json};
use shared::error::ErrorCode;

use crate::support::account::{
    ask_as, claim, invite, join, post, sign_in as sign_in_by_password, signed_in,
};
use crate::support::authenticator::Authentication;
use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::passkey::{
    Passkey, add, ask, list, new_options, options, origin, register, send, sign_in,
};
use crate::support::process::Process;
use crate::support::server::{Server, folder};
use crate::support::time::Time;

const MINUTE: i64 = 60 * 1_000_000;

/// The owner, and somebody who was invited.
async fn olga_and_ada(server: &Server) -> (Guest, Guest) {
    let olga = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &olga, &json!({})).await;
    let ada = signed_in(&join(server.address, &secret, "ada").await);
    (olga, ada)
}

type Change<'a> = &'a dyn Fn(&mut Authentication);

#[track_caller]
fn assert_wrong(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 401, "{what}: {answer:?}");
    assert_eq!(answer.code(), ErrorCode::WrongCredentials, "{what}");
}

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

/// The handle by which a passkey names its person.
fn asked_handle(passkey: &Passkey, options: &Value) -> Value {
    passkey.use_for(options)["response"]["userHandle"].clone()
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
async fn a_guest_has_no_passkeys() {
    let server = Server::start(&[]).await;
    let gus = Guest::come_in(server.address, "Gus").await;
    let refused = ask(server.address, &gus, "POST", "/options", "").await;
    assert_eq!(refused.code(), ErrorCode::Forbidden);
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

#[tokio::test]
async fn passkeys_are_offered_only_where_browsers_have_them() {
    for (url, origin) in [
        ("https://chat.example.org", Some("https://chat.example.org")),
        ("http://chat.example.org", None),
        ("https://192.0.2.7", None),
    ] {
        let server = Server::start(&["--public-url", url]).await;
        let session = http::get(server.address, "/api/v1/session", &[]).await;
        let offered = session.json()["place"]["passkeys"]
            .as_str()
            .map(str::to_owned);
        assert_eq!(offered.as_deref(), origin, "{url}");
        let path = "/api/v1/session/passkey/options";
        let answer = http::post(server.address, path, &[], "").await;
        if origin.is_none() {
            assert_eq!(answer.code(), ErrorCode::PasskeysOff, "{url}");
        } else {
            assert_eq!(answer.json()["options"]["rpId"], "chat.example.org");
        }
    }
}

#[tokio::test]
async fn a_start_at_another_address_says_how_many_people_lose_their_passkeys() {
    let folder = folder();
    let first = ["--public-url", "https://example.org"];
    let process = Process::start(folder.path(), &first).await;
    let olga = claim(process.address, folder.path()).await;
    let asked = new_options(process.address, &olga).await;
    let (passkey, made) = Passkey::make(&asked, "https://example.org");
    assert_eq!(add(process.address, &olga, &made).await.status, 201);
    signed_in(&sign_in(process.address, &passkey).await);
    process.stop().await;

    // The host of the relying party may become more special.
    let below = ["--public-url", "https://chat.example.org"];
    let process = Process::start(folder.path(), &below).await;
    let moved = passkey.at("https://chat.example.org");
    signed_in(&sign_in(process.address, &moved).await);
    process.terminate();
    let (_, log) = process.exited().await;
    assert!(!log.contains("passkeys for"), "{log}");

    let elsewhere = ["--public-url", "https://chat.example.com"];
    let process = Process::start(folder.path(), &elsewhere).await;
    let asked = options(process.address).await;
    assert_eq!(asked["rpId"], "chat.example.com");
    let moved = passkey.at("https://chat.example.com");
    assert_wrong(
        &sign_in(process.address, &moved).await,
        "for another address",
    );
    let listed = list(process.address, &olga).await;
    assert_eq!(listed[0]["is_usable"], false);
    assert_eq!(listed[0]["relying_party"], "example.org");
    process.terminate();
    let (_, log) = process.exited().await;
    let warned = log.lines().find(|line| line.contains("passkeys for"));
    let warned = warned.unwrap_or_else(|| panic!("no warning: {log}"));
    for word in [
        "example.org do not work at https://chat.example.com",
        "people=1",
        "locked_out=0",
    ] {
        assert!(warned.contains(word), "{warned}");
    }

    // Back at the old address all is as it was.
    let process = Process::start(folder.path(), &first).await;
    signed_in(&sign_in(process.address, &passkey).await);
    process.stop().await;
}

/// Follows an invitation with a passkey; the answer and the passkey.
async fn join_by_passkey(
    server: &Server,
    secret: &str,
    username: &str,
    keep: Option<&Guest>,
) -> (Answer, Passkey) {
    let names = json!({ "token": secret, "username": username, "name": username });
    let asked = post(server.address, "invitation/passkey/options", &names).await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let asked = asked.json()["options"].clone();
    assert_eq!(asked["user"]["name"], username);
    let (passkey, made) = Passkey::make(&asked, &origin(server.address));
    let mut body = names;
    body["credential"] = made;
    let answer = match keep {
        Some(guest) => {
            body["keep"] = json!(true);
            ask_as(server.address, guest, "POST", "invitation/passkey", &body).await
        }
        None => post(server.address, "invitation/passkey", &body).await,
    };
    (answer, passkey)
}

#[tokio::test]
async fn an_invitation_is_followed_with_a_passkey_in_the_place_of_a_password() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &olga, &json!({ "uses": 2 })).await;
    let (answer, passkey) = join_by_passkey(&server, &secret, "ada", None).await;
    let ada = signed_in(&answer);
    assert_eq!(ada.profile.username.as_deref(), Some("ada"));
    let account = ask_as(server.address, &ada, "GET", "account", &json!(null)).await;
    assert_eq!(account.json()["has_password"], false);
    let again = signed_in(&sign_in(server.address, &passkey).await);
    assert_eq!(again.profile.id, ada.profile.id);
    assert_wrong(
        &sign_in_by_password(server.address, "ada", "").await,
        "no password",
    );

    // It is the only credential, until there is another.
    let path = format!("/{}", passkey.id());
    let refused = ask(server.address, &ada, "DELETE", &path, "").await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, ErrorCode::LastCredential)
    );
    let second = register(server.address, &ada).await;
    let removed = ask(server.address, &ada, "DELETE", &path, "").await;
    assert_eq!(removed.status, 204);
    signed_in(&sign_in(server.address, &second).await);

    // A guest keeps what was written.
    let gus = Guest::come_in(server.address, "Gus").await;
    let (answer, of_gus) = join_by_passkey(&server, &secret, "gus", Some(&gus)).await;
    assert_eq!(signed_in(&answer).profile.id, gus.profile.id);
    let later = signed_in(&sign_in(server.address, &of_gus).await);
    assert_eq!(later.profile.id, gus.profile.id);
    let names = json!({ "token": secret, "username": "third", "name": "third" });
    let spent = post(server.address, "invitation/passkey/options", &names).await;
    assert_eq!(spent.code(), ErrorCode::LinkInvalid);
}

#[tokio::test]
async fn who_joins_with_a_passkey_needs_a_fresh_one_and_a_username_that_is_free() {
    let server = Server::start(&[]).await;
    let (olga, ada) = olga_and_ada(&server).await;
    let of_ada = register(server.address, &ada).await;
    let secret = invite(server.address, &olga, &json!({})).await;
    let names = |username: &str| json!({ "token": secret, "username": username, "name": "Eve" });
    let options = async |username: &str| {
        let path = "invitation/passkey/options";
        post(server.address, path, &names(username)).await
    };
    assert_eq!(options("ADA").await.code(), ErrorCode::UsernameTaken);
    assert_eq!(options("").await.code(), ErrorCode::UsernameInvalid);
    let join = async |username: &str, made: &Value| {
        let mut body = names(username);
        body["credential"] = made.clone();
        post(server.address, "invitation/passkey", &body).await
    };
    let invalid = ErrorCode::PasskeyInvalid;
    let asked = options("eve").await.json()["options"].clone();
    // The passkey of somebody else.
    let stolen = join("eve", &of_ada.make_again(&asked)).await;
    assert_eq!(stolen.code(), invalid);
    let (_, made) = Passkey::make(&asked, &origin(server.address));
    assert_eq!(join("eve", &made).await.code(), invalid, "it was spent");
    // A challenge to sign in is none to join.
    let to_sign_in = crate::support::passkey::options(server.address).await;
    let asked = json!({ "challenge": to_sign_in["challenge"], "rp": { "id": "localhost" },
        "user": { "id": "AA" } });
    let (_, made) = Passkey::make(&asked, &origin(server.address));
    assert_eq!(join("eve", &made).await.code(), invalid);
    let asked = options("eve").await.json()["options"].clone();
    let (_, made) = Passkey::make(&asked, &origin(server.address));
    let taken = join("ada", &made).await;
    assert_eq!(taken.code(), ErrorCode::UsernameTaken);
    let (answer, _) = join_by_passkey(&server, &secret, "eve", None).await;
    signed_in(&answer);
}
