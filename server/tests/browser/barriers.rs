//! Rooms in which somebody cannot write, or not any more.

use chromium::Key;
use shared::id::{Rev, RoomId, Seq, UserId};
use shared::model::Posting;

use crate::axe;
use crate::line::Line;
use crate::person::{Looks, Person};
use crate::stage::{Stage, browser};
use crate::support::command;
use crate::support::native::Native;
use crate::support::process::madang;

const BAR: &str = "document.querySelector('.bar > p').textContent";

#[test]
#[ignore = "needs a browser"]
fn who_reads_a_public_room_joins_it_and_finds_the_draft_again() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    stage.run(ben.post(garden, "first words"));
    let ada = stage.person("Ada");
    ada.follow(&format!("/rooms/{garden}"));
    ada.sees("first words");
    ada.wait(&format!("{BAR} === 'You are reading garden'"));
    assert!(!ada.finds("seen.composer() || seen.place('garden')"));
    ada.choose("Join room");
    ada.ready();
    ada.wait("seen.place('garden')?.getAttribute('aria-current') === 'page'");
    ada.wait("document.activeElement === seen.composer()");
    ada.write("half a thought");

    // Out again, by the menu of its row: what was typed is not lost.
    ada.look("seen.place('garden').focus()");
    ada.press(Key::ContextMenu);
    ada.choose("Leave room");
    ada.wait("!seen.place('garden')");
    ada.wait("document.querySelector('.bar .state__draft')?.textContent === 'half a thought'");
    ada.choose("Join room");
    ada.wait("seen.composer()?.value === 'half a thought'");
}

#[test]
#[ignore = "needs a browser"]
fn an_announcement_room_and_an_archived_one_say_why_nobody_writes() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let news = stage.run(ben.create_room("news"));
    let ada = stage.person("Ada");
    ada.join("news");
    ada.write("for the room");
    let rev = rev_of(&stage, &mut ben, news);
    stage
        .run(ben.ask(&command::set_posting(news, rev, Posting::Managers)))
        .unwrap();
    ada.wait(&format!(
        "{BAR} === 'Only those who manage this room post here.'"
    ));
    axe::look_at(&ada, "bar-announcements");
    stage.run(ben.post(news, "hear, hear"));
    ada.sees("hear, hear");
    assert!(!ada.finds("seen.composer()"));

    stage
        .run(ben.ask(&command::archive_room(news, true)))
        .unwrap();
    ada.wait(&format!(
        "{BAR} === 'This room is archived: it can be read.'"
    ));
    assert!(!ada.finds("document.querySelector('.bar > .button')"));
    ada.wait("seen.places().at(-1) === 'news'");
    ada.wait("seen.place('news').querySelector('.place__name ~ .visually-hidden')?.textContent === 'archived'");
    ada.page.reload().unwrap();
    ada.sees("hear, hear");
    ada.wait(&format!(
        "{BAR} === 'This room is archived: it can be read.'"
    ));
}

#[test]
#[ignore = "needs a browser"]
fn who_may_restores_an_archived_room() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.open_new_room();
    ada.wait("document.activeElement?.id === 'room-name'");
    ada.page.insert_text("garden").unwrap();
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'garden'");
    ada.ready();
    let room = ada.look("Number(location.pathname.split('/').pop())");
    let room = RoomId(room.as_i64().unwrap());
    let number = room.to_string();
    stage
        .run(madang(stage.data(), &["room", "archive", &number]))
        .unwrap();
    ada.choose("Restore");
    ada.ready();
    ada.wait("document.activeElement === seen.composer()");
    ada.wait("seen.lines().at(-1) === 'You restored the room'");
}

#[test]
#[ignore = "needs a browser"]
fn who_is_removed_while_reading_is_told_keeps_what_was_typed_and_is_led_on() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let hideout = stage.run(ben.create_private_room("hideout"));
    let ada = stage.person("Ada");
    let user = id_of(&ada);
    stage.run(ben.add_members(hideout, &[user]));
    ada.enter("hideout");
    ada.write("what I wanted to say");
    stage.run(ben.post(hideout, "before"));
    ada.sees("before");

    stage.run(ben.remove_member(hideout, user));
    ada.wait("document.querySelector('.state .state__title')?.textContent === 'You are not in this room any more'");
    ada.wait("document.querySelector('.state__draft').textContent === 'what I wanted to say'");
    assert!(!ada.finds("seen.place('hideout') || seen.composer() || seen.rows().length"));
    axe::look_at(&ada, "removed-while-reading");
    ada.choose("Go to lobby");
    ada.ready();
    ada.wait("document.activeElement === seen.composer()");
}

