//! The password and its second factor in the page: turning it on, signing in with it, and a change
//! ten minutes later.

use chromium::Key;
use serde_json::{Value, json};
use server::clock::Clock;
use tokio::runtime::Builder;

use crate::axe;
use crate::keep;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::{Stage, browser};
use crate::support::account::{self, PASSWORD};
use crate::support::server::{Server, folder};
use crate::support::time::Time;
use crate::support::totp_app::TotpApp;

const NEW_PASSWORD: &str = "orchard-kettle-19-moth";
const STEP: i64 = 30 * 1_000_000;

fn owner(stage: &Stage) {
    stage.run(account::claim(stage.address, stage.data()));
}

/// Types into the field that has the focus, and sends the form.
fn send(person: &Person, text: &str) {
    person.look("document.activeElement.select()");
    person.page.insert_text(text).unwrap();
    person.press(Key::Enter);
}

#[track_caller]
fn has_focus(person: &Person, id: &str) {
    person.wait(&format!("document.activeElement?.id === '{id}'"));
}

#[track_caller]
fn says(person: &Person, element: &str, text: &str) {
    person.wait(&format!(
        "[...document.querySelectorAll('{element}')].some(found =>
            found.textContent.includes({}))",
        Value::from(text)
    ));
}

/// Types a username and a password, and sends them.
fn give_password(person: &Person, password: &str) {
    person.go("/sign-in");
    has_focus(person, "username");
    person.page.insert_text("olga").unwrap();
    person.click("#password");
    send(person, password);
}

fn open_settings(person: &Person) {
    person.go("/settings/sign-in");
    person.wait("document.querySelector('#new-password')");
}

/// What the app shows at this machine's time, so many steps from now.
fn code(app: &TotpApp, steps: i64) -> String {
    app.code(Clock::system().now().0 + steps * STEP)
}

/// Turns the second factor on in the settings. Returns the app and the recovery codes.
fn turn_on(
    person: &Person,
    [set_up, done]: [&str; 2],
    name: &dyn Fn(&str) -> String,
) -> (TotpApp, Vec<String>) {
    open_settings(person);
    axe::look_at(person, &name("settings"));
    person.choose(set_up);
    person.wait("document.querySelector('.settings__qr')?.naturalWidth > 0");
    // What comes is read out and can be followed by keyboard.
    person.wait("document.activeElement?.matches('.settings__part > p')");
    axe::look_at(person, &name("set-up"));
    assert!(person.finds("document.documentElement.scrollWidth <= innerWidth"));
    let key = person.look("document.querySelector('.settings__key').textContent");
    let app = TotpApp::typed(key.as_str().unwrap());
    person.click("#code");
    person.expect_complaint("401");
    send(person, "000 000");
    person.wait("document.querySelector('#code-error').textContent");
    has_focus(person, "code");
    send(person, &code(&app, 0));
    person.wait("document.querySelectorAll('.settings__codes > li').length === 10");
    axe::look_at(person, &name("codes"));
    let codes = person.look(
        "[...document.querySelectorAll('.settings__codes > li')].map(code => code.textContent)",
    );
    let codes: Vec<String> = serde_json::from_value(codes).unwrap();
    let file = person.look("document.querySelector('a[download]').href");
    let file = file.as_str().unwrap();
    assert!(
        codes.iter().all(|code| file.contains(code.as_str())),
        "{file}"
    );
    // They come back with the section, and the browser asks before the page is left.
    person.click(".settings__link:not([aria-current])");
    person.wait("!document.querySelector('.settings__codes')");
    person.look("history.back()");
    person.wait("document.querySelectorAll('.settings__codes > li').length === 10");
    person.page.notify("Page.reload", json!({})).unwrap();
    person.stays_when_asked();
    person.choose(done);
    person.wait("!document.querySelector('.settings__codes')");
    axe::look_at(person, &name("on"));
    (app, codes)
}

