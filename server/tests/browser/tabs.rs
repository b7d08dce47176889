//! One person with several tabs, which share a browser's store: nothing that is written in
//! one is lost to another, and nothing that was sent in one waits to be sent in another.

use chromium::{Key, Modifiers};
use serde_json::{Value, json};

use crate::line::Line;
use crate::person::{Looks, Person};
use crate::stage::{Stage, browser};

const FIELD: &str = "seen.composer().value";
const OTHERS: &str = "Object.keys(localStorage).filter(key => key.startsWith('madang.draft.'))";

/// Waits until this stands where one writes.
#[track_caller]
fn finds_written(person: &Person, text: &str) {
    person.wait(&format!("seen.composer()?.value === {}", Value::from(text)));
}

/// Another tab, which has come to the lobby.
#[track_caller]
fn another_tab(person: &Person, path: &str) -> Person {
    let tab = person.second_window();
    tab.go(path);
    tab.ready();
    tab
}

/// The tab ends without a word.
#[track_caller]
fn crash(person: Person) {
    person.page.crash().unwrap();
    drop(person);
}

#[test]
#[ignore = "needs a browser"]
fn each_tab_has_a_draft_of_its_own_and_what_is_sent_in_one_stands_in_no_other() {
    let stage = Stage::new();
    stage.run(stage.guest("Maker").create_room("garden"));
    let here = stage.person("Ada");
    here.write("written here");
    let there = another_tab(&here, "/");
    assert_eq!(there.look(FIELD), "");
    there.write("written there");

    // Out and back again: each finds its own.
    for (tab, own) in [(&here, "written here"), (&there, "written there")] {
        tab.enter("garden");
        assert_eq!(tab.look(FIELD), "");
        tab.enter("lobby");
        assert_eq!(tab.look(FIELD), own);
    }
    there.press(Key::Enter);
    there.sees_sent("written there");
    here.sees("written there");

    assert_eq!(here.look(FIELD), "written here");
    here.page.reload().unwrap();
    here.ready();
    assert_eq!(here.look(FIELD), "written here");
    there.page.reload().unwrap();
    there.ready();
    assert_eq!(there.look(FIELD), "");
    here.press(Key::Enter);
    here.sees_sent("written here");
    let later = another_tab(&here, "/");
    later.sees("written here");
    for tab in [&here, &there, &later] {
        tab.enter("garden");
        tab.enter("lobby");
        assert_eq!(tab.look(FIELD), "");
    }
    assert_eq!(here.look(&format!("{OTHERS}.length")), 0);
}

#[test]
#[ignore = "needs a browser"]
fn what_a_closed_and_a_crashed_tab_left_comes_into_the_next_one_oldest_first_and_once() {
    let stage = Stage::new();
    let crashing = stage.person("Ada");
    let closing = another_tab(&crashing, "/");
    let reading = another_tab(&crashing, "/");
    crashing.write("written first");
    closing.write("written second");
    crash(crashing);
    drop(closing);

    let next = another_tab(&reading, "/");
    finds_written(&next, "written first\n\nwritten second");
    let one_more = another_tab(&reading, "/");
    assert_eq!(one_more.look(FIELD), "");
    assert_eq!(
        reading.look(FIELD),
        "",
        "not into a tab that was open already"
    );
    next.page.reload().unwrap();
    finds_written(&next, "written first\n\nwritten second");
    next.press(Key::Enter);
    next.sees_sent("written first\n\nwritten second");
    for tab in [&next, &one_more, &reading] {
        tab.page.reload().unwrap();
        tab.ready();
        assert_eq!(tab.look(FIELD), "");
    }
    assert_eq!(next.look(&format!("{OTHERS}.length")), 0);
}

#[test]
#[ignore = "needs a browser"]
fn nothing_is_taken_from_a_tab_that_lives_not_even_while_it_is_frozen() {
    let stage = Stage::new();
    let frozen = stage.person("Ada");
    let crashing = another_tab(&frozen, "/");
    let reading = another_tab(&frozen, "/");
    frozen.write("mine");
    crashing.write("left behind");
    let freeze = json!({ "state": "frozen" });
    frozen
        .page
        .call("Page.setWebLifecycleState", freeze)
        .unwrap();
    crash(crashing);

    let next = another_tab(&reading, "/");
    finds_written(&next, "left behind");

    let thaw = json!({ "state": "active" });
    frozen.page.call("Page.setWebLifecycleState", thaw).unwrap();
    assert_eq!(frozen.look(FIELD), "mine");
    frozen.page.reload().unwrap();
    frozen.ready();
    assert_eq!(frozen.look(FIELD), "mine");
}

