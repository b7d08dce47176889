//! A command's `client_id` is echoed as it was written, and identifies one command whatever its
//! case.

use serde_json::{Value, json};

use crate::support::guest::Guest;
use crate::support::http;
use crate::support::raw::Raw;
use crate::support::server::Server;

/// As Swift writes it, as hardly anyone does, and as most do.
const SPELLINGS: [&str; 3] = [
    "018BCFE5-6800-7707-8707-0707070707AB",
    "018bCFe5-6800-7707-8707-0707070707Cd",
    "018bcfe5-6800-7707-8707-0707070707ef",
];

/// A client that looks at texts.
struct Peer(Raw);

impl Peer {
    async fn connect(server: &Server, guest: &Guest) -> Self {
        Peer(Raw::greeted(server.address, &guest.token).await)
    }

    async fn say(&mut self, frame: Value) {
        self.0.text(&frame.to_string()).await;
    }

    /// The next frame of these types.
    async fn next(&mut self, types: &[&str]) -> Value {
        loop {
            let frame = self.0.json().await;
            if types.iter().any(|name| frame["type"] == *name) {
                return frame;
            }
        }
    }

    /// A command's answer.
    async fn ask(&mut self, frame: Value) -> Value {
        self.say(frame).await;
        self.next(&["ack", "error"]).await
    }
}

fn send(client_id: &str, body: &str) -> Value {
    json!({"type": "send", "client_id": client_id, "room": 1, "body": body})
}

/// The ids of the messages in an answer.
fn ids(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap().iter();
    items
        .filter_map(|item| Some(item.get("message")?["client_id"].as_str().unwrap()))
        .collect()
}

/// Checks that every answer shows the posts with their ids as they were written.
async fn all_answers_spell_them(server: &Server, guest: &Guest, epoch: &Value) {
    let mut peer = Peer::connect(server, guest).await;
    peer.say(json!({"type": "subscribe", "question": 1, "stream": "room/1"}))
        .await;
    assert_eq!(ids(&peer.next(&["reset"]).await), SPELLINGS);
    peer.say(
        json!({"type": "subscribe", "question": 1, "stream": "room/1", "epoch": epoch, "rev": 1}),
    )
    .await;
    assert_eq!(ids(&peer.next(&["changes"]).await), SPELLINGS);
    peer.say(json!({"type": "history", "question": 1, "room": 1, "after": 0}))
        .await;
    assert_eq!(ids(&peer.next(&["history"]).await), SPELLINGS);
    let bearer = guest.bearer();
    let headers = [("authorization", bearer.as_str())];
    let page = http::get(server.address, "/api/v1/rooms/1/messages", &headers).await;
    assert_eq!(ids(&page.json()), SPELLINGS);
}

#[tokio::test]
async fn a_client_id_is_echoed_as_written_everywhere_and_after_a_restart() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = Peer::connect(&server, &guest).await;
    let mut bob = Peer::connect(&server, &Guest::come_in(server.address, "Bob").await).await;
    bob.say(json!({"type": "subscribe", "question": 1, "stream": "room/1"}))
        .await;
    bob.next(&["reset"]).await;
    for id in SPELLINGS {
        assert_eq!(ada.ask(send(id, "words")).await["client_id"], id);
        assert_eq!(ids(&bob.next(&["changes"]).await), [id]);
    }
    let welcome = {
        let mut raw = Raw::open(server.address, "/api/v1/ws").await;
        let hello = json!({"type": "hello", "version": 2, "token": guest.token});
        raw.text(&hello.to_string()).await;
        raw.json().await
    };
    all_answers_spell_them(&server, &guest, &welcome["epoch"]).await;
    let server = server.restart().await;
    all_answers_spell_them(&server, &guest, &welcome["epoch"]).await;

    // A change of the message carries it too.
    let mut ada = Peer::connect(&server, &guest).await;
    ada.say(json!({"type": "subscribe", "question": 1, "stream": "room/1"}))
        .await;
    ada.next(&["reset"]).await;
    let delete = json!({"type": "delete", "client_id": "0190A0B0-0000-7000-8000-0000000000AA",
                        "room": 1, "seq": 1});
    ada.say(delete).await;
    assert_eq!(ids(&ada.next(&["changes"]).await), [SPELLINGS[0]]);
}

