//! What is shown is what there is: whole letters, times as one writes them, all of it on
//! paper and in the clipboard, and in a page that a browser translates.

use chromium::{Key, Modifiers, Screen};
use serde_json::{Value, json};
use shared::id::RoomId;

use crate::history::{Said, long};
use crate::person::{DESK, Looks, Person};
use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;

#[test]
#[ignore = "needs a browser"]
fn initials_are_whole_characters() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let names = [
        ("🇰🇷", "🇰🇷"),
        ("👩🏽‍🚀", "👩🏽‍🚀"),
        ("\u{1100}\u{1175}\u{11b7}하나", "하나"),
        ("🏳️‍🌈 Rae", "R"),
        ("e\u{301}mile Zola", "ÉZ"),
        ("क्षितिज", "क्षि"),
    ];
    for (name, _) in names {
        let mut guest = stage.guest(name);
        stage.run(guest.post(LOBBY, "here"));
    }
    ada.wait(&format!("seen.rows().length === {}", names.len()));
    let shown =
        ada.look("[...document.querySelectorAll('.message > .avatar')].map(a => a.textContent)");
    let wanted: Vec<&str> = names.iter().map(|(_, initials)| *initials).collect();
    assert_eq!(shown, json!(wanted));
}

#[test]
#[ignore = "needs a browser"]
fn times_are_written_as_the_browser_writes_them_within_the_language_that_was_chosen() {
    let mut stage = Stage::new();
    stage.put_into_lobby([Said {
        author: "Iris",
        text: "in the afternoon".to_owned(),
        // 2023-11-15 15:07 UTC.
        at: 1_700_060_820_000_000,
    }]);
    let shown = |language: &'static str| {
        let person = stage.person_like(
            "Ada",
            Looks {
                language,
                ..Looks::default()
            },
        );
        person.sees("in the afternoon");
        let shown = person.look(
            "['.row__day', '.message__time'].map(part => document.querySelector(part).textContent.trim())",
        );
        // The other language stays itself.
        person.choose(if language.starts_with("ko") {
            "설정"
        } else {
            "Settings"
        });
        let other = if language.starts_with("ko") {
            "English"
        } else {
            "한국어"
        };
        person.choose(other);
        let day = "document.querySelector('.row__day').textContent.trim()";
        let begins = if other == "English" {
            "Wednesday"
        } else {
            "2023년"
        };
        person.wait(&format!("{day}.startsWith('{begins}')"));
        let other = person.look(day);
        person.press(Key::Escape);
        (shown, other)
    };
    let (british, korean) = shown("en-GB");
    assert_eq!(british[1], "15:07");
    let day = british[0].as_str().unwrap();
    assert!(day.contains("15 November 2023"), "{day}");
    assert_eq!(korean, "2023년 11월 15일 수요일");
    let (american, _) = shown("en-US");
    assert_eq!(american[0], "Wednesday, November 15, 2023");
    assert_eq!(
        american[1].as_str().unwrap().replace('\u{202f}', " "),
        "3:07 PM"
    );
    let (korean, english) = shown("ko-KR");
    assert_eq!(korean, json!(["2023년 11월 15일 수요일", "오후 3:07"]));
    assert_eq!(english, "Wednesday, November 15, 2023");
}

#[test]
#[ignore = "needs a browser"]
fn a_long_fence_holds_short_ones() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(LOBBY, "````md\n```\ninner\n```\n````\nafter"));
    ada.wait("document.querySelector('.message__pre')");
    assert_eq!(
        ada.look("[...document.querySelectorAll('.message__pre')].map(pre => pre.textContent)"),
        json!(["```\ninner\n```"])
    );
}

#[test]
#[ignore = "needs a browser"]
fn a_long_conversation_is_printed_whole() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(120));
    let ada = stage.person("Ada");
    ada.sees_place(120);
    ada.wait("seen.atEnd()");
    let rows = ada.look("seen.rows().length");
    ada.look(
        "window.printed = 0, addEventListener('beforeprint', () =>
            queueMicrotask(() => queueMicrotask(() => printed = seen.rows().length)))",
    );

    let printed = ada.page.call("Page.printToPDF", json!({})).unwrap();
    let pdf = printed["data"].as_str().unwrap();
    let pages = ada.look(&format!(
        "(atob('{pdf}').match(/\\/Type\\s*\\/Page\\b(?!s)/g) ?? []).length"
    ));
    assert!(pages.as_u64().unwrap() > 3, "{pages} pages");
    assert_eq!(ada.look("printed"), 120);
    // And nothing of it stays.
    ada.wait(&format!("seen.rows().length === {rows} && seen.atEnd()"));

    ada.page
        .call("Emulation.setEmulatedMedia", json!({ "media": "print" }))
        .unwrap();
    for pane in [".shell__sidebar", ".shell__people", ".composer", ".typing"] {
        assert!(
            ada.finds(&format!(
                "!document.querySelector('{pane}')?.checkVisibility()"
            )),
            "{pane}"
        );
    }
    assert!(ada.finds("document.documentElement.scrollHeight >= seen.rows().at(-1).getBoundingClientRect().bottom - seen.rows()[0].getBoundingClientRect().top"));
}

