//! Asking for an account, and who decides about it; the name of the place.

use chromium::Key;
use serde_json::json;

use crate::accounts::{fill, is_called, owner, says};
use crate::axe;
use crate::line::Line;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::{Stage, browser};
use crate::support::account::PASSWORD;
use crate::support::process::madang;

/// Who gets an account without an invitation, as the page shows it.
const CHOSEN: &str =
    "document.querySelector('[name=sign-up]:checked').closest('label').textContent";

/// An owner in a browser, on the page with the settings of the place.
fn manager(stage: &Stage, looks: Looks) -> Person {
    owner(stage);
    let olga = stage.visitor(looks);
    go_to_place(&olga);
    olga
}

/// Signs in as the owner.
fn go_to_place(olga: &Person) {
    olga.go("/sign-in");
    fill(olga, "#username", "olga");
    fill(olga, "#password", PASSWORD);
    olga.press(Key::Enter);
    olga.ready();
    olga.go("/settings/place");
    olga.wait("document.querySelector('#place-name')?.value === 'Courtyard'");
}

#[test]
#[ignore = "needs a browser"]
fn who_asks_for_an_account_comes_in_once_it_is_approved() {
    let stage = Stage::with(&["--guests", "off"]);
    let olga = manager(&stage, Looks::default());
    says(&olga, "main", "Nobody is waiting");
    let ada = stage.visitor(Looks::default());
    ada.go("/sign-in");
    ada.wait("document.querySelector('#username')");
    assert!(!ada.finds("document.querySelector('a[href=\"/sign-up\"]')"));
    olga.click_on("[...document.querySelectorAll('.segment')].find(one => one.textContent === 'With approval')");
    says(&olga, "main", "People can ask for an account");

    ada.go("/");
    ada.choose("Ask for an account");
    ada.wait("location.pathname === '/sign-up' && document.activeElement?.id === 'username'");
    for (field, text) in [
        ("#username", "olga"),
        ("#display-name", "Ada Lee"),
        ("#password", PASSWORD),
        ("#note", "Ben’s sister"),
    ] {
        fill(&ada, field, text);
    }
    ada.expect_complaint("409");
    ada.choose("Send");
    says(&ada, "#username-error", "Someone has");
    assert_eq!(
        ada.look("document.querySelector('#note').value"),
        "Ben’s sister"
    );
    fill(&ada, "#username", "ada");
    ada.press(Key::Enter);
    says(&ada, "h1", "Your request is sent");

    olga.page.reload().unwrap();
    says(&olga, ".settings__item", "Ben’s sister");
    assert_eq!(olga.look(CHOSEN), "With approval");
    axe::look_at(&olga, "settings-place");
    olga.choose("Approve: Ada Lee");
    says(&olga, "main", "Nobody is waiting");
    olga.wait("document.activeElement?.id === 'applications-title'");

    ada.choose("I have an account");
    ada.wait("document.activeElement?.id === 'username'");
    ada.page.insert_text("ada").unwrap();
    fill(&ada, "#password", PASSWORD);
    ada.press(Key::Enter);
    ada.ready();
    is_called(&ada, "Ada Lee");
}

#[test]
#[ignore = "needs a browser"]
fn where_everybody_may_have_an_account_it_is_made_at_once() {
    let stage = Stage::new();
    let folder = stage.data();
    stage
        .run(madang(folder, &["place", "sign-up", "open"]))
        .unwrap();
    let ada = stage.visitor(Looks::default());
    ada.go("/sign-up");
    says(&ada, "h1", "Make an account");
    assert!(!ada.finds("document.querySelector('#note')"));
    for (field, text) in [
        ("#username", "ada"),
        ("#display-name", "Ada"),
        ("#password", PASSWORD),
    ] {
        fill(&ada, field, text);
    }
    ada.press(Key::Enter);
    ada.ready();
    is_called(&ada, "Ada");
    assert!(ada.finds("location.pathname !== '/sign-up'"));
}

