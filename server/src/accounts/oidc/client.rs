//! The two steps of a sign-in.

use shared::error::ErrorCode;

use super::callback::CallbackAnswer;
use super::discovery::{Discovery, DiscoveryCache};
use super::error::{OidcError, loggable_code};
use super::fetch::ProviderHttp;
use super::id_token::{Expected, UnverifiedToken, check};
use super::identity::{Identity, identity, lacks_claims};
use super::keys::KeyCache;
use super::logout_token::{LoggedOut, UsedLogoutTokens, check_logout};
use super::pending::{BrowserBinding, PendingSignIn, PendingSignIns, Purpose, local_path};
use super::random::{code_challenge, random_text};
use super::settings::OidcSettings;
use super::token_request::exchange_code;
use super::userinfo::fetch_userinfo;
use crate::clock::Clock;

/// The client of one identity provider.
pub struct OidcClient {
    settings: OidcSettings,
    clock: Clock,
    http: ProviderHttp,
    discovery: DiscoveryCache,
    keys: KeyCache,
    pending: PendingSignIns,
    used_logout_tokens: UsedLogoutTokens,
}

/// A person whom the provider vouches for.
pub struct SignedIn {
    /// Who it is.
    pub identity: Identity,
    /// What it is for.
    pub purpose: Purpose,
    /// The path on this server to which they want to go.
    pub return_to: String,
}

impl OidcClient {
    /// A client with these settings. It asks the provider nothing yet.
    ///
    /// # Errors
    /// `no_tls`.
    pub fn new(settings: OidcSettings, clock: Clock) -> Result<Self, OidcError> {
        let http = ProviderHttp::new(&settings)?;
        Ok(OidcClient {
            settings,
            clock,
            http,
            discovery: DiscoveryCache::default(),
            keys: KeyCache::default(),
            pending: PendingSignIns::default(),
            used_logout_tokens: UsedLogoutTokens::default(),
        })
    }

    /// The settings of this client.
    pub fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    /// Begins a sign-in for this purpose: the address at the provider to which the browser goes.
    ///
    /// `return_to` is the path on this server to which the person wants to go afterwards;
    /// anything else becomes `/`. `browser` is the hash of a secret that this browser gets as a
    /// cookie and has to bring back.
    ///
    /// # Errors
    /// Why the provider cannot be used; it is logged.
    pub async fn begin(
        &self,
        purpose: Purpose,
        return_to: &str,
        browser: BrowserBinding,
    ) -> Result<String, OidcError> {
        let begun = self.try_begin(purpose, return_to, browser).await;
        begun.inspect_err(log)
    }

    /// What the sign-in is for that this answer belongs to, and where the person wants to go; none if
    /// there is none (any more) that this browser began.
    pub fn purpose(
        &self,
        answer: &CallbackAnswer,
        browser: BrowserBinding,
    ) -> Option<(Purpose, String)> {
        self.pending.purpose(answer.state.as_deref()?, browser)
    }

    /// Finishes a sign-in with what the provider sent back with the browser.
    ///
    /// # Errors
    /// Why it failed; it is logged.
    pub async fn finish(
        &self,
        answer: &CallbackAnswer,
        browser: BrowserBinding,
    ) -> Result<SignedIn, OidcError> {
        let finished = self.try_finish(answer, browser).await;
        finished.inspect_err(log)
    }

    /// What a logout token says, which the provider itself has sent
    /// (OpenID Connect Back-Channel Logout 1.0).
    ///
    /// # Errors
    /// Why it does not count; it is logged.
    pub async fn logged_out(&self, token: &str) -> Result<LoggedOut, OidcError> {
        // A line of its own: strangers may send anything, and the log is limited by the line.
        let checked = self.check_logout_token(token).await;
        checked.inspect_err(|error| {
            tracing::info!(error = error.name(), "a logout token was refused: {error}");
        })
    }

    /// Notes that what a logout token says was done. Until then it may come again.
    pub fn logout_done(&self, token: &LoggedOut) {
        self.used_logout_tokens.note(token, self.clock.now());
    }

    async fn check_logout_token(&self, token: &str) -> Result<LoggedOut, OidcError> {
        let (http, settings) = (&self.http, &self.settings);
        let discovery = self.discovery.document(http, &settings.issuer, &self.clock);
        let discovery = discovery.await?;
        let token = UnverifiedToken::parse(token, &discovery.algorithms)?;
        let key = self
            .keys
            .find(http, &discovery.jwks_uri, &token, &self.clock);
        let claims = token.verify(&key.await?)?;
        let (issuer, now) = (settings.issuer.as_str(), self.clock.now());
        let logged_out = check_logout(&claims, issuer, &settings.client_id, now)?;
        self.used_logout_tokens.require_new(&logged_out, now)?;
        Ok(logged_out)
    }

