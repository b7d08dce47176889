//! Everything that is stored about a person, for the person alone: read page by page, so that the
//! server never holds more than one page of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::UserId;

use super::Accounts;
use crate::store::{
    AccountCredentials, ListedSession, OwnMessages, OwnRecords, PersonSettings, Store, Viewer,
};

/// Exports that may be read at the same time: each reads through all messages.
const MAX_EXPORTS: usize = 4;
/// How long to wait if there are too many, in milliseconds.
const BUSY_RETRY_MS: u64 = 10_000;

/// Whose exports are being read.
pub(super) type RunningExports = Arc<Mutex<BTreeSet<UserId>>>;

/// What is stored about a person, but the messages.
#[derive(Clone, Debug)]
pub struct OwnData {
    /// What the person has set.
    pub settings: PersonSettings,
    /// How the person proves to be the person; nothing of what proves it.
    pub credentials: AccountCredentials,
    /// Where the person is signed in.
    pub sessions: Vec<ListedSession>,
    /// All the rest.
    pub records: OwnRecords,
}

/// The messages of an export that is being read.
pub struct OwnMessageReader {
    store: Arc<dyn Store>,
    viewer: Viewer,
    /// Where the next page begins; none at the end.
    next: Option<i64>,
    _place: ExportPlace,
}

/// One of the places for exports, as long as it is read.
struct ExportPlace {
    running: RunningExports,
    user: UserId,
}

impl Drop for ExportPlace {
    fn drop(&mut self) {
        self.running.lock().remove(&self.user);
    }
}

impl Accounts {
    /// Begins to read what is stored about a person.
    ///
    /// # Errors
    /// `rate_limited` while another export of the person is read, or too many of others; or the
    /// store's.
    pub async fn export(&self, viewer: Viewer) -> Result<(OwnData, OwnMessageReader), Refusal> {
        let place = self.take_export_place(viewer.user)?;
        let data = OwnData {
            settings: self.settings(viewer).await?,
            credentials: self.credentials(viewer).await?,
            sessions: self.sessions(viewer).await?,
            records: self
                .store
                .own_records(viewer)
                .await
                .map_err(super::refuse)?,
        };
        let messages = OwnMessageReader {
            store: Arc::clone(&self.store),
            viewer,
            next: Some(0),
            _place: place,
        };
        Ok((data, messages))
    }

    fn take_export_place(&self, user: UserId) -> Result<ExportPlace, Refusal> {
        let mut running = self.exports.lock();
        if running.len() >= MAX_EXPORTS || !running.insert(user) {
            return Err(Refusal {
                retry_after_ms: Some(BUSY_RETRY_MS),
                ..Refusal::new(ErrorCode::RateLimited)
            });
        }
        Ok(ExportPlace {
            running: Arc::clone(&self.exports),
            user,
        })
    }
}

impl OwnMessageReader {
    /// The next page, which may be empty; none after the last one.
    ///
    /// # Errors
    /// The store's.
    pub async fn next_page(&mut self) -> Result<Option<OwnMessages>, Refusal> {
        let Some(from) = self.next else {
            return Ok(None);
        };
        let page = self.store.own_messages(self.viewer, from).await;
        let page = page.map_err(super::refuse)?;
        self.next = page.next;
        Ok(Some(page))
    }
}
