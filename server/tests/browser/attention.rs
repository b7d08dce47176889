//! What is unread, who is told, and who has read.

use chromium::Key;
use serde_json::json;
use shared::frame::ClientFrame;
use shared::id::{RoomId, Seq};

use crate::arranging::{choose, open_menu};
use crate::history::long;
use crate::person::{Looks, Person};
use crate::stage::Stage;
use crate::support::command;
use crate::support::native::Native;

const LOBBY: RoomId = RoomId::LOBBY;

#[test]
#[ignore = "needs a browser"]
fn unread_messages_of_other_rooms_are_counted_until_they_are_read() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    ada.enter("garden");
    assert_eq!(ada.look("seen.badge('lobby')"), "");

    for text in ["one", "two", "three"] {
        stage.run(ben.post(LOBBY, text));
    }
    ada.wait("seen.badge('lobby') === '3'");
    // Nothing of it is addressed to her: the title says only that it is there.
    ada.wait("document.title.startsWith('• ')");
    assert_eq!(ada.look("seen.badge('garden')"), "");
    // What one says oneself is read.
    ada.say("in the garden");
    ada.sees_sent("in the garden");
    assert_eq!(ada.look("seen.badge('garden')"), "");

    ada.enter("lobby");
    ada.sees("three");
    ada.wait("seen.badge('lobby') === ''");
    ada.wait("!document.title.startsWith('•')");
    // Read once, it stays read.
    ada.page.reload().unwrap();
    ada.ready();
    ada.enter("garden");
    assert_eq!(ada.look("seen.badge('lobby')"), "");
}

#[test]
#[ignore = "needs a browser"]
fn what_is_unread_elsewhere_is_exact_to_99_and_leaves_out_what_was_deleted() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    let korean = Looks {
        language: "ko-KR",
        ..Looks::default()
    };
    let hana = stage.person_like("하나", korean);
    let both = [&ada, &hana];
    for person in both {
        person.wait("seen.places().length");
        person.join_and_return("garden");
    }
    let shows = |person: &Person, count: &str| {
        person.wait(&format!("seen.badge('garden') === '{count}'"));
        person.wait("document.title.startsWith('• ')");
        let icon = "decodeURIComponent(document.querySelector('link[rel~=icon]').href)";
        person.wait(&format!("{icon}.includes('>•</text>')"));
        let words = match person.look("document.documentElement.lang").as_str() {
            Some("ko") => format!("읽지 않은 메시지 {count}개"),
            _ => format!("{count} unread messages"),
        };
        let spoken = "seen.place('garden').querySelector('.visually-hidden').textContent";
        person.wait(&format!("{spoken} === '{words}'"));
    };
    let both_show = |count: &str| {
        for person in both {
            shows(person, count);
        }
    };
    let posts = |count: usize| -> Vec<ClientFrame> {
        (0..count).map(|_| command::send(garden, "new")).collect()
    };
    // Two lines say who has joined.
    let delete = |message: i64| [command::delete(garden, Seq(message + 2))];
    change(&stage, &mut ben, &posts(5));
    both_show("5");
    change(&stage, &mut ben, &delete(2));
    both_show("4");
    change(&stage, &mut ben, &posts(95));
    both_show("99");
    change(&stage, &mut ben, &posts(1));
    both_show("99+");
    change(&stage, &mut ben, &delete(3));
    both_show("99");
    // So many that the first of them are not counted one by one.
    change(&stage, &mut ben, &posts(100));
    change(&stage, &mut ben, &delete(4));
    both_show("99+");

    ada.enter("garden");
    ada.wait("seen.rows().find(row => row.dataset.seq === '3').querySelector('.row__unread')");
    ada.wait("document.querySelector('.timeline__jump').textContent.includes('99+ new messages')");
    ada.click(".timeline__jump");
    ada.wait("seen.atEnd() && seen.badge('garden') === ''");
    ada.wait("!document.title.startsWith('•')");
    ada.enter("lobby");
    ada.wait("seen.badge('garden') === ''");
    shows(&hana, "99+");
}

/// Somebody else changes something, and it is stored.
fn change(stage: &Stage, who: &mut Native, commands: &[ClientFrame]) {
    stage.run(who.say_all(commands));
    for command in commands {
        stage.run(who.answer(command::id(command))).unwrap();
    }
}

