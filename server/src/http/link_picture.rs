//! A link as a QR code. The server makes it, so that the page needs no program for that.

use axum::http::{HeaderMap, header};

use crate::accounts::qr::QrCode;
use crate::edge::Perimeter;

/// The QR code of a link with this path, as SVG: at the address that people use or, where the server knows
/// none, at the one under which this request has reached it. None if that is too long.
pub(super) fn link_picture(
    perimeter: &Perimeter,
    headers: &HeaderMap,
    path: &str,
) -> Option<String> {
    let base = perimeter.access.public_url().or_else(|| {
        // Whoever comes here has passed the check of these headers.
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let origin = text(header::ORIGIN).map(str::to_owned);
        origin.or_else(|| text(header::HOST).map(|host| format!("http://{host}")))
    });
    QrCode::of(&format!("{}{path}", base?)).map(|code| code.svg())
}
