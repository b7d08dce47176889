//! A server that has lost its mind: the page says what is wrong, or goes on, and
//! never falls over.

use serde_json::{Value, json};

use crate::line::Line;
use crate::person::{Looks, Person};
use crate::stage::{Stage, browser};

const ALIVE: &str = "document.querySelector('#failure').hidden";

fn visitor(line: &Line) -> Person {
    let origin = format!("http://{}", line.address);
    let person = Person::new(browser(), origin, Looks::default());
    person.expect_lost_line();
    // The page may say what it did not understand.
    person.expect_complaint("frame");
    person
}

#[test]
#[ignore = "needs a browser"]
fn nothing_that_a_server_says_makes_the_page_fall_over() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = visitor(&line);
    ada.go("/");
    ada.come_in("Ada");
    ada.say("something to hold on to");
    ada.sees_sent("something to hold on to");

    for (number, frames) in frames().into_iter().enumerate() {
        for frame in &frames {
            line.say(frame);
        }
        heard(&ada, &line, number);
        let shown: String = frames[0].chars().take(200).collect();
        assert!(ada.finds(ALIVE), "the page fell over at {shown}");
        assert!(ada.complaints().is_empty(), "{shown}");
        if number % 8 == 7 {
            afresh(&ada);
        }
    }
    line.say_bytes(&[0, 159, 146, 150]);
    heard(&ada, &line, 1_000);
    afresh(&ada);
    ada.say("all is well again");
    ada.sees_sent("all is well again");
}

#[test]
#[ignore = "needs a browser"]
fn however_a_server_closes_the_page_comes_back_or_says_why_not() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = visitor(&line);
    ada.go("/");
    ada.come_in("Ada");
    // What is said while the line closes is said again on the next one.
    ada.expect_complaint("already in CLOSING or CLOSED state");
    for code in [
        1000, 1001, 1002, 1011, 1012, 1013, 3000, 4000, 4002, 4003, 4004, 4005, 4999,
    ] {
        let text = format!("after {code}");
        line.close(code);
        ada.say(&text);
        ada.sees_sent(&text);
        assert!(ada.finds(ALIVE), "{code}");
    }
    // Said of a session, it is believed; the way back in is there.
    line.close(4001);
    ada.wait("document.querySelector('form.card input#name')");
    assert!(ada.finds(ALIVE));
}

/// Waits until the page has taken in everything so far, by what it shows last of all.
fn heard(person: &Person, line: &Line, number: usize) {
    let name = format!("Marker {number}");
    let marker = json!({ "type": "typing", "room": 1, "people": [
        { "id": 900_000, "name": name, "rev": 0, "role": "guest" }] });
    for _ in 0..50 {
        line.say(&marker.to_string());
        let shown = format!("document.querySelector('.typing')?.textContent.includes({name:?})");
        let within = std::time::Duration::from_millis(200);
        if person.page.wait_for(&shown, within).is_ok() || !person.finds(ALIVE) {
            return;
        }
        if person.finds("document.querySelector('form.card input#name')") {
            person.come_in("Ada again");
        }
    }
    // What a page has come to believe may hide the marker; a new one knows nothing of it.
    afresh(person);
}

fn afresh(person: &Person) {
    person.page.reload().unwrap();
    person.wait("document.querySelector('form.card input#name') || seen.composer()");
    if person.finds("document.querySelector('form.card input#name')") {
        person.come_in("Ada again");
    }
    person.ready();
}

