//! The words of both parts of the page.

use crate::i18n::settings::{CredentialStrings, words};

/// The words in the language of the page.
pub(super) fn texts() -> &'static CredentialStrings {
    words().credentials
}
