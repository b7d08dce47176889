//! Queries for the audit log.

use async_trait::async_trait;

use super::SqliteStore;
use super::read;
use crate::store::{Actor, AuditEntry, AuditQueries, AuditSearch, StoreError};

#[async_trait]
impl AuditQueries for SqliteStore {
    async fn audit(
        &self,
        by: Actor,
        search: AuditSearch,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.readers
            .run(by.client(), move |snapshot| {
                read::audit::list(snapshot, &by, search, limit)
            })
            .await
    }
}
