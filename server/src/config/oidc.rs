//! The settings of sign-in with an identity provider (OpenID Connect).

use std::path::PathBuf;

use clap::Args;

use crate::accounts::ProviderPolicy;
use crate::accounts::oidc::{ClientSecret, Issuer, OidcSettings, RoleMapping};

/// The longest label, in characters.
const MAX_LABEL: usize = 40;

/// The path of the callback on this server.
pub const CALLBACK_PATH: &str = "/api/v1/session/oidc/callback";

/// The settings of sign-in with an identity provider. None of them counts without an issuer.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Sign-in with an identity provider (OpenID Connect)")]
pub struct OidcConfig {
    /// The provider's issuer, exactly as it names itself, such as
    /// `https://login.example.org/realms/main`. Turns the sign-in on. Register
    /// `PUBLIC_URL/api/v1/session/oidc/callback` there as the redirect URI.
    #[arg(long, env = "MADANG_OIDC_ISSUER", value_name = "URL")]
    pub oidc_issuer: Option<String>,

    /// This server's client id at the provider.
    #[arg(long, env = "MADANG_OIDC_CLIENT_ID", value_name = "ID")]
    pub oidc_client_id: Option<String>,

    /// The secret that belongs to the client id. Other users of this machine can read options:
    /// use the file or the environment.
    #[arg(
        long,
        env = "MADANG_OIDC_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true,
        value_parser = ClientSecret::parse
    )]
    pub oidc_client_secret: Option<ClientSecret>,

    /// A file with the secret that belongs to the client id, in one line.
    #[arg(long, env = "MADANG_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,

    /// What the page calls the provider, as in `Sign in with LABEL`. The provider's host unless
    /// set.
    #[arg(long, env = "MADANG_OIDC_LABEL", value_name = "LABEL")]
    pub oidc_label: Option<String>,

    /// What is asked for at the provider; `openid` has to be among it.
    #[arg(
        long,
        env = "MADANG_OIDC_SCOPES",
        value_name = "SCOPES",
        value_delimiter = ' ',
        default_values_t = ["openid", "profile", "email"].map(String::from)
    )]
    pub oidc_scopes: Vec<String>,

    /// The claim that gives roles, such as `groups` or `realm_access.roles`. At each sign-in the
    /// highest role that its values give becomes the person's, or `member` if they give none.
    /// Owners stay owners.
    #[arg(long, env = "MADANG_OIDC_ROLE_CLAIM", value_name = "CLAIM")]
    pub oidc_role_claim: Option<String>,

    /// A value of the role claim and the role that it gives (administrator or member), as in
    /// `chat-admins=administrator`. May be given several times.
    #[arg(
        long = "oidc-role",
        env = "MADANG_OIDC_ROLE",
        value_name = "VALUE=ROLE",
        value_delimiter = ',',
        value_parser = RoleMapping::parse
    )]
    pub oidc_roles: Vec<RoleMapping>,

    /// Lets only those in by the provider to whom the role claim gives a role, and owners.
    #[arg(long, env = "MADANG_OIDC_REQUIRE_ROLE")]
    pub oidc_require_role: bool,

    /// Makes no accounts: only those come in by the provider who have an account already, and have
    /// linked it to the provider in their settings.
    #[arg(long, env = "MADANG_OIDC_KNOWN_ONLY")]
    pub oidc_known_only: bool,

    /// The provider is the only way in: the page offers no form for passwords, and those of owners
    /// alone are accepted.
    #[arg(long, env = "MADANG_OIDC_ONLY")]
    pub oidc_only: bool,
}

