//! The headers that every answer carries unless its route sets another value.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The body is what its type says, no page of another site may load it (Fetch § 3.7), no cache may
/// keep it, and no search engine may list it: what is written here is for those who have the link.
pub const COMMON_HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("x-robots-tag", "noindex"),
];

/// Adds the common headers that are not there yet.
pub fn add_common_headers(headers: &mut HeaderMap) {
    for (name, value) in COMMON_HEADERS {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
}
