//! A guest's link to one room, from the form to the conversation.

use chromium::Key;
use serde_json::{Value, json};
use shared::id::{Rev, RoomId};

use crate::accounts::{fill, owner, says};
use crate::axe;
use crate::person::{Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::account::{self, PASSWORD};
use crate::support::command::update_room;
use crate::support::guest::Guest;
use crate::support::process::admin;

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
    olga.select("#invite-role", "Guest");
    olga.wait("document.querySelectorAll('#invite-room option').length === 3");
    olga.select("#invite-room", "garden");
    axe::look_at(&olga, "invite-guest-phone");
    assert_eq!(small(&olga), json!([]));
    olga.choose("Make link");
    olga.wait("document.querySelector('[id^=invite-link]')?.value.includes('/join#')");
    says(&olga, ".settings__list", "Guest · garden");
    let link = olga.look("new URL(document.querySelector('[id^=invite-link]').value).hash");
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
    says(&gus, "#display-name-error", "Enter a name.");
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
    says(&gus, "main .state__title", "There is no such room");
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
    // The garden is public: who was its guest is a member of it.
    gus.ready();
    gus.wait("seen.places().length === 2");
    assert!(gus.finds("document.querySelector('.sidebar__add')"));
}

#[test]
#[ignore = "needs a browser"]
fn the_chosen_room_of_an_invitation_stays_chosen_while_rooms_come_and_change() {
    let stage = Stage::with(&["--guests", "off"]);
    let owner = owner(&stage);
    let garden = garden(&stage, &owner);
    let olga = signed_in(&stage, Looks::default());
    olga.go("/settings/invitations");
    olga.select("#invite-role", "Guest");
    olga.select("#invite-room", "garden");
    stage.run(async {
        let mut native = owner.connect(stage.address).await;
        native.create_room("atrium").await;
        let rename = update_room(garden, Rev(1), Some("kitchen garden"), None);
        native.ask(&rename).await.unwrap();
    });
    olga.wait("document.querySelectorAll('#invite-room option').length === 4");
    olga.wait(
        "document.querySelector('#invite-room').selectedOptions[0].text === 'kitchen garden'",
    );
    olga.choose("Make link");
    says(&olga, ".settings__list", "Guest · kitchen garden");
    // Nobody has kept the link, so the browser asks.
    olga.choose("I have kept it");
    olga.wait("!document.querySelector('[id^=invite-link]')");

    // A room that is gone is not chosen any more.
    stage.run(admin(stage.data(), &["remove-room", &garden.to_string()]));
    olga.wait("document.querySelectorAll('#invite-room option').length === 3");
    let shown = olga.look("document.querySelector('#invite-room').selectedOptions[0].text");
    olga.choose("Make link");
    olga.wait("document.querySelectorAll('.settings__list > li').length === 2");
    says(
        &olga,
        ".settings__list > li:first-child",
        &format!("Guest · {}", shown.as_str().unwrap()),
    );
    olga.choose("I have kept it");
}

#[test]
#[ignore = "needs a browser"]
fn a_guest_whose_room_was_removed_reads_what_to_do() {
    let stage = Stage::with(&["--guests", "off"]);
    let owner = owner(&stage);
    let garden = garden(&stage, &owner);
    let wish = json!({ "role": "guest", "rooms": [garden], "uses": null });
    let secret = stage.run(account::invite(stage.address, &owner, &wish));
    let (english, korean) = (
        Looks::default(),
        Looks {
            screen: PHONE,
            dark: true,
            language: "ko-KR",
            ..Looks::default()
        },
    );
    let guests = [(english, "Gus"), (korean, "거스")].map(|(looks, name)| {
        let gus = stage.visitor(looks);
        gus.go(&format!("/join#{secret}"));
        gus.wait("document.activeElement?.id === 'display-name'");
        gus.page.insert_text(name).unwrap();
        gus.press(Key::Enter);
        gus.ready();
        gus
    });
    stage.run(admin(stage.data(), &["remove-room", &garden.to_string()]));
    for (gus, said) in guests.iter().zip([
        "Ask whoever invited you for a new link",
        "초대한 사람에게 새 링크를",
    ]) {
        says(gus, ".state", said);
        // No way leads to a room that is not there.
        assert!(!gus.finds("document.querySelector('.state a')"));
    }
    axe::look_at(&guests[0], "guest-room-removed");
    axe::look_at(&guests[1], "guest-room-removed-phone-dark-ko");

    // Who follows the link now reads that the room may be gone.
    for (looks, said, picture) in [
        (english, "its room was removed", "link-without-room"),
        (
            korean,
            "대화방이 없어졌어요",
            "link-without-room-phone-dark-ko",
        ),
    ] {
        let late = stage.visitor(looks);
        late.expect_complaint("404");
        late.go(&format!("/join#{secret}"));
        says(&late, ".state[role=alert]", said);
        axe::look_at(&late, picture);
    }
}
