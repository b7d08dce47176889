//! What happened in a room: the small lines of its timeline.

use serde::{Deserialize, Serialize};

use crate::id::UserId;

/// What happened in a room. It has a place among the messages, and counts as nothing unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomEvent {
    /// What it was.
    pub kind: EventKind,
    /// Whom it happened to, if that is somebody else than the author of the line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<UserId>,
    /// The new name or topic, if there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What happened. A kind that is not known is shown as nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The author has joined a public room.
    Joined,
    /// The author has left.
    Left,
    /// The author has added the people.
    Added,
    /// The author has removed the people.
    Removed,
    /// The author has made the people managers.
    Promoted,
    /// The author has made the people plain members.
    Demoted,
    /// The author has given the room another name.
    Renamed,
    /// The author has given the room another topic, or taken it away.
    TopicChanged,
    /// From now on those who manage the room post, and nobody else.
    PostingLimited,
    /// From now on everybody posts.
    PostingOpened,
    /// The author has archived the room.
    Archived,
    /// The author has opened the archived room again.
    Restored,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

impl RoomEvent {
    /// Something that happened to the author, or to the room.
    pub fn new(kind: EventKind) -> Self {
        RoomEvent {
            kind,
            people: Vec::new(),
            text: String::new(),
        }
    }

    /// Something that happened to people.
    pub fn of_people(kind: EventKind, people: Vec<UserId>) -> Self {
        RoomEvent {
            people,
            ..RoomEvent::new(kind)
        }
    }

    /// A change of a text.
    pub fn of_text(kind: EventKind, text: String) -> Self {
        RoomEvent {
            text,
            ..RoomEvent::new(kind)
        }
    }
}
