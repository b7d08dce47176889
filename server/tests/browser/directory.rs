//! The page with all public rooms.

use chromium::Key;
use serde_json::{Value, json};
use shared::model::Posting;

use crate::line::Line;
use crate::outage::over;
use crate::person::{Looks, PHONE, Person};
use crate::phone::tap;
use crate::stage::Stage;
use crate::support::command;

/// The names of the listed rooms.
const NAMES: &str = "JSON.stringify([...document.querySelectorAll('.directory__name')].map(name => name.textContent))";

#[track_caller]
fn lists(person: &Person, rooms: &[&str]) {
    let wanted = Value::from(json!(rooms).to_string());
    person.wait(&format!("{NAMES} === {wanted}"));
}

#[track_caller]
fn look_for(person: &Person, text: &str) {
    person.click("#directory-search");
    person.look("document.activeElement.select()");
    if text.is_empty() {
        person.press(Key::Backspace);
    } else {
        person.page.insert_text(text).unwrap();
    }
}

/// What can be done with a room by its button.
fn action(room: &str) -> String {
    format!(
        "[...document.querySelectorAll('.directory__row')]
            .find(row => row.querySelector('.directory__name').textContent === '{room}')
            ?.querySelector('.directory__action')"
    )
}

#[track_caller]
fn says(person: &Person, room: &str, text: &str) {
    person.wait(&format!(
        "[...document.querySelectorAll('.directory__row')]
            .find(row => row.querySelector('.directory__name').textContent === '{room}')
            ?.querySelector('.directory__facts').textContent.includes({})",
        Value::from(text)
    ));
}

#[test]
#[ignore = "needs a browser"]
fn rooms_are_searched_joined_opened_and_left() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let meeting = stage.run(ben.create_room("회의실"));
    let notices = stage.run(ben.create_room("notices"));
    stage.run(async {
        let managers = command::set_posting(notices, shared::id::Rev(1), Posting::Managers);
        ben.ask(&managers).await.unwrap();
        ben.post(notices, "read this").await;
        ben.create_private_room("hideout").await;
    });
    let ada = stage.person("Ada");
    ada.go("/rooms");
    lists(&ada, &["lobby", "notices", "회의실"]);
    ada.wait("document.title === 'Browse rooms · Madang'");
    says(&ada, "lobby", "Everyone");
    says(&ada, "notices", "1 member");
    says(&ada, "notices", "Managers post");
    assert!(!ada.finds(&action("lobby")), "everybody is in the lobby");

    // By initial consonants, and nothing is lost on the way.
    look_for(&ada, "ㅎㅇ");
    lists(&ada, &["회의실"]);
    ada.click_on(&action("회의실"));
    says(&ada, "회의실", "You are in");
    says(&ada, "회의실", "2 members");
    ada.wait("seen.place('회의실')");
    // The button stays, with the focus, and takes it back.
    ada.wait(&format!("{} === document.activeElement", action("회의실")));
    ada.press(Key::Enter);
    says(&ada, "회의실", "1 member");
    ada.wait("!seen.place('회의실')");
    ada.press(Key::Enter);
    ada.wait("seen.place('회의실')");
    assert!(stage.run(ben.rooms(&[meeting])).len() == 1);

    // What does not exist leads on.
    look_for(&ada, "hideout");
    ada.wait("document.querySelector('.directory__body .state__title')");
    ada.choose("Show all rooms");
    lists(&ada, &["lobby", "notices", "회의실"]);
    ada.wait("document.activeElement?.id === 'directory-search'");

    // Who has not joined may read along.
    ada.click_on("seen.named('.directory__open', 'notices1 memberManagers post')");
    ada.sees("read this");
}

#[test]
#[ignore = "needs a browser"]
fn the_list_is_one_stop_and_arrows_lead_through_it() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    for name in ["alpha", "beta", "gamma"] {
        stage.run(ben.create_room(name));
    }
    let ada = stage.person("Ada");
    let at = |ada: &Person, text: &str| {
        ada.wait(&format!(
            "document.activeElement?.closest('.directory__row')
                ?.querySelector('.directory__name').textContent === '{text}'"
        ));
    };
    ada.go("/rooms");
    lists(&ada, &["alpha", "beta", "gamma", "lobby"]);
    ada.click("#directory-search");
    ada.press(Key::Down);
    at(&ada, "alpha");
    ada.press(Key::Down);
    at(&ada, "beta");
    ada.press(Key::Right);
    ada.wait("document.activeElement?.matches('.directory__action')");
    ada.press(Key::Enter);
    says(&ada, "beta", "You are in");
    ada.press(Key::Down);
    at(&ada, "gamma");
    ada.press(Key::Up);
    at(&ada, "beta");
    assert_eq!(
        ada.look("document.querySelectorAll('.directory__list [tabindex=\"0\"]').length"),
        1
    );
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'beta'");
}

