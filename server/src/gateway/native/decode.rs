//! Reads a text frame as a command, or explains what is wrong with it.

use serde::Deserialize;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal};
use shared::id::{ClientId, RoomId};

use crate::json_fields::{self, Field};

/// The `client_id` and the room of a command, for its refusal.
pub fn command_ids(frame: &ClientFrame) -> (Option<ClientId>, Option<RoomId>) {
    match frame {
        ClientFrame::Send {
            client_id, room, ..
        }
        | ClientFrame::Edit {
            client_id, room, ..
        }
        | ClientFrame::Delete {
            client_id, room, ..
        }
        | ClientFrame::Cancel {
            client_id, room, ..
        }
        | ClientFrame::UpdateRoom {
            client_id, room, ..
        } => (Some(*client_id), Some(*room)),
        ClientFrame::CreateRoom { client_id, .. } | ClientFrame::Rename { client_id, .. } => {
            (Some(*client_id), None)
        }
        ClientFrame::MarkRead { room, .. } => (None, Some(*room)),
        _ => (None, None),
    }
}

/// Decodes a frame.
///
/// # Errors
/// A refusal that says what is wrong.
pub fn decode(text: &str) -> Result<ClientFrame, Box<Refusal>> {
    serde_json::from_str(text).map_err(|error| Box::new(explain(text, &error)))
}

/// The commands, each with its fields besides `type`.
const COMMANDS: &[(&str, &[Field])] = &[
    (
        "hello",
        &[Field::small("version"), Field::text("token").optional()],
    ),
    ("directory", KNOWN),
    ("stream", KNOWN),
    (
        "subscribe",
        &[
            ROOM,
            Field::epoch("epoch").optional(),
            Field::integer("rev").or_default(),
            Field::count("most").optional(),
            Field::count("page").optional(),
        ],
    ),
    ("unsubscribe", &[ROOM]),
    (
        "history",
        &[
            Field::small("request"),
            ROOM,
            Field::count("limit").optional(),
            Field::integer("before").or_default(),
            Field::integer("after").or_default(),
            Field::integer("around").or_default(),
        ],
    ),
    ("send", &[CLIENT_ID, ROOM, Field::text("body")]),
    ("edit", &[CLIENT_ID, ROOM, SEQ, REV, Field::text("body")]),
    ("delete", &[CLIENT_ID, ROOM, SEQ]),
    ("cancel", &[CLIENT_ID, ROOM, Field::client_id("target")]),
    (
        "create_room",
        &[
            CLIENT_ID,
            Field::text("name"),
            Field::text("topic").or_default(),
        ],
    ),
    (
        "update_room",
        &[
            CLIENT_ID,
            ROOM,
            REV,
            Field::text("name").optional(),
            Field::text("topic").optional(),
        ],
    ),
    ("rename", &[CLIENT_ID, Field::text("name")]),
    ("typing", &[ROOM]),
    ("mark_read", &[ROOM, SEQ]),
    ("ping", &[]),
];
const CLIENT_ID: Field = Field::client_id("client_id");
const ROOM: Field = Field::integer("room");
const SEQ: Field = Field::integer("seq");
const REV: Field = Field::integer("rev");
const KNOWN: &[Field] = &[
    Field::epoch("epoch").optional(),
    Field::integer("rev").or_default(),
];
/// `history` has exactly one of these.
const ANCHORS: &[&str] = &["before", "after", "around"];

/// Tells three cases apart: no JSON, an unknown command, a known command with a wrong field.
/// The refusal carries the frame's ids as far as they can be read.
fn explain(text: &str, error: &serde_json::Error) -> Refusal {
    #[derive(Deserialize)]
    struct Envelope {
        #[serde(default)]
        r#type: Option<serde_json::Value>,
        #[serde(default)]
        client_id: Option<serde_json::Value>,
        #[serde(default)]
        request: Option<serde_json::Value>,
        #[serde(default)]
        room: Option<serde_json::Value>,
    }
    let Ok(envelope) = serde_json::from_str::<Envelope>(text) else {
        return match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => refusal(
                ErrorCode::BadCommand,
                "a frame is a JSON object, and has each field once".into(),
            ),
            Err(error) => not_json(&error),
        };
    };
    let refused = match envelope.r#type.as_ref().and_then(|name| name.as_str()) {
        // Nested too deeply, or half a surrogate pair: not JSON that can be read.
        _ if error.is_syntax() => not_json(error),
        None => refusal(
            ErrorCode::BadCommand,
            format!("a frame is a JSON object whose `type` is {}", types()),
        ),
        Some(name) => match COMMANDS.iter().find(|(known, _)| *known == name) {
            Some((_, fields)) => refusal(ErrorCode::BadCommand, fault(text, name, fields)),
            None => refusal(
                ErrorCode::UnknownCommand,
                format!("there is no command of this type; it is {}", types()),
            ),
        },
    };
    Refusal {
        client_id: envelope
            .client_id
            .and_then(|id| serde_json::from_value(id).ok()),
        request: envelope
            .request
            .and_then(|number| serde_json::from_value(number).ok()),
        room: envelope
            .room
            .and_then(|room| serde_json::from_value(room).ok()),
        ..refused
    }
}

fn fault(text: &str, name: &str, fields: &[Field]) -> String {
    if name == "history"
        && let Ok(frame) = serde_json::from_str::<serde_json::Value>(text)
        && (ANCHORS.iter().filter(|anchor| frame.get(anchor).is_some())).count() != 1
    {
        return format!("{name}: give exactly one of `before`, `after` and `around`");
    }
    format!("{name}: {}", json_fields::describe_problem(text, fields))
}