#[test]
#[ignore = "needs a browser"]
fn an_app_is_set_up_in_the_page_and_signing_in_asks_for_its_code() {
    let stage = Stage::new();
    owner(&stage);
    let desk = stage.visitor(Looks::default());
    give_password(&desk, PASSWORD);
    desk.ready();
    let name = |what: &str| format!("second-factor-{what}");
    let (app, codes) = turn_on(
        &desk,
        ["Set up an authenticator app", "I have kept them"],
        &name,
    );
    says(&desk, ".settings__part > p", "10 recovery codes");

    // The password alone leads to the second step, and nothing typed is lost.
    let phone = stage.visitor(Looks {
        screen: PHONE,
        ..Looks::default()
    });
    phone.expect_complaint("401");
    give_password(&phone, PASSWORD);
    has_focus(&phone, "code");
    let field = phone.look(
        "(({ autocomplete, inputMode }) => [autocomplete, inputMode])(document.activeElement)",
    );
    assert_eq!(field, json!(["one-time-code", "numeric"]));
    axe::look_at(&phone, &name("sign-in-phone"));
    send(&phone, "000000");
    phone.wait("document.querySelector('#code-error').textContent");
    assert_eq!(
        phone.look("document.querySelector('#password').value"),
        PASSWORD
    );
    keep::screenshot(&phone.page, "second-factor-wrong-code");
    has_focus(&phone, "code");
    send(&phone, &code(&app, 1));
    phone.ready();
    phone.say("with a code");
    phone.sees_sent("with a code");

    // Without the app.
    let other = stage.visitor(Looks::default());
    other.expect_complaint("401");
    give_password(&other, PASSWORD);
    has_focus(&other, "code");
    other.choose("Use a recovery code");
    has_focus(&other, "code");
    assert_ne!(other.look("document.activeElement.inputMode"), "numeric");
    send(&other, &codes[7].to_lowercase());
    other.ready();
    open_settings(&other);
    says(&other, ".settings__part > p", "9 recovery codes");

    // Turned off, the password is enough.
    other.choose("Turn off");
    says(&other, ".settings__part > p", "Turn it off?");
    axe::look_at(&other, &name("removal"));
    other.choose("Turn off");
    says(&other, "[role=status]", "is off");
    let last = stage.visitor(Looks::default());
    give_password(&last, PASSWORD);
    last.ready();
}

#[test]
#[ignore = "needs a browser"]
fn it_is_set_up_on_a_phone_and_axe_finds_nothing_in_either_theme() {
    let stage = Stage::new();
    owner(&stage);
    let english = [
        "Set up an authenticator app",
        "I have kept them",
        "Turn off",
    ];
    let korean = ["인증 앱 설정", "보관했어요", "끄기"];
    for (dark, language, screen, [set_up, done, turn_off]) in [
        (true, "ko-KR", PHONE, korean),
        (false, "ko-KR", PHONE, korean),
        (true, "en-US", DESK, english),
    ] {
        let looks = Looks {
            screen,
            dark,
            language,
            ..Looks::default()
        };
        let olga = stage.visitor(looks);
        give_password(&olga, PASSWORD);
        olga.ready();
        let place = if screen.phone { "phone" } else { "desk" };
        let theme = if dark { "dark" } else { "light" };
        turn_on(&olga, [set_up, done], &|what| {
            format!("second-factor-{what}-{place}-{theme}")
        });
        if screen.phone {
            let small = olga.look(
                "[...document.querySelectorAll('.settings__section :is(input, button, a):not([hidden])')]
                    .filter(target => target.getBoundingClientRect().height < 44)
                    .map(target => target.outerHTML)",
            );
            assert_eq!(small, json!([]));
        }
        olga.choose(turn_off);
        olga.wait("document.activeElement?.matches('.settings__part > p')");
        olga.choose(turn_off);
        olga.wait("!document.querySelector('.settings__section .button--alarm')");
    }
}

#[test]
#[ignore = "needs a browser"]
fn ten_minutes_later_a_new_password_asks_for_the_present_one_and_signs_others_out() {
    const ELEVEN_MINUTES: i64 = 11 * 60 * 1_000_000;
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let time = Time::default();
    let server = runtime.block_on(async {
        let server = Server::start_by(time.clock(), folder(), &[]).await;
        account::claim(server.address, server.folder.path()).await;
        server
    });
    let origin = format!("http://{}", server.address);
    let olga = Person::new(browser(), origin.clone(), Looks::default());
    give_password(&olga, PASSWORD);
    olga.ready();
    let phone = Person::new(browser(), origin, Looks::default());
    give_password(&phone, PASSWORD);
    phone.ready();

    open_settings(&olga);
    olga.click("#new-password");
    olga.page.insert_text("olga1234").unwrap();
    olga.wait("document.querySelector('.strength[data-score]')");
    olga.expect_complaint("400");
    olga.press(Key::Enter);
    says(&olga, "#new-password-error", "easy to guess");
    time.set_ahead(ELEVEN_MINUTES);
    has_focus(&olga, "new-password");
    olga.expect_complaint("403");
    send(&olga, NEW_PASSWORD);
    has_focus(&olga, "confirm-password");
    keep::screenshot(&olga.page, "password-confirm");
    send(&olga, PASSWORD);
    says(&olga, "[role=status]", "Password changed");
    assert_eq!(
        olga.look("document.querySelector('#new-password').value"),
        ""
    );
    axe::look_at(&olga, "password-changed");
    phone.expect_lost_line();
    phone.wait("document.querySelector('.sign-in')");
    phone.expect_complaint("401");
    give_password(&phone, PASSWORD);
    phone.wait("document.querySelector('#password-error').textContent");
    has_focus(&phone, "password");
    send(&phone, NEW_PASSWORD);
    phone.ready();
    drop((olga, phone));
    runtime.block_on(server.stop());
}
