//! The pieces of the page that load later: each comes, and each may not come.

use serde_json::json;

use crate::keep;
use crate::line::Line;
use crate::person::{Looks, PHONE, Person};
use crate::stage::{Stage, browser};
use crate::support::account::{self, PASSWORD};
use chromium::Key;

const FAILED: &str = "This could not be loaded";
const OUTDATED: &str = "There is a new version of this page";
const SETTINGS: &str =
    "document.querySelector('dialog[open] .dialog__title')?.textContent === 'Settings'";
const FOCUSED: &str = "document.activeElement?.textContent";

/// No piece with this name comes any more; the empty name: all come again.
pub fn cut(person: &Person, name: &str) {
    let urls = match name {
        "" => vec![],
        name => vec![format!("*/madang-{name}-*")],
    };
    let page = &person.page;
    page.call("Network.enable", json!({})).unwrap();
    // Nor from the browser's cache.
    let params = json!({ "cacheDisabled": !name.is_empty() });
    page.call("Network.setCacheDisabled", params).unwrap();
    page.call("Network.setBlockedURLs", json!({ "urls": urls }))
        .unwrap();
    person.expect_lost_line();
}

/// Waits until the page says this, with a button that has the focus and does something: a further attempt
/// has ended.
#[track_caller]
fn says(person: &Person, title: &str, button: &str) {
    person.wait(&format!(
        "document.querySelector('.state[role=alert] .state__title')?.textContent === '{title}'"
    ));
    person.wait(&format!(
        "{FOCUSED} === '{button}' && document.activeElement.ariaDisabled !== 'true'"
    ));
}

/// Somebody behind a line to the server.
fn visitor_over(line: &Line) -> Person {
    visitor_with(line, Looks::default())
}

fn visitor_with(line: &Line, looks: Looks) -> Person {
    let origin = format!("http://{}", line.address);
    let person = Person::new(browser(), origin, looks);
    // The page says why a piece could not be used.
    person.expect_complaint("WebAssembly");
    person.expect_complaint("404");
    person
}

#[test]
#[ignore = "needs a browser"]
fn settings_that_do_not_come_can_be_tried_again() {
    let stage = Stage::new();
    let ada = stage.visitor(Looks::default());
    cut(&ada, "dialogs");
    ada.go("/");
    ada.come_in("Ada");

    ada.choose("Settings");
    says(&ada, FAILED, "Try again");
    ada.wait("getComputedStyle(document.querySelector('dialog[open]')).opacity === '1'");
    keep::screenshot(&ada.page, "piece-failed");
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog')");
    ada.wait("document.activeElement?.ariaLabel === 'Settings'");

    ada.choose("Settings");
    says(&ada, FAILED, "Try again");
    ada.press(Key::Enter);
    says(&ada, FAILED, "Try again");
    cut(&ada, "");
    ada.press(Key::Enter);
    ada.wait(SETTINGS);
    assert_eq!(ada.look("document.querySelectorAll('dialog').length"), 1);
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog')");
    ada.wait("document.activeElement?.ariaLabel === 'Settings'");
}

#[test]
#[ignore = "needs a browser"]
fn a_conversation_that_does_not_come_can_be_tried_again() {
    let stage = Stage::new();
    let ada = stage.visitor(Looks::default());
    cut(&ada, "shell");
    ada.go("/");
    ada.wait("document.querySelector('form.card input#name')");
    ada.click("#name");
    ada.page.insert_text("Ada").unwrap();
    ada.press(Key::Enter);
    says(&ada, FAILED, "Try again");
    keep::screenshot(&ada.page, "piece-failed-shell");
    cut(&ada, "");
    ada.press(Key::Enter);
    ada.ready();
    assert_eq!(
        ada.look("document.querySelector('.me__name').textContent"),
        "Ada"
    );

    // The same for somebody who comes back.
    cut(&ada, "shell");
    ada.page.reload().unwrap();
    says(&ada, FAILED, "Try again");
    assert!(!ada.finds("document.querySelector('#frame')"));
    cut(&ada, "");
    ada.press(Key::Enter);
    ada.ready();
}