    async fn try_begin(
        &self,
        purpose: Purpose,
        return_to: &str,
        browser: BrowserBinding,
    ) -> Result<String, OidcError> {
        let issuer = &self.settings.issuer;
        let discovery = self.discovery.document(&self.http, issuer, &self.clock);
        let discovery = discovery.await?;
        let state = random_text()?;
        let nonce = random_text()?;
        let verifier = random_text()?;
        let mut address = discovery.authorization_endpoint.clone();
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.redirect_uri)
            .append_pair("scope", &self.settings.scopes.join(" "))
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &code_challenge(&verifier))
            .append_pair("code_challenge_method", "S256");
        let sign_in = PendingSignIn {
            purpose,
            nonce,
            verifier,
            return_to: local_path(return_to).to_owned(),
            discovery,
            browser,
        };
        self.pending.insert(&state, sign_in, self.clock.now());
        Ok(address.into())
    }

    async fn try_finish(
        &self,
        answer: &CallbackAnswer,
        browser: BrowserBinding,
    ) -> Result<SignedIn, OidcError> {
        let state = answer.state.as_deref().unwrap_or_default();
        let sign_in = self.pending.take(state, browser, self.clock.now())?;
        self.check_callback_issuer(answer, &sign_in.discovery)?;
        if let Some(error) = &answer.error {
            return Err(refusal(error));
        }
        let code = answer.code.as_deref().ok_or(OidcError::CodeMissing)?;
        let identity = self.identify(code, &sign_in).await?;
        Ok(SignedIn {
            identity,
            purpose: sign_in.purpose,
            return_to: sign_in.return_to,
        })
    }

    /// Against a provider that passes another one's codes on (RFC 9207 § 2.4).
    fn check_callback_issuer(
        &self,
        answer: &CallbackAnswer,
        discovery: &Discovery,
    ) -> Result<(), OidcError> {
        match answer.iss.as_deref() {
            Some(issuer) if issuer == self.settings.issuer.as_str() => Ok(()),
            Some(_) => Err(OidcError::CallbackIssuer),
            None if discovery.callback_names_issuer => Err(OidcError::CallbackIssuerMissing),
            None => Ok(()),
        }
    }

    async fn identify(&self, code: &str, sign_in: &PendingSignIn) -> Result<Identity, OidcError> {
        let (http, settings) = (&self.http, &self.settings);
        let discovery = &*sign_in.discovery;
        let tokens = exchange_code(http, settings, discovery, code, &sign_in.verifier).await?;
        let token = UnverifiedToken::parse(&tokens.id_token, &discovery.algorithms)?;
        let keys_at = &discovery.jwks_uri;
        let key = self.keys.find(http, keys_at, &token, &self.clock);
        let mut claims = token.verify(&key.await?)?;
        let expected = Expected {
            issuer: settings.issuer.as_str(),
            client_id: &settings.client_id,
            nonce: &sign_in.nonce,
            now: self.clock.now(),
        };
        let subject = check(&claims, &expected)?;
        if lacks_claims(&claims, settings)
            && let Some(endpoint) = &discovery.userinfo_endpoint
            && let Some(access_token) = &tokens.access_token
        {
            let more = fetch_userinfo(http, endpoint, access_token, &subject).await?;
            claims.complete(more);
        }
        Ok(identity(&claims, subject, settings))
    }
}

/// An error that came back with the browser (RFC 6749 § 4.1.2.1, OpenID Connect Core § 3.1.2.6).
fn refusal(error: &str) -> OidcError {
    let code = loggable_code(error);
    match error {
        "access_denied"
        | "login_required"
        | "consent_required"
        | "interaction_required"
        | "account_selection_required" => OidcError::Denied(code),
        _ => OidcError::RequestRefused(code),
    }
}

fn log(error: &OidcError) {
    let name = error.name();
    match error.code() {
        // What people do, not what the operator could mend.
        ErrorCode::ProviderDenied | ErrorCode::ProviderExpired => {
            tracing::info!(error = name, "sign-in with the identity provider: {error}");
        }
        _ => {
            tracing::warn!(
                error = name,
                "sign-in with the identity provider failed: {error}"
            );
        }
    }
}