/// The message of a syntax error says where it is, and names no type of this program.
fn not_json(error: &serde_json::Error) -> Refusal {
    let code = ErrorCode::BadJson;
    refusal(code, format!("{code}: {error}"))
}

fn refusal(code: ErrorCode, message: String) -> Refusal {
    Refusal {
        message,
        ..Refusal::new(code)
    }
}

fn types() -> String {
    let names: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
    format!("one of {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> ErrorCode {
        decode(text).unwrap_err().code
    }

    #[test]
    fn bad_json_bad_command_and_unknown_command_have_different_codes() {
        assert_eq!(code("no json"), ErrorCode::BadJson);
        assert_eq!(code(&"[".repeat(100_000)), ErrorCode::BadJson);
        assert_eq!(code("[1]"), ErrorCode::BadCommand);
        assert_eq!(code("{}"), ErrorCode::BadCommand);
        assert_eq!(code(r#"{"type":5}"#), ErrorCode::BadCommand);
        assert_eq!(code(r#"{"type":"dance"}"#), ErrorCode::UnknownCommand);
        assert_eq!(
            code(r#"{"type":"mark_read","room":"one","seq":1}"#),
            ErrorCode::BadCommand
        );
    }

    #[test]
    fn a_refusal_carries_the_ids_of_the_command() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let refusal = decode(&format!(
            r#"{{"type":"send","client_id":"{id}","room":1,"body":5}}"#
        ))
        .unwrap_err();
        assert_eq!(
            refusal.client_id.map(|id| id.to_string()).as_deref(),
            Some(id)
        );
        assert_eq!(refusal.room, Some(RoomId(1)));
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert_eq!(
            decode(r#"{"type":"ping","colour":"green"}"#).unwrap(),
            ClientFrame::Ping {}
        );
    }

    /// A valid frame of a command, with all required fields.
    fn whole(name: &str) -> serde_json::Map<String, serde_json::Value> {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let mut frame = serde_json::json!({
            "client_id": id, "target": id, "room": 1, "seq": 1, "rev": 1, "version": 1,
            "request": 1, "body": "words", "name": "words",
        });
        let frame = frame.as_object_mut().unwrap();
        let (_, fields) = COMMANDS.iter().find(|(known, _)| *known == name).unwrap();
        frame.retain(|field, _| fields.iter().any(|known| known.name == field));
        frame.insert("type".into(), name.into());
        if name == "history" {
            frame.insert("before".into(), 1.into());
        }
        std::mem::take(frame)
    }

    fn refused(frame: serde_json::Map<String, serde_json::Value>) -> Refusal {
        let text = serde_json::Value::Object(frame).to_string();
        *decode(&text).expect_err(&text)
    }

    #[test]
    fn a_refusal_names_the_field_that_is_wrong_or_missing() {
        for (name, fields) in COMMANDS {
            let whole = whole(name);
            let text = serde_json::Value::Object(whole.clone()).to_string();
            assert!(decode(&text).is_ok(), "{text}");
            for field in *fields {
                let mut wrong = whole.clone();
                if ANCHORS.contains(&field.name) {
                    wrong.remove("before");
                }
                wrong.insert(field.name.into(), serde_json::json!([true]));
                let named = format!("`{}`", field.name);
                let refusal = refused(wrong);
                assert_eq!(refusal.code, ErrorCode::BadCommand);
                assert!(refusal.message.contains(&named), "{refusal:?}");
                let mut lacking = whole.clone();
                let was_there = lacking.remove(field.name).is_some();
                if was_there && *name != "history" {
                    let text = serde_json::Value::Object(lacking).to_string();
                    if let Err(refusal) = decode(&text) {
                        assert!(refusal.message.contains(&named), "{refusal:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_command_is_in_the_table() {
        // As many as `tests/wire` of the crate `shared` counts.
        assert_eq!(COMMANDS.len(), 16);
    }

    #[test]
    fn no_message_names_a_type_of_this_program() {
        let long = "9".repeat(30);
        let values = [
            "null",
            "true",
            "-1",
            "1.5",
            "1e999",
            &long,
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "\"\\ud800\"",
        ];
        let mut texts: Vec<String> = [
            "",
            "5",
            "[]",
            "[1,2,3,4]",
            "{",
            "{\"type\":\"ping\",\"type\":\"ping\"}",
        ]
        .map(str::to_owned)
        .into();
        for (name, fields) in COMMANDS {
            let all = fields.iter().map(|field| field.name);
            for field in all.chain(["type"]) {
                for value in values {
                    let mut frame = whole(name);
                    frame.insert(field.into(), "HERE".into());
                    let text = serde_json::Value::Object(frame).to_string();
                    texts.push(text.replace("\"HERE\"", value));
                    let mut frame = whole(name);
                    frame.remove(field);
                    texts.push(serde_json::Value::Object(frame).to_string());
                }
            }
        }
        let mut refused = 0;
        for text in texts {
            let Err(refusal) = decode(&text) else {
                continue;
            };
            refused += 1;
            for word in [
                "struct", "enum", "variant", "i64", "u32", "usize", "Frame", "borrowed", "tuple",
                "sequence", "map", "Anchor",
            ] {
                assert!(!refusal.message.contains(word), "{text}: {refusal:?}");
            }
        }
        assert!(refused > 200, "{refused}");
    }
}
