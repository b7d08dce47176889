//! Where a room opens, and how its messages stand.

use serde_json::json;
use shared::frame::ClientFrame;
use shared::id::RoomId;

use crate::history::{Said, long};
use crate::person::{Looks, Person};
use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;
const DIVIDER: &str = "document.querySelector('.row__unread')";

#[test]
#[ignore = "needs a browser"]
fn a_room_opens_at_the_first_unread_message_whose_divider_stays_until_the_room_is_left() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    stage.run(ben.create_room("garden"));
    for number in 1..=30 {
        stage.run(ben.post(LOBBY, &format!("old {number}")));
    }
    let ada = stage.person("Ada");
    ada.sees("old 30");
    assert!(!ada.finds(DIVIDER), "a first visit starts at the end");
    ada.enter("garden");
    for number in 1..=30 {
        stage.run(ben.post(LOBBY, &format!("new {number}")));
    }
    ada.wait("seen.badge('lobby') === '30'");

    ada.enter("lobby");

    ada.wait(DIVIDER);
    assert!(ada.finds("seen.row('new 1').querySelector('.row__unread')"));
    ada.wait("seen.inSight(seen.row('new 1').querySelector('.message')) && !seen.atEnd()");
    assert!(ada.finds("seen.inSight(seen.row('old 30').querySelector('.message'))"));
    // It stays while they read on, write, and others answer.
    ada.click(".timeline__jump");
    ada.wait("seen.atEnd() && seen.row('new 30')");
    ada.say("all read");
    ada.sees_sent("all read");
    stage.run(ben.post(LOBBY, "good"));
    ada.sees("good");
    ada.wait("seen.row('new 1')?.querySelector('.row__unread')");
    assert_eq!(
        ada.look("document.querySelectorAll('.row__unread').length"),
        1
    );

    ada.enter("garden");
    ada.enter("lobby");
    ada.sees("good");
    ada.wait("seen.atEnd()");
    assert!(!ada.finds(DIVIDER));
}

#[test]
#[ignore = "needs a browser"]
fn a_room_that_was_shown_before_is_there_at_once() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    stage.run(ben.post(LOBBY, "in the lobby"));
    ada.sees("in the lobby");
    stage.run(ben.subscribe(LOBBY));
    stage.run(ben.say(&ClientFrame::Typing { room: LOBBY }));
    let typing = "document.querySelector('.typing > p').textContent";
    ada.wait(&format!("{typing} === 'Ben is typing'"));
    ada.enter("garden");
    ada.say("in the garden");
    ada.sees_sent("in the garden");

    // The server says nothing for a while.
    stage.pause();
    ada.enter("lobby");
    ada.sees_exactly(&["in the lobby"]);
    // Whether he still types, and who is here, is not known.
    assert_eq!(ada.look(typing), "");
    assert_eq!(
        ada.look("document.querySelector('.people__count').textContent"),
        ""
    );
    ada.enter("garden");
    ada.sees_exactly(&["in the garden"]);
    stage.go_on();
    ada.enter("lobby");
    stage.run(ben.post(LOBBY, "and on"));
    ada.sees_exactly(&["in the lobby", "and on"]);
}

#[test]
#[ignore = "needs a browser"]
fn messages_of_one_author_are_grouped_and_days_are_separated_in_local_time() {
    let mut stage = Stage::new();
    // 2023-11-15, in UTC; Seoul is nine hours ahead.
    let day = 1_700_006_400_000_000_i64;
    let moment = |hour: i64, minute: i64, second: i64| {
        day + ((hour * 60 + minute) * 60 + second) * 1_000_000
    };
    let said = |author, text: &str, at| Said {
        author,
        text: text.to_owned(),
        at,
    };
    stage.put_into_lobby([
        said("Iris", "begins", moment(10, 0, 0)),
        said("Iris", "goes on", moment(10, 4, 59)),
        said("Iris", "much later", moment(10, 12, 0)),
        said("Juno", "another", moment(10, 12, 10)),
        said("Juno", "late in the evening", moment(14, 59, 30)),
        said("Juno", "past midnight", moment(15, 0, 30)),
    ]);
    let seoul = Looks {
        zone: "Asia/Seoul",
        ..Looks::default()
    };
    let (ada, hana) = (stage.person("Ada"), stage.person_like("하나", seoul));
    for person in [&ada, &hana] {
        person.sees("past midnight");
    }

    let heads = "seen.rows().filter(row => row.querySelector('.message--head')).map(seen.text)";
    let in_london = ["begins", "much later", "another", "late in the evening"];
    assert_eq!(ada.look(heads), json!(in_london));
    let mut in_seoul = in_london.to_vec();
    in_seoul.push("past midnight");
    assert_eq!(hana.look(heads), json!(in_seoul));

    let days = "[...document.querySelectorAll('.row__day')].map(day => day.textContent.trim())";
    assert_eq!(days_of(&ada, days), ["Wednesday, November 15, 2023"]);
    assert_eq!(
        days_of(&hana, days),
        [
            "Wednesday, November 15, 2023",
            "Thursday, November 16, 2023"
        ]
    );

    // The exact time, for machines, for the pointer and for screen readers.
    let time = "(() => { const time = seen.row('past midnight').querySelector('time');
        return [time.dateTime, time.title]; })()";
    assert_eq!(ada.look(time)[0], "2023-11-15T15:00:30.000Z");
    let title = hana.look(time)[1].as_str().unwrap().to_owned();
    assert!(
        title.contains("November 16, 2023") && title.contains("12:00:30"),
        "{title}"
    );
}

