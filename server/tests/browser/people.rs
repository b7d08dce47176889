//! The people of the place, in the page of who manages them, and who was deleted in the
//! conversation.

use chromium::Key;
use serde_json::{Value, json};

use crate::axe;
use crate::keep;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::account::{self, PASSWORD};
use crate::support::guest::Guest;

/// A place with its owner, and two members who have written something.
struct Place {
    stage: Stage,
}

impl Place {
    fn new() -> Self {
        let stage = Stage::new();
        stage.run(async {
            let olga = account::claim(stage.address, stage.data()).await;
            let wish = json!({ "uses": null });
            let secret = account::invite(stage.address, &olga, &wish).await;
            for name in ["mina", "zeno"] {
                let answer = account::join(stage.address, &secret, name).await;
                let person = account::signed_in(&answer);
                let mut line = person.connect(stage.address).await;
                let room = shared::id::RoomId::LOBBY;
                line.post(room, &format!("hello from {name}")).await;
            }
            Guest::come_in(stage.address, "Gus").await;
        });
        Place { stage }
    }

    fn olga(&self, looks: Looks) -> Person {
        let olga = self.stage.visitor(looks);
        olga.go("/sign-in");
        olga.wait("document.activeElement?.id === 'username'");
        olga.page.insert_text("olga").unwrap();
        olga.click("#password");
        olga.page.insert_text(PASSWORD).unwrap();
        olga.press(Key::Enter);
        olga.ready();
        olga
    }
}

#[track_caller]
fn open_people(person: &Person, number: usize) {
    person.go("/settings/people");
    shows(person, number);
}

#[track_caller]
fn shows(person: &Person, number: usize) {
    person.wait(&format!(
        "document.querySelectorAll('.people__item').length === {number}"
    ));
}

#[track_caller]
fn says(person: &Person, element: &str, text: &str) {
    person.wait(&format!(
        "[...document.querySelectorAll('{element}')].some(found =>
            found.textContent.includes({}))",
        Value::from(text)
    ));
}

/// The names in the list, in their order.
fn names(person: &Person) -> Value {
    person.look("[...document.querySelectorAll('.people__item .settings__name > span:first-child')].map(name => name.textContent)")
}

#[test]
#[ignore = "needs a browser"]
fn the_owner_finds_people_and_changes_what_they_may_do_by_keyboard() {
    let place = Place::new();
    let olga = place.olga(Looks::default());
    open_people(&olga, 4);
    assert_eq!(
        names(&olga),
        json!(["olga of the yard", "mina", "zeno", "Gus"])
    );
    says(&olga, ".people__item", "@mina · Member");
    axe::look_at(&olga, "people");

    olga.click("#people-search");
    olga.page.insert_text("mi").unwrap();
    shows(&olga, 1);
    olga.press(Key::Tab);
    olga.wait("document.activeElement?.getAttribute('aria-label') === 'Change mina'");
    olga.press(Key::Enter);
    olga.wait("document.activeElement?.getAttribute('role') === 'group'");
    axe::look_at(&olga, "people-choice");
    // Escape closes it, and gives the focus back.
    olga.press(Key::Escape);
    olga.wait("document.activeElement?.textContent === 'Change'");
    olga.press(Key::Enter);
    olga.choose("Make administrator");
    says(&olga, "#people-question", "Make mina an administrator?");
    axe::look_at(&olga, "people-question");
    olga.press(Key::Enter);
    says(&olga, ".people__item", "@mina · Administrator");
    olga.wait("document.activeElement?.getAttribute('aria-label') === 'Change mina'");

    // Who is the last owner is told at the place.
    olga.look("(field => { field.value = ''; field.dispatchEvent(new Event('input')) })(document.querySelector('#people-search'))");
    shows(&olga, 4);
    olga.choose("Change olga of the yard");
    olga.choose("Make member");
    olga.expect_complaint("409");
    olga.press(Key::Enter);
    says(
        &olga,
        ".people__item [role=alert]",
        "This is the last owner",
    );
    keep::screenshot(&olga.page, "people-last-owner");
}

#[test]
#[ignore = "needs a browser"]
fn who_is_deactivated_is_out_and_who_is_deleted_has_no_name_in_the_conversation() {
    let place = Place::new();
    let olga = place.olga(Looks::default());
    let reader = place.stage.person("Ada");
    reader.sees("hello from zeno");
    open_people(&olga, 5);
    olga.choose("Change mina");
    olga.choose("Deactivate");
    says(&olga, "#people-question", "Deactivate mina?");
    olga.press(Key::Enter);
    says(&olga, ".people__item", "@mina · Member · Deactivated");
    let refused = place
        .stage
        .run(account::sign_in(place.stage.address, "mina", PASSWORD));
    assert_eq!(refused.status, 403);
    says(&reader, ".message__author", "mina");

    olga.choose("Change zeno");
    olga.choose("Delete");
    says(&olga, "#people-question", "erased for good");
    axe::look_at(&olga, "people-delete");
    olga.press(Key::Enter);
    says(&olga, "[role=status]", "Deleted.");
    olga.wait("document.activeElement?.id === 'people-search'");
    assert_eq!(
        names(&olga),
        json!(["olga of the yard", "mina", "Gus", "Ada"])
    );
    // In the open conversation, and in one that is opened later.
    says(&reader, ".message__author", "Deleted person");
    assert!(reader.finds("![...document.querySelectorAll('.message__author')].some(name => name.textContent === 'zeno')"));
    reader.sees("hello from zeno");
    axe::look_at(&reader, "deleted-person");
    let late = place.stage.person_like(
        "하나",
        Looks {
            language: "ko-KR",
            ..Looks::default()
        },
    );
    says(&late, ".message__author", "탈퇴한 사람");
}

