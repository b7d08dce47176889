//! The identity provider, and who comes in by it.

use shared::model::Role;

use super::oidc::{ClaimedRole, Identity, OidcClient};
use crate::store::ExternalRole;

/// The identity provider, and who comes in by it.
pub struct Provider {
    /// Asks the provider.
    pub client: OidcClient,
    /// Who comes in.
    pub policy: ProviderPolicy,
}

/// Who comes in by an identity provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProviderPolicy {
    /// Only those to whom the role claim gives a role, and owners.
    pub requires_role: bool,
    /// Only those who have an account that the identity belongs to.
    pub known_only: bool,
    /// Nobody but owners signs in with a password.
    pub is_only_way: bool,
}

impl Provider {
    /// Its issuer, under which the store keeps identities.
    pub(super) fn issuer(&self) -> String {
        self.client.settings().issuer.as_str().to_owned()
    }

    /// What the claims say about the person's role. With a role claim the provider decides: who
    /// has none of the values that give a role is a member, or does not come in.
    pub(super) fn role_of(&self, identity: &Identity) -> ExternalRole {
        if self.client.settings().role_claim.is_none() {
            return ExternalRole::Unsaid;
        }
        match identity.role {
            Some(ClaimedRole::Administrator) => ExternalRole::Given(Role::Administrator),
            None if self.policy.requires_role => ExternalRole::Withheld,
            Some(ClaimedRole::Member) | None => ExternalRole::Given(Role::Member),
        }
    }
}