/// Frames that no server of ours sends, with those together that are said at once.
fn frames() -> Vec<Vec<String>> {
    let mut frames: Vec<String> = [
        "",
        "null",
        "[]",
        "42",
        "\"text\"",
        "{",
        "{}",
        "{\"type\":null}",
        "{\"type\":\"unheard_of\",\"room\":1}",
        "{\"type\":\"changes\"}",
        "{\"type\":\"pong\",\"type\":\"pong\"}",
        "\u{0}\u{1}\u{7f}",
    ]
    .map(str::to_owned)
    .into();
    frames.push("[".repeat(100_000));
    frames.push(format!(
        "{{\"type\":\"pong\",\"x\":{}1{}}}",
        "[".repeat(500),
        "]".repeat(500)
    ));
    frames.push(format!("\"{}\"", "가".repeat(2_000_000)));
    let odd = [
        "\u{0}",
        "",
        "\u{202e}back",
        &"긴 ".repeat(5_000),
        "<b>",
        "🏳️‍🌈🏳️‍🌈",
    ];
    frames.extend(odd.iter().map(|name| typing(name).to_string()));
    let mut frames: Vec<Vec<String>> = frames.into_iter().map(|frame| vec![frame]).collect();
    for number in [0, -1, i64::MAX, i64::MIN] {
        frames.extend(live_with_number(number).iter().map(live));
        frames.extend(answers_with_number(number).iter().map(answers));
    }
    frames.extend(rooms_and_people().iter().map(live));
    frames.extend(rooms_and_people().iter().map(answers));
    frames.extend(others().iter().map(live));
    frames
}

fn live(frame: &Value) -> Vec<String> {
    vec![frame.to_string()]
}

/// An answer to whatever the page may have asked.
fn answers(frame: &Value) -> Vec<String> {
    let answers = (0..40).chain([u32::MAX]).map(|question| {
        let mut answer = frame.clone();
        answer["question"] = json!(question);
        answer.to_string()
    });
    answers.collect()
}

fn typing(name: &str) -> Value {
    json!({ "type": "typing", "room": 1, "people": [
        { "id": 7, "name": name, "rev": 0, "role": "guest" },
        { "id": 7, "name": name, "rev": 0, "role": "guest" }] })
}

fn message(seq: i64, number: i64) -> Value {
    json!({ "message": { "seq": seq, "rev": number, "content_rev": number, "body": "odd",
        "author": { "id": number, "name": "Nobody", "rev": number },
        "posted_at": number, "edited_at": number } })
}

/// Everything that comes unasked and has a number in it, with this one.
fn live_with_number(number: i64) -> Vec<Value> {
    let message = |seq: i64| message(seq, number);
    let room = json!({ "room": { "id": 1, "name": "lobby", "topic": "", "rev": number,
        "directory_rev": number, "seq": number, "created_at": number } });
    let other = format!("room/{number}");
    vec![
        json!({ "type": "changes", "stream": "room/1", "from": number, "through": number,
            "items": [message(number), message(number), message(1)] }),
        json!({ "type": "changes", "stream": "room/1", "from": 0, "through": 5,
            "items": [room, message(1), message(number)] }),
        json!({ "type": "changes", "stream": other, "from": 0, "through": number }),
        json!({ "type": "changes", "stream": "directory", "from": number, "through": number,
            "items": [room] }),
        json!({ "type": "changes", "stream": "own", "from": number, "through": number,
            "items": [read_mark(1, number), membership(number, number)] }),
        json!({ "type": "heads", "heads": [
            { "room": 1, "seq": number, "counted": [[number, number], [number, 5], [5, number]] },
            { "room": number, "seq": 3, "counted": [[1, 3]] }] }),
        json!({ "type": "notice", "room": number, "seq": number, "words": "\u{202e}",
            "author": { "id": number, "name": "", "rev": number } }),
        json!({ "type": "presence", "room": 1, "count": number.unsigned_abs() }),
        json!({ "type": "ack", "client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
            "room": number, "seq": number, "rev": number }),
    ]
}

