//! Passkeys in the page, with the virtual authenticator of Chromium.

use chromium::Key;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::axe;
use crate::keep;
use crate::person::{Looks, PHONE, Person};
use crate::stage::{Stage, browser};
use crate::support::account::{self, PASSWORD};
use crate::support::server::{Server, folder};
use crate::support::time::Time;

/// An authenticator that is built into somebody's device.
struct Authenticator<'a> {
    person: &'a Person,
    id: String,
}

impl<'a> Authenticator<'a> {
    /// One whose owner is always there, and is recognised.
    fn of(person: &'a Person) -> Self {
        person.page.call("WebAuthn.enable", json!({})).unwrap();
        let options = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
            "automaticPresenceSimulation": true,
        });
        let params = json!({ "options": options });
        let added = person.page.call("WebAuthn.addVirtualAuthenticator", params);
        let id = added.unwrap()["authenticatorId"]
            .as_str()
            .unwrap()
            .to_owned();
        Authenticator { person, id }
    }

    fn call(&self, method: &str, mut params: Value) -> Value {
        params["authenticatorId"] = json!(self.id);
        self.person.page.call(method, params).unwrap()
    }

    /// The passkeys on it, with their secrets.
    fn passkeys(&self) -> Vec<Value> {
        let found = self.call("WebAuthn.getCredentials", json!({}));
        found["credentials"].as_array().unwrap().clone()
    }

    /// Puts a passkey of another device of the same person on it.
    fn receive(&self, passkey: &Value) {
        self.call("WebAuthn.addCredential", json!({ "credential": passkey }));
    }

    /// From now on its owner is not recognised.
    fn refuse(&self) {
        self.call(
            "WebAuthn.setUserVerified",
            json!({ "isUserVerified": false }),
        );
    }
}

/// Somebody at a page where passkeys work: they need a host with a name.
fn at_localhost(stage: &Stage, looks: Looks) -> Person {
    let origin = format!("http://localhost:{}", stage.address.port());
    Person::new(browser(), origin, looks)
}

fn owner(stage: &Stage) {
    stage.run(account::claim(stage.address, stage.data()));
}

fn sign_in_by_password(person: &Person) {
    person.go("/sign-in");
    person.wait("document.activeElement?.id === 'username'");
    person.page.insert_text("olga").unwrap();
    person.click("#password");
    person.page.insert_text(PASSWORD).unwrap();
    person.press(Key::Enter);
    person.ready();
}

fn open_settings(person: &Person) {
    person.go("/settings/sign-in");
    person.wait("document.querySelector('.settings__section .settings__row .button')");
}

#[track_caller]
fn says(person: &Person, element: &str, text: &str) {
    person.wait(&format!(
        "[...document.querySelectorAll('{element}')].some(found =>
            found.textContent.includes({}))",
        Value::from(text)
    ));
}

#[test]
#[ignore = "needs a browser"]
fn a_passkey_is_made_in_the_page_and_signs_in_elsewhere_without_a_name() {
    let stage = Stage::new();
    owner(&stage);
    let desk = at_localhost(&stage, Looks::default());
    let authenticator = Authenticator::of(&desk);
    sign_in_by_password(&desk);
    open_settings(&desk);
    desk.choose("Add a passkey");
    says(&desk, "[role=status]", "You can sign in with it");
    says(&desk, ".settings__item", "Chrome · Linux");
    says(&desk, ".settings__item", "never used");
    axe::look_at(&desk, "passkeys-settings");
    let passkeys = authenticator.passkeys();
    let [passkey] = &passkeys[..] else {
        panic!("not one: {passkeys:?}");
    };
    assert_eq!(passkey["rpId"], "localhost");
    assert_eq!(passkey["isResidentCredential"], true);

    // The same device makes no second one.
    desk.choose("Add a passkey");
    says(
        &desk,
        "[role=status]",
        "has a passkey for your account already",
    );

    let elsewhere = at_localhost(&stage, Looks::default());
    Authenticator::of(&elsewhere).receive(passkey);
    elsewhere.go("/sign-in");
    elsewhere.wait("document.activeElement?.id === 'username'");
    elsewhere.choose("Sign in with a passkey");
    elsewhere.ready();
    says(&elsewhere, ".me__name", "olga of the yard");
    assert!(elsewhere.finds("!location.pathname.startsWith('/sign-in')"));
    elsewhere.say("hello from a passkey");
    elsewhere.sees_sent("hello from a passkey");
    open_settings(&elsewhere);
    says(&elsewhere, ".settings__item", "last used");
}