#[test]
#[ignore = "needs a browser"]
fn archived_rooms_are_apart_and_a_list_that_does_not_come_can_be_tried_again() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let old = stage.run(ben.create_room("old times"));
    stage.run(async { ben.ask(&command::archive_room(old, true)).await.unwrap() });
    let ada = stage.person("Ada");
    ada.go("/rooms");
    lists(&ada, &["lobby"]);
    ada.choose("Archived");
    lists(&ada, &["old times"]);
    assert!(
        !ada.finds(&action("old times")),
        "nobody joins an archived room"
    );
    ada.choose("Open");
    lists(&ada, &["lobby"]);

    ada.page.call("Network.enable", json!({})).unwrap();
    ada.page
        .call(
            "Network.setBlockedURLs",
            json!({ "urls": ["*/api/v1/rooms?*"] }),
        )
        .unwrap();
    ada.expect_lost_line();
    // What is open is not taken for what is archived.
    ada.choose("Archived");
    ada.wait("document.querySelector('.directory__failed[role=alert]')");
    lists(&ada, &[]);
    ada.choose("Open");
    look_for(&ada, "old");
    ada.wait("document.querySelector('.directory__failed[role=alert]')");
    ada.page
        .call("Network.setBlockedURLs", json!({ "urls": [] }))
        .unwrap();
    ada.choose("Try again");
    ada.wait("document.querySelector('.directory__body .state__title')");
}

#[test]
#[ignore = "needs a browser"]
fn a_room_that_is_still_being_joined_keeps_no_other_from_it() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    for name in ["alpha", "beta"] {
        stage.run(ben.create_room(name));
    }
    let line = Line::to(stage.address);
    let ada = over(&line, "Ada");
    ada.expect_lost_line();
    ada.go("/rooms");
    lists(&ada, &["alpha", "beta", "lobby"]);
    ada.wait("seen.places().length");
    line.cut();
    for room in ["alpha", "beta"] {
        ada.click_on(&action(room));
        let button = action(room);
        ada.wait(&format!(
            "{button}.ariaDisabled === 'true' && seen.name({button}) === 'Joining…'"
        ));
    }
    // Once more is not once more.
    ada.click_on(&action("alpha"));
    line.mend();
    for room in ["alpha", "beta"] {
        says(&ada, room, "You are in");
        ada.wait(&format!("seen.name({}) === 'Leave {room}'", action(room)));
        ada.wait(&format!("seen.place('{room}')"));
    }
}

#[test]
#[ignore = "needs a browser"]
fn many_rooms_come_in_pages_also_on_a_phone() {
    let stage = Stage::with(&["--max-rooms-per-person", "70"]);
    let mut ben = stage.guest("Ben");
    for number in 1..=60 {
        stage.run(ben.create_room(&format!("room {number:02}")));
    }
    let ada = stage.person_like(
        "Ada",
        Looks {
            screen: PHONE,
            ..Looks::default()
        },
    );
    ada.go("/rooms");
    let rows = "document.querySelectorAll('.directory__row').length";
    ada.wait(&format!("{rows} === 50"));
    // Rows that come in sight may be higher than was expected, some frames later: a finger waits until
    // they stand.
    let stands = "seen.still(document.querySelector('.directory__more'))";
    ada.wait(&format!(
        "(window.stood = {stands} ? (window.stood ?? 0) + 1 : 0) > 10"
    ));
    tap(&ada, ".directory__more");
    ada.wait(&format!("{rows} === 61"));
    assert!(!ada.finds("seen.named('button', 'Show more')"));
    assert_eq!(ada.look("seen.smallTargets(44)"), json!([]));
    assert!(!ada.finds("document.documentElement.scrollWidth > innerWidth"));
}
