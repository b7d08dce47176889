//! What stands before both protocols: the listening socket, how many connections are accepted
//! and how fast, which address a request counts for, which `Host` and `Origin` it may have,
//! and the headers that every answer carries.
//!
//! `http` and `gateway` use this folder. Nothing here may use either of them: no route, no
//! frame and no rule of the chat lives here.

pub mod accept;
mod accept_pacing;
pub mod access;
mod address_group;
mod api_error;
mod authority;
pub mod blocked_addresses;
mod client_address;
pub mod common_headers;
pub mod connection_limits;
mod extract;
pub mod host_header;
pub mod listener;
mod perimeter;
pub mod progress_timeout;
pub mod serve_connection;
mod trusted_proxies;

pub use address_group::AddressGroup;
pub use api_error::{ApiError, RefusalCode};
pub use client_address::{ClientAddress, Peer};
pub use perimeter::Perimeter;
pub use trusted_proxies::TrustedProxies;