#[test]
#[ignore = "needs a browser"]
fn a_form_of_accounts_that_does_not_come_can_be_tried_again_or_reloaded() {
    const FORM: &str = "document.activeElement?.id === 'username'";
    let stage = Stage::new();
    let ada = stage.visitor(Looks::default());
    cut(&ada, "account");
    ada.go("/sign-in");
    says(&ada, FAILED, "Try again");
    assert!(!ada.finds("document.querySelector('#frame')"));
    cut(&ada, "");
    ada.press(Key::Enter);
    ada.wait(FORM);

    let line = Line::to(stage.address);
    let ada = visitor_over(&line);
    line.lead("/madang-account-", "/madang-earlier-");
    ada.go("/");
    ada.choose("I have an account");
    says(&ada, OUTDATED, "Reload");
    line.lead_no_more();
    ada.press(Key::Enter);
    ada.wait(FORM);
}

#[test]
#[ignore = "needs a browser"]
fn after_an_upgrade_settings_offer_to_reload_and_the_draft_is_kept() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    // The server does not have this file of an earlier page; a proxy may answer with its own page.
    for instead in ["/madang-earlier-", "/?"] {
        let ada = visitor_over(&line);
        line.lead("/madang-dialogs-", instead);
        ada.go("/");
        ada.come_in("Ada");
        ada.write("typed before");
        ada.choose("Settings");
        says(&ada, OUTDATED, "Reload");
        keep::screenshot(&ada.page, "piece-outdated");
        line.lead_no_more();
        ada.look("window.marker = 'the same page'");
        ada.press(Key::Enter);
        ada.wait("!window.marker");
        ada.ready();
        assert_eq!(ada.look("seen.composer().value"), "typed before");
        ada.choose("Settings");
        ada.wait(SETTINGS);
    }
}

#[test]
#[ignore = "needs a browser"]
fn after_an_upgrade_signing_in_offers_to_reload_and_the_name_is_kept() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = visitor_over(&line);
    line.lead("/madang-shell-", "/madang-earlier-");
    ada.go("/");
    ada.wait("document.querySelector('form.card input#name')");
    ada.click("#name");
    ada.page.insert_text("Ada").unwrap();
    ada.press(Key::Enter);
    says(&ada, OUTDATED, "Reload");
    line.lead_no_more();
    ada.press(Key::Enter);
    ada.ready();
    assert_eq!(
        ada.look("document.querySelector('.me__name').textContent"),
        "Ada"
    );
}

#[test]
#[ignore = "needs a browser"]
fn while_settings_load_there_is_one_dialog_which_can_be_left() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = visitor_over(&line);
    line.hold("/madang-dialogs-");
    ada.go("/");
    ada.come_in("Ada");
    let twice = "(() => {
        const button = seen.named('button', 'Settings');
        button.focus();
        button.click();
        button.click();
    })()";
    ada.look(twice);
    // Nothing for a moment, then a skeleton.
    let opacity = "getComputedStyle(document.querySelector('dialog[open]')).opacity";
    assert_eq!(ada.look(opacity), "0");
    ada.wait(&format!("{opacity} === '1'"));
    assert!(ada.finds("document.querySelector('dialog .skeleton')"));
    keep::screenshot(&ada.page, "piece-loading");
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog')");
    ada.wait("document.activeElement?.ariaLabel === 'Settings'");

    ada.look(twice);
    line.release();
    ada.wait(SETTINGS);
    assert_eq!(ada.look("document.querySelectorAll('dialog').length"), 1);
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog')");
    ada.wait("document.activeElement?.ariaLabel === 'Settings'");
}

