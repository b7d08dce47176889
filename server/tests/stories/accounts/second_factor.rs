//! A second factor of a password: an authenticator app, and codes that replace it.

use serde_json::{Value, json};
use shared::error::ErrorCode;

use crate::support::account::{PASSWORD, ask_as, claim, post, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::process::madang;
use crate::support::server::{Server, folder};
use crate::support::time::Time;
use crate::support::totp_app::TotpApp;

const STEP: i64 = 30 * 1_000_000;
const MINUTE: i64 = 2 * STEP;

/// Olga, her place, and the clock by which it goes.
struct Place {
    server: Server,
    time: Time,
    olga: Guest,
}

impl Place {
    async fn claimed() -> Self {
        let time = Time::default();
        let server = Server::start_by(time.clock(), folder(), &[]).await;
        let olga = claim(server.address, server.folder.path()).await;
        Place { server, time, olga }
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        ask_as(self.server.address, &self.olga, method, path, body).await
    }

    /// Turns the second factor on. Returns the app and the recovery codes.
    async fn turn_on(&self) -> (TotpApp, Vec<String>) {
        let offer = self.ask("POST", "account/totp", &json!(null)).await;
        assert_eq!(offer.status, 200, "{offer:?}");
        let offer = offer.json();
        let app = TotpApp::read(offer["uri"].as_str().unwrap());
        let body = json!({ "key": offer["key"], "code": self.code(&app, 0) });
        let on = self.ask("PUT", "account/totp", &body).await;
        assert_eq!(on.status, 200, "{on:?}");
        (app, codes_of(&on))
    }

    /// The app's code in so many steps from now.
    fn code(&self, app: &TotpApp, steps: i64) -> String {
        app.code(self.time.clock().now().0 + steps * STEP)
    }

    async fn sign_in(&self, code: &str) -> Answer {
        let body = json!({ "username": "olga", "password": PASSWORD, "code": code });
        post(self.server.address, "session/password", &body).await
    }

    async fn account(&self) -> Value {
        self.ask("GET", "account", &json!(null)).await.json()
    }
}

fn codes_of(answer: &Answer) -> Vec<String> {
    let codes = &answer.json()["recovery_codes"];
    serde_json::from_value(codes.clone()).unwrap()
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, code: ErrorCode) {
    assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
}

#[tokio::test]
async fn a_password_needs_a_code_of_the_app_which_works_once() {
    let place = Place::claimed().await;
    let (app, _) = place.turn_on().await;
    assert_eq!(place.account().await["totp"], true);

    let without = sign_in(place.server.address, "olga", PASSWORD).await;
    assert_refused(&without, 401, ErrorCode::CodeRequired);
    // Only who knows the password is told.
    let stranger = sign_in(place.server.address, "olga", "another-password-77").await;
    assert_refused(&stranger, 401, ErrorCode::WrongCredentials);
    // The code with which it was turned on has been used.
    let used = place.sign_in(&place.code(&app, 0)).await;
    assert_refused(&used, 401, ErrorCode::CodeInvalid);
    let code = place.code(&app, 1);
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    signed_in(&place.sign_in(&spaced).await);
    assert_refused(&place.sign_in(&code).await, 401, ErrorCode::CodeInvalid);
    // Older ones have gone with it.
    place.time.set_ahead(5 * MINUTE);
    let code = place.code(&app, 0);
    signed_in(&place.sign_in(&code).await);
    let older = place.sign_in(&place.code(&app, -1)).await;
    assert_refused(&older, 401, ErrorCode::CodeInvalid);

    // A restart forgets nothing of it.
    let Place { server, time, olga } = place;
    let server = server.restart().await;
    let place = Place { server, time, olga };
    assert_refused(&place.sign_in(&code).await, 401, ErrorCode::CodeInvalid);
    signed_in(&place.sign_in(&place.code(&app, 1)).await);
}

#[tokio::test]
async fn of_two_who_use_one_code_at_once_one_gets_in() {
    let place = Place::claimed().await;
    let (app, recovery) = place.turn_on().await;
    for code in [&place.code(&app, 1), &recovery[0]] {
        let answers = tokio::join!(
            place.sign_in(code),
            place.sign_in(code),
            place.sign_in(code),
        );
        let mut statuses = [answers.0.status, answers.1.status, answers.2.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 401, 401], "{code}");
    }
}

