//! The audit log, for those who manage the place: a page of it, or all, read page by page.

use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::running_exports::ExportPlace;
use super::{Accounts, person_of};
use crate::store::{Actor, AuditEntry, AuditSearch, Store, TokenHash, Viewer};

/// Entries that are read at once for a file.
const FILE_PAGE: usize = 200;

/// The entries of a file that is being read, the newest first.
pub struct AuditReader {
    store: Arc<dyn Store>,
    viewer: Viewer,
    /// The session in which it was asked for.
    session: TokenHash,
    /// Where the next page begins; none at the end.
    next: Option<AuditSearch>,
    _place: ExportPlace,
}

impl Accounts {
    /// Entries of the audit log, the newest first, at most `limit`.
    ///
    /// # Errors
    /// `forbidden` for who manages nobody, or the store's.
    pub async fn audit(
        &self,
        viewer: Viewer,
        search: AuditSearch,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, Refusal> {
        let found = self
            .store
            .audit(Actor::User(person_of(viewer)?), search, limit);
        found.await.map_err(super::refuse)
    }

    /// Begins to read the whole log.
    ///
    /// # Errors
    /// `forbidden` for who manages nobody, `rate_limited` while the person reads another file, or too
    /// many others do; or the store's.
    pub async fn export_audit(
        &self,
        viewer: Viewer,
        session: TokenHash,
    ) -> Result<AuditReader, Refusal> {
        // A refusal has a status of its own; it comes before the file begins.
        self.audit(viewer, AuditSearch::default(), 1).await?;
        let place = ExportPlace::take(&self.exports, person_of(viewer)?)?;
        Ok(AuditReader {
            store: Arc::clone(&self.store),
            viewer,
            session,
            next: Some(AuditSearch::default()),
            _place: place,
        })
    }
}

impl AuditReader {
    /// The next page; none after the last one.
    ///
    /// # Errors
    /// `unauthorized` if the session has ended meanwhile, `forbidden` if the person manages nobody any
    /// more, or the store's.
    pub async fn next_page(&mut self) -> Result<Option<Vec<AuditEntry>>, Refusal> {
        let Some(search) = self.next else {
            return Ok(None);
        };
        let session = self.store.session(self.viewer.client(), self.session).await;
        if session.map_err(super::refuse)?.is_none() {
            return Err(Refusal::new(ErrorCode::Unauthorized));
        }
        let by = Actor::User(person_of(self.viewer)?);
        let page = self.store.audit(by, search, FILE_PAGE).await;
        let page = page.map_err(super::refuse)?;
        let before = page.last().map(|entry| entry.id);
        self.next = before.map(|before| AuditSearch {
            before: Some(before),
            ..search
        });
        Ok(Some(page))
    }
}
