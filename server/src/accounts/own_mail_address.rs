//! The address at which a person gets mail. It counts once the person has followed a link that
//! was sent to it.

use std::time::Instant;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;

use super::joining::parse_link;
use super::{Accounts, ActingPerson, Token, carry_out};
use crate::chat::rate_limits::refuse_until;
use crate::mail::{AccountChange, MailAddress, MailContent, MailLanguage};
use crate::store::{
    AccountCommand, AskedAddress, MailAction, MailAddressCommand, MailAddressRow, Viewer,
    mail_address_key,
};

/// Where the page takes a link that proves an address.
const EMAIL_PATH: &str = "/email#";
/// How long such a link works: a day.
const PROOF_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

impl Accounts {
    /// The addresses of a person.
    ///
    /// # Errors
    /// The store's.
    pub async fn mail_address(&self, viewer: Viewer) -> Result<MailAddressRow, Refusal> {
        let address = self.store.mail_address(viewer).await;
        address.map_err(super::refuse)
    }

    /// Sends a link to an address, which becomes the person's when the link is followed. The one
    /// of before counts until then.
    ///
    /// # Errors
    /// `mail_off`, `mail_address_invalid`, `rate_limited`, `too_many` while too many mails wait,
    /// `confirmation_required`, `forbidden` for a guest, or the store's.
    pub async fn ask_for_mail_address(
        &self,
        who: &ActingPerson,
        address: &str,
        language: MailLanguage,
    ) -> Result<(), Refusal> {
        let mailer = self.mailer()?;
        let username = who.username()?;
        let address = MailAddress::parse(address)
            .ok_or_else(|| Refusal::new(ErrorCode::MailAddressInvalid))?;
        let key = mail_address_key(address.as_str());
        self.mail_limits
            .take_sent(who.person.id, &key, Instant::now())
            .map_err(refuse_until)?;
        let failed = || Refusal::new(ErrorCode::StorageFailed);
        let token = Token::random().ok_or_else(failed)?;
        let until = Micros(self.clock.now().0.saturating_add(PROOF_MICROS));
        let (place, settings) = (self.place().await?.name, self.settings(who.viewer()).await?);
        let content = MailContent::Proof {
            place: &place,
            username,
            link: &mailer.link(&format!("{EMAIL_PATH}{}", token.secret())),
            until,
        };
        let language = MailLanguage::of_account(settings.language.as_deref(), language);
        let mail = mailer.write(language, &content, until).ok_or_else(failed)?;
        let command = AccountCommand::Mail(MailAction::Address(MailAddressCommand::Ask {
            session: who.token.hash(),
            asked: AskedAddress {
                address: address.as_str().to_owned(),
                token: token.hash(),
                until,
            },
            mail,
        }));
        carry_out(self.store.as_ref(), who.actor(), command).await?;
        mailer.wake();
        Ok(())
    }

    /// Proves an address by the link that was sent to it. The person must be signed in: somebody
    /// else may read what was sent to a mistyped address.
    ///
    /// # Errors
    /// `link_invalid` alike for all that cannot be used, or the store's.
    pub async fn prove_mail_address(&self, who: &ActingPerson, link: &str) -> Result<(), Refusal> {
        let token = parse_link(link)?.hash();
        let session = who.token.hash();
        self.change_mail_address(who, MailAddressCommand::Prove { session, token })
            .await
    }

    /// Forgets the addresses of a person.
    ///
    /// # Errors
    /// `confirmation_required`, `forbidden` for a guest, or the store's.
    pub async fn remove_mail_address(&self, who: &ActingPerson) -> Result<(), Refusal> {
        let session = who.token.hash();
        self.change_mail_address(who, MailAddressCommand::Remove { session })
            .await
    }

    /// Changes what counts. The address of before is told.
    async fn change_mail_address(
        &self,
        who: &ActingPerson,
        command: MailAddressCommand,
    ) -> Result<(), Refusal> {
        let notice = self.notice_to(who, AccountChange::Address).await?;
        let command = notice.with(AccountCommand::Mail(MailAction::Address(command)));
        carry_out(self.store.as_ref(), who.actor(), command).await?;
        self.notified(who.person.id);
        Ok(())
    }
}
