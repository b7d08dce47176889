//! Rooms and names: making, changing, finding and losing them.

use chromium::{Key, Modifiers};
use shared::id::{RoomId, UserId};

use crate::person::{Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::process::admin;

#[test]
#[ignore = "needs a browser"]
fn a_room_is_made_found_and_renamed_under_the_eyes_of_others() {
    let stage = Stage::new();
    let (ada, ben) = (stage.person("Ada"), stage.person("Ben"));

    make_room(&ada, "garden", "What grows");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'garden'");
    ada.wait("document.querySelector('.conversation__topic').textContent === 'What grows'");
    ada.ready();
    ada.wait("document.title.includes('garden')");
    ben.join_and_return("garden");
    ada.say("first words");
    ben.wait("seen.badge('garden') === '1'");
    ben.enter("garden");
    ben.sees("first words");

    ada.choose("Room menu");
    ada.choose("Edit name and topic");
    replace(&ada, "#room-name", "정원");
    replace(&ada, "#room-topic", "무엇이 자라나");
    ada.press(Key::Enter);

    ada.wait("!document.querySelector('dialog[open]')");
    for person in [&ada, &ben] {
        person.wait("document.querySelector('.conversation__name').textContent === '정원'");
        person
            .wait("document.querySelector('.conversation__topic').textContent === '무엇이 자라나'");
        person.wait("seen.place('정원') && !seen.place('garden')");
    }
}

#[test]
#[ignore = "needs a browser"]
fn a_name_that_is_taken_is_said_at_its_field_and_nothing_is_lost() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    make_room(&ada, "Garden", "");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'Garden'");

    make_room(&ada, "gARDEN", "a topic that took a while");

    ada.wait(
        "document.querySelector('#room-name-error').textContent.includes('another')
        || document.querySelector('#room-name-error').textContent.includes('Another')",
    );
    // It stands in the place of the hint.
    assert!(!ada.finds("document.querySelector('#room-name-hint').checkVisibility()"));
    assert!(ada.finds("document.querySelector('#room-topic-hint').checkVisibility()"));
    assert_eq!(
        ada.look("document.querySelector('#room-name').value"),
        "gARDEN"
    );
    assert_eq!(
        ada.look("document.querySelector('#room-topic').value"),
        "a topic that took a while"
    );
    assert!(ada.finds("document.querySelector('#room-name').matches('[aria-invalid=true]:focus')"));
    assert!(
        ada.finds("document.querySelector('#room-topic').matches(':not([aria-invalid=true])')")
    );
    replace(&ada, "#room-name", "Meadow");
    ada.wait("!document.querySelector('#room-name').matches('[aria-invalid=true]')");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'Meadow'");
}

#[test]
#[ignore = "needs a browser"]
fn another_name_for_oneself_stands_on_earlier_messages_too() {
    let stage = Stage::new();
    let (ada, ben) = (stage.person("Ada"), stage.person("Ben"));
    ada.say("who am I?");
    ben.sees("who am I?");

    ada.click(".me");
    ada.choose("Profile");
    replace(&ada, "#own-name", "에이다");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.settings__saved')?.textContent");
    ada.enter("lobby");
    for person in [&ada, &ben] {
        person.wait(
            "seen.row('who am I?').querySelector('.message__author')?.textContent === '에이다'",
        );
    }
    ada.wait("document.querySelector('.me__name').textContent === '에이다'");
    ada.page.reload().unwrap();
    ada.ready();
    ada.wait("document.querySelector('.me__name')?.textContent === '에이다'");
}

#[test]
#[ignore = "needs a browser"]
fn the_browsers_back_button_leads_back() {
    let stage = Stage::new();
    let mut maker = stage.guest("Maker");
    stage.run(maker.create_room("garden"));
    stage.run(maker.create_room("meadow"));
    let ada = stage.person("Ada");
    ada.look("window.marker = 'the same page'");
    ada.enter("garden");
    ada.enter("meadow");
    for (step, room) in [("back", "garden"), ("back", "lobby"), ("forward", "garden")] {
        ada.look(&format!("history.{step}()"));
        ada.wait(&format!(
            "document.querySelector('.conversation__name')?.textContent === '{room}'"
        ));
        ada.wait(&format!(
            "seen.place('{room}').getAttribute('aria-current') === 'page'"
        ));
    }
    assert_eq!(ada.look("window.marker"), "the same page");
    // The room that was open last opens again.
    ada.ready();
    ada.go("/");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'garden'");
}

#[test]
#[ignore = "needs a browser"]
fn an_address_that_leads_nowhere_says_so_and_leads_on() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    for path in ["/rooms/999", "/rooms/999/5", "/nowhere", "/rooms/x"] {
        ada.go(path);
        ada.wait("document.querySelector('.state .state__title')?.textContent");
        assert!(!ada.finds("seen.composer()"), "{path}");
        ada.choose("Go to lobby");
        ada.ready();
        ada.wait("document.querySelector('.conversation__name').textContent === 'lobby'");
    }
}

#[test]
#[ignore = "needs a browser"]
fn a_room_that_does_not_exist_offers_nothing_to_do_with_it() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.go("/rooms/999");
    ada.wait(
        "document.querySelector('.state .state__title')?.textContent === 'There is no such room'",
    );
    ada.wait("document.title === 'There is no such room · Madang'");
    for part in [
        ".conversation__people",
        "[popovertarget=room-menu]",
        "#people",
    ] {
        assert!(
            !ada.finds(&format!("document.querySelector('{part}')")),
            "{part}"
        );
    }

    // On a phone there is the way to the other rooms, and nobody to swipe in.
    let ben = stage.person_like(
        "Ben",
        Looks {
            screen: PHONE,
            ..Looks::default()
        },
    );
    ben.go("/rooms/999");
    ben.wait("document.querySelector('.state .state__title')");
    let open = "document.querySelector('.shell').dataset.sidebar === 'open'";
    ben.click("button.conversation__back");
    ben.wait(open);
    ben.press(Key::Escape);
    ben.wait(&format!("!({open})"));
    ben.page.swipe((300.0, 400.0), (60.0, 410.0)).unwrap();
    ben.look("seen.frame()");
    assert!(!ben.finds("document.querySelector('main').inert"));
}