impl OidcConfig {
    /// The settings for the client of a server that people reach at `base`, such as
    /// `https://chat.example.org`. None if there is no provider.
    ///
    /// # Errors
    /// A sentence about a setting that cannot work.
    pub fn settings(&self, base: &str) -> Result<Option<OidcSettings>, String> {
        let Some(issuer) = &self.oidc_issuer else {
            return Ok(None);
        };
        let issuer = Issuer::parse(issuer)
            .map_err(|reason| format!("--oidc-issuer {issuer} cannot be used: {reason}"))?;
        let client_id = self.oidc_client_id.clone().filter(|id| !id.is_empty());
        let client_id = client_id.ok_or(
            "--oidc-issuer needs --oidc-client-id; the provider gives it when you register this server",
        )?;
        let label = match &self.oidc_label {
            None => issuer.host().to_owned(),
            Some(label) => label.trim().to_owned(),
        };
        Ok(Some(OidcSettings {
            client_id,
            client_secret: self.secret()?,
            redirect_uri: format!("{}{CALLBACK_PATH}", base.trim_end_matches('/')),
            label,
            scopes: self.oidc_scopes.clone(),
            role_claim: self.oidc_role_claim.clone(),
            roles: self.oidc_roles.clone(),
            timeout: OidcSettings::TIMEOUT,
            answer_bytes: OidcSettings::ANSWER_BYTES,
            issuer,
        }))
    }

    /// Who comes in by the provider.
    pub fn policy(&self) -> ProviderPolicy {
        ProviderPolicy {
            requires_role: self.oidc_require_role,
            known_only: self.oidc_known_only,
            is_only_way: self.oidc_only,
        }
    }

    /// Checks that a sign-in can work with these settings.
    ///
    /// # Errors
    /// A sentence about a setting that cannot work.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.oidc_issuer.is_none() {
            return match self.given_without_issuer() {
                None => Ok(()),
                Some(name) => Err(format!("{name} does nothing without --oidc-issuer")),
            };
        }
        let label = self.oidc_label.as_deref().map(|label| label.trim().chars());
        if label.is_some_and(|label| !(1..=MAX_LABEL).contains(&label.count())) {
            return Err(format!(
                "--oidc-label has to be a short name of 1 to {MAX_LABEL} characters"
            ));
        }
        if !self.oidc_scopes.iter().any(|scope| scope == "openid") {
            return Err("--oidc-scopes needs `openid` among the scopes".into());
        }
        if let Some(scope) = self.oidc_scopes.iter().find(|scope| !is_scope(scope)) {
            return Err(format!("--oidc-scopes: {scope:?} is no scope"));
        }
        match (&self.oidc_role_claim, self.oidc_roles.is_empty()) {
            (Some(_), true) => Err(
                "--oidc-role-claim needs --oidc-role, as in `--oidc-role chat-admins=administrator`"
                    .into(),
            ),
            (None, false) => {
                Err("--oidc-role needs --oidc-role-claim, as in `--oidc-role-claim groups`".into())
            }
            (None, true) if self.oidc_require_role => {
                Err("--oidc-require-role needs --oidc-role-claim and --oidc-role".into())
            }
            _ => self.settings("").map(drop),
        }
    }

    fn given_without_issuer(&self) -> Option<&'static str> {
        [
            ("--oidc-client-id", self.oidc_client_id.is_some()),
            ("--oidc-client-secret", self.oidc_client_secret.is_some()),
            (
                "--oidc-client-secret-file",
                self.oidc_client_secret_file.is_some(),
            ),
            ("--oidc-label", self.oidc_label.is_some()),
            ("--oidc-role-claim", self.oidc_role_claim.is_some()),
            ("--oidc-role", !self.oidc_roles.is_empty()),
            ("--oidc-require-role", self.oidc_require_role),
            ("--oidc-known-only", self.oidc_known_only),
            ("--oidc-only", self.oidc_only),
        ]
        .into_iter()
        .find_map(|(name, is_given)| is_given.then_some(name))
    }

    fn secret(&self) -> Result<ClientSecret, String> {
        match (&self.oidc_client_secret, &self.oidc_client_secret_file) {
            (Some(_), Some(_)) => {
                Err("--oidc-client-secret and --oidc-client-secret-file exclude each other".into())
            }
            (Some(secret), None) => Ok(secret.clone()),
            (None, Some(file)) => {
                let name = "--oidc-client-secret-file";
                let text = std::fs::read_to_string(file)
                    .map_err(|error| format!("{name} {}: {error}", file.display()))?;
                ClientSecret::parse(text.trim_end_matches(['\r', '\n']))
                    .map_err(|reason| format!("{name} {}: {reason}", file.display()))
            }
            (None, None) => {
                Err("--oidc-issuer needs --oidc-client-secret-file or --oidc-client-secret".into())
            }
        }
    }
}

