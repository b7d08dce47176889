//! What is answered to requests for the page and its files.

use super::*;
use axum::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};

const WASM: &str = "/web-0123456789abcdef_bg.wasm";

static TEST_PAGE: Page = Page {
    assets: &[
        Asset {
            path: ICON,
            content_type: "image/svg+xml",
            tag: "c3",
            immutable: false,
            plain: b"<svg>",
            brotli: None,
        },
        Asset {
            path: INDEX,
            content_type: "text/html; charset=utf-8",
            tag: "a1",
            immutable: false,
            plain: b"<html>",
            brotli: Some(b"h"),
        },
        Asset {
            path: "web-0123456789abcdef_bg.wasm",
            content_type: "application/wasm",
            tag: "b2",
            immutable: true,
            plain: b"wasm wasm",
            brotli: Some(b"w"),
        },
        Asset {
            path: WITHOUT_GUESTS,
            content_type: "text/html; charset=utf-8",
            tag: "d4",
            immutable: false,
            plain: b"<html data-account>",
            brotli: None,
        },
    ],
    script_hashes: "'sha256-AAAA='",
    style_hashes: "",
};

fn get(path: &str, given: &[(HeaderName, &'static str)]) -> Response {
    let given = given.iter().cloned();
    let headers = given.map(|(name, value)| (name, HeaderValue::from_static(value)));
    serve_from(
        Some(&TEST_PAGE),
        &Method::GET,
        path,
        &headers.collect(),
        true,
    )
}

fn header(response: &Response, name: impl axum::http::header::AsHeaderName) -> &str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

#[test]
fn the_page_answers_at_its_root_and_at_its_own_routes() {
    for path in ["/", "/index.html", "/rooms/1", "/rooms/1/at/5", "/settings"] {
        let response = get(path, &[]);
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header(&response, CACHE_CONTROL), "no-cache");
        assert_eq!(header(&response, ETAG), "\"a1\"");
    }
}

#[test]
fn a_server_without_guests_sends_its_page_without_their_form() {
    for path in ["/", "/index.html", "/without-guests.html", "/rooms/1"] {
        for (guests, tag) in [(true, "\"a1\""), (false, "\"d4\"")] {
            let page = Some(&TEST_PAGE);
            let sent = serve_from(page, &Method::GET, path, &HeaderMap::new(), guests);
            assert_eq!(header(&sent, ETAG), tag, "{path}");
            assert!(
                sent.headers().contains_key(CONTENT_SECURITY_POLICY),
                "{path}"
            );
        }
    }
}

#[test]
fn a_path_that_is_no_file_and_no_route_is_not_found() {
    for path in [
        "/x.js",
        "/a/b.wasm",
        "/api/v1/x",
        "/.well-known/x",
        "/../Cargo.toml",
    ] {
        let response = get(path, &[]);
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&response, CACHE_CONTROL), "no-store");
    }
}

#[test]
fn favicon_ico_is_answered_with_the_page_s_icon() {
    let response = get("/favicon.ico", &[]);
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, CONTENT_TYPE), "image/svg+xml");
}

#[test]
fn a_file_whose_path_changes_with_its_content_is_cached_for_ever() {
    let response = get(WASM, &[]);
    assert_eq!(header(&response, CONTENT_TYPE), "application/wasm");
    assert_eq!(
        header(&response, CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(header(&get("/icon.svg", &[]), CACHE_CONTROL), "no-cache");
}

#[test]
fn a_file_is_sent_compressed_to_clients_that_accept_brotli() {
    for (accepted, coding, length) in [("gzip, br", "br", "1"), ("gzip", "", "9")] {
        let response = get(WASM, &[(ACCEPT_ENCODING, accepted)]);
        assert_eq!(header(&response, CONTENT_ENCODING), coding);
        assert_eq!(header(&response, CONTENT_LENGTH), length);
        assert_eq!(header(&response, VARY), "Accept-Encoding");
    }
    let icon = get("/icon.svg", &[(ACCEPT_ENCODING, "br")]);
    assert_eq!(header(&icon, CONTENT_ENCODING), "");
    assert_eq!(header(&icon, VARY), "");
}

#[test]
fn a_representation_that_the_client_has_is_not_sent_again() {
    // The uncompressed form is another representation.
    let cases = [("\"a1-br\"", 304), ("\"a1\"", 200)];
    for (known, status) in cases {
        let response = get("/", &[(IF_NONE_MATCH, known), (ACCEPT_ENCODING, "br")]);
        assert_eq!(response.status(), status, "{known}");
        assert_eq!(header(&response, ETAG), "\"a1-br\"");
        assert!(
            response.headers().contains_key(CONTENT_SECURITY_POLICY),
            "{known}"
        );
    }
}

#[test]
fn the_policy_allows_the_page_s_files_its_hashes_and_nothing_else() {
    let response = get("/", &[]);
    let policy = header(&response, CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-AAAA='; style-src 'self'; connect-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains(" 'unsafe-eval'"));
}

#[test]
fn head_is_answered_like_get_without_the_content() {
    let response = serve_from(
        Some(&TEST_PAGE),
        &Method::HEAD,
        WASM,
        &HeaderMap::new(),
        true,
    );
    assert_eq!(header(&response, CONTENT_LENGTH), "9");
    assert_eq!(
        axum::body::HttpBody::size_hint(response.body()).exact(),
        Some(0)
    );
}

#[test]
fn other_methods_are_refused() {
    let response = serve_from(
        Some(&TEST_PAGE),
        &Method::POST,
        "/",
        &HeaderMap::new(),
        true,
    );
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, ALLOW), "GET, HEAD");
}

#[test]
fn a_server_built_without_the_page_says_how_to_build_it() {
    let response = serve_from(None, &Method::GET, "/rooms/1", &HeaderMap::new(), true);
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header(&response, CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(NO_PAGE.contains("cargo xtask run"));
}

#[test]
fn the_embedded_table_is_sorted_for_binary_search() {
    let Some(page) = &PAGE else { return };
    assert!(page.assets.is_sorted_by(|a, b| a.path < b.path));
    assert!(page.find(INDEX).is_some() && page.find(WITHOUT_GUESTS).is_some());
}
