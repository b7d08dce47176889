//! The content of refusals, and that a refused command leaves no trace.

use serde_json::{Value, json};
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::ClientFrame;
use shared::id::{ClientId, Rev, RoomId, Seq};
use shared::model::RoomKind;

use crate::support::command;
use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::raw::Raw;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

/// Checks that the message is a sentence for the author of a client in any language.
fn is_plain(message: &str, about: &str) {
    assert!(!message.is_empty(), "{about}");
    for word in [
        "struct",
        "enum",
        "tuple",
        "variant",
        "borrowed",
        "expected a",
        "deserialize",
        "i64",
        "u32",
        "usize",
        "SimplePost",
        "Frame",
        "ComeIn",
        "Refusal",
    ] {
        assert!(!message.contains(word), "{about} is answered {message:?}");
    }
}

/// Frames that are refused, each with what the sentence of the refusal names.
fn refused_frames() -> Vec<(Value, &'static str)> {
    let id = "018bcfe5-6800-7707-8707-070707070707";
    vec![
        (json!(5), "object"),
        (json!([1, 2, 3, 4]), "object"),
        (json!({}), "`type`"),
        (json!({"type": 7}), "`type`"),
        (json!({"type": "dance"}), "send"),
        (json!({"type": "send"}), "`room`"),
        (
            json!({"type": "send", "client_id": 5, "room": 1, "body": "a"}),
            "`client_id`",
        ),
        (
            json!({"type": "send", "client_id": id, "room": "1", "body": "a"}),
            "`room`",
        ),
        (
            json!({"type": "send", "client_id": id, "room": 1.5, "body": "a"}),
            "`room`",
        ),
        (
            json!({"type": "send", "client_id": id, "room": 1}),
            "`body`",
        ),
        (
            json!({"type": "send", "client_id": id, "room": 1, "body": null}),
            "`body`",
        ),
        (
            json!({"type": "edit", "client_id": id, "room": 1, "seq": "x", "rev": 1, "body": "a"}),
            "`seq`",
        ),
        (
            json!({"type": "cancel", "client_id": id, "room": 1, "target": "x"}),
            "`target`",
        ),
        (
            json!({"type": "rename", "client_id": id, "name": {}}),
            "`name`",
        ),
        (
            json!({"type": "history", "question": -1, "room": 1, "before": 7}),
            "`question`",
        ),
        (
            json!({"type": "history", "question": 1, "room": 1}),
            "`before`",
        ),
        (
            json!({"type": "history", "question": 1, "room": 1, "after": "x"}),
            "`after`",
        ),
        (
            json!({"type": "history", "question": 1, "room": 1, "after": 1, "limit": -1}),
            "`limit`",
        ),
        (
            json!({"type": "subscribe", "question": 1, "stream": "room/1", "epoch": 5}),
            "`epoch`",
        ),
        (
            json!({"type": "subscribe", "question": 1, "stream": "room/1", "page": "all"}),
            "`page`",
        ),
        (
            json!({"type": "subscribe", "question": 1, "stream": "own", "rev": "now"}),
            "`rev`",
        ),
        (
            json!({"type": "subscribe", "question": 1, "stream": "room/x"}),
            "`stream`",
        ),
        (json!({"type": "subscribe", "question": 1}), "`stream`"),
        (json!({"type": "subscribe", "stream": "own"}), "`question`"),
        (json!({"type": "people", "question": 1, "ids": 7}), "`ids`"),
        (
            json!({"type": "watch", "question": 1, "rooms": "all"}),
            "`rooms`",
        ),
        (json!({"type": "mark_read", "room": 1}), "`seq`"),
    ]
}