#[test]
#[ignore = "needs a browser"]
fn a_draft_waits_for_who_comes_into_its_room_and_is_not_put_into_the_middle_of_a_word() {
    let stage = Stage::new();
    stage.run(stage.guest("Maker").create_room("garden"));
    let closing = stage.person("Ada");
    let lobby = another_tab(&closing, "/");
    closing.enter("garden");
    let garden = closing.look("location.pathname");
    let garden = garden.as_str().unwrap();
    closing.write("for the garden");
    let before = another_tab(&closing, garden);
    before.write("already here");
    drop(closing);

    // In the lobby nobody sees it, nor does it go to who is somewhere else.
    assert_eq!(lobby.look(FIELD), "");
    lobby.page.reload().unwrap();
    lobby.ready();
    // Who was here finds it when they come back, together with what is theirs.
    before.enter("lobby");
    before.enter("garden");
    finds_written(&before, "for the garden\n\nalready here");
    let after = another_tab(&lobby, garden);
    after.sees_exactly(&[]);
    assert_eq!(after.look(FIELD), "");
}

#[test]
#[ignore = "needs a browser"]
fn a_tab_that_was_opened_from_another_is_another() {
    let stage = Stage::new();
    stage.run(stage.guest("Maker").create_room("garden"));
    let ada = stage.person("Ada");
    ada.write("written here");
    // As with "Duplicate tab": the browser copies the tab's own store.
    ada.look("sessionStorage.setItem('copied', 'yes')");
    ada.look("void (window.twin = open('/rooms/1'))");
    let field = "twin.document.querySelector('#composer textarea')";
    ada.wait(&format!(
        "{field} && twin.document.querySelector('.timeline[data-state=empty]')"
    ));
    assert_eq!(ada.look("twin.sessionStorage.getItem('copied')"), "yes");
    assert_eq!(ada.look(&format!("{field}.value")), "");
    ada.look(&format!(
        "{field}.value = 'written in the twin', {field}.dispatchEvent(new InputEvent('input', {{ bubbles: true }}))"
    ));
    ada.look(&format!("{field}.form.requestSubmit()"));
    ada.sees("written in the twin");
    assert_eq!(ada.look(FIELD), "written here");
    ada.look("twin.close()");
    ada.enter("garden");
    ada.enter("lobby");
    assert_eq!(ada.look(FIELD), "written here");
    ada.page.reload().unwrap();
    ada.ready();
    assert_eq!(ada.look(FIELD), "written here");
}

#[test]
#[ignore = "needs a browser"]
fn a_change_of_a_message_lives_in_its_tab_and_outlives_it() {
    const EDITOR: &str = "document.querySelector('.message__editor textarea')";
    let stage = Stage::new();
    let closing = stage.person("Ada");
    closing.say("a typo");
    closing.sees_sent("a typo");
    let reading = another_tab(&closing, "/");
    closing.press(Key::Up);
    closing.wait(&format!("document.activeElement === {EDITOR}"));
    closing.page.insert_text(", mended").unwrap();
    closing.look("seen.frame()");
    reading.page.reload().unwrap();
    reading.ready();
    assert!(!reading.finds(EDITOR), "it is the other tab's");
    crash(closing);

    let next = another_tab(&reading, "/");
    next.wait(&format!("{EDITOR}?.value === 'a typo, mended'"));
    next.press(Key::Enter);
    reading.sees("a typo, mended");
    let last = another_tab(&next, "/");
    last.sees("a typo, mended");
    assert!(!last.finds(EDITOR));
}

#[test]
#[ignore = "needs a browser"]
fn the_same_holds_over_plain_http_where_a_browser_has_no_locks() {
    let (_stage, origin) = Stage::plain();
    let quiet = |tab: Person| {
        tab.expect_complaint("Cross-Origin-Opener-Policy header has been ignored");
        tab
    };
    let crashing = quiet(Person::new(browser(), origin, Looks::default()));
    crashing.go("/");
    crashing.come_in("Ada");
    assert_eq!(crashing.look("navigator.locks"), Value::Null);
    let living = quiet(another_tab(&crashing, "/"));
    let reading = quiet(another_tab(&crashing, "/"));
    crashing.write("left behind");
    living.write("mine");
    crash(crashing);

    let next = quiet(another_tab(&reading, "/"));
    finds_written(&next, "left behind");
    assert_eq!(living.look(FIELD), "mine");
    living.page.reload().unwrap();
    living.ready();
    assert_eq!(living.look(FIELD), "mine");
    // Two that open at once do not both have it.
    crash(next);
    let tabs = [
        quiet(reading.second_window()),
        quiet(reading.second_window()),
    ];
    for tab in &tabs {
        tab.go("/");
    }
    for tab in &tabs {
        tab.ready();
        tab.look("window.begun = performance.now()");
    }
    let written = || tabs.iter().filter(|tab| tab.look(FIELD) != "").count();
    for tab in &tabs {
        // By then both have asked and been told.
        tab.wait("performance.now() - begun > 3000");
    }
    assert_eq!(written(), 1);
}

