//! Parses a frame of the server in two steps: its `type`, then the fields of that type.

use std::borrow::Cow;

use serde::Deserialize;
use shared::frame::ServerFrame;
use shared::id::RoomId;
use shared::model::Profile;

use super::from_str;

#[derive(Deserialize)]
struct Tagged<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Typing {
    room: RoomId,
    people: Vec<Profile>,
}

#[derive(Deserialize)]
struct Presence {
    room: RoomId,
    count: usize,
    people: Option<Vec<Profile>>,
}

/// Defines the parser from one list of all frames: their type, their variant, how to parse it.
///
/// The list also makes `frame_type`, which has to name every variant: a frame that is added to
/// [`ServerFrame`] and not to the list does not compile.
macro_rules! server_frames {
    ($text:ident: $($name:literal $variant:pat => $parsed:expr,)+) => {
        /// Parses a frame; `None` if this version does not know it.
        pub fn frame($text: &str) -> Option<ServerFrame> {
            let tagged: Tagged<'_> = from_str($text).ok()?;
            Some(match &*tagged.r#type {
                $($name => $parsed,)+
                // A frame of a later version.
                _ => return None,
            })
        }

        fn frame_type(frame: &ServerFrame) -> &'static str {
            match frame {
                $($variant => $name,)+
            }
        }

        #[cfg(test)]
        const FRAME_TYPES: &[&str] = &[$($name,)+];
    };
}

server_frames! { text:
    "welcome" ServerFrame::Welcome(_) => ServerFrame::Welcome(from_str(text).ok()?),
    "directory" ServerFrame::Directory(_) => ServerFrame::Directory(from_str(text).ok()?),
    "stream" ServerFrame::Stream(_) => ServerFrame::Stream(from_str(text).ok()?),
    "changes" ServerFrame::Changes(_) => ServerFrame::Changes(from_str(text).ok()?),
    "reset" ServerFrame::Reset(_) => ServerFrame::Reset(from_str(text).ok()?),
    "history" ServerFrame::History(_) => ServerFrame::History(from_str(text).ok()?),
    "ack" ServerFrame::Ack(_) => ServerFrame::Ack(from_str(text).ok()?),
    "error" ServerFrame::Error(_) => ServerFrame::Error(from_str(text).ok()?),
    "typing" ServerFrame::Typing { .. } => {
        let Typing { room, people } = from_str(text).ok()?;
        ServerFrame::Typing { room, people }
    },
    "presence" ServerFrame::Presence { .. } => {
        let Presence { room, count, people } = from_str(text).ok()?;
        ServerFrame::Presence { room, count, people }
    },
    "resync" ServerFrame::Resync {} => ServerFrame::Resync {},
    "pong" ServerFrame::Pong {} => ServerFrame::Pong {},
}

// Used by tests only, but compiled always.
const _: fn(&ServerFrame) -> &'static str = frame_type;

#[cfg(test)]
mod tests {
    use shared::error::{ErrorCode, Field};
    use shared::frame::{Ack, Changes, Directory, History, Refusal, Reset, Stream, Welcome};
    use shared::id::{ClientId, Epoch, Micros, Rev, Seq, UserId};
    use shared::limits::Limits;
    use shared::model::{Author, Message, ReadMark, Room, UserKind};

    use super::*;

    fn person() -> Profile {
        Profile {
            id: UserId(7),
            name: "김하나 \u{1F331}".into(),
            rev: Rev(2),
            kind: UserKind::Guest,
        }
    }

    fn room() -> Room {
        Room {
            id: RoomId(1),
            name: "lobby".into(),
            topic: String::new(),
            rev: Rev(1),
            directory_rev: Rev(1),
            seq: Seq(1),
            created_at: Micros(1_700_000_000_000_000),
            created_by: None,
            removed_at: Some(Micros(2)),
        }
    }

    fn message() -> Message {
        Message {
            seq: Seq(1),
            rev: Rev(2),
            author: Author {
                id: None,
                name: "John".into(),
                rev: Rev::ZERO,
            },
            client_id: Some(ClientId::from_bytes([0xAB; 16]).with_upper_case(0xF0F1)),
            body: "\"type\": \"pong\"\n\t\\ \u{1} 끝".into(),
            posted_at: Micros(5),
            edited_at: None,
            deleted_at: None,
        }
    }

