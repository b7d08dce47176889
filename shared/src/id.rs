//! Identifiers and counters, each a type of its own so that none can stand in
//! for another.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

mod client_id;

pub use client_id::ClientId;

macro_rules! number {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// A room. Given by the store, never used twice. [`RoomId::LOBBY`] always exists.
    RoomId
}
number! {
    /// A person: a guest or, later, an account. Given by the store, never used twice.
    UserId
}
number! {
    /// A message's place in its room: 1, 2, 3 … without a hole. A deleted message
    /// keeps its place as a tombstone. With the room it names the message.
    Seq
}
number! {
    /// A place in a stream of changes: 1, 2, 3 … A room, a person's own stream and
    /// the directory each have their own counter. 0 is "nothing seen yet".
    Rev
}
number! {
    /// Microseconds since 1970-01-01T00:00:00Z.
    Micros
}

impl RoomId {
    /// The room that exists from the first start and cannot be removed. What is
    /// said over the simple protocol is said here.
    pub const LOBBY: RoomId = RoomId(1);
}

impl Seq {
    /// Before the first message.
    pub const ZERO: Seq = Seq(0);

    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Seq {
        Seq(self.0.saturating_add(1))
    }

    /// The place before this one; of [`Seq::ZERO`], itself.
    #[must_use]
    pub fn previous(self) -> Seq {
        Seq(self.0.saturating_sub(1).max(0))
    }
}

impl Rev {
    /// Nothing seen yet.
    pub const ZERO: Rev = Rev(0);

    /// The revision after this one.
    #[must_use]
    pub fn next(self) -> Rev {
        Rev(self.0.saturating_add(1))
    }

    /// The revision before this one; of [`Rev::ZERO`], itself.
    #[must_use]
    pub fn previous(self) -> Rev {
        Rev(self.0.saturating_sub(1).max(0))
    }
}

/// One unbroken life of the store: a random id, new at every start.
///
/// Revisions are comparable within an epoch and with the epochs before it that
/// the store remembers. A data file that was copied back from yesterday has other
/// epochs than its clients have seen, and so never passes for the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Epoch(pub Uuid);

impl Epoch {
    /// Makes an epoch from sixteen random bytes (UUID version 4).
    pub fn new(random: [u8; 16]) -> Self {
        Epoch(uuid::Builder::from_random_bytes(random).into_uuid())
    }
}

/// Read and written in the same form as a [`ClientId`]; always in lower case.
impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ClientId::from_bytes(*self.0.as_bytes()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = ClientId::deserialize(deserializer)?;
        Ok(Epoch(Uuid::from_bytes(*id.as_bytes())))
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
