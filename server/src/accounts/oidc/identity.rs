//! Who the person is at the provider.

use super::claims::Claims;
use super::id_token::MAX_SUBJECT_BYTES;
use super::role::{ClaimedRole, find_claim, highest_role};
use super::settings::OidcSettings;

/// A person as the provider knows them. Accounts are found by `issuer` and `subject` and by
/// nothing else. All texts are the provider's: they have to be normalised and checked before they
/// are used as names.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person at the provider; never given to somebody else.
    pub subject: String,
    /// The name to sign in with there.
    pub preferred_username: Option<String>,
    /// The name to be shown.
    pub name: Option<String>,
    /// The e-mail address. It may be anybody's: it is good for a name and for nothing else.
    pub email: Option<String>,
    /// The session there, if the provider says which: it may say later that it has ended.
    pub session_id: Option<String>,
    /// The role that the role claim gives. None if no claim is configured, if it is missing, or
    /// if none of its values is mapped.
    pub role: Option<ClaimedRole>,
}

/// Whether something is missing that the user information may have.
pub fn lacks_claims(claims: &Claims, settings: &OidcSettings) -> bool {
    let lacks_role = settings
        .role_claim
        .as_deref()
        .is_some_and(|claim| find_claim(claims.all(), claim).is_none());
    let lacks_name = claims.value("preferred_username").is_none() && claims.value("name").is_none();
    lacks_role || lacks_name
}

/// One that no logout token can name counts as none.
fn session_id(claims: &Claims) -> Option<String> {
    let id = claims.text("sid")?;
    (!id.is_empty() && id.len() <= MAX_SUBJECT_BYTES).then(|| id.to_owned())
}

/// The identity that these claims describe.
pub fn identity(claims: &Claims, subject: String, settings: &OidcSettings) -> Identity {
    let owned = |name| claims.short_text(name).map(str::to_owned);
    let role_claim = settings.role_claim.as_deref();
    Identity {
        issuer: settings.issuer.as_str().to_owned(),
        subject,
        preferred_username: owned("preferred_username"),
        name: owned("name"),
        email: owned("email"),
        session_id: session_id(claims),
        role: role_claim
            .and_then(|claim| find_claim(claims.all(), claim))
            .and_then(|value| highest_role(value, &settings.roles)),
    }
}
