//! Queries for lists of rooms, members and people.

use async_trait::async_trait;
use shared::id::{RoomId, Seq};
use shared::model::{MessageVersion, Profile};

use super::SqliteStore;
use super::read;
use crate::store::{
    ListQueries, ListedRoom, MemberPage, MemberSearch, QueryClient, RoomPage, RoomSearch,
    StoreError, Viewer,
};

#[async_trait]
impl ListQueries for SqliteStore {
    async fn listed_rooms(
        &self,
        viewer: Viewer,
        search: RoomSearch,
        limit: usize,
    ) -> Result<RoomPage, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::room_list::list(snapshot, viewer, &search, limit)
            })
            .await
    }

    async fn all_rooms(&self, after: RoomId, limit: usize) -> Result<Vec<ListedRoom>, StoreError> {
        self.readers
            .run(QueryClient::Server, move |snapshot| {
                read::room_list::of_operator(snapshot, after, limit)
            })
            .await
    }

    async fn listed_members(
        &self,
        viewer: Option<Viewer>,
        room: RoomId,
        search: MemberSearch,
        limit: usize,
    ) -> Result<MemberPage, StoreError> {
        let client = viewer.map_or(QueryClient::Server, Viewer::client);
        self.readers
            .run(client, move |snapshot| {
                read::member_list::list(snapshot, viewer, room, &search, limit)
            })
            .await
    }

    async fn versions(
        &self,
        viewer: Viewer,
        room: RoomId,
        seq: Seq,
    ) -> Result<Vec<MessageVersion>, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::versions::list(snapshot, viewer, room, seq)
            })
            .await
    }

    async fn found_people(
        &self,
        viewer: Viewer,
        typed: String,
        limit: usize,
    ) -> Result<Vec<Profile>, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::people_search::find(snapshot, viewer, &typed, limit)
            })
            .await
    }
}
