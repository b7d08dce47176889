//! Somebody who has no session opens the link of a public room, where anybody may read.

use chromium::Key;
use serde_json::json;
use shared::id::RoomId;

use crate::accounts::{owner, says};
use crate::axe;
use crate::focus::type_letter;
use crate::person::{Looks, PHONE, Person};
use crate::room_details::open_details;
use crate::stage::Stage;
use crate::support::account::PASSWORD;
use crate::support::command::{delete, edit};
use crate::support::native::Native;
use crate::support::process::admin;

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
    reads(&stranger, "You are reading garden. Sign in to write.");
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
    type_letter(&stranger, "x", "KeyX");
    assert!(stranger.finds("!document.querySelector('textarea')"));

    stranger.choose("Sign in");
    stranger.come_in("Gus");
    assert_eq!(stranger.look("location.pathname"), json!(room));
    stranger.say("here I am");
    stranger.sees_sent("here I am");
    let live = stage.run(async {
        ada.subscribe(garden).await;
        ada.history(
            garden,
            shared::frame::Anchor::Before(shared::id::Seq(99)),
            None,
        )
        .await
        .unwrap()
    });
    let last = crate::support::items::Items::messages(&live);
    assert_eq!(last.last().unwrap().body, "here I am");
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
    reads(
        &reader,
        "garden 대화방을 읽고 있어요. 글을 쓰려면 로그인하세요.",
    );
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
    reader.wait("document.querySelector('main.sign-in form input#name')");
}

#[test]
#[ignore = "needs a browser"]
fn a_room_that_is_not_to_be_read_asks_to_sign_in() {
    let mut stage = Stage::with(&ON);
    let (mut ada, garden) = garden(&stage);
    let den = stage.run(ada.create_private_room("den"));
    let stranger = stage.visitor(Looks::default());
    for room in [den, RoomId(4711)] {
        stranger.go(&format!("/rooms/{room}"));
        stranger.wait("document.querySelector('main.sign-in form input#name')");
        assert!(stranger.finds("!document.body.innerText.includes('den')"));
    }
    // So it does where nobody reads without a session.
    stage.stop();
    stage.start_with(&["--public-reading", "off"]);
    stranger.go(&format!("/rooms/{garden}"));
    stranger.wait("document.querySelector('main.sign-in form input#name')");
}

#[test]
#[ignore = "needs a browser"]
fn a_room_that_is_removed_is_gone_and_another_address_asks_to_sign_in() {
    let stage = Stage::with(&ON);
    let (_ada, garden) = garden(&stage);
    let stranger = stage.visitor(Looks::default());
    stranger.go(&format!("/rooms/{garden}"));
    reads(&stranger, "You are reading garden.");
    let room = garden.to_string();
    stage.run(admin(stage.data(), &["remove-room", &room]));
    says(&stranger, "main .state__title", "was removed");
    axe::look_at(&stranger, "reader-removed");
    // Another room is read in its turn, and what is not to be read asks to sign in.
    stranger.follow("/rooms/1");
    reads(&stranger, "You are reading");
    stranger.follow("/rooms");
    stranger.wait("document.querySelector('main.sign-in form input#name')");
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
    reads(&stranger, "You are reading garden.");
    stranger.choose("Sign in");
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
