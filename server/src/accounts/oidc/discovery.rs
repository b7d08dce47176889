//! The provider's description of itself (OpenID Connect Discovery § 3), kept for an hour.

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use serde::Deserialize;
use shared::id::Micros;
use tokio::sync::Mutex;
use url::Url;

use super::error::OidcError;
use super::fetch::ProviderHttp;
use super::id_token::algorithm;
use super::issuer::Issuer;
use crate::clock::Clock;

/// How long a document is used, in microseconds.
const LIFETIME: i64 = 60 * 60 * 1_000_000;
/// How long the provider is left alone after it failed, in microseconds.
pub(super) const FAILURE_PAUSE: i64 = 10 * 1_000_000;

/// What of the document this client uses; everything in it was checked.
#[derive(Debug)]
pub struct Discovery {
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Where a code is exchanged.
    pub token_endpoint: Url,
    /// How this server identifies itself there.
    pub client_authentication: ClientAuthentication,
    /// Where the provider's keys are.
    pub jwks_uri: Url,
    /// Where more claims are.
    pub userinfo_endpoint: Option<Url>,
    /// The acceptable algorithms of an ID token's signature.
    pub algorithms: Vec<Algorithm>,
    /// Whether the callback names the issuer (RFC 9207).
    pub callback_names_issuer: bool,
}

/// How the client's secret is sent (OpenID Connect Core § 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// In the header `Authorization`.
    Basic,
    /// In the body.
    Post,
}

/// The document as it is sent.
#[derive(Deserialize)]
struct DiscoveryDocument {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    jwks_uri: Option<String>,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl DiscoveryDocument {
    fn check(self, issuer: &Issuer) -> Result<Discovery, OidcError> {
        if self.issuer != issuer.as_str() {
            let found = self.issuer.chars().take(200).collect();
            return Err(OidcError::DiscoveryIssuer { found });
        }
        let endpoint = |name, address: Option<String>| {
            address
                .and_then(|address| issuer.endpoint(&address))
                .ok_or(OidcError::DiscoveryIncomplete(name))
        };
        let methods = self.token_endpoint_auth_methods_supported;
        let client_authentication = match methods {
            None => ClientAuthentication::Basic,
            Some(methods) if methods.iter().any(|one| one == "client_secret_basic") => {
                ClientAuthentication::Basic
            }
            Some(methods) if methods.iter().any(|one| one == "client_secret_post") => {
                ClientAuthentication::Post
            }
            Some(_) => {
                return Err(OidcError::DiscoveryIncomplete(
                    "token_endpoint_auth_methods_supported",
                ));
            }
        };
        let algorithms: Vec<Algorithm> = match self.id_token_signing_alg_values_supported {
            None => vec![Algorithm::RS256],
            Some(names) => names.iter().filter_map(|name| algorithm(name)).collect(),
        };
        if algorithms.is_empty() {
            return Err(OidcError::DiscoveryIncomplete(
                "id_token_signing_alg_values_supported",
            ));
        }
        Ok(Discovery {
            authorization_endpoint: endpoint(
                "authorization_endpoint",
                self.authorization_endpoint,
            )?,
            token_endpoint: endpoint("token_endpoint", self.token_endpoint)?,
            client_authentication,
            jwks_uri: endpoint("jwks_uri", self.jwks_uri)?,
            userinfo_endpoint: match self.userinfo_endpoint {
                None => None,
                address => Some(endpoint("userinfo_endpoint", address)?),
            },
            algorithms,
            callback_names_issuer: self.authorization_response_iss_parameter_supported,
        })
    }
}

/// The document and when it was fetched. The lock is held while it is fetched, so that many who
/// wait for it ask once.
#[derive(Default)]
pub struct DiscoveryCache(Mutex<CacheState>);

#[derive(Default)]
struct CacheState {
    fetched: Option<(Micros, Arc<Discovery>)>,
    failed_at: Option<Micros>,
}

impl DiscoveryCache {
    /// The document, fetched if it is missing or older than an hour.
    ///
    /// # Errors
    /// Why it cannot be fetched or used; `paused` if that was the case a moment ago.
    pub async fn document(
        &self,
        http: &ProviderHttp,
        issuer: &Issuer,
        clock: &Clock,
    ) -> Result<Arc<Discovery>, OidcError> {
        let mut state = self.0.lock().await;
        // Not before: whoever was fetching may have taken long.
        let now = clock.now();
        let is_within = |since: Micros, time: i64| (0..time).contains(&(now.0 - since.0));
        if let Some((fetched_at, document)) = &state.fetched
            && is_within(*fetched_at, LIFETIME)
        {
            return Ok(Arc::clone(document));
        }
        if state
            .failed_at
            .is_some_and(|failed| is_within(failed, FAILURE_PAUSE))
        {
            return Err(OidcError::Paused);
        }
        match fetch(http, issuer).await {
            Ok(document) => {
                let document = Arc::new(document);
                state.fetched = Some((now, Arc::clone(&document)));
                state.failed_at = None;
                Ok(document)
            }
            Err(error) => {
                state.failed_at = Some(clock.now());
                Err(error)
            }
        }
    }
}

async fn fetch(http: &ProviderHttp, issuer: &Issuer) -> Result<Discovery, OidcError> {
    const NAME: &str = "discovery document";
    let url = Url::parse(&issuer.discovery_url());
    let url = url.map_err(|_| OidcError::DiscoveryIncomplete("address"))?;
    let answer = http.ask(NAME, http.get(url)).await?;
    answer.success::<DiscoveryDocument>()?.check(issuer)
}
