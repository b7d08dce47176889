//! Everything that is stored about a person, for the person alone: read page by page, so that the
//! server never holds more than one page of it.

use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::running_exports::ExportPlace;
use super::{Accounts, person_of};
use crate::store::{
    AccountCredentials, ListedSession, MailAddressRow, OwnMessages, OwnRecords, PersonSettings,
    Store, TokenHash, Viewer,
};

/// What is stored about a person, but the messages.
#[derive(Clone, Debug)]
pub struct OwnData {
    /// What the person has set.
    pub settings: PersonSettings,
    /// The addresses at which the person gets mail.
    pub mail_address: MailAddressRow,
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
    /// The session in which it was asked for.
    session: TokenHash,
    /// Where the next page begins; none at the end.
    next: Option<i64>,
    _place: ExportPlace,
}

impl Accounts {
    /// Begins to read what is stored about a person.
    ///
    /// # Errors
    /// `rate_limited` while another export of the person is read, or too many of others; or the
    /// store's.
    pub async fn export(
        &self,
        viewer: Viewer,
        session: TokenHash,
    ) -> Result<(OwnData, OwnMessageReader), Refusal> {
        let place = ExportPlace::take(&self.exports, person_of(viewer)?)?;
        let data = OwnData {
            settings: self.settings(viewer).await?,
            mail_address: self.mail_address(viewer).await?,
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
            session,
            next: Some(0),
            _place: place,
        };
        Ok((data, messages))
    }
}

impl OwnMessageReader {
    /// The next page, which may be empty; none after the last one.
    ///
    /// # Errors
    /// `unauthorized` if the session has ended meanwhile, or the store's.
    pub async fn next_page(&mut self) -> Result<Option<OwnMessages>, Refusal> {
        let Some(from) = self.next else {
            return Ok(None);
        };
        let session = self.store.session(self.viewer.client(), self.session).await;
        if session.map_err(super::refuse)?.is_none() {
            return Err(Refusal::new(ErrorCode::Unauthorized));
        }
        let page = self.store.own_messages(self.viewer, from).await;
        let page = page.map_err(super::refuse)?;
        self.next = page.next;
        Ok(Some(page))
    }
}
