//! Writing, and changing what was written.

use chromium::{Key, Modifiers};
use serde_json::json;

use crate::history::long;
use crate::line::Line;
use crate::person::{Looks, Person};
use crate::stage::{Stage, browser};

const EDITOR: &str = "document.querySelector('.message__editor textarea')";

#[test]
#[ignore = "needs a browser"]
fn shift_enter_breaks_the_line() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.write("one");
    ada.page.press(Key::Enter, Modifiers::SHIFT).unwrap();
    ada.page.insert_text("two").unwrap();
    assert_eq!(ada.look("seen.composer().value"), "one\ntwo");
    ada.press(Key::Enter);
    ada.sees_sent("one\ntwo");
    // The break is kept where it is read.
    let lines = ada.look(
        "(() => { const range = document.createRange();
            range.selectNodeContents(seen.row('one\\ntwo').querySelector('.message__body'));
            return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size; })()",
    );
    assert_eq!(lines, 2);
}

#[test]
#[ignore = "needs a browser"]
fn with_ctrl_enter_as_the_key_that_sends_enter_breaks_the_line() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.choose("Settings");
    let names = "[...document.querySelectorAll('dialog input[name=send-key]')]
        .map(input => input.parentElement.textContent).join()";
    ada.wait(&format!("{names} === 'Enter,Ctrl+Enter'"));
    ada.click_on("document.querySelectorAll('dialog input[name=send-key]')[1]");
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog[open]')");
    let hint = "document.getElementById('composer-hint').textContent";
    assert_eq!(ada.look(hint), "Ctrl+Enter sends, Enter breaks the line");

    ada.write("one");
    ada.press(Key::Enter);
    ada.page.insert_text("two").unwrap();
    assert_eq!(ada.look("seen.composer().value"), "one\ntwo");
    assert_eq!(ada.look("seen.rows().length"), 0);
    ada.page.press(Key::Enter, Modifiers::CTRL).unwrap();
    ada.sees_sent("one\ntwo");

    // The choice is kept.
    ada.page.reload().unwrap();
    ada.ready();
    ada.write("three");
    ada.page.press(Key::Enter, Modifiers::CTRL).unwrap();
    ada.sees_sent("three");
}

#[test]
#[ignore = "needs a browser"]
fn drafts_stay_with_their_room_through_switching_reloading_and_a_lost_line() {
    let stage = Stage::new();
    stage.run(stage.guest("Maker").create_room("garden"));
    let line = Line::to(stage.address);
    let origin = format!("http://{}", line.address);
    let ada = Person::new(browser(), origin, Looks::default());
    ada.expect_lost_line();
    ada.go("/");
    ada.come_in("Ada");

    ada.write("for the lobby");
    ada.enter("garden");
    assert_eq!(ada.look("seen.composer().value"), "");
    ada.write("for the garden");
    ada.enter("lobby");
    assert_eq!(ada.look("seen.composer().value"), "for the lobby");
    ada.page.reload().unwrap();
    ada.ready();
    assert_eq!(ada.look("seen.composer().value"), "for the lobby");
    line.cut();
    ada.write(", once more");
    ada.page.reload().unwrap();
    ada.wait("seen.composer()?.value === 'for the lobby, once more'");
    line.mend();
    ada.enter("garden");
    assert_eq!(ada.look("seen.composer().value"), "for the garden");
    ada.press(Key::Enter);
    ada.sees_sent("for the garden");
    ada.page.reload().unwrap();
    ada.ready();
    assert_eq!(ada.look("seen.composer().value"), "");
}

#[test]
#[ignore = "needs a browser"]
fn arrow_up_edits_the_last_message_of_ones_own_and_escape_leaves_it_as_it_was() {
    let stage = Stage::new();
    let (ada, ben) = (stage.person("Ada"), stage.person("Ben"));
    ada.say("mine, first");
    ada.sees_sent("mine, first");
    ada.say("mine, lats");
    ada.sees_sent("mine, lats");
    ben.say("someone else's");
    ada.sees("someone else's");

    ada.look("seen.composer().focus()");
    ada.press(Key::Up);
    ada.wait(&format!("{EDITOR}?.value === 'mine, lats'"));
    ada.page.insert_text(", or not").unwrap();
    ada.press(Key::Escape);
    ada.wait(&format!("!{EDITOR}"));
    ada.wait("document.activeElement === seen.composer()");
    assert!(ada.finds("seen.row('mine, lats')"));

    ada.press(Key::Up);
    ada.wait(&format!("document.activeElement === {EDITOR}"));
    ada.look(&format!("{EDITOR}.select()"));
    ada.page.insert_text("mine, last").unwrap();
    ada.press(Key::Enter);
    ben.sees("mine, last");
    ben.wait("seen.row('mine, last').querySelector('.message__edited')");
    ada.sees_sent("mine, last");

    // With something written, the key moves the cursor and nothing else.
    ada.write("half a thought");
    ada.press(Key::Up);
    ada.look("seen.frame()");
    assert!(!ada.finds(EDITOR));
}

