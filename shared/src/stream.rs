//! The streams of changes, and the items that they carry.
//!
//! A stream counts its changes by revisions. What changed is an [`Item`]: it has a key, its whole
//! present state, and the revision that last changed it. So applying an item twice, or only the
//! last of three, gives the same state. A client ignores items that it does not know, and moves
//! on all the same.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{Rev, RoomId, Seq, UserId};
use crate::model::{Member, Membership, Message, Profile, ReadMark, Restriction, Room, Sidebar};

/// Which stream, as a person sees them.
///
/// Its text form is `directory`, `own`, or `room/` and the room's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamKey {
    /// Public rooms, and people's new names.
    Directory,
    /// What belongs to this person alone: memberships, read marks, the arrangement of rooms, a
    /// time-out.
    Own,
    /// A room: its messages, its name and topic, its members.
    Room(RoomId),
}

impl StreamKey {
    /// The room, if it is a room's stream.
    pub fn room(self) -> Option<RoomId> {
        match self {
            StreamKey::Room(room) => Some(room),
            StreamKey::Directory | StreamKey::Own => None,
        }
    }
}

const DIRECTORY: &str = "directory";
const OWN: &str = "own";
const ROOM: &str = "room/";

impl fmt::Display for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StreamKey::Directory => f.write_str(DIRECTORY),
            StreamKey::Own => f.write_str(OWN),
            StreamKey::Room(room) => write!(f, "{ROOM}{room}"),
        }
    }
}

/// The text names no stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoStream;

impl FromStr for StreamKey {
    type Err = NoStream;

    /// Only the form that [`StreamKey`] is written in: `room/07` names no stream.
    fn from_str(text: &str) -> Result<Self, NoStream> {
        match text {
            DIRECTORY => return Ok(StreamKey::Directory),
            OWN => return Ok(StreamKey::Own),
            _ => {}
        }
        let digits = text.strip_prefix(ROOM).ok_or(NoStream)?;
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        let room = digits.parse().ok().filter(|_| is_plain).ok_or(NoStream)?;
        Ok(StreamKey::Room(RoomId(room)))
    }
}

impl Serialize for StreamKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StreamKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = StreamKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a stream")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<StreamKey, E> {
                text.parse()
                    .map_err(|NoStream| E::custom("no stream has this name"))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// Something that a stream carries, in its present state.
///
/// Its JSON form is an object with one field, which names the kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// In a room's stream: a message.
    Message(Message),
    /// In the directory, and in a room's own stream: the room.
    Room(Room),
    /// In a room's stream: somebody who is, or was, a member.
    Member(Member),
    /// In the directory: a person with a new name.
    Person(Profile),
    /// In a person's own stream: that the person is, or was, a member of a room.
    Membership(Membership),
    /// In a person's own stream: how far the person has read a room.
    ReadMark(ReadMark),
    /// In a person's own stream: how the person has arranged the rooms.
    Sidebar(Sidebar),
    /// In a person's own stream: what the person may not do for a time.
    Restriction(Restriction),
    /// A kind that this version does not know. It is never written.
    #[serde(skip)]
    Unknown,
}

/// What identifies an item within its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKey {
    /// A message of the room.
    Message(Seq),
    /// A room.
    Room(RoomId),
    /// A member of the room.
    Member(UserId),
    /// A person.
    Person(UserId),
    /// The person's membership in a room.
    Membership(RoomId),
    /// The person's read mark in a room.
    ReadMark(RoomId),
    /// The person's arrangement of rooms.
    Sidebar,
    /// What the person may not do.
    Restriction,
}

impl Item {
    /// What identifies it within its stream. None for a kind that is not known.
    pub fn key(&self) -> Option<ItemKey> {
        Some(match self {
            Item::Message(message) => ItemKey::Message(message.seq),
            Item::Room(room) => ItemKey::Room(room.id),
            Item::Member(member) => ItemKey::Member(member.person.id),
            Item::Person(person) => ItemKey::Person(person.id),
            Item::Membership(membership) => ItemKey::Membership(membership.room),
            Item::ReadMark(mark) => ItemKey::ReadMark(mark.room),
            Item::Sidebar(_) => ItemKey::Sidebar,
            Item::Restriction(_) => ItemKey::Restriction,
            Item::Unknown => return None,
        })
    }