#[test]
#[ignore = "needs a browser"]
fn a_hidden_tab_marks_nothing_read_and_shows_the_count_in_title_and_icon() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let ada = stage.person("Ada");
    ada.say("here I am");
    ada.sees_sent("here I am");
    let icon = "document.querySelector('link[rel~=icon]').href";
    let plain = ada.look(icon);

    let cover = ada.cover();
    ada.wait("document.visibilityState === 'hidden'");
    stage.run(ben.post(LOBBY, "are you there?"));
    stage.run(ben.post(LOBBY, "hello?"));

    ada.wait("document.title.startsWith('• ')");
    ada.wait("seen.badge('lobby') === '2'");
    assert_ne!(ada.look(icon), plain);

    drop(cover);
    ada.page.bring_to_front().unwrap();
    ada.page.set_focused(true).unwrap();
    ada.wait("document.visibilityState === 'visible'");
    ada.wait("!document.title.startsWith('•') && seen.badge('lobby') === ''");
    assert_eq!(ada.look(icon), plain);
    // What came meanwhile is marked as new.
    ada.wait("seen.row('are you there?').querySelector('.row__unread')");
}

#[test]
#[ignore = "needs a browser"]
fn reading_in_one_window_clears_the_badge_in_the_other_and_it_never_comes_back() {
    let mut stage = Stage::new();
    let garden = stage.run(stage.guest("Maker").create_room("garden"));
    let one = stage.person("Ada");
    one.enter("garden");
    let two = one.second_window();
    two.go(&format!("/rooms/{garden}"));
    two.ready();
    for window in [&one, &two] {
        window.expect_lost_line();
    }
    let mut ben = stage.guest("Ben");
    for text in ["one", "two"] {
        stage.run(ben.post(LOBBY, text));
    }
    for window in [&one, &two] {
        window.wait("seen.badge('lobby') === '2'");
    }

    one.enter("lobby");

    two.wait("seen.badge('lobby') === ''");
    // Not by a reload, a restart, or going there and back.
    two.page.reload().unwrap();
    two.ready();
    two.wait("seen.place('lobby')");
    assert_eq!(two.look("seen.badge('lobby')"), "");
    stage.kill();
    stage.start();
    two.say("after the restart");
    two.sees_sent("after the restart");
    assert_eq!(two.look("seen.badge('lobby')"), "");
    let mut ben = stage.guest("Ben again");
    stage.run(ben.post(garden, "welcome back"));
    // Read there, it is read here.
    two.sees("welcome back");
    one.wait("seen.badge('garden') === ''");
    one.enter("garden");
    one.sees("welcome back");
    // And what is new counts from there.
    stage.run(ben.post(LOBBY, "three"));
    for window in [&one, &two] {
        window.wait("seen.badge('lobby') === '1'");
    }
}

/// Writes down what would be shown, under the permission that the browser has given.
const RECORDER: &str = "(() => {
    const Real = window.Notification;
    window.shown = [];
    window.Notification = class extends EventTarget {
        static get permission() { return Real.permission; }
        constructor(title, { body }) { super(); shown.push(`${title}: ${body}`); }
        close() {}
    };
})()";

#[test]
#[ignore = "needs a browser"]
fn a_message_elsewhere_is_notified_and_one_that_is_being_read_is_not() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let ada = stage.visitor(Looks::default());
    ada.allow(&["notifications"]);
    ada.page.before_each_document(RECORDER).unwrap();
    ada.go("/");
    ada.come_in("Ada");
    ada.wait("seen.place('lobby')");
    ada.join_and_return("garden");
    // Allowed by the browser, not yet wanted by the person.
    stage.run(ben.post(garden, "unasked for"));
    ada.wait("seen.badge('garden') === '1'");
    assert_eq!(ada.look("shown"), json!([]));
    ada.choose("Settings");
    ada.choose("On");
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog')");
    // Answered after all that the page has asked for so far.
    ada.say("ready");
    ada.sees_sent("ready");

    stage.run(ben.post(LOBBY, "before your eyes"));
    ada.sees("before your eyes");
    stage.run(ben.post(garden, "elsewhere"));
    ada.wait("shown.length");
    assert_eq!(ada.look("shown"), json!(["Ben in garden: elsewhere"]));

    // Nor is a room read that is in a hidden tab.
    let _cover = ada.cover();
    ada.wait("document.visibilityState === 'hidden'");
    stage.run(ben.post(LOBBY, "behind your back"));
    ada.wait("shown.length > 1");
    assert_eq!(ada.look("shown.at(-1)"), "Ben in lobby: behind your back");
}

