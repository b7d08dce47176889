//! Both themes and both languages, on a desk and on a phone: nothing that axe-core
//! finds fault with, and a picture of each for people to look at.

use chromium::{Key, Screen};

use crate::axe;
use crate::history::Said;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::pieces;
use crate::stage::Stage;

/// The narrowest phone that is common.
const NARROW: Screen = Screen {
    width: 360,
    height: 740,
    phone: true,
};

#[test]
#[ignore = "needs a browser"]
fn light_and_english() {
    look_at_everything(false, "en-US");
}

#[test]
#[ignore = "needs a browser"]
fn light_and_korean() {
    look_at_everything(false, "ko-KR");
}

#[test]
#[ignore = "needs a browser"]
fn dark_and_english() {
    look_at_everything(true, "en-US");
}

#[test]
#[ignore = "needs a browser"]
fn dark_and_korean() {
    look_at_everything(true, "ko-KR");
}

/// Goes through the page as a person would.
fn look_at_everything(dark: bool, language: &'static str) {
    let looks = Looks {
        screen: DESK,
        dark,
        language,
        zone: "Asia/Seoul",
    };
    let mut stage = Stage::new();
    stage.put_into_lobby(conversation());
    stage.run(stage.guest("Maker").create_room("정원 garden"));
    at_a_desk(&stage, looks);
    on_a_phone(
        &stage,
        Looks {
            screen: PHONE,
            ..looks
        },
    );
    in_trouble(&mut stage, looks);
    without_a_piece(&stage, looks);
    without_a_line(&mut stage, looks);
}

fn at_a_desk(stage: &Stage, looks: Looks) {
    let view = Viewer::new(stage, looks, "desk");
    let ada = &view.person;
    view.look_at("sign-in");
    ada.page
        .press(Key::Enter, chromium::Modifiers::NONE)
        .unwrap();
    ada.wait("document.querySelector('#name-error').textContent");
    view.look_at("sign-in-refused");
    ada.come_in("하나 Ada");
    ada.say("A word of my own, and `some code`.");
    ada.sees_sent("A word of my own, and some code.");
    ada.say("Another, to be deleted");
    ada.sees_sent("Another, to be deleted");
    view.look_at("conversation");
    ada.page
        .hover_over("seen.rows().at(-2).querySelector('.message__body')")
        .unwrap();
    ada.wait("document.querySelector('.message__actions button')");
    view.look_at("actions");
    ada.press(Key::Up);
    ada.wait("document.querySelector('.message__editor textarea')");
    view.look_at("editing");
    ada.press(Key::Escape);
    ada.wait("document.activeElement === seen.composer()");
    ada.look("seen.rows().at(-1).focus()");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.timeline .menu:popover-open')");
    view.look_at("message-menu");
    ada.press(Key::Escape);
    ada.wait("document.activeElement.matches('.row')");
    ada.press(Key::Backspace);
    ada.wait("document.querySelector('dialog[open] .button--alarm')");
    view.look_at("deleting");
    ada.click("dialog .button--alarm");
    ada.wait("document.querySelector('.message__tombstone')");
    view.look_at("tombstone");
    ada.click("[popovertarget=room-menu]");
    ada.wait("document.querySelector('#room-menu:popover-open')");
    view.look_at("room-menu");
    ada.press(Key::Escape);
    for (button, name) in [
        (".sidebar__foot > .icon-button", "settings"),
        ("#places-menu .menu__item:last-child", "shortcuts"),
    ] {
        if name == "shortcuts" {
            ada.click("[popovertarget=places-menu]");
        }
        ada.click(button);
        ada.wait("document.querySelector('dialog[open]')");
        view.look_at(name);
        ada.press(Key::Escape);
        ada.wait("!document.querySelector('dialog[open]')");
    }
    ada.open_new_room();
    ada.wait("document.querySelector('dialog[open] #room-name')");
    ada.page.insert_text("LOBBY").unwrap();
    ada.press(Key::Enter);
    ada.wait("document.querySelector('#room-name-error').textContent");
    view.look_at("new-room-refused");
    ada.press(Key::Escape);
    ada.enter("정원 garden");
    view.look_at("empty-room");
    ada.go("/rooms/999");
    ada.wait("document.querySelector('.state .state__title')");
    view.look_at("missing-room");
    ada.go("/rooms/1/3");
    ada.wait("document.querySelector('.row--marked')");
    view.look_at("marked");
    ada.click(".sidebar__foot > .icon-button");
    ada.click("label:has(> input[name=density]:not(:checked))");
    ada.press(Key::Escape);
    ada.wait("document.documentElement.dataset.density === 'compact'");
    view.look_at("compact");
}

