//! Forgotten passwords, where the server sends mail: a link to the proved address of an account.
//!
//! Whoever asks gets the same answer at once, before anybody looks whether there is such an
//! account. A task looks afterwards, one request after the other.

use std::net::IpAddr;
use std::time::Instant;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;
use shared::model::Role;

use super::links::{LINK_MICROS, RESET_PATH};
use super::reset_mail_queue::{ForgottenPassword, ResetMailQueue};
use super::username::Username;
use super::{Accounts, Token, carry_out};
use crate::chat::rate_limits::refuse_until;
use crate::mail::{MailAddress, MailContent, MailLanguage, Mailer};
use crate::store::{
    AccountCommand, Actor, MailAction, ResetCandidate, ResetSearch, mail_address_key,
};

/// Accounts of one address that get a link by one request.
const MAX_ACCOUNTS: usize = 5;

impl Accounts {
    /// Notes that somebody has forgotten the password of an account, which is named by its
    /// username or its address. Whether there is one is not known to who asks.
    ///
    /// # Errors
    /// `mail_off`, or `rate_limited` with the time to wait.
    pub fn forgot_password(
        &self,
        name: String,
        language: MailLanguage,
        from: IpAddr,
    ) -> Result<(), Refusal> {
        self.mailer()?;
        self.mail_limits
            .take_request(from, Instant::now())
            .map_err(refuse_until)?;
        self.reset_mails.add(ForgottenPassword { name, language });
        Ok(())
    }

    /// Sends the links that people ask for, until the other end of the queue is gone.
    pub async fn mail_resets(&self, mut queue: ResetMailQueue) {
        let Ok(mailer) = self.mailer() else { return };
        while let Some(request) = queue.next().await {
            if let Err(refusal) = self.mail_reset(mailer, request).await {
                tracing::warn!(code = ?refusal.code, "a link for a new password was not sent");
            }
        }
    }

    async fn mail_reset(&self, mailer: &Mailer, request: ForgottenPassword) -> Result<(), Refusal> {
        let ForgottenPassword { name, language } = request;
        let search = match (MailAddress::parse(&name), Username::parse_any(&name)) {
            (Some(address), _) => ResetSearch::Address(mail_address_key(address.as_str())),
            (None, Ok(username)) => ResetSearch::Username(username.key),
            (None, Err(_)) => return Ok(()),
        };
        let found = self.store.reset_candidates(search, MAX_ACCOUNTS).await;
        for candidate in found.map_err(super::refuse)? {
            // The other accounts of the address get theirs.
            if let Err(refusal) = self.mail_reset_to(mailer, candidate, language).await {
                tracing::warn!(code = ?refusal.code, "a link for a new password was not sent");
            }
        }
        Ok(())
    }

    async fn mail_reset_to(
        &self,
        mailer: &Mailer,
        candidate: ResetCandidate,
        language: MailLanguage,
    ) -> Result<(), Refusal> {
        let ResetCandidate {
            user,
            username,
            is_owner,
            address_key,
            ..
        } = candidate;
        let role = if is_owner { Role::Owner } else { Role::Member };
        // A password would be of no use to others.
        let is_useful = self.require_other_ways(role).is_ok();
        if !is_useful
            || !self
                .mail_limits
                .take_reset(user, &address_key, Instant::now())
        {
            return Ok(());
        }
        let failed = || Refusal::new(ErrorCode::StorageFailed);
        let token = Token::random().ok_or_else(failed)?;
        let expires_at = Micros(self.clock.now().0.saturating_add(LINK_MICROS));
        let place = self.place().await?.name;
        let content = MailContent::Reset {
            place: &place,
            username: &username,
            link: &mailer.link(&format!("{RESET_PATH}{}", token.secret())),
            until: expires_at,
        };
        let language = MailLanguage::of_account(candidate.language.as_deref(), language);
        let mail = mailer.write(language, &content, expires_at);
        let command = AccountCommand::Mail(MailAction::Reset {
            user,
            link: token.hash(),
            expires_at,
            mail: mail.ok_or_else(failed)?,
        });
        carry_out(self.store.as_ref(), Actor::Operator, command).await?;
        mailer.wake();
        Ok(())
    }

    /// What writes mails.
    ///
    /// # Errors
    /// `mail_off` if the server sends none.
    pub(super) fn mailer(&self) -> Result<&Mailer, Refusal> {
        let mailer = self.mailer.as_deref();
        mailer.ok_or_else(|| Refusal::new(ErrorCode::MailOff))
    }

    /// Whether the server sends mail.
    pub fn sends_mail(&self) -> bool {
        self.mailer.is_some()
    }
}