#[test]
#[ignore = "needs a browser"]
fn while_older_messages_are_read_their_day_stays_in_sight() {
    let mut stage = Stage::new();
    let noon = 1_700_049_600_000_000_i64;
    stage.put_into_lobby((0..120).map(|number| Said {
        author: "Iris",
        text: format!("line {number}"),
        at: noon + number / 40 * 86_400_000_000 + number * 1_000_000,
    }));
    let ada = stage.person("Ada");
    ada.sees("line 119");
    ada.wait("seen.atEnd()");
    let day = "document.querySelector('.timeline__day')";
    assert!(!ada.finds(&format!("{day}.checkVisibility()")));
    ada.page.wheel((640.0, 400.0), -300.0).unwrap();
    ada.wait(&format!(
        "{day}.textContent === 'Friday, November 17, 2023'"
    ));
    // Where a divider stands, it says so itself.
    ada.wait("(seen.scroller().scrollTop = 0, seen.row('line 30'))");
    ada.look("seen.row('line 40').scrollIntoView()");
    ada.wait(&format!("{day}.textContent === ''"));
    ada.look("seen.row('line 60').scrollIntoView()");
    ada.wait(&format!(
        "{day}.textContent === 'Thursday, November 16, 2023'"
    ));
    ada.click(".timeline__jump");
    ada.wait(&format!("seen.atEnd() && {day}.textContent === ''"));
}

fn days_of(person: &Person, expression: &str) -> Vec<String> {
    let days = person.look(expression);
    let days = days.as_array().unwrap();
    days.iter()
        .map(|day| day.as_str().unwrap().to_owned())
        .collect()
}

#[test]
#[ignore = "needs a browser"]
fn a_link_to_a_message_opens_its_surroundings_both_ways_and_marks_it() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(2_000));
    let ada = stage.person("Ada");
    ada.sees_place(2_000);

    ada.go("/rooms/1/701");

    ada.wait("seen.rows().find(row => row.dataset.seq === '701')?.matches('.row--marked')");
    ada.wait("seen.inSight(seen.rows().find(row => row.dataset.seq === '701'))");
    assert_eq!(
        ada.look("document.querySelectorAll('.row--marked').length"),
        1
    );
    // Both ways.
    for place in [660, 640] {
        ada.look("seen.scroller().scrollTop = 0");
        ada.sees_place(place);
    }
    ada.wait("(seen.scroller().scrollTop = 1e9, document.querySelector('.row[data-seq=\"800\"]'))");
    ada.click(".timeline__jump");
    ada.sees_place(2_000);
    ada.wait("seen.atEnd()");

    // A place that there is not leads to the end, not into nothing.
    ada.go("/rooms/1/999999");
    ada.sees_place(2_000);
    ada.wait("document.querySelector('.toast')?.textContent.includes('no such message')");
    assert_eq!(ada.look("location.pathname"), "/rooms/1");
}

#[test]
#[ignore = "needs a browser"]
fn a_copied_link_leads_to_its_message() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(300));
    let ada = stage.person("Ada");
    ada.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    ada.sees_place(300);
    ada.act_on("line 299", "Copy link");
    ada.wait("document.querySelector('.toast')");
    let link = ada.look("navigator.clipboard.readText()");
    assert_eq!(link, stage.page("/rooms/1/299"));

    // Sent on, it is a link that leads others there.
    ada.say(link.as_str().unwrap());
    ada.wait("document.querySelector('a.message__link')?.href.endsWith('/rooms/1/299')");
    let ben = stage.person("Ben");
    ben.go("/rooms/1/299");
    ben.wait("seen.row('line 299')?.matches('.row--marked')");
}

impl Person {
    /// Waits until the message at a place is there.
    #[track_caller]
    pub fn sees_place(&self, seq: i64) {
        self.wait(&format!(
            "document.querySelector('.row[data-seq=\"{seq}\"]')"
        ));
    }
}