fn on_a_phone(stage: &Stage, looks: Looks) {
    let view = Viewer::new(stage, looks, "phone");
    let ada = &view.person;
    view.look_at("sign-in");
    ada.come_in("하나");
    ada.wait("seen.atEnd()");
    view.look_at("conversation");
    ada.click("button.conversation__back");
    ada.wait("document.querySelector('.shell').dataset.sidebar === 'open'");
    view.look_at("sidebar");
    ada.press(Key::Escape);
    ada.click(".conversation__people");
    ada.wait("document.querySelector('.shell').dataset.people === 'open'");
    view.look_at("people");
    ada.press(Key::Escape);
    ada.say("나의 말, 고칠 것이 있는 말이고 한 줄보다 길어요.");
    ada.sees_sent("나의 말, 고칠 것이 있는 말이고 한 줄보다 길어요.");
    ada.page
        .put_finger_on("seen.rows().at(-1).querySelector('.message__text')")
        .unwrap();
    ada.wait("document.querySelector('dialog[open] .sheet__quote')");
    ada.page.lift_finger().unwrap();
    view.look_at("message-actions");
    ada.click(".sheet__actions button");
    ada.wait("document.querySelector('.message__editor textarea')");
    view.look_at("editing");
    ada.press(Key::Escape);
    ada.click(".conversation__details");
    ada.wait("document.querySelector('dialog[open] .summary')");
    view.look_at("room-details");
}

fn without_a_piece(stage: &Stage, looks: Looks) {
    for (screen, place) in [(DESK, "desk"), (NARROW, "phone")] {
        let view = Viewer::new(stage, Looks { screen, ..looks }, place);
        let ada = &view.person;
        pieces::cut(ada, "dialogs");
        ada.come_in("Elif");
        if screen.phone {
            ada.click("button.conversation__back");
        }
        ada.click(".sidebar__foot > .icon-button");
        ada.wait("document.querySelector('dialog[open] .state')");
        view.look_at("piece-failed");
        pieces::cut(ada, "shell");
        ada.page.reload().unwrap();
        ada.wait("document.querySelector('.card .state')");
        view.look_at("shell-failed");
    }
}

fn without_a_line(stage: &mut Stage, looks: Looks) {
    for (screen, place) in [(DESK, "desk"), (NARROW, "phone")] {
        let view = Viewer::new(stage, Looks { screen, ..looks }, place);
        let ada = &view.person;
        ada.expect_lost_line();
        ada.come_in("Cleo");
        ada.has_all_pieces();
        stage.kill();
        ada.say("This waits.");
        ada.wait("document.querySelector('.offline')");
        view.look_at("offline");
        if screen.phone {
            ada.click("button.conversation__back");
        }
        ada.open_new_room();
        ada.wait("document.querySelector('dialog[open] #room-name')");
        ada.page.insert_text("a room that waits").unwrap();
        ada.press(Key::Enter);
        ada.wait("document.querySelector('dialog .dialog__error').textContent");
        view.look_at("waiting-form");
        ada.press(Key::Escape);
        // A server that takes less than when it was written.
        stage.start_with(&["--max-message-bytes", "8"]);
        ada.wait("document.querySelector('.row[data-delivery=failed]')");
        ada.wait("!document.querySelector('.offline')");
        if screen.phone {
            ada.press(Key::Escape);
        }
        view.look_at("failed");
        drop(view);
        stage.stop();
        stage.start();
    }
}

