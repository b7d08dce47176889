//! The settings of the mail server.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use lettre::message::Mailbox;
use url::Host;

use crate::mail::{MailAddress, SmtpPassword, SmtpSecurity, SmtpSettings};

/// The settings of the mail server. None of them counts without a host.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Mail (SMTP)")]
pub struct SmtpConfig {
    /// The mail server that takes mails from this server, such as `smtp.example.org`. Turns mail
    /// on: invitations, forgotten passwords and notices by mail. Needs a public address, and the one
    /// from which mails are.
    #[arg(long, env = "MADANG_SMTP_HOST", value_name = "HOST")]
    pub smtp_host: Option<String>,

    /// The mail server's port. Unless set, 465 with `tls`, 587 with `starttls`, 25 with `plain`.
    #[arg(long, env = "MADANG_SMTP_PORT", value_name = "PORT")]
    pub smtp_port: Option<u16>,

    /// How the connection to the mail server is protected. `plain` is for a mail server on the
    /// same machine, or in a network that nobody else reads: mails hold links that let people in.
    #[arg(
        long,
        env = "MADANG_SMTP_SECURITY",
        value_enum,
        default_value = "starttls"
    )]
    pub smtp_security: SmtpSecurity,

    /// The username at the mail server, if it asks for one.
    #[arg(long, env = "MADANG_SMTP_USER", value_name = "NAME")]
    pub smtp_user: Option<String>,

    /// The password that belongs to the username. Other users of this machine can read options:
    /// use the file or the environment.
    #[arg(
        long,
        env = "MADANG_SMTP_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true,
        value_parser = SmtpPassword::parse
    )]
    pub smtp_password: Option<SmtpPassword>,

    /// A file with the password that belongs to the username, in one line.
    #[arg(long, env = "MADANG_SMTP_PASSWORD_FILE", value_name = "FILE")]
    pub smtp_password_file: Option<PathBuf>,

    /// From whom mails are, such as `Madang <chat@example.org>`.
    #[arg(long, env = "MADANG_SMTP_FROM", value_name = "ADDRESS", value_parser = parse_sender)]
    pub smtp_from: Option<Mailbox>,
}

fn parse_sender(text: &str) -> Result<Mailbox, String> {
    let mailbox: Mailbox = text
        .parse()
        .map_err(|_| "give an address as in `Madang <chat@example.org>`".to_owned())?;
    let address = MailAddress::parse(mailbox.email.as_ref())
        .ok_or_else(|| format!("{} is no address of mail", mailbox.email))?;
    // With the domain as the name system knows it: few mail servers take another.
    Ok(Mailbox::new(mailbox.name, address.into_address()))
}

/// The name or address as it is connected to and as a certificate has it; none for what is neither.
fn parse_host(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    Host::parse(text).ok().map(|host| match host {
        Host::Domain(name) => name,
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    })
}

impl SmtpConfig {
    /// The settings of the mail server. None if there is none.
    ///
    /// # Errors
    /// A sentence about a setting that cannot work.
    pub fn settings(&self) -> Result<Option<SmtpSettings>, String> {
        let Some(host) = &self.smtp_host else {
            return Ok(None);
        };
        let host =
            parse_host(host).ok_or_else(|| format!("--smtp-host {host:?} is no name of a host"))?;
        let from = self.smtp_from.clone();
        let from = from.ok_or("--smtp-host needs --smtp-from, the address from which mails are")?;
        let credentials = match (&self.smtp_user, self.password()?) {
            (Some(user), Some(password)) if !user.is_empty() => Some((user.clone(), password)),
            (None, None) => None,
            _ => {
                return Err(
                    "--smtp-user and its password (--smtp-password-file) need each other".into(),
                );
            }
        };
        let is_plain = self.smtp_security == SmtpSecurity::Plain;
        if is_plain && credentials.is_some() && !is_loopback(&host) {
            return Err(format!(
                "--smtp-security plain would send the password to {host} in the clear; use starttls or tls"
            ));
        }
        Ok(Some(SmtpSettings {
            host,
            port: self.smtp_port.unwrap_or(self.smtp_security.port()),
            security: self.smtp_security,
            credentials,
            from,
            timeout: SmtpSettings::TIMEOUT,
        }))
    }

    /// Checks that mail can work with these settings, of a server with this public address.
    ///
    /// # Errors
    /// A sentence about a setting that cannot work.
    pub(super) fn check(&self, public_url: Option<&str>) -> Result<(), String> {
        if self.smtp_host.is_none() {
            return match self.given_without_host() {
                None => Ok(()),
                Some(name) => Err(format!("{name} does nothing without --smtp-host")),
            };
        }
        if public_url.is_none() {
            return Err("--smtp-host needs --public-url: the links in mails lead there".into());
        }
        if self.smtp_port == Some(0) {
            return Err("--smtp-port 0 is no port".into());
        }
        self.settings().map(drop)
    }