#[tokio::test]
async fn every_reply_spells_the_client_id_as_its_command_did() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = Peer::connect(&server, &guest).await;
    ada.ask(send(SPELLINGS[0], "words")).await;
    let commands = [
        json!({"type": "create_room", "name": "garden"}),
        json!({"type": "update_room", "room": 2, "rev": 1, "topic": "plants"}),
        json!({"type": "rename", "name": "Ada L."}),
        json!({"type": "edit", "room": 1, "seq": 1, "rev": 2, "body": "others"}),
        json!({"type": "cancel", "room": 1, "target": "0190A0B0-0000-7000-8000-00000000CCCC"}),
        json!({"type": "delete", "room": 1, "seq": 1}),
        // These are refused.
        json!({"type": "send", "room": 1, "body": ""}),
        json!({"type": "send", "room": 4711, "body": "anyone?"}),
        json!({"type": "send", "room": 1, "body": 5}),
        json!({"type": "send", "room": 1, "body": 5}),
        json!({"type": "dance"}),
    ];
    for (number, mut command) in commands.into_iter().enumerate() {
        let id = format!("0190a0B0-ABCD-7000-8000-0000000000A{number:X}");
        command["client_id"] = id.as_str().into();
        assert_eq!(ada.ask(command).await["client_id"], id);
    }
    let stale = json!({"type": "edit", "client_id": "0190a0b0-ABCD-7000-8000-00000000000F",
                       "room": 1, "seq": 2, "rev": 1, "body": "too late"});
    ada.ask(send(SPELLINGS[1], "words")).await;
    let refused = ada.ask(stale).await;
    assert_eq!(refused["code"], "stale");
    assert_eq!(refused["current"]["client_id"], SPELLINGS[1]);
}

#[tokio::test]
async fn a_retry_with_the_id_in_another_case_is_a_retry() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = Peer::connect(&server, &guest).await;
    let [id, other, _] = SPELLINGS;
    let first = ada.ask(send(id, "once")).await;
    let lower = id.to_lowercase();
    let again = ada.ask(send(&lower, "once")).await;
    assert_eq!(again["client_id"], lower, "the answer to this one");
    assert_eq!(
        (&again["seq"], &again["rev"]),
        (&first["seq"], &first["rev"])
    );
    let reused = ada.ask(send(&lower, "twice")).await;
    assert_eq!(reused["code"], "client_id_reused");

    // A cancel may also name its target in another case.
    let cancel = |number: u8, target: &str| {
        let id = format!("0190a0b0-0000-7000-8000-0000000000{number:02x}");
        json!({"type": "cancel", "client_id": id, "room": 1, "target": target})
    };
    assert_eq!(ada.ask(cancel(1, &lower)).await["seq"], first["seq"]);
    ada.ask(cancel(2, &other.to_uppercase())).await;
    let cancelled = ada.ask(send(other, "never")).await;
    assert_eq!(cancelled["code"], "cancelled");

    ada.say(json!({"type": "history", "question": 1, "room": 1, "after": 0}))
        .await;
    assert_eq!(ids(&ada.next(&["history"]).await), [id], "as it was posted");
}

#[tokio::test]
async fn other_forms_of_a_uuid_are_refused_and_the_field_is_named() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = Peer::connect(&server, &guest).await;
    for id in [
        "018bcfe5680077078707070707070707",
        "{018bcfe5-6800-7707-8707-070707070707}",
        "urn:uuid:018bcfe5-6800-7707-8707-070707070707",
        "1",
        "",
    ] {
        let refused = ada.ask(send(id, "words")).await;
        assert_eq!(refused["code"], "bad_command", "{id}");
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains("`client_id`"), "{message}");
        assert!(message.contains("36 characters"), "{message}");
    }
}