/// The same of commands about rooms.
fn refused_room_commands() -> Vec<(Value, &'static str)> {
    let id = "018bcfe5-6800-7707-8707-070707070707";
    vec![
        (
            json!({"type": "add_members", "client_id": id, "room": 1}),
            "`users`",
        ),
        (
            json!({"type": "remove_member", "client_id": id, "room": 1}),
            "`user`",
        ),
        (
            json!({"type": "update_room", "client_id": id, "room": 1, "rev": 1, "posting": []}),
            "`posting`",
        ),
        (
            json!({"type": "set_member_role", "client_id": id, "room": 1, "user": 1, "role": 5}),
            "`role`",
        ),
        (
            json!({"type": "archive_room", "client_id": id, "room": 1, "archived": "yes"}),
            "`archived`",
        ),
        (
            json!({"type": "change_sidebar", "client_id": id, "change": {"paint": {}}}),
            "`change`",
        ),
        (
            json!({"type": "change_sidebar", "client_id": id, "change": 5}),
            "`change`",
        ),
        (
            json!({"type": "set_marks", "client_id": id, "marks": [[1, 2, 3, 4]]}),
            "`marks`",
        ),
        (
            json!({"type": "create_room", "client_id": id, "name": "a", "kind": "secret"}),
            "`kind`",
        ),
    ]
}

#[tokio::test]
async fn a_native_refusal_says_what_is_wrong_without_types_of_the_server() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    for (frame, named) in refused_frames().into_iter().chain(refused_room_commands()) {
        raw.text(&frame.to_string()).await;
        let refused = raw.json().await;
        let message = refused["message"].as_str().unwrap();
        is_plain(message, &frame.to_string());
        assert!(message.contains(named), "{frame} is answered {message:?}");
    }
    for text in [
        "",
        "words",
        "{\"type\":",
        "{\"type\":\"ping\",\"type\":\"ping\"}",
    ] {
        raw.text(text).await;
        is_plain(raw.json().await["message"].as_str().unwrap(), text);
    }
}

#[tokio::test]
async fn a_simple_refusal_says_what_to_send() {
    let server = Server::start(&[]).await;
    let mut raw = Raw::open(server.address, "/").await;
    for (text, code, named) in [
        ("words", "bad_json", "\"content\""),
        (r#"["Ada", "hello"]"#, "bad_command", "JSON object"),
        ("{", "bad_json", "\"content\""),
        ("5", "bad_command", "object"),
        ("[\"John\"]", "bad_command", "object"),
        ("{}", "bad_command", "`user`"),
        ("{\"user\": 5, \"content\": \"a\"}", "bad_command", "`user`"),
        ("{\"user\": \"John\"}", "bad_command", "`content`"),
        (
            "{\"user\": \"John\", \"content\": null}",
            "bad_command",
            "`content`",
        ),
        (
            "{\"user\": \"John\", \"user\": \"Jane\", \"content\": \"a\"}",
            "bad_command",
            "twice",
        ),
    ] {
        raw.text(text).await;
        let refused = raw.json().await;
        assert_eq!(
            (&refused["user"], &refused["error"]),
            (&json!(""), &json!(code))
        );
        let content = refused["content"].as_str().unwrap();
        is_plain(content, text);
        assert!(content.contains(named), "{text} is answered {content:?}");
    }
}

#[tokio::test]
async fn a_refusal_over_http_says_what_to_send() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let message = |answer: &http::Answer| {
        let message = answer.json()["error"]["message"].clone();
        message.as_str().unwrap().to_owned()
    };
    for body in [
        "words",
        "",
        "{",
        "5",
        "[]",
        "{}",
        "{\"name\": 5}",
        "{\"name\": null}",
    ] {
        let answer = http::post(server.address, "/api/v1/session", &[], body).await;
        assert_eq!(answer.status, 400, "{body}");
        let message = message(&answer);
        is_plain(&message, body);
        assert!(
            message.contains("\"name\""),
            "{body} is answered {message:?}"
        );
    }
    let form = [("content-type", "text/plain")];
    let path = "/api/v1/session";
    let answer = http::ask(server.address, "POST", path, &form, "{\"name\": \"Ada\"}").await;
    is_plain(&message(&answer), "another type");
    assert!(message(&answer).contains("application/json"));
    let bearer = guest.bearer();
    let headers = [("authorization", bearer.as_str())];
    for path in [
        "one/messages",
        "1.5/messages",
        "1/messages?before=x",
        "1/messages?limit=-1",
        "1/messages?before=1&before=2",
    ] {
        let path = format!("/api/v1/rooms/{path}");
        let answer = http::get(server.address, &path, &headers).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, ErrorCode::BadCommand),
            "{path}"
        );
        is_plain(&message(&answer), &path);
        assert!(message(&answer).contains("whole number"), "{path}");
    }
}