    fn refusal() -> Refusal {
        Refusal {
            field: Some(Field::Body),
            retry_after_ms: Some(1_500),
            current: Some(Box::new(message())),
            current_room: Some(Box::new(room())),
            ..Refusal::of(ErrorCode::Stale)
        }
    }

    fn frames() -> Vec<ServerFrame> {
        vec![
            ServerFrame::Welcome(Box::new(Welcome {
                version: 1,
                epoch: Epoch::new([3; 16]),
                user: person(),
                lobby: RoomId(1),
                now: Micros(9),
                limits: Limits::default(),
            })),
            ServerFrame::Directory(Directory {
                from: Rev(0),
                through: Rev(2),
                head: Some(Rev(2)),
                rooms: vec![room()],
                people: vec![person()],
            }),
            ServerFrame::Stream(Stream {
                from: Rev(0),
                through: Rev(0),
                head: None,
                marks: vec![ReadMark {
                    room: RoomId(1),
                    seq: Seq(4),
                    rev: Rev(5),
                }],
            }),
            ServerFrame::Changes(Changes {
                room: RoomId(1),
                from: Rev(1),
                through: Rev(2),
                head: None,
                info: Some(room()),
                messages: vec![message(), message()],
            }),
            ServerFrame::Reset(Reset {
                rev: Rev(2),
                info: room(),
                messages: vec![message()],
            }),
            ServerFrame::History(History {
                request: 3,
                room: RoomId(1),
                rev: Rev(2),
                seq: Seq(1),
                messages: Vec::new(),
            }),
            ServerFrame::Ack(Ack {
                client_id: ClientId::new(1, &[7; 10]),
                room: None,
                seq: Some(Seq(1)),
                rev: Some(Rev(2)),
            }),
            ServerFrame::Error(refusal()),
            ServerFrame::Typing {
                room: RoomId(1),
                people: vec![person()],
            },
            ServerFrame::Presence {
                room: RoomId(1),
                count: 300,
                people: None,
            },
            ServerFrame::Resync {},
            ServerFrame::Pong {},
        ]
    }

    #[test]
    fn every_frame_is_parsed_as_serde_json_writes_it() {
        for written in frames() {
            let text = serde_json::to_string(&written).unwrap();
            let read = frame(&text);
            assert_eq!(read, Some(written.clone()), "{text}");
            // Compares the case of ids too, which equality ignores.
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
            let roomy = serde_json::to_string_pretty(&written).unwrap();
            assert_eq!(frame(&roomy), Some(written));
        }
    }

    #[test]
    fn the_examples_above_are_all_frames() {
        let types: Vec<&str> = frames().iter().map(frame_type).collect();
        assert_eq!(types, FRAME_TYPES);
        for written in frames() {
            let json = serde_json::to_value(&written).unwrap();
            assert_eq!(json["type"], frame_type(&written));
        }
    }

    #[test]
    fn invalid_frames_are_none() {
        for text in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"type":7}"#,
            r#"{"type":"later"}"#,
            r#"{"type":"ack"}"#,
            r#"{"type":"pong"} x"#,
            r#"{"type":"history","request":1.5,"room":1,"rev":1,"seq":1,"messages":[]}"#,
        ] {
            assert_eq!(frame(text), None, "{text}");
        }
    }

    #[test]
    fn the_type_may_be_anywhere_and_unknown_fields_are_ignored() {
        let text = r#"{"room":1,"new":[{"a":[1.5e3,true,null,"]}"]}],"people":[],"type":"typing"}"#;
        assert!(matches!(frame(text), Some(ServerFrame::Typing { .. })));
    }

    #[test]
    fn a_code_of_a_later_version_is_unknown_and_a_truncated_frame_is_none() {
        let text = r#"{"type":"error","code":"too_purple","message":"no"}"#;
        assert_eq!(
            frame(text),
            Some(ServerFrame::Error(Refusal {
                message: "no".into(),
                ..Refusal::of(ErrorCode::Unknown)
            }))
        );
        for (cut, _) in text.char_indices() {
            assert_eq!(frame(&text[..cut]), None);
        }
    }
}
