//! Accounts in the page: the first start by the link, an invitation, signing in with a password.

use chromium::Key;
use serde_json::{Value, json};

use crate::axe;
use crate::held::{hold_program, let_program_go};
use crate::keep;
use crate::person::{Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::account::{self, PASSWORD};
use crate::support::guest::Guest;

/// The owner of the stage's place, made without a page.
pub fn owner(stage: &Stage) -> Guest {
    stage.run(account::claim(stage.address, stage.data()))
}

fn invitation(stage: &Stage, by: &Guest) -> String {
    let wish = json!({});
    let secret = stage.run(account::invite(stage.address, by, &wish));
    format!("/join#{secret}")
}

/// Types into a field.
#[track_caller]
pub fn fill(person: &Person, field: &str, text: &str) {
    person.click(field);
    person.look("document.activeElement.select()");
    person.page.insert_text(text).unwrap();
}

#[track_caller]
pub fn says(person: &Person, element: &str, text: &str) {
    person.wait(&format!(
        "document.querySelector('{element}')?.textContent.includes({})",
        Value::from(text)
    ));
}

#[track_caller]
pub fn is_called(person: &Person, name: &str) {
    says(person, ".me__name", name);
    person.wait("location.hash === ''");
}

#[test]
#[ignore = "needs a browser"]
fn the_printed_link_makes_the_owner_once_and_leaves_the_address() {
    let stage = Stage::new();
    let secret = stage.run(account::claim_secret(stage.data()));
    let link = format!("/claim#{secret}");
    let olga = stage.visitor(Looks::default());
    olga.go(&link);
    olga.wait("document.activeElement?.id === 'place'");
    for (field, text) in [
        ("#place", "Courtyard"),
        ("#username", "olga"),
        ("#display-name", "Olga"),
        ("#password", "olga1234"),
    ] {
        fill(&olga, field, text);
    }
    olga.expect_complaint("400");
    olga.press(Key::Enter);
    says(&olga, "#password-error", "easy to guess");
    olga.wait("document.activeElement?.id === 'password'");
    assert_eq!(olga.look("location.hash"), format!("#{secret}"));
    keep::screenshot(&olga.page, "claim-refused");
    fill(&olga, "#password", PASSWORD);
    olga.press(Key::Enter);
    olga.ready();
    is_called(&olga, "Olga");
    let stored = olga.look("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])");
    assert!(!stored.as_str().unwrap().contains(&secret), "{stored}");
    olga.page.reload().unwrap();
    olga.ready();

    let late = stage.visitor(Looks::default());
    late.go(&link);
    for (field, text) in [
        ("#place", "Mine"),
        ("#username", "late"),
        ("#display-name", "Late"),
        ("#password", PASSWORD),
    ] {
        fill(&late, field, text);
    }
    for complaint in ["404", "409"] {
        late.expect_complaint(complaint);
    }
    late.press(Key::Enter);
    late.wait("document.querySelector('.dialog__error')?.textContent");
    assert_eq!(late.look("document.querySelector('#place').value"), "Mine");
}

#[test]
#[ignore = "needs a browser"]
fn an_invitation_is_followed_on_a_phone() {
    let stage = Stage::new();
    let olga = owner(&stage);
    let link = invitation(&stage, &olga);
    let mina = stage.visitor(Looks {
        screen: PHONE,
        language: "ko-KR",
        ..Looks::default()
    });
    mina.go(&link);
    says(&mina, "h1", "초대했어요");
    mina.wait("document.activeElement?.id === 'username'");
    let small = mina.look(
        "[...document.querySelectorAll('main :is(input, button, a)')].filter(target =>
            target.getBoundingClientRect().height < 44).map(target => target.outerHTML)",
    );
    assert_eq!(small, json!([]));
    assert!(mina.finds("document.documentElement.scrollWidth <= innerWidth"));
    keep::screenshot(&mina.page, "join-phone");
    fill(&mina, "#username", "mina");
    fill(&mina, "#display-name", "미나");
    fill(&mina, "#password", PASSWORD);
    mina.press(Key::Enter);
    mina.ready();
    mina.wait("location.hash === ''");
    mina.say("안녕하세요");
    mina.sees_sent("안녕하세요");

    let second = stage.visitor(Looks::default());
    second.expect_complaint("404");
    second.go(&link);
    says(&second, ".state[role=alert]", "Ask for a new link");
    keep::screenshot(&second.page, "join-dead");
}