#[test]
#[ignore = "needs a browser"]
fn the_code_of_a_message_is_copied_by_its_button() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(
        LOBBY,
        "like this:\n```sh\nmkdir a\ncd a\n```\nand\n```\nsecond\n```",
    ));
    let buttons = "[...document.querySelectorAll('.message__copy')]";
    ada.wait(&format!("{buttons}.length === 2"));
    ada.page
        .hover_over("document.querySelector('.message__pre')")
        .unwrap();
    // It stands in the corner of the code, also where code is wider than text.
    let wide = Screen {
        width: 1_700,
        ..DESK
    };
    ada.page.set_screen(wide).unwrap();
    ada.wait(
        "(([code, button]) => button.right < code.right && code.right - button.right < 12
            && button.bottom < code.bottom && code.bottom - button.bottom < 12)
            (['pre', 'copy'].map(part =>
                document.querySelector(`.message__${part}`).getBoundingClientRect()))",
    );
    ada.click(".message__copy");
    ada.wait("document.querySelector('.toast')?.textContent === 'Code copied'");
    assert_eq!(ada.look("navigator.clipboard.readText()"), "mkdir a\ncd a");

    // By keyboard: from the message to its buttons.
    ada.look("seen.scroller().focus()");
    ada.press(Key::Up);
    for at in 0..2 {
        ada.page.press(Key::Tab, Modifiers::NONE).unwrap();
        ada.wait(&format!("document.activeElement === {buttons}[{at}]"));
    }
    ada.press(Key::Enter);
    ada.wait("navigator.clipboard.readText().then(text => text === 'second')");
    // Its label is no part of the text, and follows the language.
    assert!(!ada.finds("seen.rows()[0].textContent.includes('Copy')"));
    ada.choose("Settings");
    ada.choose("한국어");
    ada.wait(&format!(
        "{buttons}.every(button => button.ariaLabel === '복사')"
    ));
}

#[test]
#[ignore = "needs a browser"]
fn copying_several_messages_brings_what_is_shown_and_nothing_else() {
    let mut stage = Stage::new();
    let at = |minute: i64| 1_700_060_820_000_000 + minute * 60_000_000;
    let said = |author, text: &str, minute| Said {
        author,
        text: text.to_owned(),
        at: at(minute),
    };
    stage.put_into_lobby([
        said("Iris", "the first", 0),
        said("Iris", "the second", 1),
        said("Iris", "the third", 2),
        said("Juno", "the answer", 3),
    ]);
    let ada = stage.person("Ada");
    ada.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    ada.sees("the answer");
    ada.look(
        "(() => {
            const [first, last] = [seen.rows()[0], seen.rows().at(-1)].map(row => row.querySelector('.message__text').firstChild);
            getSelection().setBaseAndExtent(first, 0, last, last.length);
        })()",
    );
    let copy = json!({
        "type": "rawKeyDown", "key": "c", "code": "KeyC", "windowsVirtualKeyCode": 67,
        "modifiers": 2, "commands": ["copy"],
    });
    ada.page.call("Input.dispatchKeyEvent", copy).unwrap();
    let copied = ada.look("navigator.clipboard.readText()");
    let copied = copied.as_str().unwrap().replace('\u{202f}', " ");
    let lines: Vec<&str> = copied
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let head: String = lines[3..lines.len() - 1].concat();
    assert_eq!(
        &lines[..3],
        ["the first", "the second", "the third"],
        "{copied}"
    );
    assert_eq!(
        head.replace(' ', ""),
        "Junoapp3:10PM".replace("app", badge(&ada)),
        "{copied}"
    );
    assert_eq!(lines.last(), Some(&"the answer"));
}

/// What stands beside the name of someone without an account.
fn badge(person: &Person) -> &'static str {
    let badge = person.look("document.querySelector('.message__badge').textContent");
    badge.as_str().unwrap().to_owned().leak()
}