#[tokio::test]
async fn a_recovery_code_replaces_the_app_once_and_new_ones_replace_the_old() {
    let place = Place::claimed().await;
    let none = place
        .ask("POST", "account/recovery_codes", &json!(null))
        .await;
    assert_refused(&none, 404, ErrorCode::NotFound);
    let (app, codes) = place.turn_on().await;
    assert_eq!(codes.len(), 10);
    assert_eq!(place.account().await["recovery_codes"], 10);
    let typed = codes[3].to_lowercase().replace('-', " ");
    signed_in(&place.sign_in(&typed).await);
    assert_refused(&place.sign_in(&codes[3]).await, 401, ErrorCode::CodeInvalid);
    assert_eq!(place.account().await["recovery_codes"], 9);

    let new = place
        .ask("POST", "account/recovery_codes", &json!(null))
        .await;
    assert_eq!(new.status, 200, "{new:?}");
    assert_refused(&place.sign_in(&codes[4]).await, 401, ErrorCode::CodeInvalid);
    signed_in(&place.sign_in(&codes_of(&new)[4]).await);
    assert_eq!(place.account().await["recovery_codes"], 9);

    // Another app makes the first one and its codes void.
    let (other, last) = place.turn_on().await;
    let first = place.sign_in(&place.code(&app, 1)).await;
    assert_refused(&first, 401, ErrorCode::CodeInvalid);
    let replaced = place.sign_in(&codes_of(&new)[5]).await;
    assert_refused(&replaced, 401, ErrorCode::CodeInvalid);
    signed_in(&place.sign_in(&place.code(&other, 1)).await);
    signed_in(&place.sign_in(&last[0]).await);
}

#[tokio::test]
async fn an_app_is_turned_on_only_by_a_code_and_off_only_by_its_person() {
    let place = Place::claimed().await;
    let offer = place.ask("POST", "account/totp", &json!(null)).await.json();
    let uri = offer["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Courtyard:olga?"), "{uri}");
    assert!(
        offer["qr"].as_str().unwrap().starts_with("<svg "),
        "{offer}"
    );
    let app = TotpApp::typed(offer["key"].as_str().unwrap());
    let other = TotpApp::typed("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    for (code, refusal, status) in [
        (place.code(&other, 0), ErrorCode::CodeInvalid, 401),
        (String::new(), ErrorCode::CodeInvalid, 401),
        (place.code(&app, 5), ErrorCode::CodeInvalid, 401),
    ] {
        let body = json!({ "key": offer["key"], "code": code });
        let refused = place.ask("PUT", "account/totp", &body).await;
        assert_refused(&refused, status, refusal);
    }
    let body = json!({ "key": "short", "code": place.code(&app, 0) });
    let refused = place.ask("PUT", "account/totp", &body).await;
    assert_refused(&refused, 400, ErrorCode::BadCommand);
    // None of these turned it on.
    signed_in(&sign_in(place.server.address, "olga", PASSWORD).await);

    let eve = Guest::come_in(place.server.address, "Eve").await;
    for (method, path) in [
        ("POST", "account/totp"),
        ("DELETE", "account/totp"),
        ("POST", "account/recovery_codes"),
    ] {
        let refused = ask_as(place.server.address, &eve, method, path, &json!(null)).await;
        assert_refused(&refused, 403, ErrorCode::Forbidden);
    }

    let (app, _) = place.turn_on().await;
    place.time.set_ahead(11 * MINUTE);
    for (method, path) in [
        ("POST", "account/totp"),
        ("DELETE", "account/totp"),
        ("POST", "account/recovery_codes"),
    ] {
        let asked = place.ask(method, path, &json!(null)).await;
        assert_refused(&asked, 403, ErrorCode::ConfirmationRequired);
    }
    // The password alone does not prove it any more.
    let path = "account/confirmation";
    let password = json!({ "password": PASSWORD });
    let alone = place.ask("POST", path, &password).await;
    assert_refused(&alone, 401, ErrorCode::CodeRequired);
    let both = json!({ "password": PASSWORD, "code": place.code(&app, 0) });
    assert_eq!(place.ask("POST", path, &both).await.status, 200);
    let off = place.ask("DELETE", "account/totp", &json!(null)).await;
    assert_eq!(off.status, 204);
    let account = place.account().await;
    assert_eq!(
        (&account["totp"], &account["recovery_codes"]),
        (&json!(false), &json!(0))
    );
    signed_in(&sign_in(place.server.address, "olga", PASSWORD).await);
}