#[test]
#[ignore = "needs a browser"]
fn who_does_not_finish_is_told_what_else_to_do_and_a_removed_passkey_is_unknown() {
    let stage = Stage::new();
    owner(&stage);
    let desk = at_localhost(&stage, Looks::default());
    let authenticator = Authenticator::of(&desk);
    sign_in_by_password(&desk);
    open_settings(&desk);
    authenticator.refuse();
    desk.choose("Add a passkey");
    says(&desk, "[role=status]", "No passkey was added");
    authenticator.call(
        "WebAuthn.setUserVerified",
        json!({ "isUserVerified": true }),
    );
    desk.choose("Add a passkey");
    says(&desk, ".settings__item", "Chrome · Linux");

    // Renamed by keyboard; Escape changes nothing.
    desk.look("document.querySelector('.settings__item button').focus()");
    desk.press(Key::Enter);
    desk.wait("document.activeElement?.id === 'passkey-name'");
    desk.page.insert_text("no").unwrap();
    desk.press(Key::Escape);
    desk.wait("document.activeElement?.textContent === 'Rename'");
    desk.press(Key::Enter);
    desk.wait("document.activeElement?.id === 'passkey-name'");
    desk.page.insert_text("Work laptop").unwrap();
    desk.press(Key::Enter);
    says(&desk, ".settings__name", "Work laptop");
    desk.wait("document.activeElement?.textContent === 'Rename'");

    desk.choose("Remove Work laptop");
    says(&desk, "#passkey-removal", "Remove “Work laptop”?");
    axe::look_at(&desk, "passkeys-removal");
    desk.press(Key::Enter);
    says(&desk, "[role=status]", "The passkey is removed");
    desk.wait("document.activeElement?.textContent === 'Add a passkey'");
    assert!(desk.finds("!document.querySelector('.settings__item')"));

    // The device still has it.
    let passkey = &authenticator.passkeys()[0];
    let elsewhere = at_localhost(&stage, Looks::default());
    let phone = Authenticator::of(&elsewhere);
    elsewhere.go("/sign-in");
    elsewhere.wait("document.activeElement?.id === 'username'");
    elsewhere.page.insert_text("olga").unwrap();
    phone.receive(passkey);
    elsewhere.expect_complaint("401");
    elsewhere.choose("Sign in with a passkey");
    says(&elsewhere, "[role=status]", "isn’t known here");
    phone.refuse();
    elsewhere.choose("Sign in with a passkey");
    says(&elsewhere, "[role=status]", "No passkey was used");
    let typed = elsewhere.look("document.querySelector('#username').value");
    assert_eq!(typed, "olga");
    keep::screenshot(&elsewhere.page, "passkeys-cancelled");
}

#[test]
#[ignore = "needs a browser"]
fn an_invitation_is_followed_on_a_phone_with_a_passkey_and_no_password() {
    let stage = Stage::new();
    let olga = stage.run(account::claim(stage.address, stage.data()));
    let secret = stage.run(account::invite(stage.address, &olga, &json!({})));
    let mina = at_localhost(
        &stage,
        Looks {
            screen: PHONE,
            language: "ko-KR",
            ..Looks::default()
        },
    );
    let authenticator = Authenticator::of(&mina);
    mina.go(&format!("/join#{secret}"));
    mina.wait("document.activeElement?.id === 'username'");
    mina.page.insert_text("olga").unwrap();
    mina.choose("비밀번호 없이 패스키로");
    says(&mina, "#display-name-error", "이름");
    mina.click("#display-name");
    mina.page.insert_text("미나").unwrap();
    mina.expect_complaint("409");
    mina.choose("비밀번호 없이 패스키로");
    says(&mina, "#username-error", "아이디");
    assert_eq!(authenticator.passkeys(), [] as [Value; 0]);
    axe::look_at(&mina, "passkeys-join-phone");
    mina.click("#username");
    mina.look("document.activeElement.select()");
    mina.page.insert_text("mina").unwrap();
    mina.choose("비밀번호 없이 패스키로");
    mina.ready();
    mina.wait("location.hash === ''");
    assert_eq!(authenticator.passkeys().len(), 1);
    mina.say("안녕하세요");
    mina.sees_sent("안녕하세요");

    // A first password: the page says that it is set, and goes on to what needs one.
    open_settings(&mina);
    mina.click("#new-password");
    mina.page.insert_text(PASSWORD).unwrap();
    mina.choose("비밀번호 설정");
    says(&mina, "main", "이제 새 비밀번호를 써요");
    assert!(mina.finds("document.querySelector('#new-password')"));
}

