//! Reading frames.
//!
//! `ServerFrame` can read itself, but only by way of a copy of everything in between,
//! as its `type` may stand anywhere. Looking for the type first is quicker, and much
//! less code in the page.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::frame::ServerFrame;
use shared::id::RoomId;
use shared::model::Profile;

#[derive(Deserialize)]
struct Kind<'a> {
    r#type: &'a str,
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

/// The frame in a text; `None` for what this version does not understand, which is
/// for a later one.
pub(super) fn read(text: &str) -> Option<ServerFrame> {
    let kind: Kind = serde_json::from_str(text).ok()?;
    Some(match kind.r#type {
        "welcome" => ServerFrame::Welcome(parse(text)?),
        "directory" => ServerFrame::Directory(parse(text)?),
        "stream" => ServerFrame::Stream(parse(text)?),
        "changes" => ServerFrame::Changes(parse(text)?),
        "reset" => ServerFrame::Reset(parse(text)?),
        "history" => ServerFrame::History(parse(text)?),
        "ack" => ServerFrame::Ack(parse(text)?),
        "error" => ServerFrame::Error(parse(text)?),
        "typing" => {
            let Typing { room, people } = parse(text)?;
            ServerFrame::Typing { room, people }
        }
        "presence" => {
            let Presence {
                room,
                count,
                people,
            } = parse(text)?;
            ServerFrame::Presence {
                room,
                count,
                people,
            }
        }
        "resync" => ServerFrame::Resync {},
        "pong" => ServerFrame::Pong {},
        _ => return None,
    })
}

fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use shared::error::ErrorCode;
    use shared::frame::{Ack, Changes, Directory, Refusal, Reset, Stream};
    use shared::id::{ClientId, Epoch, Micros, Rev, Seq, UserId};
    use shared::limits::Limits;
    use shared::model::{Author, Message, Room, UserKind};

    use super::*;

    fn person() -> Profile {
        Profile {
            id: UserId(7),
            name: "김하나".into(),
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
            created_at: Micros(1),
            removed_at: None,
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
            client_id: Some(ClientId::new(1, &[7; 10])),
            body: "\"type\": \"pong\"".into(),
            posted_at: Micros(5),
            edited_at: None,
            deleted_at: None,
        }
    }

    fn frames() -> Vec<ServerFrame> {
        vec![
            ServerFrame::Welcome(Box::new(shared::frame::Welcome {
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
                marks: Vec::new(),
            }),
            ServerFrame::Changes(Changes {
                room: RoomId(1),
                from: Rev(1),
                through: Rev(2),
                head: None,
                info: None,
                messages: vec![message()],
            }),
            ServerFrame::Reset(Reset {
                rev: Rev(2),
                info: room(),
                messages: vec![message()],
            }),
            ServerFrame::History(shared::frame::History {
                request: 3,
                room: RoomId(1),
                rev: Rev(2),
                seq: Seq(1),
                messages: vec![message()],
            }),
            ServerFrame::Ack(Ack {
                client_id: ClientId::new(1, &[7; 10]),
                room: None,
                seq: Some(Seq(1)),
                rev: Some(Rev(2)),
            }),
            ServerFrame::Error(Refusal::new(ErrorCode::Stale)),
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
    fn every_frame_reads_as_it_reads_itself() {
        for frame in frames() {
            let text = serde_json::to_string(&frame).unwrap();
            assert_eq!(read(&text), Some(frame));
        }
    }

    #[test]
    fn what_is_no_frame_is_none() {
        for text in ["", "[]", "{}", r#"{"type":7}"#, r#"{"type":"later"}"#, r#"{"type":"ack"}"#] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_type_may_stand_anywhere() {
        let text = r#"{"room":1,"new":[{}],"people":[],"type":"typing"}"#;
        assert!(matches!(read(text), Some(ServerFrame::Typing { .. })));
    }
}