/// A person corrects what was refused, and the client sends it under the same id.
#[tokio::test]
async fn a_refused_command_leaves_no_trace_and_its_id_can_be_used_again() {
    let server = Server::start(&["--max-message-bytes", "100"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let theirs = bob.post(LOBBY, "not yours").await.seq.unwrap();
    let own = ada.post(LOBBY, "mine").await;
    let (seq, rev) = (own.seq.unwrap(), own.rev.unwrap());
    ada.create_room("garden").await;
    let send = |client_id, room, body: &str| {
        ClientFrame::command(
            client_id,
            Command::Send {
                room,
                body: body.into(),
            },
        )
    };
    let edit = |client_id, seq, rev, body: &str| {
        ClientFrame::command(
            client_id,
            Command::Edit {
                room: LOBBY,
                seq,
                rev,
                body: body.into(),
            },
        )
    };
    let long = "x".repeat(101);
    let refusals: [(ErrorCode, &dyn Fn(ClientId) -> ClientFrame); 6] = [
        (ErrorCode::TextTooLong, &|id| send(id, LOBBY, &long)),
        (ErrorCode::TextEmpty, &|id| send(id, LOBBY, " ")),
        (ErrorCode::NoSuchRoom, &|id| {
            send(id, RoomId(4711), "anyone?")
        }),
        (ErrorCode::Stale, &|id| edit(id, seq, Rev(1), "too late")),
        (ErrorCode::NotAuthor, &|id| {
            edit(id, theirs, rev, "not mine")
        }),
        (ErrorCode::NoSuchMessage, &|id| {
            edit(id, Seq(4711), rev, "what?")
        }),
    ];
    for (code, refused) in refusals {
        let id = command::new_id();
        assert_eq!(ada.refused(&refused(id)).await, code);
        // A retry is refused again, by the current state.
        assert_eq!(ada.refused(&refused(id)).await, code);
        let body = format!("corrected after {code:?}");
        let corrected = ada.ask(&send(id, LOBBY, &body)).await.unwrap();
        assert_eq!(ada.ask(&send(id, LOBBY, &body)).await.unwrap(), corrected);
        let reuse = send(id, LOBBY, "and another");
        assert_eq!(ada.refused(&reuse).await, ErrorCode::ClientIdReused);
    }
}

#[tokio::test]
async fn a_command_refused_for_its_name_can_be_corrected_under_the_same_id() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.create_room("garden").await;
    let client_id = command::new_id();
    let create = |name: &str| {
        ClientFrame::command(
            client_id,
            Command::CreateRoom {
                name: name.into(),
                topic: String::new(),
                kind: RoomKind::Public,
            },
        )
    };
    assert_eq!(ada.refused(&create("garden")).await, ErrorCode::NameTaken);
    assert!(ada.ask(&create("yard")).await.is_ok());
    assert_eq!(
        ada.refused(&create("park")).await,
        ErrorCode::ClientIdReused
    );
}

/// The refusal of a frame without a `client_id` names no command, but it names the room.
#[tokio::test]
async fn a_refusal_repeats_the_ids_that_could_be_read() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    raw.text(r#"{"type":"history","question":4294967295,"room":1,"limit":"x","after":1}"#)
        .await;
    let refused = raw.json().await;
    assert_eq!(refused["question"], 4_294_967_295_u32);
    assert_eq!(refused["room"], 1);
    raw.text(r#"{"type":"send","client_id":"1","room":1,"body":"a"}"#)
        .await;
    let refused = raw.json().await;
    assert_eq!(refused.get("client_id"), None::<&Value>);
    assert_eq!(refused["room"], 1);
}