#[test]
#[ignore = "needs a browser"]
fn what_is_done_before_the_tools_are_here_is_done_when_they_come() {
    const EDITOR: &str = "document.querySelector('.message__editor textarea')";
    let stage = Stage::new();
    let line = Line::to(stage.address);
    for is_by_key in [true, false] {
        let ada = visitor_over(&line);
        line.hold("/madang-tools-");
        ada.go("/");
        ada.come_in("Ada");
        ada.say("a word");
        ada.sees_sent("a word");
        if is_by_key {
            ada.press(Key::Up);
        } else {
            let down = json!({
                "type": "rawKeyDown", "key": "k", "code": "KeyK", "windowsVirtualKeyCode": 75,
                "modifiers": 2,
            });
            ada.page.call("Input.dispatchKeyEvent", down).unwrap();
        }
        // Nothing shows yet, and the message has kept its place.
        assert!(!ada.finds(EDITOR) && !ada.finds("document.querySelector('.row--edited, dialog')"));
        line.release();
        if is_by_key {
            ada.wait(&format!("{EDITOR}?.value === 'a word'"));
            ada.wait(&format!("document.activeElement === {EDITOR}"));
        } else {
            ada.wait("document.activeElement?.matches('dialog[open] input')");
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn tools_that_did_not_come_are_loaded_when_they_are_wanted_again() {
    const TOOLBAR: &str = "document.querySelector('.message__actions')";
    let stage = Stage::new();
    let ada = stage.visitor(Looks::default());
    cut(&ada, "tools");
    ada.go("/");
    ada.come_in("Ada");
    ada.say("a word");
    ada.sees_sent("a word");
    ada.page
        .hover_over("seen.row('a word').querySelector('.message__text')")
        .unwrap();
    assert!(!ada.finds(TOOLBAR));
    cut(&ada, "");
    ada.click_on("seen.row('a word').querySelector('.message__text')");
    ada.wait(TOOLBAR);
}

#[test]
#[ignore = "needs a browser"]
fn a_message_on_a_phone_says_when_its_actions_do_not_come() {
    const SHEET: &str = "document.querySelector('dialog[open] .sheet__quote')";
    let stage = Stage::new();
    let phone = Looks {
        screen: PHONE,
        ..Looks::default()
    };
    let more = "(() => { const more = document.querySelector('.message__more'); more.focus(); more.click(); })()";
    let ada = stage.visitor(phone);
    cut(&ada, "tools");
    ada.go("/");
    ada.come_in("Ada");
    ada.say("a word");
    ada.sees_sent("a word");
    ada.look(more);
    says(&ada, FAILED, "Try again");
    ada.press(Key::Enter);
    says(&ada, FAILED, "Try again");
    cut(&ada, "");
    ada.press(Key::Enter);
    ada.wait(SHEET);
    assert_eq!(
        ada.look("document.querySelectorAll('dialog[open]').length"),
        1
    );
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog')");
    ada.wait("document.activeElement?.matches('.message__more')");

    let line = Line::to(stage.address);
    let ada = visitor_with(&line, phone);
    line.lead("/madang-tools-", "/madang-earlier-");
    ada.go("/");
    ada.come_in("Ada");
    ada.say("two words");
    ada.sees_sent("two words");
    ada.look(more);
    says(&ada, OUTDATED, "Reload");
    line.lead_no_more();
    ada.press(Key::Enter);
    ada.wait("!document.querySelector('.state')");
    ada.ready();
    ada.look(more);
    ada.wait(SHEET);
}

#[test]
#[ignore = "needs a browser"]
fn sections_of_the_settings_that_do_not_come_can_be_tried_again_or_reloaded() {
    let stage = Stage::new();
    stage.run(account::claim(stage.address, stage.data()));
    let line = Line::to(stage.address);
    for (piece, file, section, title) in [
        (
            "settings",
            "/madang-settings-",
            "/settings/devices",
            "Devices",
        ),
        (
            "management",
            "/madang-management-",
            "/settings/place",
            "This place",
        ),
    ] {
        let opened =
            format!("document.querySelector('#settings-title')?.textContent === '{title}'");
        let olga = stage.visitor(Looks::default());
        sign_in(&olga);
        cut(&olga, piece);
        olga.go(section);
        says(&olga, FAILED, "Try again");
        cut(&olga, "");
        olga.press(Key::Enter);
        olga.wait(&opened);

        let olga = visitor_over(&line);
        sign_in(&olga);
        line.lead(file, "/madang-earlier-");
        olga.go(section);
        says(&olga, OUTDATED, "Reload");
        line.lead_no_more();
        olga.press(Key::Enter);
        olga.wait(&opened);
    }
}

/// Signs in as the owner of the place.
fn sign_in(olga: &Person) {
    olga.go("/sign-in");
    olga.wait("document.activeElement?.id === 'username'");
    olga.page.insert_text("olga").unwrap();
    olga.click("#password");
    olga.page.insert_text(PASSWORD).unwrap();
    olga.press(Key::Enter);
    olga.ready();
}