#[test]
#[ignore = "needs a browser"]
fn the_letters_of_a_row_work_with_caps_lock_and_with_shift() {
    const EDITOR: &str = "document.querySelector('.message__editor')";
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    ada.say("tpyo");
    ada.sees_sent("tpyo");
    for modifiers in [0, 8] {
        ada.look("seen.row('tpyo').focus()");
        press(&ada, "E", "KeyE", modifiers);
        ada.wait(EDITOR);
        ada.press(Key::Escape);
        ada.wait(&format!("!{EDITOR}"));
    }
    ada.look("seen.row('tpyo').focus()");
    press(&ada, "C", "KeyC", 0);
    ada.wait("document.querySelector('.toast')");
    // With another key held down it is the browser's.
    ada.look("seen.row('tpyo').focus()");
    press(&ada, "E", "KeyE", 2);
    ada.look("seen.frame()");
    assert!(!ada.finds(EDITOR));
}

fn press(person: &Person, key: &str, code: &str, modifiers: u32) {
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({ "type": kind, "key": key, "code": code, "modifiers": modifiers });
        person.page.call("Input.dispatchKeyEvent", event).unwrap();
    }
}

/// What a translator in the browser does: each text node goes, and an element of the
/// translator's with other words takes its place.
const TRANSLATE: &str = "(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (walker.currentNode.data.trim() && !element.closest('svg, script, style, #failure')) texts.push(walker.currentNode);
    }
    for (const text of texts) {
        const font = document.createElement('font'), inner = document.createElement('font');
        inner.textContent = `[${text.data}]`;
        font.append(inner);
        text.replaceWith(font);
    }
    return texts.length;
})()";

#[test]
#[ignore = "needs a browser"]
fn in_a_translated_page_whatever_changes_is_shown_as_it_is() {
    let mut stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    stage.run(ben.add_members(garden, &[ada.user()]));
    stage.run(ben.subscribe(LOBBY));
    ada.say("mine");
    ada.sees_sent("mine");
    stage.run(ben.post(LOBBY, "hello"));
    stage.run(ben.post(garden, "one"));
    ada.wait("seen.badge('garden') === '1'");
    ada.sees("hello");
    assert!(ada.look(TRANSLATE).as_u64().unwrap() > 20);

    // A badge, a name in all its places, who types, how many are here, an edit.
    stage.run(ben.post(garden, "two"));
    ada.wait("document.querySelector('.place .badge')?.textContent === '2'");
    let mut rename = |name: &str| {
        let frame = shared::frame::ClientFrame::command(
            shared::id::ClientId::new(1, &rand(name)),
            shared::command::Command::Rename {
                name: name.to_owned(),
            },
        );
        stage.run(ben.ask(&frame)).unwrap();
    };
    rename("Benjamin");
    ada.wait(
        "[...document.querySelectorAll('.message__author')].some(name => name.textContent === 'Benjamin')",
    );
    ada.wait("[...document.querySelectorAll('.person__name')].some(name => name.textContent === 'Benjamin')");
    stage.run(ben.say(&shared::frame::ClientFrame::Typing { room: LOBBY }));
    ada.wait("document.querySelector('.typing > p').textContent === 'Benjamin is typing'");
    let mut carl = stage.guest("Carl");
    stage.run(carl.subscribe(LOBBY));
    ada.wait("document.querySelector('.people__count').textContent === '3'");
    ada.click(&format!("a.place[href='/rooms/{garden}']"));
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'garden'");
    ada.ready();
    ada.look(TRANSLATE);
    ada.wait("document.querySelector('.conversation__name').textContent === '[garden]'");
    // Another language: every word of the page's own is another one.
    ada.choose("Settings");
    ada.look(TRANSLATE);
    ada.click_on("[...document.querySelectorAll('dialog label')].find(l => l.textContent.includes('한국어'))");
    ada.wait("document.documentElement.lang === 'ko'");
    ada.wait("document.querySelector('#dialog-title').textContent === '설정'");
    let left = ada.look(
        "[...document.querySelectorAll('font > font')].filter(font => /[A-Za-z]/.test(font.textContent)
            && !font.closest('[translate=no], .message__text, [lang], kbd')).map(font => font.parentElement.parentElement.outerHTML)",
    );
    assert_eq!(left, Value::Array(Vec::new()), "{left:#}");
    ada.press(Key::Escape);
    // A lost line, and that it is back.
    ada.expect_lost_line();
    stage.kill();
    ada.wait("document.querySelector('.offline p')");
    ada.look(TRANSLATE);
    stage.start();
    ada.wait("!document.querySelector('.offline')");
    ada.say("still here");
    ada.sees_sent("still here");
}

/// Bytes that differ from name to name.
fn rand(name: &str) -> [u8; 10] {
    let mut bytes = [0; 10];
    for (byte, letter) in bytes.iter_mut().zip(name.bytes()) {
        *byte = letter;
    }
    bytes
}
