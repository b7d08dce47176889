//! How a built-in relay says where it listens.

use std::net::SocketAddr;

/// Prints the address, on a line like the one by Madang.
pub(super) fn print_address(address: SocketAddr) {
    println!("listening on http://{address}");
}
