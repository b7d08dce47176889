//! How wide, large and dense things are, and what stands at the edges of a conversation.

use chromium::{Key, Modifiers, Screen};
use serde_json::json;
use shared::frame::ClientFrame;
use shared::id::RoomId;

use crate::history::Said;
use crate::person::{DESK, Looks, Person};
use crate::phone::{by_phone, tap};
use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;
/// A noon of the past.
const NOON: i64 = 1_763_726_400_000_000;

fn said(text: &str, at: i64) -> Said {
    Said {
        author: "Iris",
        text: text.to_owned(),
        at,
    }
}

fn size(person: &Person, element: &str) -> f64 {
    let size = person.look(&format!("parseFloat(getComputedStyle({element}).fontSize)"));
    size.as_f64().unwrap()
}

#[test]
#[ignore = "needs a browser"]
fn a_rem_is_what_the_browser_says_with_a_mouse_and_with_a_finger() {
    let stage = Stage::new();
    for (looks, text) in [(Looks::default(), 15.0), (by_phone(), 16.0)] {
        let ada = stage.person_like("Ada", looks);
        assert!((size(&ada, "document.documentElement") - 16.0).abs() < 0.01);
        assert!((size(&ada, "document.body") - text).abs() < 0.01);
    }
}

#[test]
#[ignore = "needs a browser"]
fn on_a_wide_screen_words_keep_to_the_measure_and_code_may_be_wider() {
    let mut stage = Stage::new();
    let (words, code) = ("word ".repeat(200), "x = 1; ".repeat(100));
    stage.put_into_lobby(vec![said(&format!("{words}\n```\n{code}\n```"), NOON)]);
    let wide = |width| Looks {
        screen: Screen { width, ..DESK },
        ..Looks::default()
    };
    let widths = "(() => {
        const body = document.querySelector('.message__body'), range = document.createRange();
        range.selectNodeContents(body.querySelector('.message__text').firstChild);
        return [Math.max(...[...range.getClientRects()].map(line => line.right)) - body.getBoundingClientRect().x,
            body.querySelector('.message__pre').offsetWidth]; })()";
    // The space at a line's end hangs over.
    for (screen, text, code) in [(1280, 585.0, 585.0), (1440, 704.0, 832.0)] {
        let ada = stage.person_like("Ada", wide(screen));
        ada.wait("document.querySelector('.message__pre')");
        let found = ada.look(widths);
        let (words, pre) = (found[0].as_f64().unwrap(), found[1].as_f64().unwrap());
        assert!(
            words <= text + 6.0 && words > text - 60.0,
            "{screen}: {found}"
        );
        assert!((pre - code).abs() < 1.0, "{screen}: {found}");
    }
}

#[test]
#[ignore = "needs a browser"]
fn one_to_three_emoji_alone_are_large() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    for (text, large) in [
        ("🙂", true),
        ("👩🏽‍🚀🇰🇷 ❤️", true),
        ("1️⃣", true),
        ("✌🏽✌🏽✌🏽", true),
        ("🙂🙂🙂🙂", false),
        ("🙂 yes", false),
        ("123", false),
        ("©", false),
        ("네 🙂", false),
    ] {
        ada.say(text);
        ada.sees_sent(text);
        let text = format!("seen.row('{text}').querySelector('.message__text')");
        let found = size(&ada, &text);
        assert_eq!(found > 30.0, large, "{text}: {found}");
    }
    // An edit looks again.
    ada.press(Key::Up);
    ada.wait("document.querySelector('.message__editor textarea')");
    ada.look("document.querySelector('.message__editor textarea').select()");
    ada.page.insert_text("🙂").unwrap();
    ada.press(Key::Enter);
    ada.wait("parseFloat(getComputedStyle(seen.rows().at(-1).querySelector('.message__text')).fontSize) > 30");
}

