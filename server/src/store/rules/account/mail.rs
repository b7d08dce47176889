//! Mails: what is queued in the commit that causes it, and the addresses of people.

use shared::error::ErrorCode;
use shared::id::{Micros, UserId};
use shared::model::Role;

use super::super::tables::Tables;
use super::super::{AccountKey, AccountRow, Applied, LinkRow, RuleResult, Rules};
use crate::store::{
    AccountCommand, Actor, AskedAddress, LinkHash, LinkPurpose, MailAction, MailAddressCommand,
    MailAddressRow, MailDelivery, MailId, MailRecipient, MailRow, MailText, Outcome,
    SecondFactorFate, TokenHash,
};

/// Mails that may wait at one time.
pub const MAX_WAITING_MAILS: usize = 1_000;

impl<T: Tables> Rules<T> {
    pub(super) fn mail_action(&mut self, actor: &Actor, action: &MailAction) -> Applied<T> {
        match action {
            MailAction::With { to, mail, command } => self.with_mail(actor, to, mail, command),
            MailAction::Reset {
                user,
                link,
                expires_at,
                mail,
            } => self.mail_reset(actor, *user, *link, *expires_at, mail),
            MailAction::Address(command) => self.mail_address_command(actor, command),
            MailAction::Deliver(delivery) => self.deliver_mail(actor, *delivery),
        }
    }

    /// Carries out a command and queues a mail about it.
    fn with_mail(
        &mut self,
        actor: &Actor,
        to: &MailRecipient,
        mail: &MailText,
        command: &AccountCommand,
    ) -> Applied<T> {
        let row = self.mail_to(to, mail)?;
        let outcome = self.account_command(actor, command)?;
        // Decided: from here on it writes. What changes nothing is no news.
        if let Some(row) = row.filter(|_| outcome != Outcome::Unchanged) {
            self.put_mail(row)?;
        }
        Ok(outcome)
    }

    /// Makes a link with which a person sets a new password, and queues the mail with it. Links
    /// of before stay: a stranger could end the one that an administrator has handed out. Nobody
    /// is told of a refusal.
    fn mail_reset(
        &mut self,
        actor: &Actor,
        user: UserId,
        link: LinkHash,
        expires_at: Micros,
        mail: &MailText,
    ) -> Applied<T> {
        Self::require_operator(actor)?;
        let role = self.role_now(user)?;
        if role.is_none_or(|role| role == Role::Guest) || self.identity(user)?.is_none() {
            return Err(ErrorCode::Forbidden.into());
        }
        let row = self.mail_to(&MailRecipient::Person(user), mail)?;
        let row = row.ok_or(ErrorCode::Forbidden)?;
        // Decided: from here on it writes.
        let link_row = AccountRow::Link(LinkRow {
            purpose: LinkPurpose::Reset,
            user: Some(user),
            session: None,
            second_factor: SecondFactorFate::Keep,
            created_by: None,
            created_at: self.config.now,
            expires_at,
        });
        self.tables
            .put_account(&AccountKey::Link(link), Some(&link_row))?;
        self.put_mail(row)?;
        Ok(Outcome::Done)
    }

    fn mail_address_command(&mut self, actor: &Actor, command: &MailAddressCommand) -> Applied<T> {
        match command {
            MailAddressCommand::Ask {
                session,
                asked,
                mail,
            } => self.ask_for_address(actor, session, asked, mail),
            MailAddressCommand::Prove { session, token } => {
                self.prove_address(actor, session, token)
            }
            MailAddressCommand::Remove { session } => self.remove_address(actor, session),
        }
    }

