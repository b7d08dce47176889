//! Direct conversations: of two, of four, with oneself.

use chromium::Key;
use serde_json::{Value, json};

use shared::id::RoomId;

use crate::line::Line;
use crate::outage::over;
use crate::person::{Looks, Person};
use crate::room_details::{open_details, pick};
use crate::stage::Stage;
use crate::switcher::unseen;

#[track_caller]
fn is_called(person: &Person, name: &str) {
    person.wait(&format!(
        "document.querySelector('.conversation__name')?.textContent === {}",
        Value::from(name)
    ));
    person.ready();
}

/// Opens the form for a new conversation.
#[track_caller]
fn new_message(person: &Person) {
    person.choose("New message");
    person.wait("document.activeElement?.id === 'picker-field'");
}

/// Whether nothing in the list of rooms has these words.
#[track_caller]
fn has_no_place(person: &Person, words: &str) {
    assert!(!person.finds(&format!(
        "document.querySelector('.sidebar__scroller').textContent.includes('{words}')"
    )));
}

#[test]
#[ignore = "needs a browser"]
fn a_conversation_of_two_begins_from_a_name_and_nobody_sees_it_before_its_first_message() {
    let stage = Stage::new();
    let (ada, ben) = (stage.person("Ada"), stage.person("Ben"));
    let about = "seen.named('.person__open', 'About Ben')";
    ada.wait(about);
    ada.look(&format!("{about}.click()"));
    ada.wait("document.querySelector('dialog[open] .dialog__title')?.textContent === 'Ben'");
    ada.choose("Message");
    is_called(&ada, "Ben");
    ada.wait("document.title === 'Ben · Madang'");
    ada.wait("document.querySelectorAll('.conversation__faces .avatar').length === 1");

    // Something that comes surely later than what must not come.
    let mut cora = stage.guest("Cora");
    stage.run(cora.post(shared::id::RoomId::LOBBY, "later"));
    ben.sees("later");
    has_no_place(&ben, "Ada");

    ada.say("only for you");
    ada.sees_sent("only for you");
    ben.wait("seen.place('Ada')");
    ben.wait("seen.badge('Ada') === '1'");
    ben.enter("Ada");
    ben.sees("only for you");
    ben.say("and for you");
    ada.sees("and for you");

    // Opened again, it is the same one.
    ada.enter("lobby");
    new_message(&ada);
    pick(&ada, "Ben");
    ada.press(Key::Enter);
    is_called(&ada, "Ben");
    ada.sees_exactly(&["only for you", "and for you"]);
}

#[test]
#[ignore = "needs a browser"]
fn a_conversation_of_four_and_one_more_is_another_one() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let others = ["Ben", "Cora", "하나"].map(|name| stage.person(name));
    let _dan = stage.guest("Dan");
    new_message(&ada);
    // Nobody is chosen yet.
    ada.press(Key::Enter);
    ada.wait(
        "document.querySelector('dialog [role=alert]')?.textContent.includes('Choose someone')",
    );
    for name in ["Ben", "Cora", "하나"] {
        pick(&ada, name);
    }
    // Backspace takes the last one back.
    ada.press(Key::Backspace);
    ada.wait("document.querySelectorAll('.chip').length === 2");
    pick(&ada, "하나");
    ada.press(Key::Enter);
    is_called(&ada, "Ben, Cora, 하나");
    ada.wait("document.querySelectorAll('.conversation__faces .avatar').length === 3");
    for other in &others {
        has_no_place(other, "Ada,");
    }
    ada.say("all four");
    for (other, name) in others
        .iter()
        .zip(["Ada, Cora, 하나", "Ada, Ben, 하나", "Ada, Ben, Cora"])
    {
        other.wait(&format!("seen.place('{name}')"));
    }
    others[0].enter("Ada, Cora, 하나");
    others[0].sees("all four");

    open_details(&ada);
    assert_eq!(
        ada.look(
            "[...document.querySelectorAll('dialog .member__name')].map(name => name.textContent)"
        ),
        json!(["Ben", "Cora", "하나", "Ada"])
    );
    ada.choose("Add people");
    ada.wait("document.querySelectorAll('.chip').length === 3");
    pick(&ada, "Dan");
    ada.press(Key::Enter);
    is_called(&ada, "Ben, Cora, 하나, Dan");
    ada.sees_exactly(&[]);
}

#[test]
#[ignore = "needs a browser"]
fn notes_to_oneself_are_a_conversation_too_and_names_follow_their_people() {
    let stage = Stage::new();
    let ada = stage.person_like(
        "아다",
        Looks {
            language: "ko-KR",
            ..Looks::default()
        },
    );
    let mut ben = stage.guest("Ben");
    let id = ada.look("JSON.parse(localStorage['madang.me']).id");
    let id = shared::id::UserId(id.as_i64().unwrap());
    let room = stage.run(ben.open_direct(&[id]));
    stage.run(ben.post(room, "hello"));
    ada.wait("seen.place('Ben')");
    ada.choose("새 메시지");
    ada.wait("document.activeElement?.id === 'picker-field'");
    ada.page.insert_text("아다").unwrap();
    ada.wait("document.querySelector('.picker__option[data-active] .picker__note')?.textContent === '나'");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.chip')");
    ada.press(Key::Enter);
    is_called(&ada, "아다 (나)");
    ada.say("메모");
    ada.sees_sent("메모");

    stage.run(async {
        ben.ask(&crate::support::command::rename("Benjamin"))
            .await
            .unwrap();
    });
    ada.wait("seen.place('Benjamin') && !seen.place('Ben')");
    ada.enter("Benjamin");
    ada.sees("hello");
    // The name is there from the start at the next visit.
    ada.page.reload().unwrap();
    is_called(&ada, "Benjamin");
}

#[test]
#[ignore = "needs a browser"]
fn a_quick_enter_leaves_nobody_out_who_is_still_being_looked_for() {
    let stage = Stage::new();
    unseen(&stage, "Bella");
    let mut known = ["Ben", "Cora"].map(|name| stage.guest(name));
    for person in &mut known {
        stage.run(person.subscribe(RoomId::LOBBY));
    }
    let line = Line::to(stage.address);
    let ada = over(&line, "Ada");
    ada.wait(
        "seen.named('.person__open', 'About Ben') && seen.named('.person__open', 'About Cora')",
    );
    line.hold("/api/v1/people/search");
    new_message(&ada);
    pick(&ada, "Cora");
    let chosen =
        "document.querySelector('.picker__option[data-active] .picker__name')?.textContent";
    ada.page.insert_text("Be").unwrap();
    ada.wait(&format!("{chosen} === 'Ben'"));
    ada.page.insert_text("l").unwrap();
    ada.wait("!document.querySelector('.picker__option')");
    ada.press(Key::Enter);
    ada.look("seen.frame()");
    assert!(ada.finds("document.activeElement.value === 'Bel'"));
    line.release();
    ada.wait(&format!("{chosen} === 'Bella'"));
    ada.press(Key::Enter);
    ada.wait("document.querySelectorAll('.chip').length === 2");
    ada.press(Key::Enter);
    is_called(&ada, "Bella, Cora");
}
