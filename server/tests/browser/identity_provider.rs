//! Signing in with an identity provider: through the page, the provider and back.

use chromium::Key;
use serde_json::{Value, json};
use server::clock::Clock;
use tokio::runtime::{Builder, Runtime};

use crate::accounts::fill;
use crate::axe;
use crate::keep;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::{Stage, browser};
use crate::support::account::{self, PASSWORD};
use crate::support::identity_provider::IdentityProvider;
use crate::support::identity_provider::misbehaviour::Misbehaviour;
use crate::support::server::{Server, folder};
use crate::support::time::Time;

/// A server, and the provider where it is registered.
struct Registered {
    stage: Stage,
    provider: IdentityProvider,
    // It answers while the browser is waited for.
    _runtime: Runtime,
}

impl Registered {
    fn with(more: &[&str]) -> Self {
        let mut runtime = Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        let provider = runtime.block_on(IdentityProvider::start(Clock::system()));
        let own = provider.arguments();
        let mut arguments: Vec<&str> = own.iter().map(String::as_str).collect();
        arguments.extend(more);
        Registered {
            stage: Stage::with(&arguments),
            provider,
            _runtime: runtime,
        }
    }

    /// Somebody who looks at the sign-in page.
    fn visitor(&self, looks: Looks) -> Person {
        let person = self.stage.visitor(looks);
        person.go("/sign-in");
        person.wait("document.querySelector('a[href^=\"/api/v1/session/oidc\"]')");
        person
    }
}

#[track_caller]
fn says(person: &Person, element: &str, text: &str) {
    person.wait(&format!(
        "document.querySelector('{element}')?.textContent.includes({})",
        Value::from(text)
    ));
}

#[test]
#[ignore = "needs a browser"]
fn the_provider_signs_somebody_in_who_stays_signed_in() {
    let all = Registered::with(&[]);
    all.provider.sign_in_as(json!({
        "sub": "ada-1", "preferred_username": "ada", "name": "Ada Lovelace",
    }));
    let ada = all.visitor(Looks::default());
    ada.wait("document.activeElement?.id === 'username'");
    keep::screenshot(&ada.page, "sign-in-provider");
    ada.choose("Sign in with Test");
    ada.ready();
    says(&ada, ".me__name", "Ada Lovelace");
    // Nothing of the sign-in is left in the address, and Back does not repeat it.
    ada.wait("location.search === '' && !location.pathname.startsWith('/api')");
    ada.say("hello from the corp");
    ada.sees_sent("hello from the corp");
    ada.page.reload().unwrap();
    ada.ready();
    says(&ada, ".me__name", "Ada Lovelace");
}

#[test]
#[ignore = "needs a browser"]
fn a_guest_who_signs_in_by_the_provider_keeps_what_was_written() {
    let all = Registered::with(&[]);
    all.provider.sign_in_as(json!({
        "sub": "ada-1", "preferred_username": "ada", "name": "Ada Lovelace",
    }));
    let looks = [
        (Looks::default(), "guest-provider"),
        (
            Looks {
                dark: true,
                language: "ko-KR",
                ..Looks::default()
            },
            "guest-provider-korean",
        ),
    ];
    let mut guests = Vec::new();
    for (looks, picture) in looks {
        let guest = all.stage.visitor(looks);
        // The name of the machine that the provider knows.
        let here = |path: &str| format!("http://localhost:{}{path}", all.stage.address.port());
        guest.page.go(&here("/")).unwrap();
        guest.wait("document.activeElement?.id === 'name'");
        guest.page.insert_text("Somebody").unwrap();
        guest.press(Key::Enter);
        guest.ready();
        guest.page.go(&here("/sign-in")).unwrap();
        guest.wait("document.querySelector('a[href*=\"keep=true\"]')");
        keep::screenshot(&guest.page, picture);
        axe::look_at(&guest, picture);
        guests.push(guest);
    }
    let ada = &guests[0];
    says(ada, "main", "what you wrote as a guest stays yours");
    says(&guests[1], "main", "그대로 남아요");
    ada.page
        .go(&format!("http://localhost:{}/", all.stage.address.port()))
        .unwrap();
    ada.ready();
    ada.say("as a guest");
    ada.sees_sent("as a guest");
    ada.page
        .go(&format!(
            "http://localhost:{}/sign-in",
            all.stage.address.port()
        ))
        .unwrap();
    ada.choose("Sign in with Test");
    ada.ready();
    says(ada, ".me__name", "Ada Lovelace");
    // The message is still the own one.
    ada.wait(
        "seen.row('as a guest').querySelector('.message__author').textContent === 'Ada Lovelace'",
    );
}

#[test]
#[ignore = "needs a browser"]
fn who_comes_to_a_room_by_the_provider_is_led_there() {
    let all = Registered::with(&[]);
    let ada = all.stage.visitor(Looks::default());
    ada.go("/rooms/1");
    ada.wait("document.activeElement?.id === 'name'");
    keep::screenshot(&ada.page, "first-visit-provider");
    ada.choose("Sign in with Test");
    ada.ready();
    ada.wait("location.pathname === '/rooms/1'");
}

#[test]
#[ignore = "needs a browser"]
fn what_failed_is_said_in_words_and_can_be_tried_again() {
    let all = Registered::with(&[]);
    let ada = all.visitor(Looks {
        language: "ko-KR",
        ..Looks::default()
    });
    all.provider.misbehave(Misbehaviour::Denial);
    ada.choose("Test 계정으로 로그인");
    says(&ada, "main .dialog__error", "취소되었어요");
    ada.wait("location.pathname === '/sign-in' && location.search === ''");
    keep::screenshot(&ada.page, "sign-in-provider-denied");
    axe::look_at(&ada, "sign-in-provider-denied-axe");
    all.provider.behave();
    ada.choose("Test 계정으로 로그인");
    ada.ready();
}