#[test]
#[ignore = "needs a browser"]
fn a_wrong_password_is_said_beside_its_field_and_the_right_one_signs_in() {
    let stage = Stage::new();
    owner(&stage);
    let olga = stage.visitor(Looks::default());
    olga.go("/");
    olga.choose("I have an account");
    olga.wait("location.pathname === '/sign-in' && document.activeElement?.id === 'username'");
    olga.page.insert_text("olga").unwrap();
    fill(&olga, "#password", "not it at all");
    olga.expect_complaint("401");
    olga.press(Key::Enter);
    says(&olga, "#password-error", "wrong");
    olga.wait("document.activeElement?.id === 'password'");
    assert_eq!(
        olga.look("document.querySelector('#username').value"),
        "olga"
    );
    keep::screenshot(&olga.page, "sign-in-wrong-password");
    fill(&olga, "#password", PASSWORD);
    olga.press(Key::Enter);
    olga.ready();
    is_called(&olga, "olga of the yard");
    assert!(olga.finds("!location.pathname.startsWith('/sign-in')"));
}

#[test]
#[ignore = "needs a browser"]
fn who_is_signed_in_already_is_told_so_and_can_sign_out_first() {
    let stage = Stage::new();
    let olga = owner(&stage);
    let link = invitation(&stage, &olga);
    let ada = stage.person("Ada");
    ada.go(&link);
    says(&ada, "h1", "You’re signed in as Ada");
    keep::screenshot(&ada.page, "join-signed-in");
    ada.choose("Go to the chat");
    ada.ready();
    ada.go(&link);
    ada.choose("Sign out and start fresh");
    says(&ada, "h1", "invites you");
    ada.wait("document.activeElement?.id === 'username'");
}

#[test]
#[ignore = "needs a browser"]
fn a_guest_who_becomes_a_member_keeps_what_was_written_in_all_tabs() {
    let stage = Stage::new();
    let olga = owner(&stage);
    let link = invitation(&stage, &olga);
    let ada = stage.person("Ada");
    ada.say("as a guest");
    ada.sees_sent("as a guest");
    let other = ada.second_window();
    other.go("/");
    other.ready();
    ada.go(&link);
    ada.choose("Become a member as Ada");
    says(&ada, "form", "What you wrote as Ada stays yours");
    ada.wait("document.activeElement?.id === 'username'");
    assert_eq!(
        ada.look("document.querySelector('#display-name').value"),
        "Ada"
    );
    axe::look_at(&ada, "guest-becomes-member");
    // A refusal keeps the guest, and the form.
    fill(&ada, "#username", "olga");
    fill(&ada, "#password", PASSWORD);
    ada.expect_complaint("409");
    ada.press(Key::Enter);
    says(&ada, "#username-error", "Someone has");
    fill(&ada, "#username", "ada");
    ada.press(Key::Enter);
    ada.ready();
    is_called(&ada, "Ada");
    let row = "[...document.querySelectorAll('.row')].find(row => row.textContent.includes('as a guest'))";
    ada.wait(&format!("!!{row}"));
    // The other tab goes on as the member.
    other.wait("JSON.parse(localStorage.getItem('madang.me'))?.username === 'ada'");
    other.ready();
    is_called(&other, "Ada");
    ada.page.reload().unwrap();
    ada.ready();
    ada.say("as a member");
    ada.sees_sent("as a member");
    other.wait("document.body.textContent.includes('as a member')");
}

#[test]
#[ignore = "needs a browser"]
fn a_guest_becomes_the_owner_and_the_place_s_name_is_refused_at_its_field() {
    let stage = Stage::new();
    let secret = stage.run(account::claim_secret(stage.data()));
    let ada = stage.person("Ada");
    ada.go(&format!("/claim#{secret}"));
    ada.choose("Become the owner as Ada");
    ada.wait("document.activeElement?.id === 'place'");
    for (field, text) in [
        ("#place", "Court\u{202e}yard"),
        ("#username", "ada"),
        ("#password", PASSWORD),
    ] {
        fill(&ada, field, text);
    }
    ada.expect_complaint("400");
    ada.press(Key::Enter);
    says(&ada, "#place-error", "invisible");
    assert_eq!(
        ada.look("document.querySelector('#display-name-error').textContent"),
        ""
    );
    fill(&ada, "#place", "Courtyard");
    ada.press(Key::Enter);
    ada.ready();
    is_called(&ada, "Ada");
}

