//! Prints a link, and its QR code where a person sees it.

use std::io::IsTerminal;

use crate::accounts::qr::QrCode;
use crate::logging;

/// Prints a sentence and a link; on a terminal also the link's QR code, for a phone.
pub fn print_link(sentence: &str, link: &str) {
    logging::print(&format!("{sentence}\n{link}"));
    if std::io::stdout().is_terminal()
        && let Some(code) = QrCode::of(link)
    {
        logging::print(&code.terminal());
    }
}
