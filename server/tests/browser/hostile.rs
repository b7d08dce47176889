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

    for (number, frame) in frames().into_iter().enumerate() {
        line.say(&frame);
        heard(&ada, &line, number);
        let shown: String = frame.chars().take(200).collect();
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
        { "id": 900_000, "name": name, "rev": 0, "kind": "guest" }] });
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

/// Frames that no server of ours sends.
fn frames() -> Vec<String> {
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
    for number in [0, -1, i64::MAX, i64::MIN] {
        frames.extend(with_number(number).iter().map(Value::to_string));
    }
    frames.extend(rooms_and_people().iter().map(Value::to_string));
    frames
}

fn typing(name: &str) -> Value {
    json!({ "type": "typing", "room": 1, "people": [
        { "id": 7, "name": name, "rev": 0, "kind": "guest" },
        { "id": 7, "name": name, "rev": 0, "kind": "guest" }] })
}

/// Everything that has a number in it, with this one.
fn with_number(number: i64) -> Vec<Value> {
    let message = |seq: i64| {
        json!({ "seq": seq, "rev": number, "author": { "id": number, "name": "Nobody", "rev": number },
            "body": "odd", "posted_at": number, "edited_at": number })
    };
    let room = json!({ "id": 1, "name": "lobby", "topic": "", "rev": number,
        "directory_rev": number, "seq": number, "created_at": number });
    vec![
        json!({ "type": "changes", "room": 1, "from": number, "through": number, "head": number,
            "messages": [message(number), message(number), message(1)] }),
        json!({ "type": "changes", "room": 1, "from": 0, "through": 5, "info": room,
            "messages": [message(1), message(number)] }),
        json!({ "type": "changes", "room": number, "from": 0, "through": number }),
        json!({ "type": "reset", "rev": number, "info": room, "messages": [message(number)] }),
        json!({ "type": "reset", "rev": 5, "info": room,
            "messages": [message(3), message(2), message(2), message(9)] }),
        json!({ "type": "history", "request": 1, "room": 1, "rev": number, "seq": number,
            "messages": [message(number), message(5)] }),
        json!({ "type": "history", "request": 4_000_000_000_u32, "room": number, "rev": 1, "seq": 1,
            "messages": [] }),
        json!({ "type": "directory", "from": number, "through": number, "head": number,
            "rooms": [room] }),
        json!({ "type": "directory", "from": 0, "through": number, "rooms": [room, room],
            "people": [{ "id": number, "name": "", "rev": number, "kind": "member" }] }),
        json!({ "type": "stream", "from": number, "through": number, "head": number,
            "marks": [{ "room": 1, "seq": number, "rev": number }] }),
        json!({ "type": "stream", "from": 0, "through": number,
            "marks": [{ "room": number, "seq": number, "rev": number }] }),
        json!({ "type": "presence", "room": 1, "count": number.unsigned_abs() }),
        json!({ "type": "ack", "client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
            "room": number, "seq": number, "rev": number }),
        json!({ "type": "error", "code": "rate_limited", "message": "", "request": 1,
            "retry_after_ms": number.unsigned_abs() }),
    ]
}

fn rooms_and_people() -> Vec<Value> {
    let room = |id: i64, name: &str| {
        json!({ "id": id, "name": name, "topic": name, "rev": 1, "directory_rev": 1, "seq": 0,
            "created_at": 0 })
    };
    let many: Vec<_> = (2..2_000).map(|id| room(id, "same")).collect();
    let limits = json!({ "frame_bytes": 0, "body_bytes": 0, "name_chars": 0, "topic_chars": 0,
        "in_flight": 0, "rate_per_second": 0, "rate_burst": 0, "page": 0, "resume": 0,
        "subscriptions": 0, "outbox_bytes": 0, "heartbeat_ms": 0, "dead_after_ms": 0,
        "typing_ms": 0, "presence_people": 0 });
    let welcome = |limits: &Value| {
        json!({ "type": "welcome", "version": 1, "epoch": "00000000-0000-0000-0000-000000000000",
            "user": { "id": 1, "name": "\u{202e}", "rev": 0, "kind": "guest" }, "lobby": 77,
            "now": i64::MAX, "limits": limits })
    };
    vec![
        json!({ "type": "directory", "from": 0, "through": 9, "rooms": many }),
        json!({ "type": "directory", "from": 0, "through": 9, "rooms": [] }),
        json!({ "type": "directory", "from": 9, "through": 3, "head": 1 }),
        json!({ "type": "directory", "from": 0, "through": 9,
            "rooms": [room(1, ""), room(1, "\u{0}"), room(2, &"x".repeat(100_000))] }),
        json!({ "type": "changes", "room": 1, "from": 5, "through": 2 }),
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
