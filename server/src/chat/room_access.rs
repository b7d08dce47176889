//! Which rooms everybody may read, remembered.
//!
//! Nearly all questions are about public rooms, and those need no look-up of a membership.
//! Whether somebody is a member of a private room is never remembered here: the store is asked
//! each time.

use std::collections::HashSet;

use parking_lot::Mutex;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::RoomKind;

use crate::store::{Store, StoreError, Viewer};

/// Rooms that are remembered. Above that, all are forgotten.
const MAX_ROOMS: usize = 50_000;

/// The public rooms that were asked for.
#[derive(Debug, Default)]
pub struct RoomAccess(Mutex<KnownRooms>);

#[derive(Debug, Default)]
struct KnownRooms {
    public: HashSet<RoomId>,
    // How often rooms were forgotten. What was read before that is not remembered.
    changes: u64,
}

impl RoomAccess {
    /// The kind of a room that the viewer may read.
    ///
    /// # Errors
    /// `no_such_room` for a room that does not exist for the viewer, `room_gone`, or the store's.
    pub async fn room_kind(
        &self,
        store: &dyn Store,
        viewer: Viewer,
        room: RoomId,
    ) -> Result<RoomKind, Refusal> {
        let changes = {
            let known = self.0.lock();
            if known.public.contains(&room) {
                return Ok(RoomKind::Public);
            }
            known.changes
        };
        let kind = store
            .room_kind(viewer, room)
            .await
            .map_err(StoreError::into_refusal)?;
        if kind == RoomKind::Public {
            let mut known = self.0.lock();
            if known.changes == changes {
                if known.public.len() >= MAX_ROOMS {
                    known.public.clear();
                }
                known.public.insert(room);
            }
        }
        Ok(kind)
    }

    /// A room has changed: it may be removed.
    pub fn forget(&self, room: RoomId) {
        let mut known = self.0.lock();
        known.changes += 1;
        known.public.remove(&room);
    }

    /// Anything may have changed.
    pub fn clear(&self) {
        let mut known = self.0.lock();
        known.changes += 1;
        known.public.clear();
    }
}
