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
    "changes" ServerFrame::Changes(_) => ServerFrame::Changes(from_str(text).ok()?),
    "reset" ServerFrame::Reset(_) => ServerFrame::Reset(from_str(text).ok()?),
    "history" ServerFrame::History(_) => ServerFrame::History(from_str(text).ok()?),
    "people" ServerFrame::People(_) => ServerFrame::People(from_str(text).ok()?),
    "rooms" ServerFrame::Rooms(_) => ServerFrame::Rooms(from_str(text).ok()?),
    "heads" ServerFrame::Heads(_) => ServerFrame::Heads(from_str(text).ok()?),
    "notice" ServerFrame::Notice(_) => ServerFrame::Notice(from_str(text).ok()?),
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
mod tests;
