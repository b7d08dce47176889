//! A guest's link to one room, from the form to the conversation.

use chromium::Key;
use serde_json::{Value, json};
use shared::id::RoomId;

use crate::accounts::{fill, owner, says};
use crate::axe;
use crate::person::{Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::account::{self, PASSWORD};
use crate::support::guest::Guest;

/// The room, with what was said in it before.
fn garden(stage: &Stage, olga: &Guest) -> RoomId {
    stage.run(async {
        let mut native = olga.connect(stage.address).await;
        let garden = native.create_room("garden").await;
        native.create_room("orchard").await;
        native.post(garden, "before the guest").await;
        garden
    })
}

/// Chooses in a list as a person does who uses the keyboard.
fn choose(person: &Person, list: &str, value: &str) {
    person.look(&format!(
        "{{ const list = document.querySelector('{list}');
            list.value = '{value}';
            list.dispatchEvent(new Event('change', {{ bubbles: true }})); }}"
    ));
}

fn signed_in(stage: &Stage, looks: Looks) -> Person {
    let olga = stage.visitor(looks);
    olga.go("/sign-in");
    olga.wait("document.activeElement?.id === 'username'");
    olga.page.insert_text("olga").unwrap();
    fill(&olga, "#password", PASSWORD);
    olga.press(Key::Enter);
    olga.ready();
    olga
}

/// What is too small for a finger.
fn small(person: &Person) -> Value {
    person.look(
        "[...document.querySelectorAll('main :is(input:not([type=checkbox]), select, button, a)')]
            .filter(target => target.getBoundingClientRect().height < 44)
            .map(target => target.outerHTML)",
    )
}

#[test]
#[ignore = "needs a browser"]
fn a_guest_of_one_room_is_invited_and_comes_in_on_a_phone_and_sees_nothing_else() {
    let stage = Stage::with(&["--guests", "off"]);
    let owner = owner(&stage);
    let garden = garden(&stage, &owner);
    let phone = Looks {
        screen: PHONE,
        ..Looks::default()
    };
    let olga = signed_in(&stage, phone);
    olga.go("/settings/invitations");
    olga.wait("document.querySelector('#invite-role')");
    choose(&olga, "#invite-role", "guest");
    olga.wait("document.querySelectorAll('#invite-room option').length === 3");
    choose(&olga, "#invite-room", &garden.to_string());
    axe::look_at(&olga, "invite-guest-phone");
    assert_eq!(small(&olga), json!([]));
    olga.choose("Make link");
    olga.wait("document.querySelector('#invite-link')?.value.includes('/join#')");
    says(&olga, ".settings__list", "Guest · garden");
    let link = olga.look("new URL(document.querySelector('#invite-link').value).hash");
    let link = format!("/join{}", link.as_str().unwrap());

    let gus = stage.visitor(phone);
    gus.go(&link);
    says(&gus, "h1", "invites you");
    says(&gus, ".card__lead", "a guest of garden");
    says(&gus, ".card__lead", "from now on");
    gus.wait("document.activeElement?.id === 'display-name'");
    assert_eq!(
        gus.look("document.querySelectorAll('form input').length"),
        1
    );
    assert_eq!(small(&gus), json!([]));
    axe::look_at(&gus, "join-guest-phone");
    gus.press(Key::Enter);
    says(&gus, "#display-name-error", "");
    gus.wait("document.querySelector('#display-name').getAttribute('aria-invalid') === 'true'");
    gus.page.insert_text("Gus").unwrap();
    gus.press(Key::Enter);
    gus.ready();
    gus.wait(&format!(
        "location.pathname === '/rooms/{garden}' && !location.hash"
    ));
    gus.say("here I am");
    gus.sees_sent("here I am");
    gus.sees_exactly(&["here I am"]);
    // The beginning is the first message that exists for the guest: nothing is loaded for ever.
    gus.wait("!document.querySelector('.timeline .skeleton')");
    gus.choose("Show places");
    gus.wait("document.querySelectorAll('.place').length === 1");
    assert!(gus.finds("!document.querySelector('.sidebar__add')"));
    axe::look_at(&gus, "guest-room-list-phone");

    // The next visit begins there, and other rooms do not exist.
    gus.go("/");
    gus.ready();
    gus.wait(&format!("location.pathname === '/rooms/{garden}'"));
    gus.go("/rooms/1");
    says(&gus, ".state", "");
    gus.wait("document.querySelector('.state__title')");
    axe::look_at(&gus, "guest-other-room-phone");
    gus.choose("Go to garden");
    gus.sees_exactly(&["here I am"]);
}

#[test]
#[ignore = "needs a browser"]
fn a_guest_with_history_reads_it_in_korean_and_in_the_dark_and_becomes_a_member() {
    let stage = Stage::with(&["--guests", "off"]);
    let owner = owner(&stage);
    let garden = garden(&stage, &owner);
    let wish = json!({ "role": "guest", "rooms": [garden], "with_history": true });
    let secret = stage.run(account::invite(stage.address, &owner, &wish));
    let gus = stage.visitor(Looks {
        language: "ko-KR",
        dark: true,
        ..Looks::default()
    });
    gus.go(&format!("/join#{secret}"));
    says(&gus, ".card__lead", "garden 대화방에 손님으로");
    says(&gus, ".card__lead", "전에 쓴 메시지도");
    gus.wait("document.activeElement?.id === 'display-name'");
    axe::look_at(&gus, "join-guest-dark-ko");
    gus.page.insert_text("거스").unwrap();
    gus.press(Key::Enter);
    gus.ready();
    gus.sees_exactly(&["before the guest"]);
    gus.say("안녕하세요");
    gus.sees_sent("안녕하세요");

    let secret = stage.run(account::invite(stage.address, &owner, &json!({})));
    gus.go(&format!("/join#{secret}"));
    gus.wait("document.querySelector('.state button.button')");
    gus.click(".state button.button");
    gus.wait("document.activeElement?.id === 'username'");
    fill(&gus, "#username", "gus");
    fill(&gus, "#password", PASSWORD);
    gus.press(Key::Enter);
    gus.ready();
    gus.wait("document.querySelectorAll('.place').length === 3");
    assert!(gus.finds("document.querySelector('.sidebar__add')"));
}