#[tokio::test]
async fn who_knows_the_password_cannot_guess_the_code() {
    let time = Time::default();
    let proxy = ["--trusted-proxy", "127.0.0.1"];
    let server = Server::start_by(time.clock(), folder(), &proxy).await;
    let olga = claim(server.address, server.folder.path()).await;
    let place = Place { server, time, olga };
    let (app, _) = place.turn_on().await;
    let right = place.code(&app, 1);
    let right_ones: Vec<String> = (-2..10).map(|steps| place.code(&app, steps)).collect();
    let wrong_ones = (0..100).map(|number| format!("{number:06}"));
    let mut wrong_ones = wrong_ones.filter(|code| !right_ones.contains(code));
    let from = async |number: u32, code: &str| {
        let body = json!({ "username": "olga", "password": PASSWORD, "code": code }).to_string();
        let address = format!("198.51.100.{number}");
        let headers = [("x-forwarded-for", &*address)];
        let path = "/api/v1/session/password";
        http::post(place.server.address, path, &headers, &body).await
    };
    let mut answers = Vec::new();
    for number in 0..24 {
        let guess = wrong_ones.next().unwrap();
        answers.push(from(number, &guess).await.code());
    }
    assert_eq!(answers[..20], [ErrorCode::CodeInvalid; 20]);
    assert_eq!(answers[20..], [ErrorCode::RateLimited; 4]);
    // The right one does not help from there any more, and what limits it is the code.
    assert_eq!(from(100, &right).await.code(), ErrorCode::RateLimited);
    assert_eq!(from(101, "").await.code(), ErrorCode::CodeRequired);
    // Where she is signed in she is not locked out.
    signed_in(&place.sign_in(&right).await);
}

#[tokio::test]
async fn the_operator_helps_who_has_lost_app_and_codes() {
    let place = Place::claimed().await;
    place.turn_on().await;
    let folder = place.server.folder.path();
    let printed = madang(folder, &["user", "remove-second-factor", "olga"]).await;
    assert!(printed.unwrap().contains("@olga"));
    signed_in(&sign_in(place.server.address, "olga", PASSWORD).await);
    let account = place.account().await;
    assert_eq!(account["totp"], false);
    assert_eq!(account["recovery_codes"], 0);
    let unknown = madang(folder, &["user", "remove-second-factor", "nobody"]).await;
    assert!(unknown.unwrap_err().contains("no such person"));
}

#[tokio::test]
async fn what_a_password_alone_has_proved_elsewhere_ends_when_a_code_is_needed() {
    let place = Place::claimed().await;
    let other = signed_in(&sign_in(place.server.address, "olga", PASSWORD).await);
    place.turn_on().await;
    for (method, path) in [
        ("DELETE", "account/totp"),
        ("POST", "account/recovery_codes"),
    ] {
        let asked = ask_as(place.server.address, &other, method, path, &json!(null)).await;
        assert_refused(&asked, 403, ErrorCode::ConfirmationRequired);
    }
}
