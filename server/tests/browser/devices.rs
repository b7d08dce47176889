//! Going on on another device, setting a new password by a link, and being signed out from
//! elsewhere.

use chromium::Key;
use serde_json::{Value, json};
use server::accounts::qr::QrCode;
use server::clock::Clock;

use crate::axe;
use crate::keep;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::account::{self, PASSWORD};
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::totp_app::TotpApp;

const NEW_PASSWORD: &str = "tide-lantern-77-cabbage";

/// The owner of the stage's place, made without a page.
fn owner(stage: &Stage) -> Guest {
    stage.run(account::claim(stage.address, stage.data()))
}

/// A member, made without a page.
fn member(stage: &Stage, by: &Guest, username: &str) -> Guest {
    let secret = stage.run(account::invite(stage.address, by, &json!({})));
    let answer = stage.run(account::join(stage.address, &secret, username));
    account::signed_in(&answer)
}

/// The path of a link that somebody makes.
fn link(stage: &Stage, by: &Guest, path: &str) -> String {
    let headers = [("authorization", &*by.bearer())];
    let path = format!("/api/v1/{path}");
    let answer = stage.run(http::post(stage.address, &path, &headers, ""));
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["link"].as_str().unwrap().to_owned()
}

fn reset_link(stage: &Stage, by: &Guest, of: &Guest) -> String {
    link(stage, by, &format!("people/{}/link", of.profile.id))
}

/// Somebody at a page who is signed in by a password.
fn signed_in(stage: &Stage, username: &str, looks: Looks) -> Person {
    let person = stage.visitor(looks);
    person.go("/sign-in");
    sign_in(&person, username);
    person
}

fn sign_in(person: &Person, username: &str) {
    person.wait("document.activeElement?.id === 'username'");
    person.page.insert_text(username).unwrap();
    fill(person, "#password", PASSWORD);
    person.press(Key::Enter);
    person.ready();
}

#[track_caller]
fn fill(person: &Person, field: &str, text: &str) {
    person.click(field);
    person.look("document.activeElement.select()");
    person.page.insert_text(text).unwrap();
}

#[track_caller]
fn says(person: &Person, element: &str, text: &str) {
    person.wait(&format!(
        "document.querySelector('{element}')?.textContent.includes({})",
        Value::from(text)
    ));
}

#[track_caller]
fn has_devices(person: &Person, count: usize) {
    person.wait(&format!(
        "document.querySelectorAll('.devices > li').length === {count}"
    ));
}

fn phone() -> Looks {
    Looks {
        screen: PHONE,
        ..Looks::default()
    }
}

#[test]
#[ignore = "needs a browser"]
fn a_session_that_is_ended_on_another_device_says_so_and_keeps_what_was_typed() {
    let stage = Stage::new();
    owner(&stage);
    let desk = signed_in(&stage, "olga", Looks::default());
    desk.write("half a thought");
    let other = signed_in(&stage, "olga", phone());
    other.go("/settings/devices");
    // The owner was made by a program, which has a session too.
    has_devices(&other, 3);
    keep::screenshot(&other.page, "devices-phone");
    desk.expect_lost_line();
    other.choose("Sign out everywhere else");
    has_devices(&other, 1);
    says(&other, ".devices > li", "This device");
    // She looks at the page meanwhile, and has not touched it.
    says(&desk, ".card__ended", "perhaps from another device");
    desk.wait("document.activeElement?.id === 'username'");
    assert_eq!(desk.look("location.pathname.startsWith('/sign-in')"), false);
    keep::screenshot(&desk.page, "session-ended-elsewhere");
    sign_in(&desk, "olga");
    assert_eq!(
        desk.look("seen.composer().value ?? seen.composer().textContent"),
        "half a thought"
    );
    desk.press(Key::Enter);
    desk.sees_sent("half a thought");
}

#[test]
#[ignore = "needs a browser"]
fn one_device_is_signed_out_by_its_button() {
    let stage = Stage::new();
    owner(&stage);
    let desk = signed_in(&stage, "olga", Looks::default());
    desk.go("/settings/devices");
    has_devices(&desk, 2);
    // The program that has claimed the place did not say what it is.
    says(&desk, ".devices > li:last-child", "Unknown device");
    desk.choose("Sign out Unknown device");
    has_devices(&desk, 1);
    desk.wait("!seen.named('button', 'Sign out everywhere else')");
}

#[test]
#[ignore = "needs a browser"]
fn a_new_password_is_set_by_a_link_on_a_phone() {
    let stage = Stage::new();
    let olga = owner(&stage);
    let mina = member(&stage, &olga, "mina");
    let path = reset_link(&stage, &olga, &mina);
    let page = stage.visitor(Looks {
        language: "ko-KR",
        ..phone()
    });
    page.go(&path);
    says(&page, "h1", "mina 님의 새 비밀번호");
    page.wait("document.activeElement?.id === 'password'");
    // A password manager learns whose it is.
    assert_eq!(
        page.look("document.querySelector('[autocomplete=username]').value"),
        "mina"
    );
    assert_eq!(
        page.look("document.activeElement.autocomplete"),
        "new-password"
    );
    let small = page.look(
        "[...document.querySelectorAll('main :is(input, button, a)')].filter(target =>
            target.checkVisibility() && target.getBoundingClientRect().height < 44)
            .map(target => target.outerHTML)",
    );
    assert_eq!(small, json!([]));
    keep::screenshot(&page.page, "reset-phone");
    page.page.insert_text("mina1234").unwrap();
    page.expect_complaint("400");
    page.press(Key::Enter);
    page.wait("document.querySelector('#password-error').textContent");
    fill(&page, "#password", NEW_PASSWORD);
    page.press(Key::Enter);
    page.ready();
    page.wait("location.hash === ''");
    account::signed_in(&stage.run(account::sign_in(stage.address, "mina", NEW_PASSWORD)));

    let late = stage.visitor(Looks::default());
    late.expect_complaint("404");
    late.go(&path);
    says(&late, ".state[role=alert]", "Ask for a new link");
}

