//! Serves the web page, whose files are inside the program: plain or compressed, with the
//! headers for caching and for the page's security. The build script `build.rs` makes the
//! table of files. Nothing here depends on other parts of the server.

mod negotiate;

use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, REFERRER_POLICY, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;

/// The page and everything it loads.
#[derive(Debug)]
#[allow(dead_code, reason = "made only where the build found a page")]
struct Page {
    /// Sorted by path.
    assets: &'static [Asset],
    /// Hashes of inline scripts, as sources of the policy: `'sha256-…' 'sha256-…'`.
    script_hashes: &'static str,
    style_hashes: &'static str,
}

/// One file of the page.
#[derive(Debug)]
#[allow(dead_code, reason = "made only where the build found a page")]
struct Asset {
    /// The path without the leading slash.
    path: &'static str,
    content_type: &'static str,
    /// The entity tag: changes with the content.
    tag: &'static str,
    /// Whether the path changes with the content, so that browsers may keep the file for ever.
    immutable: bool,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
}

static PAGE: Option<Page> = include!(concat!(env!("OUT_DIR"), "/page.rs"));

const INDEX: &str = "index.html";
/// The same page; its first paint has no form for guests.
const WITHOUT_GUESTS: &str = "without-guests.html";
/// Browsers ask for this when they show something that names no icon, as an answer of the API
/// or a picture.
const DEFAULT_ICON: &str = "favicon.ico";
const ICON: &str = "icon.svg";

const NO_PAGE: &str = "<!doctype html><html lang=\"en\"><title>Madang</title>\
    <h1>This server was built without its page</h1>\
    <p>Run <code>cargo xtask run</code> in the source folder: it builds both. \
    The programming interface works all the same.</p></html>\n";

/// Answers a request for the page or one of its files.
///
/// - `/` and every path without a file extension give the page, whose own router shows
///   `/rooms/1`. Paths under `/api/` and `/.well-known/` never do.
/// - Methods other than GET and HEAD are answered 405, and files that do not exist 404.
///   Everything is answered 503 if the program was built without a page.
/// - The page carries a Content-Security-Policy. Its `'self'` includes the WebSocket of the
///   same host: Chrome since 71, Firefox, Safari since 16.
/// - Without `has_form` the page comes without the form for guests in its first paint.
pub fn serve(method: &Method, path: &str, headers: &HeaderMap, has_form: bool) -> Response {
    serve_from(PAGE.as_ref(), method, path, headers, has_form)
}

fn serve_from(
    page: Option<&Page>,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    has_form: bool,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let mut response = text(method, StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD only\n");
        set(&mut response, ALLOW, "GET, HEAD");
        return response;
    }
    let Some(page) = page else {
        return without_page(method);
    };
    let path = path.strip_prefix('/').unwrap_or(path);
    let is_index = matches!(path, INDEX | WITHOUT_GUESTS) || is_route(path);
    let index = if has_form { INDEX } else { WITHOUT_GUESTS };
    let asset = if is_index {
        page.find(index).or_else(|| page.find(INDEX))
    } else {
        page.find(path)
    };
    match asset {
        Some(index) if is_index => page.index(index, method, headers),
        Some(asset) => asset.response(method, headers),
        None => text(method, StatusCode::NOT_FOUND, "not found\n"),
    }
}

/// Whether the path may be one of the page's own router.
pub fn is_route(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.') && !path.starts_with("api/") && !path.starts_with(".well-known/")
}

impl Page {
    fn find(&self, path: &str) -> Option<&Asset> {
        let path = if path == DEFAULT_ICON { ICON } else { path };
        let found = self.assets.binary_search_by(|asset| asset.path.cmp(path));
        found.ok().and_then(|index| self.assets.get(index))
    }

    fn index(&self, index: &Asset, method: &Method, headers: &HeaderMap) -> Response {
        let mut response = index.response(method, headers);
        // The hashes are ASCII, so this cannot fail. The page is never sent without a policy.
        let Ok(policy) = HeaderValue::try_from(self.policy()) else {
            return text(method, StatusCode::INTERNAL_SERVER_ERROR, "bad policy\n");
        };
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
        set(
            &mut response,
            HeaderName::from_static("permissions-policy"),
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        );
        response
    }

    /// What the page may load and run (CSP 3). Inline styles and scripts are allowed by hash;
    /// style attributes are not allowed.
    fn policy(&self) -> String {
        let mut policy = String::from("default-src 'none'");
        for (directive, sources, hashes) in [
            (
                "script-src",
                "'self' 'wasm-unsafe-eval'",
                self.script_hashes,
            ),
            ("style-src", "'self'", self.style_hashes),
            ("connect-src", "'self'", ""),
            ("img-src", "'self' data:", ""),
            ("font-src", "'self'", ""),
            ("manifest-src", "'self'", ""),
            ("base-uri", "'none'", ""),
            ("form-action", "'self'", ""),
            ("frame-ancestors", "'self'", ""),
        ] {
            let _ = write!(policy, "; {directive} {sources}");
            if !hashes.is_empty() {
                let _ = write!(policy, " {hashes}");
            }
        }
        policy
    }
}

impl Asset {
    fn response(&self, method: &Method, headers: &HeaderMap) -> Response {
        let brotli = self.brotli.filter(|_| negotiate::accepts_brotli(headers));
        // The compressed form is another representation and needs another strong tag
        // (RFC 9110 § 8.8.3).
        let suffix = if brotli.is_some() { "-br" } else { "" };
        let tag = format!("\"{}{suffix}\"", self.tag);

        let mut response = if negotiate::matches_tag(headers, &tag) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            body(method, brotli.unwrap_or(self.plain))
        };
        if response.status() == StatusCode::OK {
            set(&mut response, CONTENT_TYPE, self.content_type);
            if brotli.is_some() {
                set(&mut response, CONTENT_ENCODING, "br");
            }
        }
        if let Ok(tag) = HeaderValue::try_from(tag) {
            response.headers_mut().insert(ETAG, tag);
        }
        let caching = if self.immutable {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        set(&mut response, CACHE_CONTROL, caching);
        if self.brotli.is_some() {
            set(&mut response, VARY, "Accept-Encoding");
        }
        with_referrer_policy(response)
    }
}

fn without_page(method: &Method) -> Response {
    let mut response = body(method, NO_PAGE.as_bytes());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    set(&mut response, CONTENT_TYPE, "text/html; charset=utf-8");
    set(&mut response, CACHE_CONTROL, "no-store");
    set(
        &mut response,
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'self'",
    );
    with_referrer_policy(response)
}

fn text(method: &Method, status: StatusCode, content: &'static str) -> Response {
    let mut response = body(method, content.as_bytes());
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut response, CACHE_CONTROL, "no-store");
    with_referrer_policy(response)
}

/// The content and its length; for HEAD only the length.
fn body(method: &Method, content: &'static [u8]) -> Response {
    let sent = if method == Method::HEAD { &[] } else { content };
    let mut response = Response::new(Body::from(Bytes::from_static(sent)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(content.len()));
    response
}

/// Adds the header that all answers of this module have, beside the common headers.
fn with_referrer_policy(mut response: Response) -> Response {
    set(&mut response, REFERRER_POLICY, "same-origin");
    response
}

fn set(response: &mut Response, name: HeaderName, value: &'static str) {
    let headers = response.headers_mut();
    headers.insert(name, HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests;
