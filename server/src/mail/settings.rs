//! What the sender of mails is told by the operator.

use std::fmt;
use std::time::Duration;

use lettre::message::Mailbox;

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SmtpSecurity {
    /// TLS from the first byte, mostly at port 465.
    Tls,
    /// TLS after a few words in the clear, mostly at port 587. A server that does not offer it is
    /// not used.
    Starttls,
    /// Nothing: for a mail server on this machine, or in a network that nobody else reads.
    Plain,
}

impl SmtpSecurity {
    /// The usual port.
    pub fn port(self) -> u16 {
        match self {
            SmtpSecurity::Tls => 465,
            SmtpSecurity::Starttls => 587,
            SmtpSecurity::Plain => 25,
        }
    }
}

/// The password for the mail server. It is not part of what `{:?}` writes.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpPassword(String);

impl SmtpPassword {
    /// A password; an empty one is refused, and one of several lines.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the password for the mail server is empty".into());
        }
        if text.chars().any(char::is_control) {
            return Err("the password for the mail server has to stand in one line".into());
        }
        Ok(SmtpPassword(text.to_owned()))
    }

    /// The password itself, for the mail server only.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SmtpPassword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SmtpPassword")
    }
}

/// The settings of the mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Its name or address. Its certificate has to be for this name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// The username and the password, if it asks for them.
    pub credentials: Option<(String, SmtpPassword)>,
    /// From whom mails are.
    pub from: Mailbox,
    /// How long one attempt may take, from the connection to the last answer.
    pub timeout: Duration,
}

impl SmtpSettings {
    /// How long an attempt may take: a mail server may look long at a mail before it takes it (RFC
    /// 5321 § 4.5.3.2.6). Whoever gives up earlier sends it again, and the mail comes twice.
    pub const TIMEOUT: Duration = Duration::from_mins(10);
    /// How long it may take until the mail server knows who sends.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let password = SmtpPassword::parse("hunter2").unwrap();
        assert_eq!(format!("{password:?}"), "SmtpPassword");
        assert!(SmtpPassword::parse("").is_err());
        assert!(SmtpPassword::parse("a\r\nQUIT").is_err());
    }
}
