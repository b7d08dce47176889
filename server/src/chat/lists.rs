//! Lists of rooms, members and people that can be searched.

use shared::frame::Refusal;
use shared::id::{RoomId, Seq};
use shared::model::{MessageVersion, Profile};

use super::Chat;
use crate::store::fair_queue::QueryPermit;
use crate::store::{MemberPage, MemberSearch, RoomPage, RoomSearch, StoreError, Viewer};

/// The most rooms or members of one page.
const PAGE: usize = 100;
/// The most people who are found.
const FOUND: usize = 20;

impl Chat {
    /// A page of the public rooms that exist for the viewer, by their names.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn listed_rooms(
        &self,
        viewer: Viewer,
        search: RoomSearch,
        limit: Option<usize>,
    ) -> Result<RoomPage, Refusal> {
        let _turn = self.turn(viewer, &search.typed).await;
        let page = self.store.listed_rooms(viewer, search, within(limit, PAGE));
        page.await.map_err(StoreError::into_refusal)
    }

    /// A page of a room's members.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn listed_members(
        &self,
        viewer: Viewer,
        room: RoomId,
        search: MemberSearch,
        limit: Option<usize>,
    ) -> Result<MemberPage, Refusal> {
        let _turn = self.turn(viewer, &search.typed).await;
        let limit = within(limit, PAGE);
        let page = self.store.listed_members(Some(viewer), room, search, limit);
        page.await.map_err(StoreError::into_refusal)
    }

    /// What a message said before its edits.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `no_such_message`, `not_permitted`, `storage_failed`.
    pub async fn versions(
        &self,
        viewer: Viewer,
        room: RoomId,
        seq: Seq,
    ) -> Result<Vec<MessageVersion>, Refusal> {
        let versions = self.store.versions(viewer, room, seq).await;
        versions.map_err(StoreError::into_refusal)
    }

    /// Waits until the person may search. A page that an index gives does not wait.
    async fn turn(&self, viewer: Viewer, typed: &str) -> Option<QueryPermit> {
        if typed.is_empty() {
            return None;
        }
        Some(self.searches.acquire(viewer.client()).await)
    }

    /// The people who can sign in, and exist for the viewer, whom what is typed fits best.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn found_people(
        &self,
        viewer: Viewer,
        typed: String,
        limit: Option<usize>,
    ) -> Result<Vec<Profile>, Refusal> {
        let _turn = self.searches.acquire(viewer.client()).await;
        let people = self.store.found_people(viewer, typed, within(limit, FOUND));
        people.await.map_err(StoreError::into_refusal)
    }
}

/// At least one, so that a page goes on.
fn within(limit: Option<usize>, most: usize) -> usize {
    limit.unwrap_or(most).clamp(1, most)
}