#[test]
#[ignore = "needs a browser"]
fn who_leaves_a_private_room_by_the_list_goes_on_to_the_lobby() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let ada = stage.person("Ada");
    for name in ["hideout", "plans"] {
        let room = stage.run(ben.create_private_room(name));
        stage.run(ben.add_members(room, &[id_of(&ada)]));
    }
    let leave = |room: &str| {
        ada.wait(&format!("seen.place('{room}')"));
        ada.look(&format!("seen.place('{room}').focus()"));
        ada.press(Key::ContextMenu);
        ada.choose("Leave room");
        let question = "document.querySelector('dialog[open] .dialog__title')?.textContent";
        ada.wait(&format!("{question} === 'Leave {room}?'"));
        ada.click("dialog .button--alarm");
        ada.wait(&format!(
            "!document.querySelector('dialog[open]') && !seen.place('{room}')"
        ));
        ada.wait(&format!(
            "document.querySelector('.toast')?.textContent === 'You have left {room}'"
        ));
    };
    ada.enter("hideout");
    leave("hideout");
    ada.ready();
    ada.wait("location.pathname === '/rooms/1' && document.activeElement === seen.composer()");
    // From elsewhere one does not go there.
    ada.go("/settings/profile");
    leave("plans");
    assert_eq!(ada.look("location.pathname"), "/settings/profile");
}

#[test]
#[ignore = "needs a browser"]
fn who_writes_elsewhere_keeps_the_focus_while_posting_is_limited_and_opened() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let news = stage.run(ben.create_room("news"));
    let ada = stage.person("Ada");
    ada.join("news");
    ada.say("my own");
    ada.sees_sent("my own");
    let mut limit = |posting| {
        let rev = rev_of(&stage, &mut ben, news);
        let limited = command::set_posting(news, rev, posting);
        stage.run(ben.ask(&limited)).unwrap();
    };
    ada.act_on("my own", "Edit");
    let is_editing = "document.activeElement?.matches('.message__editor textarea')";
    ada.wait(is_editing);
    limit(Posting::Managers);
    ada.wait("document.querySelector('.bar')");
    ada.look("seen.frame().then(seen.frame)");
    assert!(ada.finds(is_editing));
    limit(Posting::Everybody);
    ada.wait("seen.composer()");
    ada.look("seen.frame().then(seen.frame)");
    assert!(ada.finds(is_editing));

    // What had the focus has gone: the room takes it.
    ada.press(Key::Escape);
    ada.look("seen.composer().focus()");
    limit(Posting::Managers);
    ada.wait("document.activeElement?.matches('main')");
    // It had it only for want of a composer.
    limit(Posting::Everybody);
    ada.wait("document.activeElement === seen.composer()");
}

#[test]
#[ignore = "needs a browser"]
fn the_text_of_an_edit_that_fails_where_nobody_writes_is_kept_with_the_draft() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let news = stage.run(ben.create_room("news"));
    let line = Line::to(stage.address);
    let ada = over(&line);
    ada.expect_lost_line();
    ada.come_in("Ada");
    ada.join("news");
    ada.say("my words");
    ada.sees_sent("my words");
    let seq = ada.look("seen.seq(seen.row('my words'))").as_i64().unwrap();
    ada.write("a thought");
    let rev = rev_of(&stage, &mut ben, news);
    let limited = command::set_posting(news, rev, Posting::Managers);
    stage.run(ben.ask(&limited)).unwrap();
    ada.wait("document.querySelector('.bar')");

    line.cut();
    ada.act_on("my words", "Edit");
    ada.wait("document.activeElement?.matches('.message__editor textarea')");
    ada.page.insert_text(" and more").unwrap();
    ada.press(Key::Enter);
    ada.sees("my words and more");
    stage
        .run(ben.ask(&command::delete(news, Seq(seq))))
        .unwrap();
    line.mend();
    ada.wait(
        "document.querySelector('.bar .state__draft')?.textContent === 'my words and more\\na thought'",
    );
    ada.wait("document.querySelector('.toast')?.textContent.includes('is kept in its room')");
}

#[test]
#[ignore = "needs a browser"]
fn nothing_can_be_typed_before_it_is_known_that_one_may_write() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let line = Line::to(stage.address);
    let ada = over(&line);
    ada.expect_lost_line();
    ada.go(&format!("/rooms/{garden}"));
    ada.wait("document.querySelector('form.card input#name')");
    // The server signs in, and says nothing of the rooms.
    line.cut();
    ada.page.click("#name").unwrap();
    ada.page.insert_text("Ada").unwrap();
    ada.press(Key::Enter);
    ada.wait("document.querySelector('main.conversation > .composer')?.checkVisibility()");
    assert!(!ada.finds("seen.composer()"));
    line.mend();
    ada.wait(&format!("{BAR} === 'You are reading garden'"));
}

/// Somebody whose line can be cut, who has not come in.
fn over(line: &Line) -> Person {
    let origin = format!("http://{}", line.address);
    let person = Person::new(browser(), origin, Looks::default());
    person.go("/");
    person
}

fn rev_of(stage: &Stage, by: &mut Native, room: RoomId) -> Rev {
    // An update of an old revision is refused with the present state.
    let update = command::update_room(room, Rev(0), None, Some("x"));
    let refusal = stage.run(by.ask(&update)).unwrap_err();
    refusal.current_room.unwrap().rev
}

fn id_of(person: &Person) -> UserId {
    let id = person.look("JSON.parse(localStorage['madang.me']).id");
    UserId(id.as_i64().unwrap())
}
