//! From a text frame to a command, or to what is wrong with it.

use serde::Deserialize;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal};
use shared::id::{ClientId, RoomId};

/// What a command says of itself, for the refusal of it.
pub fn names(frame: &ClientFrame) -> (Option<ClientId>, Option<RoomId>) {
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

/// A frame as the protocol has it, or what is wrong with it.
pub fn decode(text: &str) -> Result<ClientFrame, Box<Refusal>> {
    serde_json::from_str(text).map_err(|error| Box::new(explain(text, &error)))
}

/// Which of the three it is: no JSON, an unknown command, or a known one that is wrong.
/// What can be read of the frame's names goes back with the refusal.
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
    const COMMANDS: &[&str] = &[
        "hello",
        "directory",
        "stream",
        "subscribe",
        "unsubscribe",
        "history",
        "send",
        "edit",
        "delete",
        "cancel",
        "create_room",
        "update_room",
        "rename",
        "typing",
        "mark_read",
        "ping",
    ];
    let Ok(envelope) = serde_json::from_str::<Envelope>(text) else {
        let code = if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
            ErrorCode::BadCommand
        } else {
            ErrorCode::BadJson
        };
        return Refusal {
            message: format!("{code}: {error}"),
            ..Refusal::new(code)
        };
    };
    let code = match envelope.r#type.as_ref().and_then(|name| name.as_str()) {
        // Too deep, or half a character: no JSON that could be read, wherever in it.
        _ if error.is_syntax() => ErrorCode::BadJson,
        Some(name) if !COMMANDS.contains(&name) => ErrorCode::UnknownCommand,
        _ => ErrorCode::BadCommand,
    };
    Refusal {
        message: format!("{code}: {error}"),
        client_id: envelope
            .client_id
            .and_then(|id| serde_json::from_value(id).ok()),
        request: envelope
            .request
            .and_then(|number| serde_json::from_value(number).ok()),
        room: envelope
            .room
            .and_then(|room| serde_json::from_value(room).ok()),
        ..Refusal::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> ErrorCode {
        decode(text).unwrap_err().code
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
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
    fn a_refusal_names_the_command_where_it_can() {
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

    #[test]
    fn every_command_has_its_name_in_the_list() {
        // A wrong field in a known command must not be called an unknown command.
        for name in [
            "hello",
            "subscribe",
            "history",
            "send",
            "edit",
            "delete",
            "cancel",
            "update_room",
        ] {
            assert_eq!(
                code(&format!(r#"{{"type":"{name}"}}"#)),
                ErrorCode::BadCommand,
                "{name}"
            );
        }
    }
}
