//! Reading a server's frame in two steps: its `type`, then exactly that frame.
//!
//! The derived way holds a whole frame in a general form before it knows what it is.
//! That costs time, and the page some 20 kB of code.

use std::borrow::Cow;

use serde::Deserialize;

use super::ServerFrame;
use crate::id::RoomId;
use crate::model::Profile;

#[derive(Deserialize)]
struct Tagged<'a> {
    #[serde(borrow, rename = "type")]
    name: Cow<'a, str>,
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
    #[serde(default)]
    people: Option<Vec<Profile>>,
}

/// A frame from a server. None for one of a type that this version does not know, which
/// a newer server may send and a client passes over.
///
/// # Errors
/// When the text is no JSON, or not the frame that its `type` says it is.
pub fn decode_server_frame(text: &str) -> Result<Option<ServerFrame>, serde_json::Error> {
    let tagged: Tagged<'_> = serde_json::from_str(text)?;
    let frame = match &*tagged.name {
        "welcome" => ServerFrame::Welcome(serde_json::from_str(text)?),
        "directory" => ServerFrame::Directory(serde_json::from_str(text)?),
        "stream" => ServerFrame::Stream(serde_json::from_str(text)?),
        "changes" => ServerFrame::Changes(serde_json::from_str(text)?),
        "reset" => ServerFrame::Reset(serde_json::from_str(text)?),
        "history" => ServerFrame::History(serde_json::from_str(text)?),
        "ack" => ServerFrame::Ack(serde_json::from_str(text)?),
        "error" => ServerFrame::Error(serde_json::from_str(text)?),
        "typing" => {
            let Typing { room, people } = serde_json::from_str(text)?;
            ServerFrame::Typing { room, people }
        }
        "presence" => {
            let Presence {
                room,
                count,
                people,
            } = serde_json::from_str(text)?;
            ServerFrame::Presence {
                room,
                count,
                people,
            }
        }
        "resync" => ServerFrame::Resync {},
        "pong" => ServerFrame::Pong {},
        _ => return Ok(None),
    };
    Ok(Some(frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One frame of each type, as a server writes it.
    const FRAMES: &[&str] = &[
        r#"{"type":"directory","from":0,"through":1,"head":1}"#,
        r#"{"type":"stream","from":0,"through":0,"head":0,"marks":[{"room":1,"seq":2,"rev":3}]}"#,
        r#"{"type":"changes","room":1,"from":2,"through":3,"messages":[]}"#,
        r#"{"type":"reset","rev":1,"info":{"id":1,"name":"lobby","topic":"","rev":1,"directory_rev":1,"seq":0,"created_at":5},"messages":[]}"#,
        r#"{"type":"history","request":1,"room":1,"rev":2,"seq":1,"messages":[]}"#,
        r#"{"type":"ack","client_id":"01890a5d-ac96-774b-bcce-b302099a8057","seq":1}"#,
        r#"{"type":"error","code":"text_empty","message":"the text is empty"}"#,
        r#"{"type":"typing","room":1,"people":[]}"#,
        r#"{"type":"presence","room":1,"count":300}"#,
        r#"{"type":"presence","room":1,"count":0,"people":[]}"#,
        r#"{"type":"resync"}"#,
        r#"{"type":"pong","new":"field"}"#,
    ];

    #[test]
    fn both_ways_of_reading_agree() {
        for text in FRAMES {
            let derived: ServerFrame = serde_json::from_str(text).unwrap();
            assert_eq!(decode_server_frame(text).unwrap(), Some(derived), "{text}");
        }
    }

    #[test]
    fn every_frame_is_known_by_the_name_it_is_written_with() {
        for text in FRAMES {
            let frame = decode_server_frame(text).unwrap().unwrap();
            let again = serde_json::to_string(&frame).unwrap();
            assert_eq!(decode_server_frame(&again).unwrap(), Some(frame));
        }
    }

    #[test]
    fn an_unknown_type_is_passed_over_and_a_wrong_frame_is_not() {
        assert_eq!(decode_server_frame(r#"{"type":"confetti"}"#).unwrap(), None);
        for text in ["", "[]", "{}", r#"{"type":5}"#, r#"{"type":"ack"}"#] {
            assert!(decode_server_frame(text).is_err(), "{text}");
        }
    }
}
