//! The switcher, with a real input method and in both languages.

use chromium::{Key, Page};
use serde_json::{Value, json};

use crate::line::Line;
use crate::outage::over;
use crate::person::{Looks, Person};
use crate::room_details::open_details;
use crate::stage::Stage;

/// What is listed.
const NAMES: &str =
    "[...document.querySelectorAll('.switcher__name')].map(name => name.textContent)";

#[track_caller]
fn open(person: &Person) {
    person.click(".sidebar__search");
    person.wait("document.activeElement?.id === 'switcher-field'");
}

#[track_caller]
fn lists(person: &Person, wanted: &[&str]) {
    let wanted = Value::from(json!(wanted).to_string());
    person.wait(&format!("JSON.stringify({NAMES}) === {wanted}"));
}

/// The first row, which Enter opens.
#[track_caller]
fn leads_to(person: &Person, name: &str) {
    person.wait(&format!(
        "document.querySelector('.switcher__row[aria-selected=true] .switcher__name')?.textContent === {}",
        Value::from(name)
    ));
}

/// Somebody whom nobody else here has seen: only the server knows them.
pub fn unseen(stage: &Stage, name: &str) {
    drop(stage.guest(name));
    let witness = stage.person("Witness");
    let about = |name: &str| format!("seen.named('.person__open', 'About {name}')");
    witness.wait(&format!("{} && !{}", about("Witness"), about(name)));
}

#[track_caller]
fn is_at(person: &Person, name: &str) {
    person.wait(&format!(
        "!document.querySelector('dialog[open]')
            && document.querySelector('.conversation__name')?.textContent === {}",
        Value::from(name)
    ));
}