#[test]
#[ignore = "needs a browser"]
fn who_manages_nobody_has_no_list_of_people() {
    let place = Place::new();
    let ada = place.stage.person("Ada");
    ada.go("/settings/people");
    says(
        &ada,
        ".settings__section",
        "Only those who manage this place",
    );
    assert!(ada.finds("![...document.querySelectorAll('.settings__link')].some(link => link.href.endsWith('/people'))"));
}

#[test]
#[ignore = "needs a browser"]
fn the_list_of_people_fits_desk_and_phone_in_either_theme() {
    let place = Place::new();
    for (dark, language, change, delete) in [
        (false, "en-US", "Change mina", "Delete"),
        (true, "ko-KR", "mina 님 변경", "삭제"),
    ] {
        for screen in [DESK, PHONE] {
            let olga = place.olga(Looks {
                screen,
                dark,
                language,
                ..Looks::default()
            });
            open_people(&olga, 4);
            let kind = if screen.phone { "phone" } else { "desk" };
            axe::look_at(&olga, &format!("people-{language}-{kind}"));
            olga.choose(change);
            axe::look_at(&olga, &format!("people-choice-{language}-{kind}"));
            olga.choose(delete);
            olga.wait("document.querySelector('#people-question')");
            axe::look_at(&olga, &format!("people-delete-{language}-{kind}"));
            let overflows = "document.documentElement.scrollWidth > innerWidth";
            assert!(!olga.finds(overflows), "{language} {kind}");
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn who_is_here_as_a_guest_is_said_where_there_are_accounts() {
    let note = |name: &str| {
        format!(
            "[...document.querySelectorAll('.person')]
                .find(person => person.innerText.includes({}))?.querySelector('.person__note')",
            Value::from(name)
        )
    };
    let place = Place::new();
    let olga = place.olga(Looks::default());
    let ada = place.stage.person("Ada");
    olga.wait(&format!("{}?.innerText === 'guest'", note("Ada")));
    ada.wait(&format!("{}?.innerText === 'you'", note("Ada")));
    ada.wait("[...document.querySelectorAll('.person')].length === 2");
    assert!(!ada.finds(&note("olga")));
    // Where everybody is a guest, nobody says so.
    let stage = Stage::new();
    let (ben, _cora) = (stage.person("Ben"), stage.person("Cora"));
    ben.wait("[...document.querySelectorAll('.person')].length === 2");
    assert!(!ben.finds(&note("Cora")));
}

#[test]
#[ignore = "needs a browser"]
fn who_forgot_the_password_gets_a_link_from_the_owner() {
    let place = Place::new();
    let olga = place.olga(Looks::default());
    open_people(&olga, 4);
    olga.choose("Change mina");
    olga.choose("Link for a new password");
    says(
        &olga,
        "#people-question",
        "with which mina sets a new password",
    );
    olga.press(Key::Enter);
    olga.wait("document.querySelector('.people__item input')?.value.includes('/reset#')");
    olga.wait("document.querySelector('.people__item img').naturalWidth > 0");
    olga.wait("document.activeElement?.matches('.people__item .devices__link')");
    axe::look_at(&olga, "people-reset-link");
    keep::screenshot(&olga.page, "people-reset-link");
    let link = olga.look("document.querySelector('.people__item input').value");
    let path = link.as_str().unwrap().split_once("/reset#").unwrap().1;
    // It is still there for who looks at something else meanwhile, and is not left by accident.
    olga.choose("Invitations");
    olga.wait("document.querySelector('#invite-role')");
    olga.page.notify("Page.reload", json!({})).unwrap();
    olga.stays_when_asked();
    olga.choose("People");
    olga.wait("document.querySelector('.people__item input')?.value.includes('/reset#')");
    olga.choose("I have kept it");
    olga.wait("document.activeElement?.getAttribute('aria-label') === 'Change mina'");

    let mina = place.stage.visitor(Looks::default());
    mina.go(&format!("/reset#{path}"));
    mina.wait("document.activeElement?.id === 'password'");
    mina.page.insert_text("meadow-anchor-58-violet").unwrap();
    mina.press(Key::Enter);
    mina.ready();
    says(&mina, ".me__name", "mina");
}
