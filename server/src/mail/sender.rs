//! Gives one mail to the mail server (SMTP).

use std::error::Error as _;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use shared::id::Micros;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::address::MailAddress;
use super::bounded_stream::BoundedStream;
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
        let (limit, connect_limit) = (self.settings.timeout, self.connect_timeout());
        let attempt = async {
            let connected = timeout(connect_limit, self.connect()).await;
            let mut connection = connected.map_err(|_| no_answer(connect_limit))??;
            let sent = connection.send(mail.envelope(), &mail.formatted()).await;
            sent.map_err(|error| of_mail(&error))
                .map(|answer| (connection, answer))
        };
        let attempted = timeout(limit, attempt).await;
        let attempted = attempted.map_err(|_| no_answer(limit))?;
        let (mut connection, answer) = attempted?;
        let _said = timeout(QUIT_TIMEOUT, connection.quit()).await;
        Ok(answer_words(&answer))
    }

    fn connect_timeout(&self) -> Duration {
        self.settings.timeout.min(SmtpSettings::CONNECT_TIMEOUT)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let SmtpSettings {
            host,
            port,
            security,
            credentials,
            ..
        } = &self.settings;
        let server = (&**host, *port);
        let mut connection = if *security == SmtpSecurity::Tls {
            let (limit, tls) = (Some(self.connect_timeout()), self.tls.clone());
            AsyncSmtpConnection::connect_tokio1(server, limit, &self.hello, tls, None).await?
        } else {
            // Whoever is on the way could answer here.
            let stream = TcpStream::connect(server).await;
            let stream = stream.map_err(|error| SendError::Server(one_line(&error.to_string())))?;
            let stream = Box::new(BoundedStream::new(stream));
            AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await?
        };
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

fn no_answer(within: Duration) -> SendError {
    SendError::Server(format!("no answer within {within:?}"))
}

impl From<Error> for SendError {
    /// Whatever the mail server answers before it knows the mail is about every mail.
    fn from(error: Error) -> Self {
        SendError::Server(words(&error))
    }
}

/// Codes that are about who sends (RFC 4954 § 6), and so about every mail.
const OF_SENDER: [&str; 5] = ["454", "530", "534", "535", "538"];

/// What an error after the connection was made says of the mail. Some servers say even 421 about one
/// recipient; if it is about all, the next connection says so.
fn of_mail(error: &Error) -> SendError {
    let code = error.status().map(|code| code.to_string());
    let is_of_sender = code.is_some_and(|code| OF_SENDER.contains(&&*code));
    if is_of_sender {
        SendError::Server(words(error))
    } else if error.is_permanent() || error.is_client() {
        SendError::Never(words(error))
    } else if error.is_transient() {
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