/// Composes syllables as an input method for Hangul does; the last one is still being composed.
fn compose(page: &Page, syllables: &[&[&str]]) {
    for (at, steps) in syllables.iter().enumerate() {
        for step in *steps {
            page.compose(step).unwrap();
        }
        if at + 1 < syllables.len() {
            page.insert_text(steps.last().unwrap()).unwrap();
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn hangul_finds_rooms_with_each_letter_and_enter_opens_once() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    for name in ["회의실", "호수", "garden"] {
        stage.run(ben.create_room(name));
    }
    let ada = stage.person_like(
        "하나",
        Looks {
            language: "ko-KR",
            ..Looks::default()
        },
    );
    open(&ada);
    // ㅎ → 호 → 회 → 횡 → 회의: what is listed follows each letter.
    ada.page.compose("ㅎ").unwrap();
    ada.wait(&format!(
        "{NAMES}.includes('회의실') && {NAMES}.includes('호수')"
    ));
    ada.page.compose("회").unwrap();
    leads_to(&ada, "회의실");
    ada.wait(&format!("!{NAMES}.includes('호수')"));
    ada.page.compose("횡").unwrap();
    leads_to(&ada, "회의실");
    ada.page.insert_text("회").unwrap();
    ada.page.compose("의").unwrap();
    leads_to(&ada, "회의실");
    assert_eq!(
        ada.look("document.querySelector('.switcher__row[aria-selected=true] mark').textContent"),
        "회의"
    );
    // One Enter commits the syllable and opens the room, once.
    ada.page.press_into_composition(Key::Enter).unwrap();
    ada.page.insert_text("의").unwrap();
    ada.press(Key::Enter);
    is_at(&ada, "회의실");
    ada.look("seen.frame()");
    assert!(!ada.finds("document.querySelector('dialog[open]')"));

    // Initial consonants.
    ada.enter("로비");
    open(&ada);
    compose(&ada.page, &[&["ㅎ"], &["ㅇ"]]);
    leads_to(&ada, "회의실");
    ada.page.insert_text("ㅇ").unwrap();
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog[open]')");
}

#[test]
#[ignore = "needs a browser"]
fn the_enter_of_a_japanese_candidate_opens_nothing() {
    let stage = Stage::new();
    stage.run(stage.guest("Ben").create_room("日本"));
    let ada = stage.person("Ada");
    open(&ada);
    for step in ["に", "にほん", "日本"] {
        ada.page.compose(step).unwrap();
    }
    ada.page.press_into_composition(Key::Enter).unwrap();
    ada.page.insert_text("日本").unwrap();
    ada.page.release(Key::Enter).unwrap();
    leads_to(&ada, "日本");
    ada.look("seen.frame().then(() => new Promise(done => setTimeout(done, 0)))");
    assert!(ada.finds("document.querySelector('dialog[open].switcher')"));
    ada.press(Key::Enter);
    is_at(&ada, "日本");
}

#[test]
#[ignore = "needs a browser"]
fn rooms_people_and_pages_are_found_and_signs_say_which() {
    let stage = Stage::new();
    let mut ben = stage.guest("Benno");
    for name in ["bench", "garden"] {
        stage.run(ben.create_room(name));
    }
    let plans = stage.run(ben.create_private_room("bench plans"));
    let ada = stage.person("Ada");
    let id = ada.look("JSON.parse(localStorage['madang.me']).id");
    let id = shared::id::UserId(id.as_i64().unwrap());
    stage.run(ben.add_members(plans, &[id]));
    ada.wait("seen.place('bench plans')");

    open(&ada);
    ada.page.insert_text("ben").unwrap();
    ada.wait(&format!(
        "['bench', 'bench plans', 'Benno'].every(name => {NAMES}.includes(name))"
    ));
    ada.look("document.activeElement.select()");
    ada.page.insert_text("#ben").unwrap();
    lists(&ada, &["bench plans", "bench"]);
    ada.look("document.activeElement.select()");
    ada.page.insert_text("@ben").unwrap();
    lists(&ada, &["Benno"]);
    // A person is a direct conversation.
    ada.press(Key::Enter);
    is_at(&ada, "Benno");
    ada.ready();

    // Pages, by keyboard.
    open(&ada);
    ada.page.insert_text("devices").unwrap();
    leads_to(&ada, "Devices");
    ada.press(Key::Enter);
    ada.wait("location.pathname === '/settings/devices'");
    open(&ada);
    ada.page.insert_text("keyboard").unwrap();
    leads_to(&ada, "Keyboard shortcuts");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('dialog[open] .keys')");
    ada.press(Key::Escape);

    // What was open lately comes first, and arrows go round.
    ada.enter("bench plans");
    ada.enter("lobby");
    open(&ada);
    lists(&ada, &["bench plans", "Benno"]);
    leads_to(&ada, "bench plans");
    ada.press(Key::Down);
    leads_to(&ada, "Benno");
    ada.press(Key::Down);
    leads_to(&ada, "bench plans");
    ada.press(Key::End);
    leads_to(&ada, "Benno");
    ada.press(Key::Home);
    ada.press(Key::Enter);
    is_at(&ada, "bench plans");

    // Nothing is called so; a way leads on.
    open(&ada);
    ada.page.insert_text("zzzz").unwrap();
    ada.wait("document.querySelector('.switcher__none')");
    ada.choose("Browse rooms");
    ada.wait("location.pathname === '/rooms' && !document.querySelector('dialog[open]')");
}

#[test]
#[ignore = "needs a browser"]
fn who_was_removed_does_not_find_the_room_any_more() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let plans = stage.run(ben.create_private_room("plans"));
    let ada = stage.person("Ada");
    let id = ada.look("JSON.parse(localStorage['madang.me']).id");
    let id = shared::id::UserId(id.as_i64().unwrap());
    stage.run(ben.add_members(plans, &[id]));
    ada.enter("plans");
    open_details(&ada);
    ada.press(Key::Escape);
    ada.enter("lobby");
    open(&ada);
    lists(&ada, &["plans"]);
    ada.press(Key::Escape);
    stage.run(ben.remove_member(plans, id));
    ada.wait("!seen.place('plans')");
    open(&ada);
    ada.page.insert_text("plans").unwrap();
    ada.wait("document.querySelector('.switcher__none')");
}

#[test]
#[ignore = "needs a browser"]
fn what_was_reached_by_keys_is_opened_also_when_the_server_finds_more() {
    let stage = Stage::new();
    let mut maker = stage.guest("Maker");
    for name in ["zebras", "zebu"] {
        stage.run(maker.create_room(name));
    }
    unseen(&stage, "Zeb");
    let line = Line::to(stage.address);
    let ada = over(&line, "Ada");
    line.hold("/api/v1/people/search");
    open(&ada);
    ada.page.insert_text("zeb").unwrap();
    lists(&ada, &["zebu", "zebras"]);
    ada.press(Key::Down);
    leads_to(&ada, "zebras");
    line.release();
    // The best of all is found last, and stands first.
    lists(&ada, &["Zeb", "zebu", "zebras"]);
    leads_to(&ada, "zebras");
    ada.press(Key::Enter);
    is_at(&ada, "zebras");
}

#[test]
#[ignore = "needs a browser"]
fn that_people_cannot_be_looked_for_is_said() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.page.call("Network.enable", json!({})).unwrap();
    let block = |urls: &[&str]| {
        let urls = json!({ "urls": urls });
        ada.page.call("Network.setBlockedURLs", urls).unwrap();
    };
    block(&["*/api/v1/people/search?*"]);
    ada.expect_lost_line();
    open(&ada);
    ada.page.insert_text("zzzz").unwrap();
    let says = "document.querySelector('.switcher__nothing')?.textContent ?? ''";
    ada.wait(&format!("({says}).startsWith('The server did not answer')"));
    assert!(!ada.finds("document.querySelector('.switcher__none')"));
    ada.wait(&format!(
        "document.querySelector('.switcher [role=status]').textContent === {says}"
    ));
    // Rooms are found without it.
    ada.look("document.activeElement.select()");
    ada.page.insert_text("#zzzz").unwrap();
    ada.wait("document.querySelector('.switcher__none')");
    block(&[]);
    ada.look("document.activeElement.select()");
    ada.page.insert_text("zzzzz").unwrap();
    ada.wait(&format!(
        "({says}).startsWith('Nothing is called like this')"
    ));
}

#[test]
#[ignore = "needs a browser"]
fn while_a_conversation_is_being_opened_no_other_can_be() {
    let stage = Stage::new();
    let _ben = stage.guest("Ben");
    let line = Line::to(stage.address);
    let ada = over(&line, "Ada");
    ada.expect_lost_line();
    open(&ada);
    ada.page.insert_text("@ben").unwrap();
    leads_to(&ada, "Ben");
    line.cut();
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.switcher__row').ariaDisabled === 'true'");
    ada.wait(
        "document.querySelector('.switcher > .dialog__error').textContent.includes('Waiting')",
    );
    line.mend();
    is_at(&ada, "Ben");
}