#[test]
#[ignore = "needs a browser"]
fn what_one_person_wrote_is_not_shown_to_the_next_in_the_same_browser() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.write("a word of Ada's");
    // Her session ends, and it was not she who ended it.
    ada.expect_complaint("401");
    ada.look("fetch('/api/v1/session', { method: 'DELETE' })");
    ada.wait("document.querySelector('.card__ended')");
    ada.come_in("Ben");
    assert_eq!(ada.look(FIELD), "");
    ada.write("a word of Ben's");
    let second = another_tab(&ada, "/");
    assert_eq!(second.look(FIELD), "");
    second.say("sent by Ben");
    second.sees_sent("sent by Ben");
    // Who signs out leaves nothing of theirs, and takes nothing of anyone else's.
    ada.click(".me");
    ada.choose("Sign out");
    ada.click("dialog .button--alarm");
    ada.wait("document.querySelector('form.card')");
    let kept = ada.look(&format!(
        "{OTHERS}.map(key => localStorage[key].split(' ').slice(1).join(' '))"
    ));
    assert_eq!(kept, json!(["a word of Ada's"]));
}

#[test]
#[ignore = "needs a browser"]
fn a_draft_that_the_page_before_this_one_kept_is_found() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    // As it kept them: without a tab and a time.
    ada.look("localStorage['madang.draft.' + JSON.parse(localStorage['madang.me']).id + '.1'] = '12 eggs'");
    ada.page.reload().unwrap();
    finds_written(&ada, "12 eggs");
    ada.press(Key::Enter);
    ada.sees_sent("12 eggs");
    assert_eq!(ada.look(&format!("{OTHERS}.length")), 0);
}

#[test]
#[ignore = "needs a browser"]
fn settings_that_two_tabs_change_do_not_undo_each_other() {
    let stage = Stage::new();
    let here = stage.person("Ada");
    let there = here.second_window();
    // It does not hear of what the other changes.
    let deaf = "addEventListener('storage', event => event.stopImmediatePropagation(), true)";
    there.page.before_each_document(deaf).unwrap();
    there.go("/");
    there.ready();

    let choose = |tab: &Person, name: &str, at: usize| {
        tab.choose("Settings");
        tab.click_on(&format!(
            "document.querySelectorAll('dialog input[name={name}]')[{at}]"
        ));
        tab.press(Key::Escape);
        tab.wait("!document.querySelector('dialog[open]')");
    };
    choose(&here, "theme", 2);
    choose(&there, "send-key", 1);
    let stored = here.look("JSON.parse(localStorage['madang.settings'])");
    assert_eq!(
        (&stored["theme"], &stored["send_key"]),
        (&json!("dark"), &json!("mod_enter"))
    );
    here.wait("document.documentElement.dataset.theme === 'dark'");
    here.write("one");
    here.press(Key::Enter);
    here.page.insert_text("two").unwrap();
    here.page.press(Key::Enter, Modifiers::CTRL).unwrap();
    here.sees_sent("one\ntwo");
}

#[test]
#[ignore = "needs a browser"]
fn what_waited_for_longer_than_the_server_remembers_is_sent_only_on_the_persons_word() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let origin = format!("http://{}", line.address);
    let ada = Person::new(browser(), origin, Looks::default());
    ada.expect_lost_line();
    ada.go("/");
    ada.come_in("Ada");
    line.cut();
    for text in ["an old word", "another"] {
        ada.say(text);
    }
    ada.wait("seen.row('another')?.dataset.delivery === 'waiting'");
    // She comes back after a month, by her clock.
    ada.page
        .before_each_document("Date.now = (now => () => now() + 31 * 864e5)(Date.now)")
        .unwrap();
    ada.page.reload().unwrap();
    let offered = |text: &str| {
        format!(
            "[...(seen.row({text:?})?.querySelectorAll('.message__status button') ?? [])].map(b => b.textContent).join()"
        )
    };
    ada.wait(&format!(
        "{} === 'Send anyway,Delete'",
        offered("an old word")
    ));
    ada.wait(&format!("{} === 'Send anyway,Delete'", offered("another")));
    line.mend();
    ada.say("a new word");
    ada.sees_sent("a new word");
    let ben = stage.person("Ben");
    ben.sees_exactly(&["a new word"]);

    ada.click_on("seen.row('another').querySelectorAll('.message__status button')[1]");
    ada.wait("!seen.row('another')");
    ada.click_on("seen.row('an old word').querySelectorAll('.message__status button')[0]");
    ben.sees_exactly(&["a new word", "an old word"]);
    ada.sees_exactly(&["a new word", "an old word"]);
}
