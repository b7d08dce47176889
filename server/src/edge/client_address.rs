//! The addresses of a request.

use std::net::{IpAddr, SocketAddr};

use super::address_group::AddressGroup;

/// The address at the other end of a request's connection: the client's, or a proxy's.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The address that a request comes from: of the peer, or the one that a trusted proxy names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress {
    /// The full address.
    pub ip: IpAddr,
    /// The group of addresses that it counts for.
    pub group: AddressGroup,
}
