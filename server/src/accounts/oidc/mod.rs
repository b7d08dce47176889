//! Sign-in with an identity provider: a client of OpenID Connect Core 1.0, authorization code
//! flow with PKCE (RFC 7636).
//!
//! [`OidcClient::begin`] gives the address to which the browser is sent; [`OidcClient::finish`]
//! takes what the provider sent back with the browser, asks the provider for the ID token, checks
//! it and says who the person is. What follows from it (which account, which session) is decided
//! elsewhere: nothing here knows the store, cookies or routes. Codes, tokens and secrets are never
//! logged and never part of an error.

mod callback;
mod claims;
mod client;
mod client_secret;
mod discovery;
mod error;
mod fetch;
mod id_token;
mod identity;
mod issuer;
mod keys;
mod logout_token;
mod pending;
mod random;
mod role;
mod settings;
mod token_request;
mod userinfo;

pub use callback::CallbackAnswer;
pub use client::{OidcClient, SignedIn};
pub use client_secret::ClientSecret;
pub use error::OidcError;
pub use identity::Identity;
pub use issuer::Issuer;
pub use logout_token::LoggedOut;
pub use pending::{ActingSession, BrowserBinding, Purpose};
pub use role::{ClaimedRole, RoleMapping};
pub use settings::OidcSettings;
