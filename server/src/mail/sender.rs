//! Gives one mail to the mail server (SMTP).

use std::error::Error as _;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use shared::id::Micros;
use tokio::time::timeout;

use super::address::MailAddress;
use super::message::message;
use super::settings::{SmtpSecurity, SmtpSettings};
use crate::store::MailText;

/// How long the mail server may take to say goodbye. The mail is sent by then.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);
/// What is kept of an answer, in characters.
const ANSWER_CHARS: usize = 300;

/// Knows the mail server. The connection is made for each mail anew: they are few, and a mail
/// server closes one that is not used.
pub struct MailSender {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
    /// The host under which people know this server.
    host: String,
    hello: ClientId,
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The mail server cannot be used: no mail would be sent.
    #[error("the mail server cannot be used: {0}")]
    Server(String),
    /// It does not take this mail now.
    #[error("the mail server does not take the mail now: {0}")]
    Later(String),
    /// It never takes this mail.
    #[error("the mail server refuses the mail: {0}")]
    Never(String),
}

impl MailSender {
    /// Sends through this mail server, on behalf of a server that people know under `host`.
    ///
    /// # Errors
    /// A sentence, if TLS cannot work: the system has no certificate authorities.
    pub fn new(settings: SmtpSettings, host: String) -> Result<Self, String> {
        let tls = match settings.security {
            SmtpSecurity::Plain => None,
            SmtpSecurity::Tls | SmtpSecurity::Starttls => {
                let tls = TlsParameters::new(settings.host.clone());
                Some(tls.map_err(|error| format!("TLS to the mail server cannot work: {error}"))?)
            }
        };
        let hello = ClientId::Domain(host.clone());
        Ok(MailSender {
            settings,
            tls,
            host,
            hello,
        })
    }

    /// What the operator has set.
    pub fn settings(&self) -> &SmtpSettings {
        &self.settings
    }

    /// Sends a mail. Returns the answer of the mail server, in one line.
    ///
    /// # Errors
    /// Why it was not sent. After a [`SendError::Server`] it may have been, if the mail server
    /// had it and did not answer.
    pub async fn send(
        &self,
        to: MailAddress,
        now: Micros,
        text: &MailText,
    ) -> Result<String, SendError> {
        let from = &self.settings.from;
        let mail = message(from, to.into_address(), &self.host, now, text);
        let mail = mail.map_err(SendError::Never)?;
        let attempt = async {
            let mut connection = self.connect().await.map_err(|error| {
                // Whatever it answers before it knows the mail is about every mail.
                SendError::Server(words(&error))
            })?;
            let sent = connection.send(mail.envelope(), &mail.formatted()).await;
            sent.map_err(|error| of_mail(&error))
                .map(|answer| (connection, answer))
        };
        let limit = self.settings.timeout;
        let Ok(attempted) = timeout(limit, attempt).await else {
            return Err(SendError::Server(format!("no answer within {limit:?}")));
        };
        let (mut connection, answer) = attempted?;
        let _said = timeout(QUIT_TIMEOUT, connection.quit()).await;
        Ok(answer_words(&answer))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let SmtpSettings {
            host,
            port,
            security,
            credentials,
            timeout,
            ..
        } = &self.settings;
        let implicit = self.tls.clone().filter(|_| *security == SmtpSecurity::Tls);
        let server = (&**host, *port);
        let limit = Some(*timeout);
        let connected =
            AsyncSmtpConnection::connect_tokio1(server, limit, &self.hello, implicit, None);
        let mut connection = connected.await?;
        if let Some(tls) = self
            .tls
            .clone()
            .filter(|_| *security == SmtpSecurity::Starttls)
        {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some((user, password)) = credentials {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, &credentials).await?;
        }
        Ok(connection)
    }
}

/// What an error after the connection was made says of the mail. 421 announces the end of the
/// service (RFC 5321 § 3.8).
fn of_mail(error: &Error) -> SendError {
    let is_closing = error.status().is_some_and(|code| code.to_string() == "421");
    if error.is_permanent() || error.is_client() {
        SendError::Never(words(error))
    } else if error.is_transient() && !is_closing {
        SendError::Later(words(error))
    } else {
        SendError::Server(words(error))
    }
}

fn words(error: &Error) -> String {
    match (error.status(), error.source()) {
        (Some(code), Some(said)) => one_line(&format!("{code} {said}")),
        (Some(code), None) => code.to_string(),
        (None, _) => one_line(&error.to_string()),
    }
}

fn answer_words(answer: &Response) -> String {
    let said: Vec<&str> = answer.message().collect();
    one_line(&format!("{} {}", answer.code(), said.join(" ")))
}

/// A peer's words, for the log and the operator's terminal.
fn one_line(text: &str) -> String {
    let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.trim().chars().take(ANSWER_CHARS).map(shown).collect()
}
