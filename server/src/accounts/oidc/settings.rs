//! What the client is told by the operator.

use std::time::Duration;

use super::client_secret::ClientSecret;
use super::issuer::Issuer;
use super::role::RoleMapping;

/// The settings of one identity provider.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// Who the provider is.
    pub issuer: Issuer,
    /// This server's name at the provider.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: ClientSecret,
    /// Where the provider sends the browser back to. It is registered there.
    pub redirect_uri: String,
    /// What the page calls the provider.
    pub label: String,
    /// What is asked for; `openid` is among it.
    pub scopes: Vec<String>,
    /// The claim that gives roles, if any.
    pub role_claim: Option<String>,
    /// The roles that its values give.
    pub roles: Vec<RoleMapping>,
    /// How long the provider may take for one answer.
    pub timeout: Duration,
    /// How large one answer may be, in bytes, after decompression.
    pub answer_bytes: usize,
}

impl OidcSettings {
    /// How long a provider may take, unless set.
    pub const TIMEOUT: Duration = Duration::from_secs(10);
    /// How large an answer may be, unless set.
    pub const ANSWER_BYTES: usize = 256 * 1024;
}
