//! The one room of a guest who came by a link to it.

use serde::{Deserialize, Serialize};

use crate::id::{RoomId, Seq};

/// The only room that exists for a guest, and where it begins for that guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OnlyRoom {
    /// The room.
    pub room: RoomId,
    /// Messages before this one do not exist for the guest. 0: all exist.
    #[serde(default)]
    pub from: Seq,
}

impl OnlyRoom {
    /// Whether a message of the room exists for the guest.
    pub fn has_message(self, seq: Seq) -> bool {
        seq >= self.from
    }

    /// Whether there are messages that do not exist for the guest.
    pub fn hides_messages(self) -> bool {
        self.from > Seq::ZERO.next()
    }
}
