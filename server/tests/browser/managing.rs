//! What who manages a room may do with the messages of others.

use chromium::Key;
use serde_json::json;
use shared::model::MemberRole;

use crate::axe;
use crate::person::Person;
use crate::phone::{by_phone, tap};
use crate::stage::Stage;
use crate::support::command;
use crate::touch::{choose, press_for_long};

const QUESTION: &str = "document.querySelector('dialog[open] .dialog__title')?.textContent";

/// How many messages are deleted.
#[track_caller]
fn sees_deleted(person: &Person, count: usize) {
    person.wait(&format!(
        "document.querySelectorAll('.message__tombstone').length === {count}"
    ));
}

/// The buttons of a message.
#[track_caller]
fn buttons(person: &Person, text: &str) -> serde_json::Value {
    let row = format!("seen.row('{text}')");
    person.look(&format!("{row}.focus()"));
    person.wait(&format!("{row}.querySelector('.message__actions button')"));
    person.look(&format!(
        "[...{row}.querySelectorAll('.message__actions button')].map(button => button.ariaLabel)"
    ))
}

#[test]
#[ignore = "needs a browser"]
fn who_manages_a_room_deletes_messages_of_others_after_a_question_that_names_the_author() {
    let stage = Stage::new();
    let mut maker = stage.guest("Maker");
    let room = stage.run(maker.create_room("garden"));
    let (ada, cora) = (stage.person("Ada"), stage.person("Cora"));
    ada.join("garden");
    let role = |role| command::set_member_role(room, ada.user(), role);
    stage.run(maker.ask(&role(MemberRole::Manager))).unwrap();
    let mut ben = stage.guest("Ben");
    for text in ["rude words", "more of them", "kind words"] {
        stage.run(ben.post(room, text));
    }
    ada.sees("kind words");
    ada.say("my own");
    cora.join("garden");
    cora.sees("my own");

    // What may not be done is not shown, and no key does it.
    assert_eq!(buttons(&cora, "rude words"), json!(["Copy link"]));
    cora.look("seen.row('kind words').focus()");
    cora.press(Key::Backspace);
    cora.look("seen.frame()");
    assert!(!cora.finds("document.querySelector('dialog[open]')"));

    // By key, at the message.
    ada.sees_sent("my own");
    ada.look("seen.row('more of them').focus()");
    ada.press(Key::Backspace);
    ada.wait(&format!("{QUESTION} === 'Delete this message by Ben?'"));
    ada.click("dialog .button--alarm");
    for person in [&ada, &cora] {
        sees_deleted(person, 1);
    }
    ada.act_on("rude words", "Delete");
    ada.wait(&format!("{QUESTION} === 'Delete this message by Ben?'"));
    axe::look_at(&ada, "delete-of-others");
    ada.click("dialog .button--alarm");
    for person in [&ada, &cora] {
        sees_deleted(person, 2);
    }
    // One's own has no author to be named.
    ada.act_on("my own", "Delete");
    ada.wait(&format!("{QUESTION} === 'Delete this message?'"));
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog[open]')");

    // As long as one manages the room.
    assert_eq!(buttons(&ada, "kind words"), json!(["Copy link", "Delete"]));
    stage.run(maker.ask(&role(MemberRole::Member))).unwrap();
    ada.wait("seen.row('kind words').querySelectorAll('.message__actions button').length === 1");
}

#[test]
#[ignore = "needs a browser"]
fn the_sheet_of_a_phone_offers_it_too() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let room = stage.run(ben.create_private_room("plans"));
    let ada = stage.person_like("Ada", by_phone());
    let user = ada.user();
    stage.run(ben.add_members(room, &[user]));
    stage.run(ben.post(room, "rude words"));
    ada.follow(&format!("/rooms/{room}"));
    ada.sees("rude words");
    press_for_long(&ada, "rude words");
    let offered = "[...document.querySelectorAll('.sheet__actions button')].map(seen.name)";
    assert_eq!(
        ada.look(offered),
        json!(["Copy text", "Copy link", "Unread from here"])
    );
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog[open]')");

    let manager = command::set_member_role(room, user, MemberRole::Manager);
    stage.run(ben.ask(&manager)).unwrap();
    ada.wait("seen.lines().at(-1)?.includes('manager')");
    press_for_long(&ada, "rude words");
    choose(&ada, "Delete");
    ada.wait(&format!("{QUESTION} === 'Delete this message by Ben?'"));
    tap(&ada, "dialog .button--alarm");
    sees_deleted(&ada, 1);
}
