//! The HTTP routes: the page, sessions, history, health, and the operator's commands. A route
//! answers one request with one response.
//!
//! Live connections are the business of `gateway`; the checks that every request must pass
//! before it reaches a route are in `edge`.

mod account;
mod address_check;
mod applications;
mod audit;
mod confirmation;
pub mod control;
mod error_body;
mod export;
mod export_body;
mod external_identity;
mod forgotten_password;
mod guest_joining;
mod health;
mod invites;
mod joining;
mod json_body;
mod link_picture;
mod links;
mod list_query;
mod mail_language;
mod members;
mod messages;
pub mod metrics;
mod new_session;
mod openapi;
mod outer_layer;
mod own_mail_address;
mod own_passkeys;
mod own_password;
mod own_sessions;
mod own_totp;
mod page;
mod passkey_confirmation;
mod passkey_joining;
mod passkey_session;
mod password_session;
mod password_strength;
mod people;
mod people_search;
mod place;
mod profile;
pub mod provider_cookie;
mod provider_logout;
mod provider_session;
mod rooms;
mod route_limits;
mod routes;
mod session;
pub mod session_cookie;
mod sign_in_form;
mod state;
mod viewer;
mod websocket;

pub use routes::routes;
pub use state::{HttpParts, HttpState};
