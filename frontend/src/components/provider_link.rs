//! The link to sign in with the identity provider.

use leptos::prelude::*;

use crate::api::IdentityProvider;
use crate::i18n::t;
use crate::state::use_client;
use crate::view::{dynamic_text, set_text};

/// "Sign in with …". A link: the page's policy lets no form lead to another site.
pub fn provider_link(provider: IdentityProvider, class: &'static str) -> AnyView {
    // A path of the page has no characters that a query would need to escape.
    let path = use_client().route().get_untracked().path();
    link(provider, class, &path)
}

/// The same for a guest, who becomes the account if there is none yet.
pub fn keeping_link(provider: IdentityProvider) -> AnyView {
    link(provider, "button", "/&keep=true")
}

fn link(provider: IdentityProvider, class: &'static str, return_to: &str) -> AnyView {
    view! {
        <a
            class=class
            href=format!("/api/v1/session/oidc?return_to={return_to}")
            use:set_text=dynamic_text(move || (t().sign_in.provider)(&provider.label))
        ></a>
    }
    .into_any()
}
