//! What the server prints and logs when it has started.

use std::net::SocketAddr;

use crate::config::Config;
use crate::edge::Perimeter;
use crate::logging;

/// Prints the address, and warns of settings with effects that may be unexpected.
pub(super) fn announce(config: &Config, perimeter: &Perimeter, address: SocketAddr) {
    let access = &perimeter.access;
    let simple_enabled = config.simple.is_on(config.is_local());
    let guests = config.guests.is_on(config.is_local());
    let shown = access.public_url().unwrap_or_else(|| match address.ip() {
        ip if ip.is_loopback() => format!("http://localhost:{}", address.port()),
        _ => format!("http://{address}"),
    });
    logging::print(&format!(
        "Madang is at {shown}  (listening on http://{address}, data in {})",
        config.data.display()
    ));
    tracing::info!(
        local_mode = access.is_local(),
        guests,
        simple_protocol = simple_enabled,
        "started"
    );
    if !guests {
        tracing::warn!(
            "guests are off, and there are no accounts yet: nobody can come in; --guests on lets people in with a name"
        );
    }
    if access.allows_opaque_origins() {
        tracing::warn!(
            "--allow-origin null lets pages opened from a file speak the simple protocol, and with them any site's sandboxed frame"
        );
    }
    if !config.allow_origins.is_empty() && !simple_enabled {
        tracing::warn!(
            "--allow-origin does nothing while the simple protocol is off; --simple on turns it on"
        );
    }
    if !access.is_local() && config.public_url.is_none() {
        tracing::warn!(
            "without --public-url only pages opened by a numeric address may connect; give the address that people use"
        );
    }
}
