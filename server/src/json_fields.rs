//! Describes what is wrong with a JSON object that a client sent.
//!
//! Serde's own messages name types of this program ("expected struct …", "a `i64`"). They do
//! not help somebody who writes a client in another language.

use serde_json::{Map, Value};
use shared::id::{ClientId, Epoch, RoomId, Seq};
use shared::model::{RoomKind, SidebarChange};
use shared::stream::StreamKey;

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum JsonType {
    Text,
    /// A signed integer of 64 bits.
    Integer,
    /// An unsigned integer of 32 bits.
    Small,
    /// A number of things: an unsigned integer.
    Count,
    ClientId,
    Epoch,
    StreamKey,
    RoomKind,
    Posting,
    MemberRole,
    SidebarChange,
    YesOrNo,
    Integers,
    Marks,
}

/// Whether a field may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Requirement {
    Required,
    /// May be missing, but not `null`.
    Default,
    /// May be missing or `null`.
    Optional,
}

/// One field of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The field's name.
    pub name: &'static str,
    json_type: JsonType,
    requirement: Requirement,
}

impl Field {
    const fn new(name: &'static str, json_type: JsonType) -> Self {
        Field {
            name,
            json_type,
            requirement: Requirement::Required,
        }
    }

    /// A string.
    pub const fn text(name: &'static str) -> Self {
        Field::new(name, JsonType::Text)
    }

    /// A signed integer: the id of a room, a sequence number, a revision.
    pub const fn integer(name: &'static str) -> Self {
        Field::new(name, JsonType::Integer)
    }

    /// A whole number from 0 to 4,294,967,295.
    pub const fn small(name: &'static str) -> Self {
        Field::new(name, JsonType::Small)
    }

    /// A number of things.
    pub const fn count(name: &'static str) -> Self {
        Field::new(name, JsonType::Count)
    }

    /// The sender's own id of a command.
    pub const fn client_id(name: &'static str) -> Self {
        Field::new(name, JsonType::ClientId)
    }

    /// An epoch of the store.
    pub const fn epoch(name: &'static str) -> Self {
        Field::new(name, JsonType::Epoch)
    }

    /// The name of a stream.
    pub const fn stream(name: &'static str) -> Self {
        Field::new(name, JsonType::StreamKey)
    }

    /// The kind of a room.
    pub const fn room_kind(name: &'static str) -> Self {
        Field::new(name, JsonType::RoomKind)
    }

    /// Who posts in a room.
    pub const fn posting(name: &'static str) -> Self {
        Field::new(name, JsonType::Posting)
    }

    /// What a member may do.
    pub const fn member_role(name: &'static str) -> Self {
        Field::new(name, JsonType::MemberRole)
    }

    /// A change of how somebody arranges rooms.
    pub const fn sidebar_change(name: &'static str) -> Self {
        Field::new(name, JsonType::SidebarChange)
    }

    /// Pairs of a room and a sequence number.
    pub const fn marks(name: &'static str) -> Self {
        Field::new(name, JsonType::Marks)
    }

    /// `true` or `false`.
    pub const fn yes_or_no(name: &'static str) -> Self {
        Field::new(name, JsonType::YesOrNo)
    }

    /// A list of signed integers.
    pub const fn integers(name: &'static str) -> Self {
        Field::new(name, JsonType::Integers)
    }

    /// The same field, which may be missing.
    #[must_use]
    pub const fn or_default(self) -> Self {
        Field {
            requirement: Requirement::Default,
            ..self
        }
    }

    /// The same field, which may be missing or `null`.
    #[must_use]
    pub const fn optional(self) -> Self {
        Field {
            requirement: Requirement::Optional,
            ..self
        }
    }

    fn problem(self, object: &Map<String, Value>) -> Option<String> {
        let (name, expected) = (self.name, self.json_type.name());
        match (object.get(name), self.requirement) {
            (None, Requirement::Required) => Some(format!("`{name}` is missing; it is {expected}")),
            (None, _) | (Some(Value::Null), Requirement::Optional) => None,
            (Some(value), _) if self.json_type.fits(value) => None,
            (Some(_), _) => Some(format!("`{name}` has to be {expected}")),
        }
    }
}

impl JsonType {
    fn fits(self, value: &Value) -> bool {
        match self {
            JsonType::Text => value.is_string(),
            JsonType::Integer => value.is_i64(),
            JsonType::Small => value
                .as_u64()
                .is_some_and(|number| u32::try_from(number).is_ok()),
            JsonType::Count => value
                .as_u64()
                .is_some_and(|number| usize::try_from(number).is_ok()),
            JsonType::ClientId => serde_json::from_value::<ClientId>(value.clone()).is_ok(),
            JsonType::Epoch => serde_json::from_value::<Epoch>(value.clone()).is_ok(),
            JsonType::StreamKey => serde_json::from_value::<StreamKey>(value.clone()).is_ok(),
            JsonType::RoomKind => serde_json::from_value::<RoomKind>(value.clone()).is_ok(),
            JsonType::Posting => matches!(value.as_str(), Some("everybody" | "managers")),
            JsonType::MemberRole => matches!(value.as_str(), Some("manager" | "member")),
            JsonType::SidebarChange => {
                serde_json::from_value::<SidebarChange>(value.clone()).is_ok()
            }
            JsonType::Marks => serde_json::from_value::<Vec<(RoomId, Seq)>>(value.clone()).is_ok(),
            JsonType::YesOrNo => value.is_boolean(),
            JsonType::Integers => value
                .as_array()
                .is_some_and(|list| list.iter().all(Value::is_i64)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            JsonType::Text => "a string",
            JsonType::Integer => "a whole number that fits into 64 bits",
            JsonType::Small => "a whole number from 0 to 4294967295",
            JsonType::Count => "a whole number, 0 or more",
            JsonType::ClientId => {
                "a UUID of 36 characters, such as 018bcfe5-6800-7707-8707-070707070707"
            }
            JsonType::Epoch => "a UUID, as `welcome` had it",
            JsonType::StreamKey => "`directory`, `own`, or `room/` and the room's number",
            JsonType::RoomKind => "`public` or `private`",
            JsonType::Posting => "`everybody` or `managers`",
            JsonType::MemberRole => "`manager` or `member`",
            JsonType::SidebarChange => "an object whose one field names the change",
            JsonType::Marks => "a list of pairs, each of a room and a `seq`",
            JsonType::YesOrNo => "`true` or `false`",
            JsonType::Integers => "a list of whole numbers that fit into 64 bits",
        }
    }
}

/// Whether this JSON is an object. Serde's structs are read from arrays too, by position: nobody is
/// told the order.
pub fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().first() == Some(&b'{')
}

/// What is wrong with JSON that should be an object with these fields: a sentence for the
/// developer of the client.
pub fn describe_problem(json: &str, fields: &[Field]) -> String {
    let Ok(value) = serde_json::from_str::<Value>(json) else {
        return "it has to be JSON".into();
    };
    let Value::Object(object) = value else {
        return "it has to be a JSON object".into();
    };
    let problem = fields.iter().find_map(|field| field.problem(&object));
    // Each field is right by itself: the combination is wrong.
    problem.unwrap_or_else(|| "a field stands there twice, or with another that excludes it".into())
}