/// Every answer that has a number in it, with this one.
fn answers_with_number(number: i64) -> Vec<Value> {
    let message = |seq: i64| message(seq, number);
    let room = json!({ "room": { "id": 1, "name": "lobby", "topic": "", "rev": number,
        "directory_rev": number, "seq": number, "created_at": number } });
    let person = json!({ "id": number, "name": "", "rev": number, "role": "member" });
    vec![
        json!({ "type": "changes", "stream": "room/1", "from": number, "through": number,
            "head": number, "items": [message(number), message(number), message(1)] }),
        json!({ "type": "reset", "stream": "room/1", "rev": number,
            "items": [room, message(number)] }),
        json!({ "type": "reset", "stream": "room/1", "rev": 5,
            "items": [room, message(3), message(2), message(2), message(9)] }),
        json!({ "type": "history", "room": 1, "rev": number, "seq": number,
            "items": [message(number), message(5)] }),
        json!({ "type": "history", "room": number, "rev": 1, "seq": 1, "items": [] }),
        json!({ "type": "changes", "stream": "directory", "from": number, "through": number,
            "head": number, "items": [room] }),
        json!({ "type": "changes", "stream": "directory", "from": 0, "through": number,
            "items": [room, room, { "person": person }] }),
        json!({ "type": "changes", "stream": "own", "from": number, "through": number,
            "head": number, "items": [read_mark(1, number), membership(1, number)] }),
        json!({ "type": "changes", "stream": "own", "from": 0, "through": number,
            "items": [read_mark(number, number)] }),
        json!({ "type": "people", "people": [person, person] }),
        json!({ "type": "heads", "heads": [{ "room": 1, "seq": number,
            "counted": [[number, number], [i64::MIN, i64::MAX]] }] }),
        json!({ "type": "error", "code": "rate_limited", "message": "",
            "retry_after_ms": number.unsigned_abs() }),
    ]
}

fn read_mark(room: i64, number: i64) -> Value {
    json!({ "read_mark": { "room": room, "seq": number, "rev": number } })
}

fn membership(room: i64, number: i64) -> Value {
    json!({ "membership": { "room": room, "rev": number, "role": "manager", "joined_at": number } })
}

fn rooms_and_people() -> Vec<Value> {
    let room = |id: i64, name: &str| {
        json!({ "room": { "id": id, "name": name, "topic": name, "rev": 1, "directory_rev": 1,
            "seq": 0, "created_at": 0 } })
    };
    let many: Vec<_> = (2..2_000).map(|id| room(id, "same")).collect();
    vec![
        json!({ "type": "changes", "stream": "directory", "from": 0, "through": 9, "items": many }),
        json!({ "type": "changes", "stream": "directory", "from": 0, "through": 9 }),
        json!({ "type": "changes", "stream": "directory", "from": 9, "through": 3, "head": 1 }),
        json!({ "type": "changes", "stream": "directory", "from": 0, "through": 9,
            "items": [room(1, ""), room(1, "\u{0}"), room(2, &"x".repeat(100_000))] }),
        json!({ "type": "changes", "stream": "room/1", "from": 5, "through": 2 }),
        json!({ "type": "changes", "stream": "room/1", "from": 0, "through": 9,
            "items": [{}, { "poll": { "seq": 1 } }, room(2, "another")] }),
    ]
}

fn others() -> Vec<Value> {
    let limits = json!({ "frame_bytes": 0, "body_bytes": 0, "name_chars": 0, "topic_chars": 0, "status_chars": 0,
        "in_flight": 0, "rate_per_second": 0, "rate_burst": 0, "page": 0, "resume": 0,
        "subscriptions": 0, "watched": 0, "outbox_bytes": 0, "heartbeat_ms": 0,
        "dead_after_ms": 0, "typing_ms": 0, "presence_people": 0 });
    let welcome = |limits: &Value| {
        json!({ "type": "welcome", "version": 2, "epoch": "00000000-0000-0000-0000-000000000000",
            "user": { "id": 1, "name": "\u{202e}", "rev": 0, "role": "guest" }, "lobby": 77,
            "now": i64::MAX, "limits": limits })
    };
    vec![
        json!({ "type": "error", "code": "no_such_code", "message": "?" }),
        json!({ "type": "error", "code": "unauthorized", "message": "", "room": 1 }),
        json!({ "type": "error", "code": "stale", "message": "", "field": "body" }),
        json!({ "type": "error", "code": "room_gone", "message": "", "room": 1 }),
        json!({ "type": "presence", "room": 1, "count": 0, "people": [] }),
        json!({ "type": "presence", "room": 404, "count": 3 }),
        json!({ "type": "resync" }),
        welcome(&limits),
        welcome(&json!({})),
        json!({ "type": "resync" }),
    ]
}