#[test]
#[ignore = "needs a browser"]
fn a_compact_conversation_has_28_pixels_a_line_from_the_first_paint_on() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    for text in ["one", "two"] {
        ada.say(text);
        ada.sees_sent(text);
    }
    stage.run(stage.guest("Ben").post(LOBBY, "three"));
    ada.sees("three");
    let gap = "parseInt(getComputedStyle(seen.row('three').querySelector('.message')).marginTop)";
    assert_eq!(ada.look(gap), 8);
    ada.click(".sidebar__foot > .icon-button");
    ada.choose("Compact");
    ada.press(Key::Escape);
    let heights = "['one', 'two', 'three'].map(text => seen.row(text).querySelector('.message'))
        .map(message => message.getBoundingClientRect().height)";
    ada.wait(&format!(
        "{heights}.every(height => Math.abs(height - 28) < 0.6)"
    ));
    // Author and words stand in one line.
    let head = "seen.row('three').querySelector('.message__author').getBoundingClientRect()";
    let text = "seen.row('three').querySelector('.message__text').getBoundingClientRect()";
    let middle = |of: &str| format!("({of}.top + {of}.bottom) / 2");
    let (name, word) = (middle(head), middle(text));
    assert!(ada.finds(&format!("Math.abs({name} - {word}) < 3")));
    assert!(ada.finds(&format!("{head}.right < {text}.x")));
    assert_eq!(
        ada.look("document.querySelector('.message > .avatar').offsetWidth"),
        20
    );

    // It is there before the program is.
    ada.page
        .before_each_document(
            "document.addEventListener('DOMContentLoaded', () => globalThis.first = document.documentElement.dataset.density)",
        )
        .unwrap();
    ada.go("/");
    ada.ready();
    assert_eq!(ada.look("first"), "compact");
    ada.wait(&format!(
        "{heights}.every(height => Math.abs(height - 28) < 0.6)"
    ));
}

#[test]
#[ignore = "needs a browser"]
fn the_title_opens_the_rooms_details_by_finger_and_by_keyboard() {
    let stage = Stage::new();
    let topic = "A topic that is too long for the line above a conversation on a phone, and ends in this word: zinnia";
    let ada = stage.person("Ada");
    ada.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    make_room(&ada, "garden", topic);
    let room = ada.look("location.pathname");

    let ben = stage.person_like("Ben", by_phone());
    // He reads it, and has not joined.
    ben.go(room.as_str().unwrap());
    tap(&ben, ".conversation__details");
    ben.wait("document.querySelector('dialog[open] .summary')");
    assert!(ben.finds("seen.smallTargets(44).length === 0"));
    let details =
        "['name', 'topic'].map(part => document.querySelector(`dialog .summary__${part}`))";
    assert_eq!(
        ben.look(&format!("{details}.map(part => part.textContent)")),
        json!(["garden", topic])
    );
    assert!(ben.finds(&format!(
        "{details}.every(part => part.scrollWidth <= part.clientWidth)"
    )));
    // Only who made it may change it.
    assert!(!ben.finds("seen.named('dialog button', 'Name and topic')"));

    // By keyboard, from the room's menu backwards.
    ada.look("document.querySelector('.conversation__people').focus()");
    ada.page.press(Key::Tab, Modifiers::SHIFT).unwrap();
    ada.wait("document.activeElement.matches('.conversation__details')");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('dialog[open] .summary')");
    ada.click_on("seen.named('dialog button', 'Copy invite link')");
    ada.wait("document.querySelector('.toast') && !document.querySelector('dialog')");
    let link = ada.look("navigator.clipboard.readText()");
    assert_eq!(link, stage.page(room.as_str().unwrap()));
    ada.press(Key::Enter);
    ada.wait("document.querySelector('dialog[open] .summary')");
    ada.choose("Edit name and topic");
    ada.wait("document.activeElement?.id === 'room-name'");
    ada.press(Key::Escape);
    ada.wait("document.activeElement.matches('.conversation__details')");
}

#[test]
#[ignore = "needs a browser"]
fn the_beginning_of_a_room_welcomes_whoever_made_it_and_whoever_comes() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    make_room(&ada, "garden", "");
    ada.wait("document.querySelector('.timeline__begin .summary__name').textContent === 'garden'");
    assert!(size(&ada, "document.querySelector('.summary__name')") > 27.0);
    let room = ada.look("location.pathname");
    ada.choose("Copy invite link");
    ada.wait("document.querySelector('.toast')");
    assert_eq!(
        ada.look("navigator.clipboard.readText()"),
        stage.page(room.as_str().unwrap())
    );
    ada.choose("Add topic");
    ada.wait("document.activeElement?.id === 'room-topic'");
    ada.page.insert_text("What grows").unwrap();
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.summary__topic').textContent === 'What grows'");
    assert!(!ada.finds("seen.named('button', 'Add topic')"));
    ada.wait("!document.querySelector('dialog[open]')");
    ada.say("first words");
    ada.sees_sent("first words");
    ada.wait("document.querySelector('.timeline__begin .summary__topic')");

    let ben = stage.person("Ben");
    ben.enter("garden");
    ben.sees("first words");
    ben.wait("document.querySelector('.timeline__begin .summary__topic')");
    assert!(ben.finds("seen.named('.timeline__begin button', 'Copy invite link')"));
    ben.go("/rooms/1");
    ben.wait("document.querySelector('.timeline__begin')");
    assert!(!ben.finds("seen.named('button', 'Add topic')"));
}

