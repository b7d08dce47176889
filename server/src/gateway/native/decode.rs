//! Reads a text frame as a command, or explains what is wrong with it.

use serde::Deserialize;
use serde::de::IgnoredAny;
use shared::error::ErrorCode;
use shared::frame::{ClientFields, ClientFrame, FRAME_TYPES, FieldError, Refusal};

use crate::json_fields::{self, Field};

/// Decodes a frame.
///
/// # Errors
/// A refusal that says what is wrong.
pub fn decode(text: &str) -> Result<ClientFrame, Box<Refusal>> {
    let fields: ClientFields =
        serde_json::from_str(text).map_err(|error| Box::new(explain(text, Fault::Json(&error))))?;
    if !json_fields::is_object(text.as_bytes()) {
        return Err(Box::new(no_object()));
    }
    ClientFrame::try_from(fields).map_err(|error| Box::new(explain(text, Fault::Fields(error))))
}

/// What is wrong with a text.
#[derive(Clone, Copy)]
enum Fault<'a> {
    /// It is not JSON, or a field is of another type.
    Json(&'a serde_json::Error),
    /// The fields make no frame.
    Fields(FieldError),
}

/// The fields of all frames besides `type`. A field has the same type in each frame.
const FIELDS: [Field; 32] = [
    Field::small("version"),
    Field::text("token"),
    Field::integer("reads"),
    Field::client_id("client_id"),
    Field::small("question"),
    Field::stream("stream"),
    Field::integer("room"),
    Field::epoch("epoch"),
    Field::integer("seq"),
    Field::integer("rev"),
    Field::count("most"),
    Field::count("page"),
    Field::integer("before"),
    Field::integer("after"),
    Field::integer("around"),
    Field::count("limit"),
    Field::client_id("target"),
    Field::integer("user"),
    Field::integers("users"),
    Field::integers("ids"),
    Field::integers("rooms"),
    Field::yes_or_no("notices"),
    Field::small("generation"),
    Field::room_kind("kind"),
    Field::posting("posting"),
    Field::member_role("role"),
    Field::yes_or_no("archived"),
    Field::sidebar_change("change"),
    Field::marks("marks"),
    Field::text("name"),
    Field::text("topic"),
    Field::text("body"),
];

/// Tells three cases apart: no JSON, an unknown command, a known command with a wrong field.
/// The refusal carries the frame's ids as far as they can be read.
fn explain(text: &str, fault: Fault<'_>) -> Refusal {
    #[derive(Deserialize)]
    struct Envelope {
        #[serde(default)]
        r#type: Option<serde_json::Value>,
        #[serde(default)]
        client_id: Option<serde_json::Value>,
        #[serde(default)]
        question: Option<serde_json::Value>,
        #[serde(default)]
        room: Option<serde_json::Value>,
    }
    let envelope = match serde_json::from_str::<Envelope>(text) {
        Ok(envelope) => envelope,
        // It may be broken behind the place of a wrong type: what is no JSON is said to be none.
        Err(error) if error.is_data() && serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            return no_object();
        }
        Err(error) => return not_json(&error),
    };
    let refused = match envelope.r#type.as_ref().and_then(|name| name.as_str()) {
        // Nested too deeply, or half a surrogate pair: not JSON that can be read. For serde_json,
        // a number in the place of an enum is a syntax error too.
        _ if let Fault::Json(error) = fault
            && error.is_syntax()
            && serde_json::from_str::<serde_json::Value>(text).is_err() =>
        {
            not_json(error)
        }
        None => refusal(
            ErrorCode::BadCommand,
            format!("a frame is a JSON object whose `type` is {}", types()),
        ),
        Some(name) if FRAME_TYPES.contains(&name) => refusal(
            ErrorCode::BadCommand,
            format!("{name}: {}", sentence(text, fault)),
        ),
        Some(_) => refusal(
            ErrorCode::UnknownCommand,
            format!("there is no command of this type; it is {}", types()),
        ),
    };
    Refusal {
        client_id: envelope
            .client_id
            .and_then(|id| serde_json::from_value(id).ok()),
        question: envelope
            .question
            .and_then(|number| serde_json::from_value(number).ok()),
        room: envelope
            .room
            .and_then(|room| serde_json::from_value(room).ok()),
        ..refused
    }
}