/// A scope's characters (RFC 6749 § 3.3).
fn is_scope(scope: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    !scope.is_empty() && scope.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const USABLE: [&str; 8] = [
        "--public-url",
        "https://chat.example.org",
        "--oidc-issuer",
        "https://login.example.org/realms/main",
        "--oidc-client-id",
        "chat",
        "--oidc-client-secret",
        "hunter2",
    ];

    fn with(more: &[&str]) -> Config {
        Config::of(&[&USABLE, more].concat())
    }

    #[test]
    fn usable_settings_become_those_of_the_client() {
        let config = with(&["--oidc-role-claim", "groups", "--oidc-role", "a=member"]);
        config.check().unwrap();
        let settings = config.oidc.settings("https://chat.example.org/");
        let settings = settings.unwrap().unwrap();
        assert_eq!(
            settings.redirect_uri,
            "https://chat.example.org/api/v1/session/oidc/callback"
        );
        assert_eq!(settings.label, "login.example.org");
        assert_eq!(settings.scopes, ["openid", "profile", "email"]);
    }

    #[test]
    fn settings_that_cannot_work_are_refused_by_name() {
        let public = ["--public-url", "https://chat.example.org"];
        let cases: [(&[&str], &str); 7] = [
            (&["--oidc-only"], "--oidc-only"),
            (&["--oidc-client-id", "chat"], "--oidc-client-id"),
            (&["--oidc-label", "Work"], "--oidc-label"),
            (&["--oidc-issuer", "https://a.example"], "--oidc-client-id"),
            (
                &["--oidc-issuer", "http://a.example", "--oidc-client-id", "a"],
                "http",
            ),
            (
                &[
                    "--oidc-issuer",
                    "https://a.example",
                    "--oidc-client-id",
                    "a",
                ],
                "--oidc-client-secret-file",
            ),
            (
                &[
                    "--oidc-issuer",
                    "https://a.example",
                    "--oidc-client-id",
                    "a",
                    "--oidc-client-secret-file",
                    "/nowhere/secret",
                ],
                "/nowhere/secret",
            ),
        ];
        for (arguments, word) in cases {
            let refused = Config::of(&[&public, arguments].concat()).check();
            assert!(
                refused.as_ref().is_err_and(|text| text.contains(word)),
                "{refused:?}"
            );
        }
        for (more, word) in [
            (["--oidc-label", " "], "--oidc-label"),
            (["--oidc-scopes", "profile email"], "openid"),
            (["--oidc-scopes", "openid a\"b"], "no scope"),
            (["--oidc-role-claim", "groups"], "--oidc-role"),
            (["--oidc-role", "a=member"], "--oidc-role-claim"),
            (
                ["--oidc-require-role", "--oidc-known-only"],
                "--oidc-role-claim",
            ),
            (["--oidc-client-secret-file", "x"], "exclude each other"),
        ] {
            let refused = with(&more).check();
            assert!(
                refused.as_ref().is_err_and(|text| text.contains(word)),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn people_have_to_be_sent_back_somewhere() {
        let without_address = ["--listen", "0.0.0.0:3000"];
        let refused = Config::of(&[&without_address[..], &USABLE[2..]].concat()).check();
        assert!(refused.unwrap_err().contains("--public-url"));
        assert_eq!(Config::of(&USABLE[2..]).check(), Ok(()));
    }

    #[test]
    fn the_secret_may_stand_in_a_file_and_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "hunter3\n").unwrap();
        let path = file.to_str().unwrap();
        let config = Config::of(&[&USABLE[..6], &["--oidc-client-secret-file", path]].concat());
        let settings = config.oidc.settings("https://a.example").unwrap().unwrap();
        assert_eq!(settings.client_secret.reveal(), "hunter3");
        assert!(!format!("{settings:?}").contains("hunter3"));
        assert!(!format!("{:?}", with(&[])).contains("hunter2"));
    }
}