#[test]
#[ignore = "needs a browser"]
fn a_room_that_is_removed_while_someone_reads_it_says_so() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    make_room(&ada, "short-lived", "");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'short-lived'");
    ada.ready();
    let room = ada.look("location.pathname.split('/').pop()");
    let room: i64 = room.as_str().unwrap().parse().unwrap();
    assert_ne!(RoomId(room), RoomId::LOBBY);

    stage.run(admin(stage.data(), &["remove-room", &room.to_string()]));

    ada.wait("document.querySelector('.state .state__title')?.textContent.includes('removed')");
    ada.wait("!seen.place('short-lived')");
    ada.choose("Go to lobby");
    ada.ready();
}

#[test]
#[ignore = "needs a browser"]
fn a_private_room_is_at_its_address_for_its_members_as_long_as_they_are() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let hideout = stage.run(ben.create_private_room("hideout"));
    let ada = stage.person("Ada");
    let ada_id = ada.look("JSON.parse(localStorage['madang.me']).id");
    let ada_id = UserId(ada_id.as_i64().unwrap());
    let missing =
        "document.querySelector('.state .state__title')?.textContent === 'There is no such room'";
    ada.go(&format!("/rooms/{hideout}"));
    ada.wait(missing);

    stage.run(ben.add_members(hideout, &[ada_id]));
    stage.run(ben.post(hideout, "only between us"));
    ada.sees("only between us");
    ada.wait("document.querySelector('.conversation__name').textContent === 'hideout'");
    ada.wait("document.title === 'hideout · Madang'");
    ada.say("nobody else hears it");
    ada.sees_sent("nobody else hears it");
    // It opens again by its address, and by coming back from another room.
    ada.page.reload().unwrap();
    ada.ready();
    ada.sees("nobody else hears it");
    ada.enter("lobby");
    ada.wait("seen.place('hideout')");
    ada.look("history.back()");
    ada.sees("nobody else hears it");

    stage.run(ben.remove_member(hideout, ada_id));
    ada.wait("document.querySelector('.state .state__title')?.textContent === 'You are not in this room any more'");
    ada.wait("document.title === 'There is no such room · Madang'");
    assert!(!ada.finds("seen.composer() || seen.rows().length"));
    assert!(
        !ada.look("document.body.innerText")
            .to_string()
            .contains("hideout")
    );
    ada.page.reload().unwrap();
    ada.wait(missing);
    ada.choose("Go to lobby");
    ada.ready();
}

#[test]
#[ignore = "needs a browser"]
fn a_session_survives_reload_and_restart_and_ends_when_one_signs_out() {
    let mut stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    ada.say("still me");
    ada.sees_sent("still me");
    stage.stop();
    stage.start();
    ada.page.reload().unwrap();
    ada.ready();
    ada.wait("document.querySelector('.me__name')?.textContent === 'Ada'");
    ada.say("after the restart");
    ada.sees_sent("after the restart");
    assert!(ada.finds("seen.row('still me').matches('.row--own')"));

    ada.click(".me");
    ada.choose("Sign out");
    ada.click("dialog .button--alarm");
    ada.wait("document.querySelector('form.card input#name')");
    ada.page.reload().unwrap();
    ada.come_in("Someone else");
    ada.sees_exactly(&["still me", "after the restart"]);
    assert!(!ada.finds("document.querySelector('.row--own')"));
}

#[test]
#[ignore = "needs a browser"]
fn closing_a_form_withdraws_a_command_that_was_never_sent() {
    let mut stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    ada.has_all_pieces();
    stage.kill();
    ada.wait("document.querySelector('.offline')");
    let waits = "document.querySelector('dialog .dialog__error')?.textContent
        === 'Waiting for the connection'";

    make_room(&ada, "never", "");
    ada.wait(waits);
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog[open]')");
    assert!(!ada.finds("document.querySelector('.toast')"));
    stage.start();

    make_room(&ada, "later", "");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'later'");
    assert!(!ada.finds("seen.place('never')"));
}

#[test]
#[ignore = "needs a browser"]
fn closing_a_form_says_when_its_command_was_sent_already() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    ada.has_all_pieces();
    stage.pause();
    make_room(&ada, "garden", "");
    ada.wait("document.querySelector('dialog [type=submit]').ariaDisabled === 'true'");
    ada.press(Key::Escape);
    ada.wait("document.querySelector('.toast')?.textContent.includes('can no longer be taken')");
    assert!(!ada.finds("document.querySelector('dialog')"));
    stage.go_on();
    ada.wait("seen.place('garden')");
}

/// Fills the form for a new room and sends it.
fn make_room(person: &Person, name: &str, topic: &str) {
    person.open_new_room();
    person.wait("document.activeElement?.id === 'room-name'");
    person.page.insert_text(name).unwrap();
    person.page.press(Key::Tab, Modifiers::NONE).unwrap();
    person.page.insert_text(topic).unwrap();
    person.press(Key::Enter);
}

/// Puts a text in the place of what stands in a field.
fn replace(person: &Person, field: &str, text: &str) {
    person.wait(&format!("document.querySelector('{field}')"));
    person.look(&format!("document.querySelector('{field}').select()"));
    person.page.insert_text(text).unwrap();
}
