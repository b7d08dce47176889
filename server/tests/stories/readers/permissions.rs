//! What a reader may do: what the page of permissions says, frame by frame.

use serde_json::{Value, json};
use shared::frame::FRAME_TYPES;
use shared::id::{Rev, RoomId};

use super::ON;
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::native::PATH;
use crate::support::raw::Raw;
use crate::support::server::Server;

const PAGE: &str = include_str!("../../../../docs/PERMISSIONS.md");
const ID: &str = "018bcfe5-6800-7707-8707-070707070707";

/// Each frame of the page, and whether a reader may send it.
fn declared() -> Vec<(String, bool)> {
    let (_, section) = PAGE.split_once("\n## Frames\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut frames = Vec::new();
    for row in rows {
        let cells: Vec<_> = row.trim_end_matches(" |").split(" | ").collect();
        let may = match *cells.last().unwrap() {
            "yes" => true,
            "no" => false,
            other => panic!("neither yes nor no: {other}"),
        };
        for name in cells[0].split(", ") {
            frames.push((name.trim_matches('`').to_owned(), may));
        }
    }
    frames
}

/// A frame of this type about the lobby, with all fields that any has.
fn whole(name: &str) -> Value {
    let mut frame = json!({
        "type": name, "version": 2, "client_id": ID, "question": 7, "stream": "room/1",
        "room": 1, "rooms": [1], "seq": 1, "rev": 1, "before": 9, "target": ID, "user": 1,
        "users": [1], "ids": [1], "kind": "public", "role": "manager", "archived": true,
        "change": {"mute": {"room": 1, "on": true}}, "marks": [[1, 1]], "name": "words",
        "topic": "words", "body": "words",
    });
    if name == "mark_read" {
        frame.as_object_mut().unwrap().remove("client_id");
    }
    frame
}

#[tokio::test]
async fn a_reader_may_send_exactly_the_frames_that_the_page_says() {
    let server = Server::start(&ON).await;
    let mut ada = enter(server.address, "Ada").await;
    let rev = ada.post(RoomId::LOBBY, "hello").await.rev.unwrap();
    let own = ada.own(None, Rev::ZERO).await;
    let mut raw = Raw::open(server.address, PATH).await;
    let hello = json!({"type": "hello", "version": 2, "reads": 1}).to_string();
    raw.text(&hello).await;
    assert_eq!(raw.json().await["type"], "welcome");
    let declared = declared();
    assert_eq!(declared.len(), FRAME_TYPES.len());
    for (name, may) in declared {
        let frame = whole(&name);
        raw.text(&frame.to_string()).await;
        // What is answered after it.
        let last = json!({"type": "people", "question": 99, "ids": []});
        raw.text(&last.to_string()).await;
        let mut refused = None;
        loop {
            let said = raw.json().await;
            if said["question"] == last["question"] {
                break;
            }
            if said["type"] == "error" {
                refused = Some(said);
            }
        }
        // Only the second greeting is refused for another reason.
        let code = refused.as_ref().map(|refused| refused["code"].clone());
        let expected = match (&*name, may) {
            ("hello", _) => Some(json!("hello_twice")),
            (_, true) => None,
            (_, false) => Some(json!("not_permitted")),
        };
        assert_eq!(code, expected, "{name}");
        let Some(refused) = refused.filter(|_| name != "hello") else {
            continue;
        };
        // It says what it is about, so that a client knows.
        let names = ["client_id", "question", "room"];
        let says = names.iter().any(|field| refused[*field] == frame[*field]);
        assert!(says || name == "unwatch", "{refused}");
    }
    assert_eq!(ada.subscribe(RoomId::LOBBY).await.rev, rev);
    let own_now = ada.own(None, Rev::ZERO).await;
    assert_eq!(own_now.items(), own.items());
}
