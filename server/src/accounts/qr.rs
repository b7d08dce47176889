//! QR codes as pictures, and as text for terminals.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder, QRCode};

/// The light border that readers need, in modules (ISO/IEC 18004 §6.3.8).
const QUIET_ZONE: usize = 4;
/// Longer texts make modules too small for a phone's camera.
const MAX_BYTES: usize = 512;

/// A QR code.
pub struct QrCode(QRCode);

impl QrCode {
    /// The code of a text of at most 512 bytes; none if it is longer.
    pub fn of(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        Some(QrCode(code))
    }

    /// A picture, always dark on light: many readers do not see light on dark. It has no size
    /// of its own, and no script or style.
    pub fn svg(&self) -> String {
        let side = self.side();
        let mut path = String::new();
        for y in 0..side {
            for x in (0..side).filter(|&x| self.is_dark(x, y)) {
                // Writing to a string cannot fail.
                let _written = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
             <path fill=\"#000\" d=\"{path}\"/></svg>"
        )
    }

    /// Lines for a terminal, two rows of modules in each. Light modules are drawn in white and
    /// dark ones in black by escape sequences, so that it is dark on light on every terminal.
    pub fn terminal(&self) -> String {
        const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
        const RESET: &str = "\u{1b}[0m";
        let side = self.side();
        let mut text = String::new();
        for y in (0..side).step_by(2) {
            text.push_str(BLACK_ON_WHITE);
            for x in 0..side {
                text.push(match (self.is_dark(x, y), self.is_dark(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push_str(RESET);
            text.push('\n');
        }
        text
    }

    /// Modules of a side, with the quiet zone.
    fn side(&self) -> usize {
        self.0.size + 2 * QUIET_ZONE
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = QUIET_ZONE..QUIET_ZONE + self.0.size;
        inside.contains(&x) && inside.contains(&y) && self.0[y - QUIET_ZONE][x - QUIET_ZONE].value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://chat.example/join#0123456789abcdef0123456789abcdef";

    #[test]
    fn a_picture_is_dark_on_light_with_its_quiet_zone() {
        let code = QrCode::of(LINK).unwrap();
        let side = code.side();
        let svg = code.svg();
        assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")));
        assert!(svg.contains(&format!(
            "<path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>"
        )));
        // The finder patterns touch the quiet zone in three corners.
        let last = side - QUIET_ZONE - 1;
        for (x, y) in [(4, 4), (last, 4), (4, last)] {
            assert!(svg.contains(&format!("M{x} {y}h1")), "{x} {y}");
        }
        for outside in 0..QUIET_ZONE {
            for at in 0..side {
                assert!(!code.is_dark(at, outside) && !code.is_dark(outside, at));
                let other = side - 1 - outside;
                assert!(!code.is_dark(at, other) && !code.is_dark(other, at));
            }
        }
    }

    #[test]
    fn a_terminal_shows_the_same_modules() {
        let code = QrCode::of(LINK).unwrap();
        let text = code.terminal();
        assert_eq!(text.lines().count(), code.side().div_ceil(2));
        for (line, row) in text.lines().enumerate() {
            let row = row.strip_prefix("\u{1b}[38;5;16;48;5;231m").unwrap();
            let row = row.strip_suffix("\u{1b}[0m").unwrap();
            assert_eq!(row.chars().count(), code.side());
            for (x, c) in row.chars().enumerate() {
                assert_eq!(code.is_dark(x, 2 * line), "█▀".contains(c));
                assert_eq!(code.is_dark(x, 2 * line + 1), "█▄".contains(c));
            }
        }
    }

    #[test]
    fn a_long_text_has_no_code() {
        assert!(QrCode::of(&"a".repeat(512)).is_some());
        assert!(QrCode::of(&"a".repeat(513)).is_none());
    }
}
