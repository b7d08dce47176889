//! Much has happened while the line was down.

use std::collections::BTreeMap;

use shared::id::{RoomId, Seq};

use crate::line::Line;
use crate::person::{Looks, Person};
use crate::stage::{Stage, browser};
use crate::support::command;

const LOBBY: RoomId = RoomId::LOBBY;
const MISSED: i64 = 1_000;

#[test]
#[ignore = "needs a browser"]
fn after_a_thousand_missed_messages_there_is_no_hole_no_double_and_no_disorder() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = Person::new(
        browser(),
        format!("http://{}", line.address),
        Looks::default(),
    );
    ada.expect_lost_line();
    ada.go("/");
    ada.come_in("Ada");
    let mut ben = stage.guest("Ben");
    let mut expected = BTreeMap::new();
    let mut revs = Vec::new();
    for number in 1..=20 {
        let text = format!("known {number}");
        let ack = stage.run(ben.post(LOBBY, &text));
        revs.push(ack.rev.unwrap());
        expected.insert(number, Some(text));
    }
    ada.sees("known 20");

    line.cut();
    let posts: Vec<_> = (1..=MISSED)
        .map(|number| command::send(LOBBY, &format!("missed {number}")))
        .collect();
    stage.run(ben.say_all(&posts));
    for (post, number) in posts.iter().zip(1..) {
        stage.run(ben.answer(command::id(post))).unwrap();
        expected.insert(20 + number, Some(format!("missed {number}")));
    }
    // What was known before changes as well.
    let edit = command::edit(LOBBY, Seq(18), revs[17], "known 18, edited");
    stage.run(ben.ask(&edit)).unwrap();
    expected.insert(18, Some("known 18, edited".into()));
    for seq in [19, 500] {
        stage
            .run(ben.ask(&command::delete(LOBBY, Seq(seq))))
            .unwrap();
        expected.insert(seq, None);
    }
    line.mend();

    // The room is at its end again, or says how much is new there.
    ada.wait("seen.row('missed 1000') || document.querySelector('.timeline__jump')");
    if ada.finds("document.querySelector('.timeline__jump')") {
        ada.click(".timeline__jump");
    }
    ada.sees("missed 1000");
    assert_eq!(whole_room(&ada), expected);
}

/// Everything that a reader meets on the way to the room's beginning.
fn whole_room(person: &Person) -> BTreeMap<i64, Option<String>> {
    let all = person.look("seen.everything()");
    let found = all["found"].as_array().unwrap();
    let messages = found.iter().map(|message| {
        let text = message[1].as_str().map(str::to_owned);
        (message[0].as_i64().unwrap(), text)
    });
    let messages: BTreeMap<_, _> = messages.collect();
    assert_eq!(messages.len(), found.len(), "nothing stands there twice");
    messages
}
