//! What the provider sends back with the browser.

use std::fmt;

use serde::Deserialize;

/// The query of the callback (OpenID Connect Core § 3.1.2.5, RFC 9207). `{:?}` shows only which
/// of it is there: the values are secrets.
#[derive(Clone, Default, Deserialize)]
pub struct CallbackAnswer {
    /// The code for the token endpoint.
    pub code: Option<String>,
    /// The value that the request had.
    pub state: Option<String>,
    /// The issuer, if the provider says it.
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

impl fmt::Debug for CallbackAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CallbackAnswer")
            .field("code", &self.code.is_some())
            .field("state", &self.state.is_some())
            .field("iss", &self.iss.is_some())
            .field("error", &self.error.is_some())
            .finish()
    }
}
