//! Content negotiation: the encodings a client accepts, and the entity tags it has.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};

/// Whether the client accepts brotli (RFC 9110 § 12.5.3): by name or by `*`, and not with a
/// weight of zero.
pub(super) fn accepts_brotli(headers: &HeaderMap) -> bool {
    let mut any = false;
    for line in headers.get_all(ACCEPT_ENCODING) {
        for item in line.to_str().unwrap_or_default().split(',') {
            let mut parts = item.split(';').map(str::trim);
            let coding = parts.next().unwrap_or_default();
            let refused = parts
                .filter_map(|parameter| parameter.split_once('='))
                .filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
                .any(|(_, weight)| weight.trim().parse().is_ok_and(|weight: f32| weight <= 0.0));
            if coding.eq_ignore_ascii_case("br") {
                return !refused;
            }
            any |= coding == "*" && !refused;
        }
    }
    any
}

/// Whether `If-None-Match` contains the tag (RFC 9110 § 13.1.2: weak comparison).
pub(super) fn matches_tag(headers: &HeaderMap, tag: &str) -> bool {
    headers.get_all(IF_NONE_MATCH).iter().any(|line| {
        let known = line.to_str().unwrap_or_default().split(',');
        known
            .map(str::trim)
            .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn with(name: &HeaderName, lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name.clone(), HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn brotli_is_accepted_by_name_or_by_star() {
        let cases: [(&[&str], bool); 10] = [
            (&["gzip, br"], true),
            (&["gzip", "br"], true),
            (&["BR;q=0.1"], true),
            (&["*"], true),
            (&["gzip;q=1, *;q=0.5"], true),
            (&["br;q=0"], false),
            (&["br; Q=0.000, *"], false),
            (&["*;q=0"], false),
            (&["gzip"], false),
            (&[], false),
        ];
        for (accepted, expected) in cases {
            let headers = with(&ACCEPT_ENCODING, accepted);
            assert_eq!(accepts_brotli(&headers), expected, "{accepted:?}");
        }
    }

    #[test]
    fn a_tag_matches_among_several_as_weak_or_by_star() {
        let cases = [
            ("\"a\"", true),
            ("\"x\", W/\"a\"", true),
            ("*", true),
            ("\"a-br\"", false),
            ("a", false),
        ];
        for (line, expected) in cases {
            assert_eq!(
                matches_tag(&with(&IF_NONE_MATCH, &[line]), "\"a\""),
                expected,
                "{line}"
            );
        }
    }
}
