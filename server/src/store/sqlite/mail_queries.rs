//! Queries about mails and addresses.

use async_trait::async_trait;

use super::read;
use super::sqlite_store::SqliteStore;
use crate::store::{
    MailAddressRow, MailQueries, QueryClient, ResetCandidate, ResetSearch, StoreError, Viewer,
    WaitingMail,
};

#[async_trait]
impl MailQueries for SqliteStore {
    async fn next_mail(&self) -> Result<WaitingMail, StoreError> {
        self.readers
            .run(QueryClient::Server, read::mail::next)
            .await
    }

    async fn mail_address(&self, viewer: Viewer) -> Result<MailAddressRow, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::mail::address(snapshot, viewer.require_user()?)
            })
            .await
    }

    async fn reset_candidates(
        &self,
        search: ResetSearch,
        limit: usize,
    ) -> Result<Vec<ResetCandidate>, StoreError> {
        self.readers
            .run(QueryClient::Server, move |snapshot| {
                read::mail::reset_candidates(snapshot, &search, limit)
            })
            .await
    }
}