/// A server whose time a test sets, with the owner of the place.
struct TimedServer {
    runtime: Runtime,
    server: Server,
    time: Time,
}

impl TimedServer {
    fn start() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let (runtime, time) = (runtime.unwrap(), Time::default());
        let server = runtime.block_on(async {
            let server = Server::start_by(time.clock(), folder(), &[]).await;
            account::claim(server.address, server.folder.path()).await;
            server
        });
        TimedServer {
            runtime,
            server,
            time,
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn ten_minutes_later_a_change_asks_who_it_is_and_is_then_made() {
    const ELEVEN_MINUTES: i64 = 11 * 60 * 1_000_000;
    let timed = TimedServer::start();
    let origin = format!("http://localhost:{}", timed.server.address.port());
    let olga = Person::new(browser(), origin, Looks::default());
    let _authenticator = Authenticator::of(&olga);
    sign_in_by_password(&olga);
    open_settings(&olga);
    timed.time.set_ahead(ELEVEN_MINUTES);
    olga.expect_complaint("403");
    olga.choose("Add a passkey");
    says(&olga, "#confirm-title", "Confirm that it’s you");
    olga.wait("document.activeElement?.id === 'confirm-password'");
    axe::look_at(&olga, "passkeys-confirm");
    olga.page.insert_text("not it at all").unwrap();
    olga.expect_complaint("401");
    olga.press(Key::Enter);
    says(&olga, "#confirm-error", "isn’t your password");
    olga.look("document.activeElement.select()");
    olga.page.insert_text(PASSWORD).unwrap();
    olga.press(Key::Enter);
    says(&olga, ".settings__item", "Chrome · Linux");
    assert!(olga.finds("!document.querySelector('#confirm-title')"));

    timed.time.set_ahead(2 * ELEVEN_MINUTES);
    olga.choose("Remove Chrome · Linux");
    olga.choose("Remove");
    says(&olga, "#confirm-title", "Confirm that it’s you");
    olga.choose("Confirm with a passkey");
    says(&olga, "[role=status]", "The passkey is removed");
    drop(olga);
    timed.runtime.block_on(timed.server.stop());
}

#[test]
#[ignore = "needs a browser"]
fn where_passkeys_do_not_work_they_are_not_offered() {
    let stage = Stage::new();
    owner(&stage);
    let desk = stage.visitor(Looks::default());
    desk.go("/sign-in");
    desk.wait("document.activeElement?.id === 'username'");
    let offered = "document.body.textContent.includes('with a passkey')";
    assert!(!desk.finds(offered));
    let named = at_localhost(&stage, Looks::default());
    named.go("/sign-in");
    named.wait("document.activeElement?.id === 'username'");
    assert!(named.finds(offered));
}

#[test]
#[ignore = "needs a browser"]
fn axe_finds_nothing_on_desk_and_phone_in_either_theme() {
    let stage = Stage::new();
    owner(&stage);
    for (dark, language, add) in [
        (false, "en-US", "Add a passkey"),
        (true, "ko-KR", "패스키 추가"),
    ] {
        for screen in [crate::person::DESK, PHONE] {
            let olga = at_localhost(
                &stage,
                Looks {
                    screen,
                    dark,
                    language,
                    ..Looks::default()
                },
            );
            let _authenticator = Authenticator::of(&olga);
            let place = if screen.phone { "phone" } else { "desk" };
            let theme = if dark { "dark" } else { "light" };
            let name = |what: &str| format!("passkeys-{what}-{place}-{theme}");
            olga.go("/sign-in");
            olga.wait("document.activeElement?.id === 'username'");
            axe::look_at(&olga, &name("sign-in"));
            sign_in_by_password(&olga);
            open_settings(&olga);
            olga.choose(add);
            olga.wait("document.querySelector('.settings__item')");
            axe::look_at(&olga, &name("settings"));
            assert!(olga.finds("document.documentElement.scrollWidth <= innerWidth"));
            olga.click(".settings__item button");
            olga.wait("document.activeElement?.id === 'passkey-name'");
            axe::look_at(&olga, &name("rename"));
            if screen.phone {
                let small = olga.look(
                    "[...document.querySelectorAll('.settings__section :is(input, button):not([hidden])')]
                        .filter(target => target.getBoundingClientRect().height < 44)
                        .map(target => target.outerHTML)",
                );
                assert_eq!(small, json!([]));
            }
        }
    }
}
