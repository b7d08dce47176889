//! Somebody who has no session opens the link of a public room, where anybody may read.

use chromium::Key;
use serde_json::json;
use shared::id::RoomId;

use crate::accounts::{owner, says};
use crate::axe;
use crate::person::{Looks, PHONE, Person};
use crate::room_details::open_details;
use crate::stage::Stage;
use crate::support::account::PASSWORD;
use crate::support::command::{archive_room, delete, edit};
use crate::support::native::Native;
use crate::support::process::admin;

/// The form for guests.
const FORM: &str = "document.querySelector('main.sign-in form input#name')";
const ON: [&str; 2] = ["--public-reading", "on"];

/// A room with one message, by somebody who stays connected.
fn garden(stage: &Stage) -> (Native, RoomId) {
    let mut ada = stage.guest("Ada");
    let garden = stage.run(async {
        let garden = ada.create_room("garden").await;
        ada.post(garden, "hello, passers-by").await;
        garden
    });
    (ada, garden)
}

/// Fills the form for guests.
#[track_caller]
fn enter_name(person: &Person, name: &str) {
    person.click("form.card input#name");
    person.page.insert_text(name).unwrap();
    person.press(Key::Enter);
}

/// Waits for the bar in the place of the composer.
#[track_caller]
fn reads(reader: &Person, words: &str) {
    reader.wait("document.querySelector('.timeline[data-state=ready]')");
    says(reader, ".bar > p", words);
    assert!(reader.finds("!document.querySelector('textarea, .composer')"));
}

#[test]
#[ignore = "needs a browser"]
fn a_stranger_reads_live_and_signs_in_to_write_in_the_same_room() {
    let stage = Stage::with(&ON);
    let (mut ada, garden) = garden(&stage);
    let room = format!("/rooms/{garden}");
    let stranger = stage.visitor(Looks::default());
    stranger.go(&room);
    reads(&stranger, "You are reading garden without an account");
    stranger.sees_exactly(&["hello, passers-by"]);
    stranger.wait("!document.getElementById('frame') && document.title.includes('garden')");
    assert!(stranger.finds("seen.row('hello, passers-by').innerText.includes('Ada')"));

    // What happens comes live.
    let (seq, rev) = stage.run(async {
        let posted = ada.post(garden, "a new mesage").await;
        (posted.seq.unwrap(), posted.rev.unwrap())
    });
    stranger.sees("a new mesage");
    stage
        .run(ada.ask(&edit(garden, seq, rev, "a new message")))
        .unwrap();
    stranger.sees("a new message");
    stage.run(ada.ask(&delete(garden, seq))).unwrap();
    stranger.wait("document.querySelector('.message__tombstone')");

    // There is this room, and nothing of a person.
    let places = "[...document.querySelectorAll('.place')].map(place => place.innerText.trim())";
    assert_eq!(stranger.look(places), json!(["garden"]));
    let own = ".sidebar__foot, .sidebar__search, .me__name, .conversation__people, #people, \
               #room-menu, .conversation__details";
    assert!(stranger.finds(&format!("!document.querySelector('{own}')")));
    axe::look_at(&stranger, "reader");
    // Nothing is stored but what every page stores.
    let kept = "Object.keys(localStorage).filter(key => key !== 'madang.place')";
    assert_eq!(stranger.look(kept), json!([]));
    assert_eq!(stranger.look("document.cookie"), "");

    // A message of one's own is out of the question; its link is not.
    stranger.page.insert_text("x").unwrap();
    assert!(stranger.finds("!document.querySelector('textarea')"));

    // Keys lead to the room, its messages and the way in.
    for part in [
        ".place[aria-current]",
        ".timeline__scroller",
        ".bar .button",
    ] {
        stranger.press(Key::F6);
        stranger.wait(&format!("document.activeElement.matches('{part}')"));
    }

    // Who signs in is in the same room, and joins it or not.
    stranger.press(Key::Enter);
    enter_name(&stranger, "Gus");
    says(&stranger, ".bar > .button", "Join room");
    says(&stranger, ".me__name", "Gus");
    assert_eq!(stranger.look("location.pathname"), json!(room));
    stranger.choose("Join room");
    stranger.ready();
    stranger.say("here I am");
    stranger.sees_sent("here I am");
}

#[test]
#[ignore = "needs a browser"]
fn on_a_phone_in_korean_and_in_the_dark_a_reader_signs_in_by_keyboard() {
    let stage = Stage::with(&ON);
    let (_ada, garden) = garden(&stage);
    let reader = stage.visitor(Looks {
        screen: PHONE,
        language: "ko-KR",
        dark: true,
        ..Looks::default()
    });
    reader.go(&format!("/rooms/{garden}"));
    reads(&reader, "계정 없이 garden 대화방을 읽고 있어요");
    axe::look_at(&reader, "reader-phone-dark-ko");
    let height = "document.querySelector('.bar .button').getBoundingClientRect().height >= 44";
    assert!(reader.finds(height));
    assert!(reader.finds("document.documentElement.scrollWidth <= innerWidth"));
    // The list of rooms opens, and has this one.
    reader.click(".conversation__back");
    reader.wait("document.querySelector('.shell').dataset.sidebar === 'open'");
    axe::look_at(&reader, "reader-sidebar-phone-ko");
    reader.press(Key::Escape);
    reader.wait("document.querySelector('.shell').dataset.sidebar === 'closed'");
    // The last stop of the page.
    for _ in 0..12 {
        reader.press(Key::Tab);
        if reader.finds("document.activeElement.matches('.bar .button')") {
            break;
        }
    }
    reader.press(Key::Enter);
    reader.wait(FORM);
}

