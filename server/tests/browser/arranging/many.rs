//! What many rooms cost.

use serde_json::json;
use shared::id::RoomId;

use super::{device, direct};
use crate::accounts::owner;
use crate::person::Looks;
use crate::stage::Stage;
use crate::support::command;

#[test]
#[ignore = "needs a browser"]
fn of_sixty_rooms_ten_unread_and_one_message_to_oneself_one_badge_is_filled() {
    let stage = Stage::with(&["--max-rooms-per-person", "70"]);
    let owner = owner(&stage);
    let mut olga = stage.run(owner.connect(stage.address));
    let rooms: Vec<RoomId> = (10..70)
        .map(|number| stage.run(olga.create_room(&format!("room {number}"))))
        .collect();
    let ada = device(&stage, Looks::default());
    ada.wait("seen.places().length === 61");
    let heights = "[...document.querySelectorAll('.sidebar__row')].map(row => row.offsetHeight)";
    let before = ada.look(heights);

    let (mut ben, mut cora) = (stage.guest("Ben"), stage.guest("Cora"));
    for room in &rooms[..10] {
        stage.run(ben.post(*room, "words"));
    }
    direct(&stage, &mut cora, owner.profile.id, "for you");
    ada.wait("document.querySelectorAll('.place .badge').length === 11");
    ada.look("seen.place('Cora').scrollIntoView()");
    let filled = "[...document.querySelectorAll('.badge')].filter(badge =>
        getComputedStyle(badge).backgroundColor !== 'rgba(0, 0, 0, 0)').map(badge => badge.textContent)";
    assert_eq!(ada.look(filled), json!(["1"]));
    ada.wait("document.title.startsWith('(1) ')");
    let after = ada.look(heights);
    let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
    assert_eq!(before[..], after[..61]);
}

#[test]
#[ignore = "needs a browser"]
fn of_five_hundred_rooms_a_message_and_another_room_render_only_their_rows() {
    let stage = Stage::with(&["--max-rooms-per-person", "600"]);
    let owner = owner(&stage);
    let mut olga = stage.run(owner.connect(stage.address));
    let commands: Vec<_> = (1..=500)
        .map(|number| command::create_room(&format!("room {number}"), ""))
        .collect();
    stage.run(olga.say_all(&commands));
    let mut rooms = Vec::new();
    for command in &commands {
        rooms.push(
            stage
                .run(olga.answer(command::id(command)))
                .unwrap()
                .room
                .unwrap(),
        );
    }
    let ada = device(&stage, Looks::default());
    ada.wait("seen.places().length === 501");
    // What a row is made of, and how long all of them take, from nothing to what is painted.
    let nodes = ada.look("document.querySelectorAll('.sidebar__scroller *').length");
    assert!(nodes.as_u64().unwrap() < 501 * 6, "{nodes} nodes");
    ada.page.reload().unwrap();
    ada.wait("document.querySelectorAll('.sidebar__scroller a.place').length === 501");
    let long =
        ada.look("seen.frame().then(() => performance.getEntriesByType('longtask').length || 0)");
    println!("{nodes} nodes, {long} long tasks");
    ada.ready();

    // Which rows change.
    ada.look(
        "window.changed = new Set(); new MutationObserver(records => records.forEach(record => {
            const row = (record.target.closest ?? (() => null)).call(record.target, '.sidebar__row');
            changed.add(row ? row.querySelector('.place__name').textContent : record.target.className);
        })).observe(document.querySelector('.sidebar__scroller'),
            { subtree: true, childList: true, attributes: true, characterData: true })",
    );
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(rooms[249], "words"));
    ada.wait("seen.badge('room 250') === '1'");
    assert_eq!(ada.look("[...changed]"), json!(["room 250"]));
    ada.look("changed.clear()");
    let began = ada.look("performance.now()").as_f64().unwrap();
    ada.look("seen.place('room 250').click()");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'room 250'");
    ada.sees("words");
    let took = ada.look("performance.now()").as_f64().unwrap() - began;
    println!("another room after {took} ms");
    ada.wait("seen.badge('room 250') === ''");
    let mut changed: Vec<String> = serde_json::from_value(ada.look("[...changed]")).unwrap();
    changed.sort();
    assert_eq!(changed, ["lobby", "room 250"]);
}