#[test]
#[ignore = "needs a browser"]
fn the_place_is_called_by_its_name_where_one_comes_in_and_inside() {
    let stage = Stage::new();
    let olga = manager(&stage, Looks::default());
    says(&olga, ".sidebar__head .wordmark", "Courtyard");
    fill(&olga, "#place-name", " ");
    olga.press(Key::Enter);
    says(&olga, "#place-name-error", "Enter a name");
    fill(&olga, "#place-name", "마당 깊은 집");
    olga.press(Key::Enter);
    says(&olga, "form", "Saved");
    says(&olga, ".sidebar__head .wordmark", "마당 깊은 집");
    let ada = stage.visitor(Looks::default());
    ada.go("/sign-in");
    says(&ada, ".card .wordmark", "마당 깊은 집");
    ada.wait("document.title === '마당 깊은 집'");
    ada.go("/");
    ada.come_in("Ada");
    says(&ada, ".sidebar__head .wordmark", "마당 깊은 집");
    ada.wait("document.title === 'lobby · 마당 깊은 집'");
    // Known from the first moment of the next page.
    ada.page.reload().unwrap();
    ada.ready();
    ada.wait("document.title === 'lobby · 마당 깊은 집'");
}

#[test]
#[ignore = "needs a browser"]
fn axe_finds_nothing_in_either_theme_and_language() {
    let stage = Stage::new();
    let folder = stage.data();
    stage
        .run(madang(folder, &["place", "sign-up", "approval"]))
        .unwrap();
    let application = json!({ "username": "ben", "name": "Ben", "password": PASSWORD,
        "note": "안녕하세요.\nI met Olga at the market." });
    let applied = crate::support::account::post(stage.address, "applications", &application);
    assert_eq!(stage.run(applied).status, 202);
    let mut olga = None;
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
            let name = |what: &str| format!("sign-up-{what}-{place}-{theme}");
            let ada = stage.visitor(looks);
            ada.go("/sign-up");
            ada.wait("document.activeElement?.id === 'username'");
            axe::look_at(&ada, &name("form"));
            if olga.is_none() {
                olga = Some(owner(&stage));
            }
            ada.go("/sign-in");
            fill(&ada, "#username", "olga");
            fill(&ada, "#password", PASSWORD);
            ada.press(Key::Enter);
            ada.ready();
            ada.go("/settings/place");
            ada.wait("document.querySelector('.settings__item')");
            assert!(ada.finds("document.documentElement.scrollWidth <= innerWidth"));
            axe::look_at(&ada, &name("settings"));
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn what_is_chosen_while_an_earlier_choice_is_being_sent_counts() {
    let stage = Stage::with(&["--guests", "off"]);
    owner(&stage);
    let line = Line::to(stage.address);
    let origin = format!("http://{}", line.address);
    let olga = Person::new(browser(), origin, Looks::default());
    go_to_place(&olga);
    line.hold("/api/v1/place");
    olga.look("document.querySelector('[name=sign-up]:checked').focus()");
    // Each arrow is a choice.
    olga.press(Key::Down);
    olga.wait(&format!("{CHOSEN} === 'With approval'"));
    olga.press(Key::Down);
    olga.wait(&format!("{CHOSEN} === 'Everybody'"));
    line.release();
    let ada = stage.visitor(Looks::default());
    ada.go("/sign-in");
    ada.wait(
        "(fetch('/api/v1/session').then(answer => answer.json())
            .then(all => { window.found = all.place.sign_up }), window.found === 'open')",
    );
    olga.page.reload().unwrap();
    olga.wait(&format!(
        "document.querySelector('#place-name') && {CHOSEN} === 'Everybody'"
    ));
}

#[test]
#[ignore = "needs a browser"]
fn nothing_is_offered_as_the_present_choice_before_the_server_has_said_it() {
    let stage = Stage::with(&["--guests", "off"]);
    owner(&stage);
    let line = Line::to(stage.address);
    let origin = format!("http://{}", line.address);
    let olga = Person::new(browser(), origin, Looks::default());
    go_to_place(&olga);
    stage
        .run(madang(stage.data(), &["place", "sign-up", "open"]))
        .unwrap();
    line.hold("/api/v1/session");
    olga.page.reload().unwrap();
    says(&olga, "main", "Nobody is waiting");
    assert!(!olga.finds("document.querySelector('[name=sign-up], #place-name')"));
    line.release();
    olga.wait(&format!(
        "document.querySelector('#place-name') && {CHOSEN} === 'Everybody'"
    ));
}
