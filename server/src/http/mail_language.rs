//! The language in which whoever asks reads mails.

use axum::http::{HeaderMap, header};

use crate::mail::MailLanguage;

/// As the browser says.
pub(super) fn mail_language(headers: &HeaderMap) -> MailLanguage {
    let value = headers.get(header::ACCEPT_LANGUAGE);
    let value = value.and_then(|value| value.to_str().ok());
    MailLanguage::of_header(value.unwrap_or_default())
}
