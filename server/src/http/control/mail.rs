//! The operator's commands about mail.

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;

use super::answer::OperatorAnswer;
use super::context::OperatorContext;
use super::invite_wish::InviteWish;
use crate::accounts::{InviteMail, InviteRequest, mail_invite};
use crate::mail::{MailAddress, MailContent, MailLanguage, Mailer};
use crate::store::{Actor, StoreError};

/// What `madang mail` can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum MailCommand {
    /// Send one mail at once, and say what the mail server answers.
    Test {
        /// To whom.
        address: String,
    },
}

impl MailCommand {
    /// Carries out the command.
    ///
    /// # Errors
    /// `mail_off`, `mail_address_invalid`, `mail_failed` with the reason, or the store's.
    pub(super) async fn execute(
        self,
        context: &OperatorContext<'_>,
    ) -> Result<OperatorAnswer, Refusal> {
        let MailCommand::Test { address } = self;
        let mailer = mailer(context)?;
        let to = parse(&address)?;
        let place = context.store.place().await;
        let place = place.map_err(StoreError::into_refusal)?.name;
        let test = MailContent::Test { place: &place };
        // It is sent now or never.
        let mail = mailer.write(MailLanguage::English, &test, Micros(i64::MAX));
        let mail = mail.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        let sent = mailer.sender().send(to, context.clock.now(), &mail).await;
        let said = sent.map_err(|error| Refusal {
            message: error.to_string(),
            ..Refusal::new(ErrorCode::MailFailed)
        })?;
        Ok(OperatorAnswer::MailTaken { address, said })
    }
}

/// Makes an invitation and mails it.
pub(super) async fn invite_by_mail(
    context: &OperatorContext<'_>,
    wish: InviteWish,
    address: String,
) -> Result<OperatorAnswer, Refusal> {
    let mail = InviteMail {
        mailer: mailer(context)?,
        to: parse(&address)?,
        by: None,
        language: wish.language,
    };
    let request = InviteRequest::from(wish);
    let now = context.clock.now();
    let made = mail_invite(context.store, now, Actor::Operator, None, request, mail);
    let id = made.await?.0;
    Ok(OperatorAnswer::InviteMailed { id, address })
}

/// What writes mails. Only a running server has the settings.
fn mailer<'a>(context: &OperatorContext<'a>) -> Result<&'a Mailer, Refusal> {
    let message = match context.running {
        None => "mail is sent by a running server, and none runs on this folder",
        Some(running) => match running.mailer {
            Some(mailer) => return Ok(mailer),
            None => "this server sends no mail; --smtp-host names a mail server",
        },
    };
    Err(Refusal {
        message: message.to_owned(),
        ..Refusal::new(ErrorCode::MailOff)
    })
}

fn parse(address: &str) -> Result<MailAddress, Refusal> {
    let parsed = MailAddress::parse(address);
    parsed.ok_or_else(|| Refusal::new(ErrorCode::MailAddressInvalid))
}
