//! Mails that wait to be sent, and the addresses at which people get them.

use std::fmt;

use async_trait::async_trait;
use shared::id::{Micros, UserId};

use super::account::{LinkHash, TokenHash};
use super::error::StoreError;
use super::query::Viewer;

/// The number of a mail: random, so that it can be the mail's Message-ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailId(pub [u8; 16]);

/// What a mail says.
#[derive(Clone, PartialEq, Eq)]
pub struct MailText {
    /// Its number.
    pub id: MailId,
    /// The subject.
    pub subject: String,
    /// The text. It may hold the secret of a link.
    pub body: String,
    /// From when on it is of no use.
    pub expires_at: Micros,
}

impl fmt::Debug for MailText {
    /// Shows nothing of the text, which must reach no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailText")
    }
}

/// To whom a mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailRecipient {
    /// A person, if that has a proved address. Without one, or while too many mails wait, there
    /// is no mail.
    Person(UserId),
    /// An address. While too many mails wait, the command is refused with `too_many`.
    Address {
        /// The address.
        address: String,
        /// With whom the mail goes: if that person is deleted, it is not sent.
        user: Option<UserId>,
    },
}

/// A mail that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRow {
    /// What it says.
    pub text: MailText,
    /// With whom it goes.
    pub user: Option<UserId>,
    /// The address.
    pub address: String,
    /// When it was stored.
    pub created_at: Micros,
    /// When it is tried next.
    pub next_at: Micros,
    /// The attempts that have begun.
    pub attempts: u32,
}

/// The mail that is tried next, and how many wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitingMail {
    /// The mail; none if no mail waits.
    pub next: Option<MailRow>,
    /// How many wait, with it.
    pub count: u64,
}

/// The addresses of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailAddressRow {
    /// The one that counts, and when it was proved.
    pub proved: Option<(String, Micros)>,
    /// The one that waits for its proof.
    pub asked: Option<AskedAddress>,
}

/// An address that waits for its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedAddress {
    /// The address.
    pub address: String,
    /// The SHA-256 of the token that was sent to it.
    pub token: LinkHash,
    /// Until when it can be proved.
    pub until: Micros,
}

/// What a person does about the own address.
#[derive(Clone, Debug)]
pub enum MailAddressCommand {
    /// Sends a link to an address, which proves it. One that waits already is forgotten.
    Ask {
        /// The session in which it is done.
        session: TokenHash,
        /// The address that waits for its proof from now on.
        asked: AskedAddress,
        /// The mail with the link.
        mail: MailText,
    },
    /// Follows the link: from now on the address counts. All links of the person end.
    Prove {
        /// The session in which it is done.
        session: TokenHash,
        /// The token that was sent.
        token: LinkHash,
    },
    /// Forgets both addresses. All links of the person end.
    Remove {
        /// The session in which it is done.
        session: TokenHash,
    },
}

/// What the sender of mails does.
#[derive(Clone, Copy, Debug)]
pub enum MailDelivery {
    /// An attempt begins. If nothing more is heard of it, the next one is made at `next_at`.
    Begin {
        /// The mail.
        mail: MailId,
        /// When it is tried next.
        next_at: Micros,
    },
    /// The mail is sent, or given up.
    End(MailId),
}

/// Who is looked for to set a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResetSearch {
    /// The person with the username of this key.
    Username(String),
    /// Those with the proved address of this key.
    Address(String),
}

/// Somebody who can be sent a link for a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetCandidate {
    /// The person.
    pub user: UserId,
    /// The username.
    pub username: String,
    /// Whether the person owns the place.
    pub is_owner: bool,
    /// The key of the address.
    pub address_key: String,
    /// The language of the person's page.
    pub language: Option<String>,
}

/// Equal for addresses that differ in case. Letters of other alphabets than Latin do not occur.
pub fn mail_address_key(address: &str) -> String {
    address.to_ascii_lowercase()
}

/// What is read of mails and of addresses.
#[async_trait]
pub trait MailQueries {
    /// The mail that is tried next, for who sends it.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn next_mail(&self) -> Result<WaitingMail, StoreError>;

    /// The addresses of the viewer.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn mail_address(&self, viewer: Viewer) -> Result<MailAddressRow, StoreError>;

    /// Those who can be sent a link for a new password, at most `limit`. Whoever asks must not
    /// be told.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn reset_candidates(
        &self,
        search: ResetSearch,
        limit: usize,
    ) -> Result<Vec<ResetCandidate>, StoreError>;
}