#[test]
#[ignore = "needs a browser"]
fn a_linked_message_keeps_a_bar_and_nothing_else() {
    let mut stage = Stage::new();
    stage.put_into_lobby((1..=5).map(|n| said(&format!("line {n}"), NOON + n)));
    let ada = stage.person("Ada");
    ada.go("/rooms/1/3");
    ada.wait("seen.row('line 3')?.matches('.row--marked:focus')");
    let style = "getComputedStyle(seen.row('line 3').querySelector('.message'))";
    let wash = "seen.row('line 3').querySelector('.message').getAnimations()
        .find(animation => animation.animationName === 'wash')";
    // It waits for two seconds, and then fades.
    assert_eq!(ada.look(&format!("{wash}.effect.getTiming().delay")), 2_000);
    let background = format!("{style}.backgroundColor");
    assert_ne!(ada.look(&background), "rgba(0, 0, 0, 0)");
    ada.look(&format!("{wash}.finish()"));
    assert_eq!(ada.look(&background), "rgba(0, 0, 0, 0)");
    assert_ne!(ada.look(&format!("{style}.boxShadow")), "none");
    assert_eq!(ada.look(&format!("{style}.outlineStyle")), "none");
    // By keyboard one sees where one is.
    ada.press(Key::Down);
    ada.press(Key::Up);
    ada.wait(&format!("{style}.outlineStyle === 'solid'"));
}

#[test]
#[ignore = "needs a browser"]
fn a_day_that_begins_with_new_messages_has_one_rule() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    ada.enter("garden");
    stage.run(ben.post(LOBBY, "good morning"));
    ada.wait("seen.badge('lobby') === '1'");
    ada.enter("lobby");
    let words = "['.row__day', '.row__unread'].map(rule => seen.row('good morning').querySelector(`${rule} > span`))";
    ada.wait(&format!("{words}.every(Boolean)"));
    assert!(ada.finds(&format!(
        "(([day, unread]) => Math.abs(day.y - unread.y) < 1 && day.right < unread.x)
            ({words}.map(word => word.getBoundingClientRect()))"
    )));
    // The message has its own line below.
    assert!(ada.finds(&format!(
        "{words}[0].getBoundingClientRect().bottom <= seen.row('good morning').querySelector('.message').getBoundingClientRect().y"
    )));
}

#[test]
#[ignore = "needs a browser"]
fn who_types_is_called_so_in_place_of_another_note_and_keeps_the_name() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let mut other = stage.guest("Ada Lovelace-King");
    stage.run(other.subscribe(LOBBY));
    ada.wait("document.querySelectorAll('.person').length === 2 || document.querySelector('.conversation__people')");
    if !ada.finds("document.querySelector('.shell').dataset.people === 'open'") {
        ada.click(".conversation__people");
    }
    let row =
        "[...document.querySelectorAll('.person')].find(row => row.textContent.includes('King'))";
    ada.wait(row);
    stage.run(other.say(&ClientFrame::Typing { room: LOBBY }));
    let notes =
        format!("[...({row}).querySelectorAll('.person__note')].map(note => note.textContent)");
    ada.wait(&format!("JSON.stringify({notes}) === '[\"typing\"]'"));
    assert!(ada.finds(&format!(
        "(name => name.scrollWidth <= name.clientWidth)(({row}).querySelector('.person__name'))"
    )));
}

/// Makes a room, which is open then.
#[track_caller]
fn make_room(person: &Person, name: &str, topic: &str) {
    person.open_new_room();
    person.wait("document.activeElement?.id === 'room-name'");
    person.page.insert_text(name).unwrap();
    person.look("document.querySelector('#room-topic').focus()");
    person.page.insert_text(topic).unwrap();
    person.press(Key::Enter);
    person.wait(&format!(
        "document.querySelector('.conversation__name')?.textContent === '{name}' && !document.querySelector('dialog')"
    ));
    person.ready();
}
