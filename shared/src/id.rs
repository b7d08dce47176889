//! Identifiers and counters. Each has its own type, so that they cannot be mixed up.

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
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    /// A room. The store assigns it and never uses it twice. [`RoomId::LOBBY`] always exists.
    RoomId
}
number! {
    /// A person: a guest or, later, an account. The store assigns it and never uses it twice.
    UserId
}
number! {
    /// The number of a message in its room: 1, 2, 3 … without a gap. A deleted message keeps
    /// its number as a tombstone. Room and `Seq` together identify the message.
    Seq
}
number! {
    /// A revision: the number of a change in a stream, 1, 2, 3 … Each room, each person's
    /// own stream and the directory has its own counter. 0 means "nothing seen yet".
    Rev
}
number! {
    /// Microseconds since 1970-01-01T00:00:00Z.
    Micros
}

impl RoomId {
    /// The room that exists from the first start and cannot be removed. Messages of the
    /// simple protocol are posted here.
    pub const LOBBY: RoomId = RoomId(1);
}

impl Micros {
    /// How long after another moment this is, in milliseconds, rounded up; zero if it is before.
    pub fn millis_after(self, earlier: Micros) -> u64 {
        let micros = self.0.saturating_sub(earlier.0);
        u64::try_from(micros).map_or(0, |micros| micros.div_ceil(1_000))
    }
}

impl Seq {
    /// Before the first message.
    pub const ZERO: Seq = Seq(0);

    /// The number after this one.
    #[must_use]
    pub fn next(self) -> Seq {
        Seq(self.0.saturating_add(1))
    }

    /// The number before this one; of [`Seq::ZERO`], itself.
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

/// One run of the store: a random id, new at every start.
///
/// Revisions can be compared within an epoch, and with those earlier epochs that the store
/// has recorded. A data file that was restored from a backup has not recorded the epochs
/// that its clients have seen, so it is never mistaken for the current state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Epoch(pub Uuid);

impl Epoch {
    /// Makes an epoch from sixteen random bytes (UUID version 4).
    pub fn new(random: [u8; 16]) -> Self {
        Epoch(uuid::Builder::from_random_bytes(random).into_uuid())
    }
}

/// Serialised in the form of a [`ClientId`], always in lower case.
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
