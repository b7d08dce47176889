//! What an object that a peer sends must hold, and a sentence on what is wrong with one.
//!
//! Serde's own messages speak of this program's types ("expected struct …", "a `i64`"), which
//! tells nothing to whoever writes a client in another language.

use serde_json::{Map, Value};
use shared::id::{ClientId, Epoch};

/// What a field's value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// A whole number of 64 bits, with a sign.
    Integer,
    /// A whole number of 32 bits, without a sign.
    Small,
    /// How many of something.
    Count,
    ClientId,
    Epoch,
}

/// Whether a field may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Required,
    /// Left out, but not `null`.
    Default,
    /// Left out, or `null`.
    Optional,
}

/// One field of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    kind: Kind,
    presence: Presence,
}

impl Field {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Field {
            name,
            kind,
            presence: Presence::Required,
        }
    }

    /// A string.
    pub const fn text(name: &'static str) -> Self {
        Field::new(name, Kind::Text)
    }

    /// An id of a room, a place, a revision.
    pub const fn integer(name: &'static str) -> Self {
        Field::new(name, Kind::Integer)
    }

    /// A whole number from 0 to 4,294,967,295.
    pub const fn small(name: &'static str) -> Self {
        Field::new(name, Kind::Small)
    }

    /// How many of something.
    pub const fn count(name: &'static str) -> Self {
        Field::new(name, Kind::Count)
    }

    /// The sender's own id of a command.
    pub const fn client_id(name: &'static str) -> Self {
        Field::new(name, Kind::ClientId)
    }

    /// An epoch of the store.
    pub const fn epoch(name: &'static str) -> Self {
        Field::new(name, Kind::Epoch)
    }

    /// The same, which may be left out.
    #[must_use]
    pub const fn or_default(self) -> Self {
        Field {
            presence: Presence::Default,
            ..self
        }
    }

    /// The same, which may be left out or `null`.
    #[must_use]
    pub const fn optional(self) -> Self {
        Field {
            presence: Presence::Optional,
            ..self
        }
    }

    fn fault(self, object: &Map<String, Value>) -> Option<String> {
        let (name, what) = (self.name, self.kind.name());
        match (object.get(name), self.presence) {
            (None, Presence::Required) => Some(format!("`{name}` is missing; it is {what}")),
            (None, _) | (Some(Value::Null), Presence::Optional) => None,
            (Some(value), _) if self.kind.fits(value) => None,
            (Some(_), _) => Some(format!("`{name}` has to be {what}")),
        }
    }
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Kind::Text => value.is_string(),
            Kind::Integer => value.is_i64(),
            Kind::Small => value
                .as_u64()
                .is_some_and(|number| u32::try_from(number).is_ok()),
            Kind::Count => value
                .as_u64()
                .is_some_and(|number| usize::try_from(number).is_ok()),
            Kind::ClientId => serde_json::from_value::<ClientId>(value.clone()).is_ok(),
            Kind::Epoch => serde_json::from_value::<Epoch>(value.clone()).is_ok(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Text => "a string",
            Kind::Integer => "a whole number that fits into 64 bits",
            Kind::Small => "a whole number from 0 to 4294967295",
            Kind::Count => "a whole number, 0 or more",
            Kind::ClientId => {
                "a UUID of 36 characters, such as 018bcfe5-6800-7707-8707-070707070707"
            }
            Kind::Epoch => "a UUID, as `welcome` had it",
        }
    }
}

/// What is wrong with JSON that should be an object with these fields, as a sentence for
/// developers.
pub fn fault(json: &str, fields: &[Field]) -> String {
    let Ok(value) = serde_json::from_str::<Value>(json) else {
        return "it has to be JSON".into();
    };
    let Value::Object(object) = value else {
        return "it has to be a JSON object".into();
    };
    let faults = fields.iter().find_map(|field| field.fault(&object));
    // What no field by itself explains.
    faults.unwrap_or_else(|| "a field stands there twice, or with another that excludes it".into())
}