    /// The revision of the stream that last changed it. A room is in two streams, and has a
    /// revision in each.
    pub fn rev(&self, stream: StreamKey) -> Rev {
        match self {
            Item::Message(message) => message.rev,
            Item::Room(room) if stream == StreamKey::Directory => room.directory_rev,
            Item::Room(room) => room.rev,
            Item::Member(member) => member.rev,
            Item::Person(person) => person.rev,
            Item::Membership(membership) => membership.rev,
            Item::ReadMark(mark) => mark.rev,
            Item::Sidebar(sidebar) => sidebar.rev,
            Item::Restriction(restriction) => restriction.rev,
            Item::Unknown => Rev::ZERO,
        }
    }

    /// The message, if it is one.
    pub fn into_message(self) -> Option<Message> {
        match self {
            Item::Message(message) => Some(message),
            Item::Room(_)
            | Item::Member(_)
            | Item::Person(_)
            | Item::Membership(_)
            | Item::ReadMark(_)
            | Item::Sidebar(_)
            | Item::Restriction(_)
            | Item::Unknown => None,
        }
    }

    /// The message, if it is one.
    pub fn as_message(&self) -> Option<&Message> {
        match self {
            Item::Message(message) => Some(message),
            Item::Room(_)
            | Item::Member(_)
            | Item::Person(_)
            | Item::Membership(_)
            | Item::ReadMark(_)
            | Item::Sidebar(_)
            | Item::Restriction(_)
            | Item::Unknown => None,
        }
    }
}

/// The kinds of items, by the names of their fields.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ItemKind {
    Message,
    Room,
    Member,
    Person,
    Membership,
    ReadMark,
    Sidebar,
    Restriction,
    #[serde(other)]
    Unknown,
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose one field is an item")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
                let mut item = Item::Unknown;
                while let Some(kind) = map.next_key()? {
                    item = match kind {
                        ItemKind::Message => Item::Message(map.next_value()?),
                        ItemKind::Room => Item::Room(map.next_value()?),
                        ItemKind::Member => Item::Member(map.next_value()?),
                        ItemKind::Person => Item::Person(map.next_value()?),
                        ItemKind::Membership => Item::Membership(map.next_value()?),
                        ItemKind::ReadMark => Item::ReadMark(map.next_value()?),
                        ItemKind::Sidebar => Item::Sidebar(map.next_value()?),
                        ItemKind::Restriction => Item::Restriction(map.next_value()?),
                        ItemKind::Unknown => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                }
                Ok(item)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Micros;

    #[test]
    fn a_stream_has_one_name_and_no_other_text_names_it() {
        for (key, name) in [
            (StreamKey::Directory, "directory"),
            (StreamKey::Own, "own"),
            (StreamKey::Room(RoomId(7)), "room/7"),
            (StreamKey::Room(RoomId(0)), "room/0"),
            (
                StreamKey::Room(RoomId(i64::MAX)),
                "room/9223372036854775807",
            ),
        ] {
            assert_eq!(key.to_string(), name);
            assert_eq!(name.parse(), Ok(key));
            assert_eq!(serde_json::to_string(&key).unwrap(), format!("\"{name}\""));
        }
        for name in [
            "",
            "room",
            "room/",
            "room/07",
            "room/+7",
            "room/-7",
            "Room/7",
            "room/9223372036854775808",
        ] {
            assert_eq!(name.parse::<StreamKey>(), Err(NoStream), "{name}");
        }
    }

    #[test]
    fn an_item_of_an_unknown_kind_is_read_and_has_no_key() {
        let item: Item = serde_json::from_str(r#"{"poll":{"seq":[5]}}"#).unwrap();
        assert_eq!((item.key(), item), (None, Item::Unknown));
    }

    #[test]
    fn a_room_has_another_revision_in_the_directory_than_in_its_own_stream() {
        let room = Room {
            id: RoomId(2),
            kind: crate::model::RoomKind::Public,
            name: "garden".into(),
            topic: String::new(),
            rev: Rev(12),
            directory_rev: Rev(9),
            seq: Seq(7),
            created_at: Micros(0),
            created_by: None,
            posting: crate::model::Posting::Everybody,
            people: Vec::new(),
            archived_at: None,
            removed_at: None,
        };
        let item = Item::Room(room);
        assert_eq!(item.rev(StreamKey::Directory), Rev(9));
        assert_eq!(item.rev(StreamKey::Room(RoomId(2))), Rev(12));
        let json = serde_json::to_string(&item).unwrap();
        assert!(json.starts_with(r#"{"room":{"id":2,"#), "{json}");
        assert_eq!(serde_json::from_str::<Item>(&json).unwrap(), item);
    }
}