#[test]
#[ignore = "needs a browser"]
fn a_link_for_the_password_asks_for_the_second_factor() {
    let stage = Stage::new();
    let olga = owner(&stage);
    let mina = member(&stage, &olga, "mina");
    let totp = |method, body: Value| {
        let ask = account::ask_as(stage.address, &mina, method, "account/totp", &body);
        stage.run(ask).json()
    };
    let offer = totp("POST", Value::Null);
    let app = TotpApp::read(offer["uri"].as_str().unwrap());
    let code = app.code(Clock::system().now().0);
    let on = totp("PUT", json!({ "key": offer["key"], "code": code }));
    let recovery = on["recovery_codes"][0].as_str().unwrap().to_owned();
    let page = stage.visitor(Looks::default());
    page.go(&reset_link(&stage, &olga, &mina));
    page.wait("document.activeElement?.id === 'password'");
    page.page.insert_text(NEW_PASSWORD).unwrap();
    page.expect_complaint("401");
    page.press(Key::Enter);
    page.wait("document.activeElement?.id === 'code'");
    page.page.insert_text("nonsense").unwrap();
    page.press(Key::Enter);
    page.wait("document.querySelector('#code-error').textContent");
    axe::look_at(&page, "link-reset-code");
    fill(&page, "#code", &recovery);
    page.press(Key::Enter);
    page.ready();
}

#[test]
#[ignore = "needs a browser"]
fn a_session_goes_to_a_phone_by_a_link_that_opening_does_not_spend() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.go("/settings/devices");
    has_devices(&ada, 1);
    ada.choose("Make a link");
    says(&ada, ".devices__link", "It works once, until");
    let link = ada.look("document.querySelector('.devices__link input').value");
    let link = link.as_str().unwrap();
    let drawn = ada.look("decodeURIComponent(document.querySelector('.settings__qr').src)");
    let svg = QrCode::of(link).unwrap().svg();
    assert_eq!(drawn, format!("data:image/svg+xml,{svg}"));
    ada.wait("document.querySelector('.settings__qr').naturalWidth > 0");
    axe::look_at(&ada, "devices-link");

    let origin = stage.page("");
    let path = link.strip_prefix(&origin).unwrap();
    let page = stage.visitor(phone());
    page.go(path);
    says(&page, "h1", "Go on as Ada on this device");
    page.page.reload().unwrap();
    says(&page, "h1", "Go on as Ada on this device");
    page.wait("document.activeElement?.type === 'submit'");
    keep::screenshot(&page.page, "transfer-phone");
    page.press(Key::Enter);
    page.ready();
    page.wait("location.hash === ''");
    page.say("from the phone");
    page.sees_sent("from the phone");
    // Both are signed in, and the link is spent.
    ada.look("dispatchEvent(new Event('focus'))");
    has_devices(&ada, 2);
    let late = stage.visitor(Looks::default());
    late.expect_complaint("404");
    late.go(path);
    says(&late, ".state[role=alert]", "Ask for a new link");
}

#[test]
#[ignore = "needs a browser"]
fn a_link_of_the_form_of_another_purpose_is_followed_all_the_same() {
    let stage = Stage::new();
    let ada = stage.run(Guest::come_in(stage.address, "Ada"));
    let path = link(&stage, &ada, "account/link").replace("/link#", "/reset#");
    let page = stage.visitor(Looks::default());
    page.go(&path);
    page.choose("Continue on this device");
    page.ready();
    says(&page, ".me__name", "Ada");
}

#[test]
#[ignore = "needs a browser"]
fn axe_finds_nothing_in_either_theme_and_language() {
    let stage = Stage::new();
    let olga = owner(&stage);
    let mina = member(&stage, &olga, "mina");
    let reset = reset_link(&stage, &olga, &mina);
    let transfer = link(&stage, &olga, "account/link");
    for (dark, language) in [(false, "en-US"), (true, "ko-KR")] {
        for screen in [DESK, PHONE] {
            let looks = Looks {
                screen,
                dark,
                language,
                ..Looks::default()
            };
            let place = if screen.phone { "phone" } else { "desk" };
            let theme = if dark { "dark" } else { "light" };
            let name = |what: &str| format!("{what}-{place}-{theme}");
            let page = stage.visitor(looks);
            page.go(&reset);
            page.wait("document.activeElement?.id === 'password'");
            axe::look_at(&page, &name("link-reset"));
            page.go(&transfer);
            page.wait("document.activeElement?.type === 'submit'");
            axe::look_at(&page, &name("link-transfer"));
            let signed = signed_in(&stage, "mina", looks);
            signed.go("/settings/devices");
            signed.wait("document.querySelector('.devices > li')");
            axe::look_at(&signed, &name("devices"));
            signed.expect_lost_line();
            let word = ["session", "end", "--user", "mina"];
            let ended = crate::support::process::madang(stage.data(), &word);
            stage.run(ended).unwrap();
            signed.wait("document.querySelector('.card__ended')");
            axe::look_at(&signed, &name("session-ended"));
        }
    }
}