#[test]
#[ignore = "needs a browser"]
fn arrow_up_finds_the_last_message_of_ones_own_wherever_the_view_stands() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(400));
    let ada = stage.person("Ada");
    ada.sees_place(400);
    ada.say("mine, long ago");
    ada.sees_sent("mine, long ago");
    // So many others say something that its row goes, and its page of history with it.
    let mut ben = stage.guest("Ben");
    for number in 1..=350 {
        stage.run(ben.post(shared::id::RoomId::LOBBY, &format!("later {number}")));
    }
    ada.sees("later 350");
    for place in ["/rooms/1", "/rooms/1/20"] {
        ada.go(place);
        ada.ready();
        ada.wait("seen.rows().length > 20 && !seen.row('mine, long ago')");
        ada.look("seen.composer().focus()");
        ada.press(Key::Up);
        ada.wait(&format!(
            "document.activeElement === {EDITOR} && {EDITOR}.value === 'mine, long ago'"
        ));
        ada.wait(&format!("seen.inSight({EDITOR})"));
        ada.look("seen.frame().then(seen.frame)");
        assert!(ada.finds(&format!("document.activeElement === {EDITOR}")));
        ada.press(Key::Escape);
        ada.wait("document.activeElement === seen.composer()");
    }
}

#[test]
#[ignore = "needs a browser"]
fn the_settings_name_the_key_of_the_device() {
    let stage = Stage::new();
    let ada = stage.visitor(Looks::default());
    let agent = json!({ "userAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)" });
    ada.page
        .call("Emulation.setUserAgentOverride", agent)
        .unwrap();
    ada.go("/");
    ada.come_in("Ada");
    ada.choose("Settings");
    ada.choose("⌘+Enter");
    ada.press(Key::Escape);
    let hint = "document.getElementById('composer-hint').textContent";
    ada.wait(&format!(
        "{hint} === '⌘+Enter sends, Enter breaks the line'"
    ));
}

#[test]
#[ignore = "needs a browser"]
fn a_deleted_message_leaves_a_tombstone_on_both_sides_at_once() {
    let stage = Stage::new();
    let (ada, ben) = (stage.person("Ada"), stage.person("Ben"));
    ada.say("this stays");
    ada.say("this goes");
    ben.sees("this goes");
    // Others cannot.
    ben.page
        .hover_over("seen.row('this goes').querySelector('.message__body')")
        .unwrap();
    ben.wait("seen.row('this goes').querySelector('.message__actions')");
    assert!(!ben.finds(
        "[...seen.row('this goes').querySelectorAll('button')].some(b => b.ariaLabel === 'Delete')"
    ));

    ada.sees_sent("this goes");
    ada.act_on("this goes", "Delete");
    ada.click("dialog .button--alarm");

    for person in [&ada, &ben] {
        person.wait("document.querySelectorAll('.message__tombstone').length === 1");
        person.wait("!seen.row('this goes')");
        assert!(person.finds("seen.row('this stays')"));
        assert_eq!(person.look("seen.rows().length"), 2);
        assert!(!person.finds("seen.scroller().textContent.includes('this goes')"));
    }
}

#[test]
#[ignore = "needs a browser"]
fn a_text_that_is_too_long_is_said_to_be_and_is_not_lost() {
    let stage = Stage::with(&["--max-message-bytes", "100"]);
    let ada = stage.person("Ada");
    ada.say("hello");
    ada.sees_sent("hello");
    let long = "가나다라마바사아자차".repeat(4);
    ada.write(&long);
    ada.wait("document.querySelector('#composer .composer__counter[data-over=true]')");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('#composer-error').textContent");
    assert_eq!(ada.look("seen.composer().value"), long);
    assert_eq!(ada.look("seen.rows().length"), 1);
}

#[test]
#[ignore = "needs a browser"]
fn what_is_typed_in_the_editor_outlives_its_row() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(1_000));
    let ada = stage.person("Ada");
    ada.say("mine");
    ada.sees_sent("mine");
    ada.press(Key::Up);
    ada.wait(&format!("document.activeElement === {EDITOR}"));
    ada.page.insert_text(" and more").unwrap();
    ada.look(&format!(
        "(async () => {{ while ({EDITOR}) {{ seen.scroller().scrollTop -= 1000; await seen.frame(); }} }})()"
    ));
    ada.click(".timeline__jump");
    ada.wait(&format!("{EDITOR}?.value === 'mine and more'"));
}