#[test]
#[ignore = "needs a browser"]
fn without_guests_the_first_paint_has_no_form_for_them() {
    let stage = Stage::with(&["--guests", "off"]);
    let ada = stage.visitor(Looks::default());
    hold_program(&ada);
    ada.go("/");
    ada.wait(
        "document.querySelector('#frame .card')?.checkVisibility({ visibilityProperty: true })",
    );
    let shown = ada.look(
        "[...document.querySelectorAll('#frame .card *')].filter(part =>
            part.checkVisibility({ visibilityProperty: true })).length",
    );
    assert_eq!(shown, 0);
    let_program_go(&ada);
    ada.wait("document.activeElement?.id === 'username'");
}

#[test]
#[ignore = "needs a browser"]
fn without_guests_the_form_asks_for_an_account() {
    let stage = Stage::with(&["--guests", "off"]);
    owner(&stage);
    let olga = stage.visitor(Looks::default());
    olga.go("/");
    olga.wait("document.activeElement?.id === 'username'");
    assert!(!olga.finds("document.querySelector('a[href=\"/\"], #name')"));
    olga.page.insert_text("olga").unwrap();
    fill(&olga, "#password", PASSWORD);
    olga.press(Key::Enter);
    olga.ready();
}

#[test]
#[ignore = "needs a browser"]
fn the_first_paint_of_a_form_is_an_empty_card() {
    let stage = Stage::new();
    for address in ["/claim#0f", "/join#0f", "/sign-in"] {
        let ada = stage.visitor(Looks::default());
        hold_program(&ada);
        ada.go(address);
        ada.wait(
            "document.querySelector('#frame .card')?.checkVisibility({ visibilityProperty: true })",
        );
        let shown = ada.look(
            "[...document.querySelectorAll('#frame .card *')].filter(part =>
                part.checkVisibility({ visibilityProperty: true })).length",
        );
        assert_eq!(shown, 0, "{address}");
        ada.expect_complaint("404");
        let_program_go(&ada);
        ada.wait("!document.getElementById('frame')");
        ada.wait("document.querySelector('main h1')");
    }
}

#[test]
#[ignore = "needs a browser"]
fn axe_finds_nothing_in_either_theme_and_language() {
    let stage = Stage::new();
    let secret = stage.run(account::claim_secret(stage.data()));
    for (dark, language) in [(false, "en-US"), (true, "ko-KR")] {
        for screen in [crate::person::DESK, PHONE] {
            let ada = stage.visitor(Looks {
                screen,
                dark,
                language,
                ..Looks::default()
            });
            ada.expect_complaint("404");
            let place = if screen.phone { "phone" } else { "desk" };
            let theme = if dark { "dark" } else { "light" };
            let name = |what: &str| format!("account-{what}-{place}-{theme}");
            ada.go(&format!("/claim#{secret}"));
            ada.wait("document.activeElement?.id === 'place'");
            axe::look_at(&ada, &name("claim"));
            ada.press(Key::Enter);
            ada.wait("document.querySelector('#place-error').textContent");
            axe::look_at(&ada, &name("claim-refused"));
            ada.go("/sign-in");
            ada.wait("document.activeElement?.id === 'username'");
            axe::look_at(&ada, &name("sign-in"));
            ada.go("/join#0f");
            ada.wait("document.querySelector('.state[role=alert] h1')");
            axe::look_at(&ada, &name("join-dead"));
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn the_meter_says_how_strong_a_new_password_is_while_it_is_typed() {
    let stage = Stage::new();
    let link = invitation(&stage, &owner(&stage));
    let mina = stage.visitor(Looks::default());
    mina.go(&link);
    fill(&mina, "#username", "mina");
    fill(&mina, "#display-name", "Mina Zbigniewa");
    fill(&mina, "#password", "zbigniewa77");
    says(&mina, ".strength__words", "your name");
    assert_eq!(
        mina.look("document.querySelector('.strength').dataset.score < '2'"),
        true
    );
    keep::screenshot(&mina.page, "join-weak-password");
    fill(&mina, "#password", PASSWORD);
    says(&mina, ".strength__words", "Strong");
    keep::screenshot(&mina.page, "join-strong-password");
    fill(&mina, "#password", "short");
    mina.wait("!document.querySelector('.strength__words').textContent");
}
