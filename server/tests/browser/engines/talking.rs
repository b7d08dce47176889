//! Saying something, hearing others, and thinking better of it.

use shared::id::RoomId;
use shared::stream::Item;

use super::actions::ActionKey;
use super::{BrowserEngine, in_both_engines};
use crate::stage::Stage;
use crate::support::native::Native;

const LOBBY: RoomId = RoomId::LOBBY;
/// What is typed into now.
const FOCUSED: &str = "document.activeElement";

in_both_engines![
    what_one_types_reaches_the_others_and_theirs_comes,
    arrow_up_edits_the_last_message_and_escape_leaves_it_as_it_was,
    a_message_is_edited_and_deleted_by_its_buttons,
];

/// Waits until someone else gets a message with this text; an empty one is a deleted one.
fn gets(stage: &Stage, other: &mut Native, text: &str) {
    stage.run(async {
        loop {
            let changes = other.changes(LOBBY).await;
            let is_it = |item: &Item| matches!(item, Item::Message(found) if found.body == text);
            if changes.items.iter().any(is_it) {
                return;
            }
        }
    });
}

fn what_one_types_reaches_the_others_and_theirs_comes(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = stage.person_in(engine, "Ada");
    let mut ben = stage.guest("벤");
    stage.run(ben.subscribe(LOBBY));

    for text in ["Hello, World!", "안녕하세요, 여러분"] {
        ada.say(text);
        ada.sees_sent(text);
        gets(&stage, &mut ben, text);
        assert_eq!(ada.look("seen.composer().value"), "");
        assert!(ada.finds(&format!("{FOCUSED} === seen.composer()")));
    }
    ada.write("two");
    ada.chord(&[ActionKey::Shift], ActionKey::Enter.value());
    ada.types("lines");
    ada.press(ActionKey::Enter);
    gets(&stage, &mut ben, "two\nlines");

    stage.run(ben.post(LOBBY, "벤이 인사해요"));
    ada.sees_exactly(&[
        "Hello, World!",
        "안녕하세요, 여러분",
        "two\nlines",
        "벤이 인사해요",
    ]);
    assert!(ada.finds("seen.row('벤이 인사해요').textContent.includes('벤')"));
    assert!(ada.finds("seen.inSight(seen.row('벤이 인사해요'))"));
    ada.keep_picture(&format!("talking-{engine:?}"));
}

fn arrow_up_edits_the_last_message_and_escape_leaves_it_as_it_was(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = stage.person_in(engine, "Ada");
    let mut ben = stage.guest("Ben");
    stage.run(ben.subscribe(LOBBY));
    ada.say("mine, lats");
    ada.sees_sent("mine, lats");
    stage.run(ben.post(LOBBY, "someone else's"));
    ada.wait("seen.row(\"someone else's\")");

    ada.press(ActionKey::Up);
    ada.wait(&format!("{FOCUSED}.value === 'mine, lats'"));
    ada.types(", or not");
    ada.press(ActionKey::Escape);
    ada.wait(&format!(
        "{FOCUSED} === seen.composer() && !{FOCUSED}.value"
    ));
    assert!(ada.finds("seen.row('mine, lats')"));

    ada.press(ActionKey::Up);
    ada.wait(&format!("{FOCUSED}.value === 'mine, lats'"));
    ada.press(ActionKey::Backspace);
    ada.press(ActionKey::Backspace);
    ada.types("st");
    ada.press(ActionKey::Enter);
    ada.sees_sent("mine, last");
    gets(&stage, &mut ben, "mine, last");
    ada.wait(&format!("{FOCUSED} === seen.composer()"));
    assert_eq!(ada.look("seen.rows().length"), 2);
}

fn a_message_is_edited_and_deleted_by_its_buttons(engine: BrowserEngine) {
    let stage = Stage::new();
    let ada = stage.person_in(engine, "Ada");
    let mut ben = stage.guest("Ben");
    stage.run(ben.subscribe(LOBBY));
    ada.say("this stays");
    ada.say("this goes");
    ada.sees_sent("this goes");

    ada.act_on("this stays", "Edit");
    ada.wait(&format!("{FOCUSED}.value === 'this stays'"));
    ada.types(" here");
    ada.choose("Save");
    ada.sees_sent("this stays here");
    gets(&stage, &mut ben, "this stays here");

    ada.act_on("this goes", "Delete");
    ada.wait("document.querySelector('dialog[open]')");
    ada.keep_picture(&format!("delete-{engine:?}"));
    ada.click_on("seen.named('dialog[open] button', 'Delete')");
    ada.wait("!document.querySelector('dialog[open]')");
    gets(&stage, &mut ben, "");
    ada.wait("!seen.row('this goes')");
    assert!(ada.finds("seen.row('this stays here')"));
    assert!(!ada.finds("seen.scroller().textContent.includes('this goes')"));
}