#[test]
#[ignore = "needs a browser"]
fn a_room_that_is_not_to_be_read_asks_to_sign_in() {
    let mut stage = Stage::new();
    stage.stop();
    stage.start_with(&ON);
    let (mut ada, garden) = garden(&stage);
    let den = stage.run(ada.create_private_room("den"));
    let stranger = stage.visitor(Looks::default());
    // Nothing of a room is shown before it is known that it may be read.
    let watch = "new MutationObserver(() => {
        globalThis.sawRoom ||= document.querySelector('.shell:not(#frame *)');
    }).observe(document, { subtree: true, childList: true })";
    stranger.page.before_each_document(watch).unwrap();
    for room in [den, RoomId(4711)] {
        stranger.go(&format!("/rooms/{room}"));
        stranger.wait(FORM);
        assert!(stranger.finds("!globalThis.sawRoom && !document.body.innerText.includes('den')"));
    }
    // From a room that is read, Back leads to it again.
    let room = format!("/rooms/{garden}");
    stranger.go(&room);
    reads(&stranger, "You are reading garden");
    stranger.follow(&format!("/rooms/{den}"));
    stranger.wait(FORM);
    stranger.look("history.back()");
    reads(&stranger, "You are reading garden");
    // Where nobody reads without a session any more, it is as with any other address.
    stranger.expect_lost_line();
    stage.stop();
    stage.start();
    stranger.wait(FORM);
    stranger.go(&room);
    stranger.wait(FORM);
}

#[test]
#[ignore = "needs a browser"]
fn who_has_signed_in_in_another_tab_is_that_person_here_too() {
    let stage = Stage::with(&ON);
    let (_ada, garden) = garden(&stage);
    let reader = stage.visitor(Looks::default());
    reader.go(&format!("/rooms/{garden}"));
    reads(&reader, "You are reading garden without an account");
    let other = reader.second_window();
    other.go("/");
    other.come_in("Gus");
    other.say("in the lobby");
    reads(&reader, "You are reading garden without an account");
    reader.page.bring_to_front().unwrap();
    reader.choose("Sign in to write");
    says(&reader, ".me__name", "Gus");
    says(&reader, ".bar > .button", "Join room");
    // The other tab is as it was.
    other.page.bring_to_front().unwrap();
    other.sees_sent("in the lobby");
    other.say("still here");
    other.sees_sent("still here");
}

#[test]
#[ignore = "needs a browser"]
fn a_room_that_is_removed_is_gone_and_another_address_asks_to_sign_in() {
    let stage = Stage::with(&ON);
    let (mut ada, garden) = garden(&stage);
    stage.run(ada.post(RoomId::LOBBY, "hello, all"));
    let stranger = stage.visitor(Looks::default());
    stranger.go(&format!("/rooms/{garden}"));
    reads(&stranger, "You are reading garden without an account");
    says(&stranger, ".bar > .button", "Sign in to write");
    // In an archived room nobody writes.
    stage.run(ada.ask(&archive_room(garden, true))).unwrap();
    stranger.wait("document.querySelector('.bar > .button').textContent === 'Sign in'");
    let room = garden.to_string();
    stage.run(admin(stage.data(), &["remove-room", &room]));
    says(&stranger, "main .state__title", "was removed");
    axe::look_at(&stranger, "reader-removed");
    // Another room is read in its turn, and what is not to be read asks to sign in.
    stranger.follow("/rooms/1");
    reads(&stranger, "You are reading");
    stranger.follow("/rooms");
    stranger.wait(FORM);
}

#[test]
#[ignore = "needs a browser"]
fn where_guests_are_off_the_form_for_accounts_leads_back_to_the_room() {
    let stage = Stage::with(&["--public-reading", "on", "--guests", "off"]);
    let olga = owner(&stage);
    let garden = stage.run(async {
        let mut native = olga.connect(stage.address).await;
        let garden = native.create_room("garden").await;
        native.post(garden, "hello, passers-by").await;
        garden
    });
    let stranger = stage.visitor(Looks::default());
    stranger.go(&format!("/rooms/{garden}"));
    reads(&stranger, "You are reading garden without an account");
    stranger.choose("Sign in to write");
    stranger.wait("document.activeElement?.id === 'username'");
    stranger.page.insert_text("olga").unwrap();
    crate::accounts::fill(&stranger, "#password", PASSWORD);
    stranger.press(Key::Enter);
    stranger.ready();
    let here = format!("location.pathname === '/rooms/{garden}'");
    stranger.wait(&here);
    // Who is signed in is simply in the room.
    stranger.go(&format!("/rooms/{garden}"));
    stranger.ready();
    assert!(stranger.finds("!document.querySelector('.bar')"));
    open_details(&stranger);
    says(&stranger, ".facts", "Anyone with the link can read it");
}
