//! Which rooms everybody may read, remembered.
//!
//! Nearly all questions are about public rooms, and those need no look-up of a membership. When
//! thousands come back at once, one of them asks the store and the others wait for it. Whether
//! somebody is a member of a private room is never remembered here: the store is asked each time. A
//! guest of one room asks about any other room as about one that never was.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::RoomKind;
use tokio::sync::OnceCell;

use crate::store::{Store, StoreError, Viewer};

/// Rooms that are remembered. Above that, all are forgotten.
const MAX_ROOMS: usize = 50_000;

/// The public rooms that were asked for, and the rooms that are being looked up.
#[derive(Debug, Default)]
pub struct RoomAccess(Mutex<HashMap<RoomId, IsPublic>>);

/// Whether everybody may read a room, as soon as it is known.
type IsPublic = Arc<OnceCell<bool>>;

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
        let room = viewer.room_to_find(room);
        let is_public = self.entry(room);
        let mut own_answer = None;
        let looked_up = is_public.get_or_try_init(async || {
            let answer = store.room_kind(viewer, room).await;
            let answer = answer.map_err(StoreError::into_refusal);
            let is_public = match &answer {
                Ok(kind) => Ok(*kind == RoomKind::Public),
                Err(refusal) if is_about_the_viewer(refusal.code) => Ok(false),
                Err(_) => Err(()),
            };
            own_answer = Some(answer);
            is_public
        });
        let looked_up = looked_up.await.copied();
        if looked_up != Ok(true) {
            self.remove(room, &is_public);
        }
        match (own_answer, looked_up) {
            (Some(answer), _) => answer,
            (None, Ok(true)) => Ok(RoomKind::Public),
            (None, _) => (store.room_kind(viewer, room).await).map_err(StoreError::into_refusal),
        }
    }

    fn entry(&self, room: RoomId) -> IsPublic {
        let mut rooms = self.0.lock();
        if rooms.len() >= MAX_ROOMS && !rooms.contains_key(&room) {
            rooms.clear();
        }
        Arc::clone(rooms.entry(room).or_default())
    }

    fn remove(&self, room: RoomId, entry: &IsPublic) {
        let mut rooms = self.0.lock();
        if rooms
            .get(&room)
            .is_some_and(|present| Arc::ptr_eq(present, entry))
        {
            rooms.remove(&room);
        }
    }

    /// A room has changed: it may be removed. To be called before the change is published: who
    /// waits for a look-up from before it has taken its slot already, and learns of the change
    /// there.
    pub fn forget(&self, room: RoomId) {
        self.0.lock().remove(&room);
    }

    /// Anything may have changed.
    pub fn clear(&self) {
        self.0.lock().clear();
    }
}

/// Whether a refusal says what the room is for one person. The others have to ask themselves.
fn is_about_the_viewer(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NoSuchRoom | ErrorCode::RoomGone)
}
