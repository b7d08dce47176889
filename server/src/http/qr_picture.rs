//! QR codes for pages, which draw them by themselves.

use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::qr::QrCode;

/// A QR code. It is always dark on light: many readers do not see light on dark.
#[derive(Serialize, ToSchema)]
pub(super) struct QrPicture {
    /// The length of its side, with the light border.
    side: usize,
    /// The dark squares, as the `d` of a path in SVG.
    path: String,
}

impl QrPicture {
    /// The code of a text; none if the text is too long.
    pub(super) fn of(text: &str) -> Option<Self> {
        QrCode::of(text).map(|code| QrPicture {
            side: code.side(),
            path: code.path(),
        })
    }
}