/// What a browser or a server does not allow.
fn in_trouble(stage: &mut Stage, looks: Looks) {
    for (screen, place) in [(DESK, "desk"), (PHONE, "phone")] {
        let view = Viewer::new(stage, Looks { screen, ..looks }, place);
        let ada = &view.person;
        ada.page
            .before_each_document(
                "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
                 Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} });",
            )
            .unwrap();
        ada.go("/");
        ada.wait("document.querySelector('.card__ended')");
        view.look_at("no-cookies");
        // The server is killed while this page is open.
        ada.expect_lost_line();
        ada.come_in("Dana");
        ada.wait("document.querySelector('.typing .offline')");
        view.look_at("nothing-kept");

        let view = Viewer::new(stage, Looks { screen, ..looks }, place);
        let ben = &view.person;
        ben.expect_lost_line();
        ben.come_in("Ben");
        stage.kill();
        ben.say("An old word.");
        ben.wait("document.querySelector('.row[data-delivery=waiting]')");
        // A month goes by, by the page's clock.
        ben.look("Date.now = (now => () => now() + 31 * 864e5)(Date.now)");
        stage.start();
        ben.wait("document.querySelectorAll('.row[data-delivery=failed] button').length >= 2");
        view.look_at("expired");
        ben.look("document.getElementById('failure').hidden = false");
        ben.look("document.getElementById('failure-text').hidden = true");
        ben.look("document.getElementById('failure-wasm').hidden = false");
        view.look_at("no-webassembly");
    }
    let view = Viewer::new(stage, looks, "desk");
    stage.stop();
    stage.start_with(&["--guests", "off"]);
    let ada = &view.person;
    ada.expect_complaint("403");
    ada.page.click("#name").unwrap();
    ada.page.insert_text("Ada").unwrap();
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.card .state__title')");
    view.look_at("guests-off");
    // It would see the server go.
    drop(view);
    stage.stop();
    stage.start();
}

/// Someone who looks closely.
struct Viewer {
    person: Person,
    name: String,
}

impl Viewer {
    fn new(stage: &Stage, looks: Looks, place: &str) -> Self {
        let person = stage.visitor(looks);
        person.go("/");
        person.wait("document.querySelector('form.card input#name')");
        let theme = if looks.dark { "dark" } else { "light" };
        let language = &looks.language[..2];
        // The picture is of the language that was asked for.
        assert_eq!(person.look("document.documentElement.lang"), language);
        Viewer {
            person,
            name: format!("{place}-{theme}-{language}"),
        }
    }

    #[track_caller]
    fn look_at(&self, what: &str) {
        axe::look_at(&self.person, &format!("{}-{what}", self.name));
    }
}

/// A little of everything that a conversation can have.
fn conversation() -> Vec<Said> {
    const BEGIN: i64 = 1_763_780_000_000_000;
    let texts = [
        ("Iris", "Good morning! Who waters the garden today?"),
        ("Iris", "It has not rained for a week."),
        (
            "준호",
            "제가 할게요. 오후에 들를 수 있어요.\n호스는 창고에 있지요?",
        ),
        (
            "Iris",
            "Yes, behind the door: https://example.org/a/rather/long/address?with=parameters&and=more#and-a-place",
        ),
        (
            "Juno",
            "I wrote it down:\n```\nfor bed in beds:\n    water(bed, litres=10)\n```\nand `water` takes litres.",
        ),
        ("준호", "고마워요 🙂"),
        ("يوسف", "صباح الخير، سأساعدكم غدًا"),
        ("花子", "私も行きます。何時に始めますか。"),
        ("강서연", "🌱☔"),
    ];
    let minutes = [0, 1, 14, 15, 40, 41, 90, 95, 96];
    texts
        .into_iter()
        .zip(minutes)
        .map(|((author, text), minute)| Said {
            author,
            text: text.to_owned(),
            at: BEGIN + minute * 60_000_000,
        })
        .collect()
}
