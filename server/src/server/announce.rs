//! What the server prints and logs when it has started.

use std::net::SocketAddr;

use shared::frame::Refusal;

use crate::accounts::{MadeLink, claim_link};
use crate::config::Config;
use crate::edge::Perimeter;
use crate::gateway::Gateway;
use crate::logging;
use crate::print_link::print_link;

/// Where people reach the server, as a browser's address.
pub(super) fn base_url(perimeter: &Perimeter, address: SocketAddr) -> String {
    let public = perimeter.access.public_url();
    public.unwrap_or_else(|| match address.ip() {
        ip if ip.is_loopback() => format!("http://localhost:{}", address.port()),
        _ => format!("http://{address}"),
    })
}

/// Prints the address, and warns of settings with effects that may be unexpected.
pub(super) fn announce(config: &Config, perimeter: &Perimeter, address: SocketAddr) {
    let access = &perimeter.access;
    let simple_enabled = config.simple.is_on(config.is_local());
    let guests = config.guests.is_on(config.is_local());
    let public_reading = config.public_reading.is_on(config.is_local());
    let shown = base_url(perimeter, address);
    logging::print(&format!(
        "Madang is at {shown}  (listening on http://{address}, data in {})",
        config.data.display()
    ));
    tracing::info!(
        local_mode = access.is_local(),
        guests,
        public_reading,
        simple_protocol = simple_enabled,
        "started"
    );
    if !guests {
        tracing::info!(
            "guests are off: who has no account needs an invitation (`madang invite create`); --guests on lets people in with a name"
        );
    }
    if public_reading {
        tracing::warn!(
            "--public-reading is on: anyone who reaches this server can read its public rooms, and the names of the people there, without signing in"
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

/// Makes the link with which the place is claimed; none if it has an owner.
pub(super) async fn make_claim_link(gateway: &Gateway) -> Option<Result<MadeLink, Refusal>> {
    let place = gateway.store.place().await;
    if !place.is_ok_and(|place| place.claimed_at.is_none()) {
        return None;
    }
    Some(claim_link(gateway.store.as_ref(), gateway.clock.now()).await)
}

/// Prints the link with which the place is claimed.
pub(super) fn announce_claim(link: Result<MadeLink, Refusal>, base_url: &str) {
    match link {
        Ok(link) => print_link(
            "This place has no owner yet. Who opens this link within a day becomes its owner:",
            &format!("{base_url}{}", link.path),
        ),
        Err(refusal) => tracing::warn!(
            code = ?refusal.code,
            "the link with which the place is claimed could not be made; `madang link` makes one"
        ),
    }
}

/// Warns if there are passkeys for another address: they do not work at this one.
pub(super) async fn announce_passkeys(gateway: &Gateway, base_url: &str) {
    let Ok(place) = gateway.store.place().await else {
        return;
    };
    let Some(stored) = place.relying_party else {
        return;
    };
    let relying_party = gateway.accounts.relying_party().await;
    let here = relying_party.map_or(String::new(), |relying_party| relying_party.id().to_owned());
    let loss = gateway.store.passkey_loss(here).await;
    let Some(loss) = loss.ok().filter(|loss| loss.people > 0) else {
        return;
    };
    tracing::warn!(
        people = loss.people,
        locked_out = loss.locked_out,
        "passkeys for {stored} do not work at {base_url}: `people` have no others, and `locked_out` of them nothing else to sign in with; the former address makes them work again"
    );
}