#[test]
#[ignore = "needs a browser"]
fn where_it_is_the_only_way_in_owners_find_the_form_by_its_address() {
    let all = Registered::with(&["--oidc-only", "--guests", "off"]);
    let stage = &all.stage;
    stage.run(account::claim(stage.address, stage.data()));
    let olga = all.visitor(Looks::default());
    assert!(!olga.finds("document.querySelector('main input')"));
    keep::screenshot(&olga.page, "sign-in-provider-only");
    olga.go("/sign-in?password");
    olga.wait("document.activeElement?.id === 'username'");
    olga.page.insert_text("olga").unwrap();
    olga.click("#password");
    olga.page.insert_text(PASSWORD).unwrap();
    olga.press(Key::Enter);
    olga.ready();
}

#[test]
#[ignore = "needs a browser"]
fn an_account_is_linked_in_the_settings_and_unlinked() {
    let all = Registered::with(&[]);
    let stage = &all.stage;
    stage.run(account::claim(stage.address, stage.data()));
    let olga = stage.visitor(Looks::default());
    // The name of the machine that the provider knows.
    let here = |path: &str| format!("http://localhost:{}{path}", stage.address.port());
    olga.page.go(&here("/sign-in")).unwrap();
    olga.wait("document.activeElement?.id === 'username'");
    olga.page.insert_text("olga").unwrap();
    olga.click("#password");
    olga.page.insert_text(PASSWORD).unwrap();
    olga.press(Key::Enter);
    olga.ready();
    olga.page.go(&here("/settings/sign-in")).unwrap();
    says(&olga, ".settings__section", "Link your account at Test");
    all.provider.misbehave(Misbehaviour::Denial);
    olga.choose("Link Test");
    says(&olga, ".settings__section", "was cancelled there");
    olga.wait("location.search === ''");
    keep::screenshot(&olga.page, "settings-provider-denied");
    all.provider.behave();
    olga.choose("Link Test");
    says(&olga, ".settings__section", "You sign in with ada at Test");
    axe::look_at(&olga, "settings-provider-linked");
    olga.choose("Unlink");
    says(&olga, ".settings__section", "Unlinked.");
    says(&olga, ".settings__section", "Link your account at Test");
}

#[test]
#[ignore = "needs a browser"]
fn a_proof_at_the_provider_leads_back_to_the_section_that_asked_for_it() {
    const ELEVEN_MINUTES: i64 = 11 * 60 * 1_000_000;
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let time = Time::default();
    let (provider, server) = runtime.block_on(async {
        let provider = IdentityProvider::start(time.clock()).await;
        let own = provider.arguments();
        let arguments: Vec<&str> = own.iter().map(String::as_str).collect();
        let server = Server::start_by(time.clock(), folder(), &arguments).await;
        (provider, server)
    });
    provider.sign_in_as(json!({ "sub": "ada-1", "preferred_username": "ada", "name": "Ada" }));
    // The name of the machine that the provider knows.
    let origin = format!("http://localhost:{}", server.address.port());
    let ada = Person::new(browser(), origin, Looks::default());
    ada.go("/sign-in");
    ada.choose("Sign in with Test");
    ada.ready();
    ada.go("/settings/profile");
    ada.wait("document.querySelector('#username')");
    let rename = || {
        fill(&ada, "#username", "ada.lee");
        ada.press(Key::Enter);
    };
    time.set_ahead(ELEVEN_MINUTES);
    ada.expect_complaint("403");
    let refusal = "document.querySelector('.settings__title + .dialog__error')";
    let is_kept = "document.querySelector('#username')?.value === 'ada.lee'";
    let is_back = "location.pathname === '/settings/profile' && location.search === ''";
    provider.misbehave(Misbehaviour::Denial);
    rename();
    ada.choose("Confirm with Test");
    ada.wait(&format!(
        "{refusal}?.textContent.includes('was cancelled there')"
    ));
    ada.wait(is_back);
    ada.wait(is_kept);
    keep::screenshot(&ada.page, "provider-confirmation-denied");

    provider.behave();
    rename();
    ada.choose("Confirm with Test");
    ada.wait(&format!(
        "{is_kept} && !{refusal} && !document.querySelector('#confirm-title')"
    ));
    ada.wait(is_back);
    // What was typed is there once, and in no storage any more.
    assert!(!ada.finds("Object.keys(sessionStorage).some(key => key.includes('typed'))"));
    ada.choose("Change username");
    ada.wait("document.querySelector('#username').closest('form').querySelector('[role=status]').textContent");
    drop(ada);
    runtime.block_on(server.stop());
}

#[test]
#[ignore = "needs a browser"]
fn axe_finds_nothing_about_the_provider() {
    let beside = Registered::with(&[]);
    let only = Registered::with(&["--oidc-only", "--guests", "off"]);
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
            for (all, what) in [(&beside, "beside"), (&only, "only")] {
                let ada = all.visitor(looks);
                axe::look_at(&ada, &format!("provider-{what}-{place}-{theme}"));
                let small = ada.look(
                    "[...document.querySelectorAll('main :is(input, a)')].filter(target =>
                        target.getBoundingClientRect().height < 44).length",
                );
                assert!(!screen.phone || small == json!(0), "{small}");
                ada.go("/");
                ada.wait("document.querySelector('a[href^=\"/api/v1/session/oidc\"]')");
                axe::look_at(&ada, &format!("provider-{what}-first-{place}-{theme}"));
            }
        }
    }
}
