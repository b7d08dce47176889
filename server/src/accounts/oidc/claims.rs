//! What the provider says about a person: the claims of an ID token or of the user information.

use serde_json::{Map, Value};

/// Claims by name. They may be personal data, so there is no `Debug`.
pub struct Claims(Map<String, Value>);

/// Longer texts are no names or addresses; they count as missing.
const MAX_TEXT_BYTES: usize = 1_024;

impl Claims {
    /// These claims.
    pub fn new(claims: Map<String, Value>) -> Self {
        Claims(claims)
    }

    /// All of them.
    pub fn all(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A claim, whatever it is. A `null` counts as missing.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A text to be shown or stored: not empty, and not too long.
    pub fn short_text(&self, name: &str) -> Option<&str> {
        let text = self.text(name)?.trim();
        (!text.is_empty() && text.len() <= MAX_TEXT_BYTES).then_some(text)
    }

    /// A claim that is a time in seconds, whole or not (RFC 7519 § 2, `NumericDate`).
    pub fn seconds(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.as_f64()
    }

    /// Adds the claims that are missing here.
    pub fn complete(&mut self, others: Claims) {
        for (name, value) in others.0 {
            if self.value(&name).is_none() {
                self.0.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Claims {
        Claims::new(serde_json::from_value(value).unwrap())
    }

    #[test]
    fn what_is_there_is_not_replaced() {
        let mut ours = claims(json!({"email": "a@a.example", "name": null}));
        ours.complete(claims(json!({"email": "b@b.example", "name": "B"})));
        assert_eq!(ours.short_text("email"), Some("a@a.example"));
        assert_eq!(ours.short_text("name"), Some("B"));
    }

    #[test]
    fn a_text_that_is_too_long_counts_as_missing() {
        let long = claims(json!({"name": "x".repeat(1_025), "nickname": "  "}));
        assert_eq!(long.short_text("name"), None);
        assert_eq!(long.short_text("nickname"), None);
    }
}