#[test]
#[ignore = "needs a browser"]
fn a_muted_room_notifies_of_nothing() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let [garden, meadow] = ["garden", "meadow"].map(|name| stage.run(ben.create_room(name)));
    let ada = stage.visitor(Looks::default());
    ada.allow(&["notifications"]);
    ada.page.before_each_document(RECORDER).unwrap();
    ada.go("/");
    ada.come_in("Ada");
    for room in ["garden", "meadow"] {
        ada.wait("seen.places().length");
        ada.join_and_return(room);
    }
    ada.choose("Settings");
    ada.choose("On");
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog')");
    open_menu(&ada, "garden");
    choose(&ada, "Mute");
    ada.wait("seen.places().at(-1) === 'garden'");
    // Answered after all that the page has asked for so far.
    ada.say("ready");
    ada.sees_sent("ready");

    stage.run(ben.post(garden, "not a sound"));
    stage.run(ben.post(meadow, "look here"));
    ada.wait("shown.length");
    assert_eq!(ada.look("shown"), json!(["Ben in meadow: look here"]));
}

#[test]
#[ignore = "needs a browser"]
fn nothing_is_notified_without_permission() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let ada = stage.visitor(Looks::default());
    ada.page.before_each_document(RECORDER).unwrap();
    ada.go("/");
    ada.come_in("Ada");
    ada.wait("seen.place('lobby')");
    ada.join_and_return("garden");
    // Wanted once, and taken back in the browser since.
    ada.look("localStorage['madang.settings'] = '{\"notifications\":true}'");
    ada.page.reload().unwrap();
    ada.ready();
    ada.wait("seen.place('garden')");
    stage.run(ben.post(garden, "elsewhere"));
    ada.wait("seen.badge('garden') === '1'");
    assert_ne!(ada.look("Notification.permission"), "granted");
    assert_eq!(ada.look("shown"), json!([]));
}

#[test]
#[ignore = "needs a browser"]
fn screen_readers_hear_new_messages_only() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(1_000));
    let mut ben = stage.guest("Ben");
    let ada = stage.person("Ada");
    ada.sees_place(1_000);
    let log = "document.querySelector('.timeline [role=log]').innerText.trim()";
    assert_eq!(ada.look(log), "", "what was there is not read out");

    stage.run(ben.post(LOBBY, "good evening"));
    ada.wait(&format!("{log} === 'Ben: good evening'"));
    let first = ada.look("seen.seq(seen.rows()[0])");
    ada.look("seen.scroller().scrollTop = 0");
    ada.wait(&format!("seen.seq(seen.rows()[0]) < {first}"));
    ada.look("seen.frame().then(seen.frame)");
    assert_eq!(ada.look(log), "Ben: good evening", "history is not either");

    // Nor what one says oneself, nor that something changed.
    ada.say("hello Ben");
    ada.sees_sent("hello Ben");
    assert_eq!(ada.look(log), "Ben: good evening");
    stage.run(ben.post(LOBBY, "and a second"));
    ada.wait(&format!("{log}.split('\\n').filter(Boolean).length === 2"));
}

#[test]
#[ignore = "needs a browser"]
fn what_came_while_another_room_was_shown_is_marked_as_new_and_not_read_out() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    stage.run(ben.post(LOBBY, "before"));
    ada.sees("before");
    ada.enter("garden");
    stage.run(ben.post(LOBBY, "meanwhile"));
    ada.wait("seen.badge('lobby') === '1'");

    ada.enter("lobby");
    ada.wait("seen.row('meanwhile')?.querySelector('.row__unread')");
    ada.wait("seen.badge('lobby') === ''");
    let log = "document.querySelector('.timeline [role=log]').innerText.trim()";
    stage.run(ben.post(LOBBY, "now"));
    ada.wait(&format!("{log} === 'Ben: now'"));
    assert!(!ada.finds("seen.row('now').querySelector('.row__unread')"));
}
