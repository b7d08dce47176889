//! A link as a QR code. The server draws it, so that the page needs no program for that.

use axum::http::{HeaderMap, header};

use crate::accounts::qr::QrCode;
use crate::edge::Perimeter;

/// The QR code of a link with this path, as an SVG picture: at the address that people use, or
/// where the server has none, at the one under which this request has reached it.
/// None if the address is too long for a QR code.
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
    let link = format!("{}{path}", base.unwrap_or_default());
    QrCode::of(&link).map(|code| code.svg())
}