    fn ask_for_address(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        asked: &AskedAddress,
        mail: &MailText,
    ) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        let before = self.mail_address(user)?;
        let to = MailRecipient::Address {
            address: asked.address.clone(),
            user: Some(user),
        };
        let row = self.mail_to(&to, mail)?;
        // Decided: from here on it writes.
        if let Some(row) = row {
            self.put_mail(row)?;
        }
        self.put_mail_address(
            user,
            Some(MailAddressRow {
                asked: Some(asked.clone()),
                ..before
            }),
        )?;
        Ok(Outcome::Done)
    }

    /// Only the person whose address it will be follows the link: somebody else may read what
    /// was sent to a mistyped one.
    fn prove_address(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        token: &LinkHash,
    ) -> Applied<T> {
        let user = self.acting_session(actor, session)?.user;
        let asked = self.mail_address(user)?.asked;
        let now = self.config.now;
        let asked = asked.filter(|asked| asked.token == *token && asked.until > now);
        let asked = asked.ok_or(ErrorCode::LinkInvalid)?;
        let links = self.links_of(Some(user))?;
        // Decided: from here on it writes.
        self.end_links(links)?;
        self.put_mail_address(
            user,
            Some(MailAddressRow {
                proved: Some((asked.address, now)),
                asked: None,
            }),
        )?;
        Ok(Outcome::Done)
    }

    fn remove_address(&mut self, actor: &Actor, session: &TokenHash) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        let links = self.links_of(Some(user))?;
        // Decided: from here on it writes.
        self.end_links(links)?;
        self.put_mail_address(user, None)?;
        Ok(Outcome::Done)
    }

    fn deliver_mail(&mut self, actor: &Actor, delivery: MailDelivery) -> Applied<T> {
        Self::require_operator(actor)?;
        match delivery {
            MailDelivery::Begin { mail, next_at } => {
                let row = self.mail(mail)?.ok_or(ErrorCode::NotFound)?;
                // Decided: from here on it writes.
                self.put_mail(MailRow {
                    next_at,
                    attempts: row.attempts.saturating_add(1),
                    ..row
                })?;
            }
            MailDelivery::End(mail) => {
                self.tables.put_account(&AccountKey::Mail(mail), None)?;
                // It may hold the secret of a link.
                self.batch.note_erased_text();
            }
        }
        Ok(Outcome::Done)
    }

    /// The row of a new mail; none for a person who gets none.
    fn mail_to(&mut self, to: &MailRecipient, text: &MailText) -> RuleResult<Option<MailRow>, T> {
        let (address, user) = match to {
            MailRecipient::Person(user) => match self.mail_address(*user)?.proved {
                Some((address, _)) => (address, Some(*user)),
                None => return Ok(None),
            },
            MailRecipient::Address { address, user } => (address.clone(), *user),
        };
        if self.waiting_mails()?.len() >= MAX_WAITING_MAILS {
            return match to {
                MailRecipient::Person(_) => Ok(None),
                MailRecipient::Address { .. } => Err(ErrorCode::TooMany.into()),
            };
        }
        let now = self.config.now;
        Ok(Some(MailRow {
            text: text.clone(),
            user,
            address,
            created_at: now,
            next_at: now,
            attempts: 0,
        }))
    }

    fn put_mail(&mut self, row: MailRow) -> RuleResult<(), T> {
        let key = AccountKey::Mail(row.text.id);
        Ok(self
            .tables
            .put_account(&key, Some(&AccountRow::Mail(row)))?)
    }

    /// Stores the addresses of a person. They may not have been read for somebody new.
    pub(super) fn put_mail_address(
        &mut self,
        user: UserId,
        row: Option<MailAddressRow>,
    ) -> RuleResult<(), T> {
        let row = row.map(AccountRow::MailAddress);
        let key = AccountKey::MailAddress(user);
        Ok(self.tables.put_account(&key, row.as_ref())?)
    }

    fn mail(&mut self, id: MailId) -> RuleResult<Option<MailRow>, T> {
        Ok(match self.tables.account(&AccountKey::Mail(id))? {
            Some(AccountRow::Mail(row)) => Some(row),
            _ => None,
        })
    }

    fn waiting_mails(&mut self) -> RuleResult<Vec<MailId>, T> {
        Ok(match self.tables.account(&AccountKey::WaitingMails)? {
            Some(AccountRow::WaitingMails(ids)) => ids,
            _ => Vec::new(),
        })
    }

    fn mail_address(&mut self, user: UserId) -> RuleResult<MailAddressRow, T> {
        Ok(match self.tables.account(&AccountKey::MailAddress(user))? {
            Some(AccountRow::MailAddress(row)) => row,
            _ => MailAddressRow::default(),
        })
    }
}