    fn given_without_host(&self) -> Option<&'static str> {
        [
            ("--smtp-port", self.smtp_port.is_some()),
            ("--smtp-user", self.smtp_user.is_some()),
            ("--smtp-password", self.smtp_password.is_some()),
            ("--smtp-password-file", self.smtp_password_file.is_some()),
            ("--smtp-from", self.smtp_from.is_some()),
        ]
        .into_iter()
        .find_map(|(name, is_given)| is_given.then_some(name))
    }

    fn password(&self) -> Result<Option<SmtpPassword>, String> {
        match (&self.smtp_password, &self.smtp_password_file) {
            (Some(_), Some(_)) => {
                Err("--smtp-password and --smtp-password-file exclude each other".into())
            }
            (Some(password), None) => Ok(Some(password.clone())),
            (None, None) => Ok(None),
            (None, Some(file)) => {
                let name = "--smtp-password-file";
                let text = std::fs::read_to_string(file)
                    .map_err(|error| format!("{name} {}: {error}", file.display()))?;
                SmtpPassword::parse(text.trim_end_matches(['\r', '\n']))
                    .map(Some)
                    .map_err(|reason| format!("{name} {}: {reason}", file.display()))
            }
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const USABLE: [&str; 6] = [
        "--public-url",
        "https://chat.example.org",
        "--smtp-host",
        "smtp.example.org",
        "--smtp-from",
        "Madang <chat@example.org>",
    ];

    /// Of an option that stands there twice the last one counts.
    fn with(more: &[&str]) -> Config {
        let usable = USABLE.chunks(2).filter(|pair| !more.contains(&pair[0]));
        let usable: Vec<&str> = usable.flatten().copied().collect();
        Config::of(&[&usable, more].concat())
    }

    #[test]
    fn the_port_follows_from_the_security() {
        for (more, port) in [
            (&[][..], 587),
            (&["--smtp-security", "tls"], 465),
            (&["--smtp-security", "plain"], 25),
            (&["--smtp-port", "2525"], 2525),
        ] {
            let config = with(more);
            config.check().unwrap();
            assert_eq!(config.smtp.settings().unwrap().unwrap().port, port);
        }
    }

    #[test]
    fn host_and_sender_are_written_as_the_name_system_knows_them() {
        for (host, known) in [
            ("[::1]", "::1"),
            ("::1", "::1"),
            ("127.0.0.1", "127.0.0.1"),
            ("마당.example", "xn--ok1b32k.example"),
        ] {
            let from = "Madang <chat@마당.example>";
            let config = with(&["--smtp-host", host, "--smtp-from", from]);
            let settings = config.smtp.settings().unwrap().unwrap();
            assert_eq!(settings.host, known);
            assert_eq!(
                settings.from.to_string(),
                "Madang <chat@xn--ok1b32k.example>"
            );
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_by_name() {
        for (arguments, word) in [
            (&["--smtp-user", "a"][..], "--smtp-user"),
            (&["--smtp-from", "a@example.org"], "--smtp-from"),
            (&USABLE[2..], "--public-url"),
            (&USABLE[..4], "--smtp-from"),
        ] {
            let refused = Config::of(arguments).check().unwrap_err();
            assert!(refused.contains(word), "{refused}");
        }
        for (more, word) in [
            (&["--smtp-user", "a"][..], "--smtp-password-file"),
            (&["--smtp-password", "a"], "--smtp-user"),
            (&["--smtp-port", "0"], "--smtp-port"),
            (
                &["--smtp-user", "a", "--smtp-password-file", "/nowhere/x"],
                "/nowhere/x",
            ),
            (
                &[
                    "--smtp-user",
                    "a",
                    "--smtp-password",
                    "b",
                    "--smtp-security",
                    "plain",
                ],
                "in the clear",
            ),
        ] {
            let refused = with(more).check().unwrap_err();
            assert!(refused.contains(word), "{refused}");
        }
    }

    #[test]
    fn the_password_may_stand_in_a_file_and_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "hunter3\n").unwrap();
        let path = file.to_str().unwrap();
        let config = with(&["--smtp-user", "chat", "--smtp-password-file", path]);
        let settings = config.smtp.settings().unwrap().unwrap();
        let (user, password) = settings.credentials.clone().unwrap();
        assert_eq!(user, "chat");
        assert_eq!(password, super::SmtpPassword::parse("hunter3").unwrap());
        assert!(!format!("{settings:?}").contains("hunter3"));
    }
}
