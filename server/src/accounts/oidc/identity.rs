//! Who the person is at the provider.

use super::claims::Claims;
use super::role::{ClaimedRole, find_claim, highest_role};
use super::settings::OidcSettings;

/// A person as the provider knows them. Accounts are found by `issuer` and `subject` and by
/// nothing else, unless the operator allows the verified e-mail address. All texts are the
/// provider's: they have to be normalised and checked before they are used as names.
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
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether the provider says that the address is the person's.
    pub email_verified: bool,
    /// The role that the role claim gives. None if no claim is configured, if it is missing, or
    /// if none of its values is mapped.
    pub role: Option<ClaimedRole>,
}

impl Identity {
    /// The verified e-mail address, if the operator allows to find accounts by it.
    pub fn linkable_email(&self, settings: &OidcSettings) -> Option<&str> {
        let is_usable = settings.link_by_email && self.email_verified;
        self.email.as_deref().filter(|_| is_usable)
    }
}

/// Whether something is missing that the user information may have.
pub fn lacks_claims(claims: &Claims, settings: &OidcSettings) -> bool {
    let lacks_role = settings
        .role_claim
        .as_deref()
        .is_some_and(|claim| find_claim(claims.all(), claim).is_none());
    let lacks_name = claims.value("preferred_username").is_none() && claims.value("name").is_none();
    let lacks_email = settings.link_by_email && claims.value("email").is_none();
    lacks_role || lacks_name || lacks_email
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
        email_verified: claims.is_true("email_verified"),
        role: role_claim
            .and_then(|claim| find_claim(claims.all(), claim))
            .and_then(|value| highest_role(value, &settings.roles)),
    }
}