fn sentence(text: &str, fault: Fault<'_>) -> String {
    match fault {
        Fault::Json(_) => json_fields::describe_problem(text, &FIELDS.map(Field::optional)),
        Fault::Fields(FieldError::Missing(name)) => {
            let field = FIELDS.iter().find(|field| field.name == name);
            field.map_or_else(String::new, |field| {
                json_fields::describe_problem(text, &[*field])
            })
        }
        Fault::Fields(FieldError::NotOneAnchor) => FieldError::NotOneAnchor.to_string(),
    }
}

/// The message of a syntax error says where it is, and names no type of this program.
fn not_json(error: &serde_json::Error) -> Refusal {
    let code = ErrorCode::BadJson;
    refusal(code, format!("{code}: {error}"))
}

fn no_object() -> Refusal {
    let message = "a frame is a JSON object, and has each field once".into();
    refusal(ErrorCode::BadCommand, message)
}

fn refusal(code: ErrorCode, message: String) -> Refusal {
    Refusal {
        message,
        ..Refusal::new(code)
    }
}

fn types() -> String {
    format!("one of {}", FRAME_TYPES.join(", "))
}

#[cfg(test)]
mod tests {
    use shared::id::RoomId;

    use super::*;

    fn code(text: &str) -> ErrorCode {
        decode(text).unwrap_err().code
    }

    #[test]
    fn bad_json_bad_command_and_unknown_command_have_different_codes() {
        assert_eq!(code("no json"), ErrorCode::BadJson);
        assert_eq!(code(&"[".repeat(100_000)), ErrorCode::BadJson);
        assert_eq!(code("[1]"), ErrorCode::BadCommand);
        assert_eq!(code(r#" ["ping"]"#), ErrorCode::BadCommand);
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

    /// A valid frame of this type, with all fields that there are.
    fn whole(name: &str) -> serde_json::Map<String, serde_json::Value> {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let mut frame = serde_json::json!({
            "type": name, "version": 1, "token": "x", "reads": 1, "client_id": id, "question": 1,
            "stream": "own", "user": 1, "ids": [1], "rooms": [1], "notices": true,
            "users": [1], "posting": "managers", "role": "manager", "archived": true,
            "change": {"mute": {"room": 1, "on": true}}, "marks": [[1, 2]],
            "generation": 1, "kind": "private", "room": 1, "epoch": id, "seq": 1, "rev": 1, "most": 1, "page": 1, "before": 1, "limit": 1,
            "target": id, "name": "words", "topic": "words", "body": "words",
        });
        std::mem::take(frame.as_object_mut().unwrap())
    }

    fn refused(frame: serde_json::Map<String, serde_json::Value>) -> Refusal {
        let text = serde_json::Value::Object(frame).to_string();
        *decode(&text).expect_err(&text)
    }

    #[test]
    fn a_refusal_names_the_field_that_is_wrong_or_missing() {
        for name in FRAME_TYPES {
            let whole = whole(name);
            let text = serde_json::Value::Object(whole.clone()).to_string();
            let frame = serde_json::to_value(decode(&text).unwrap()).unwrap();
            for name in frame
                .as_object()
                .unwrap()
                .keys()
                .filter(|name| *name != "type")
            {
                let is_listed = FIELDS.iter().any(|field| field.name == name);
                assert!(is_listed, "the list of fields lacks {name}");
            }
            for field in FIELDS {
                let named = format!("`{}`", field.name);
                let mut wrong = whole.clone();
                wrong.insert(field.name.into(), serde_json::json!([true]));
                let refusal = refused(wrong);
                assert_eq!(refusal.code, ErrorCode::BadCommand);
                assert!(refusal.message.contains(&named), "{refusal:?}");
                let mut lacking = whole.clone();
                lacking.remove(field.name);
                let text = serde_json::Value::Object(lacking).to_string();
                if let Err(refusal) = decode(&text) {
                    assert!(refusal.message.contains(&named), "{refusal:?}");
                }
            }
        }
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
        for name in FRAME_TYPES {
            let all = FIELDS.iter().map(|field| field.name);
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
