//! The rules themselves. Words are matched whole and in their case.

/// The most lines a file may have.
pub(super) const LINE_LIMIT: usize = 400;

/// Something that must not be written in some place.
#[derive(Debug)]
pub(super) struct Rule {
    /// Beginnings of paths that the rule looks at.
    inside: &'static [&'static str],
    /// Beginnings of paths in there that it leaves alone.
    except: &'static [&'static str],
    pub(super) words: &'static [&'static str],
    pub(super) reason: &'static str,
}

impl Rule {
    pub(super) fn looks_at(&self, path: &str) -> bool {
        let under = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        under(self.inside) && !under(self.except)
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        inside: &["server/src/chat", "server/src/accounts", "server/src/names"],
        except: &[],
        words: &[
            "axum",
            "hyper",
            "hyper_util",
            "tower",
            "tungstenite",
            "rusqlite",
        ],
        reason: "the domain knows no transport and no database; gateway, http and store do",
    },
    Rule {
        inside: &["server/src"],
        except: &[
            "server/src/edge",
            "server/src/gateway",
            "server/src/http",
            // Puts them together.
            "server/src/server",
        ],
        words: &[
            "axum",
            "hyper",
            "hyper_util",
            "tower",
            "tungstenite",
            "StatusCode",
            "TcpListener",
            "TcpStream",
            "UnixListener",
            "UnixStream",
        ],
        reason: "only edge, gateway and http know sockets and status codes",
    },
    Rule {
        inside: &["server/src/edge"],
        except: &[],
        words: &["crate::gateway", "crate::http", "crate::server"],
        reason: "edge lies below gateway and http; hand it what it needs",
    },
    Rule {
        inside: &["server/src/gateway"],
        except: &[],
        words: &["crate::http", "crate::server"],
        reason: "gateway lies below http; hand it what it needs",
    },
    Rule {
        inside: &["server/src/http"],
        except: &[],
        words: &[".route(\"/api/v1"],
        reason: "a route of the API is registered by `routes!`, with its documentation and limits",
    },
    Rule {
        inside: &["server/src"],
        except: &["server/src/store"],
        words: &[
            "SELECT",
            "INSERT INTO",
            "INSERT OR",
            "DELETE FROM",
            "UPDATE",
            "CREATE TABLE",
            "CREATE INDEX",
            "PRAGMA",
            "BEGIN IMMEDIATE",
            "rusqlite",
        ],
        reason: "only server/src/store knows SQL; ask the Store trait",
    },
    Rule {
        inside: &["frontend/src"],
        except: &["frontend/src/socket"],
        words: &["WebSocket"],
        reason: "only frontend/src/socket knows the WebSocket API",
    },
    Rule {
        inside: &["frontend/src"],
        except: &[],
        words: &[
            "inner_html",
            "set_inner_html",
            "set_outer_html",
            "insert_adjacent_html",
            "innerHTML",
        ],
        reason: "text of users never becomes HTML; render it to nodes",
    },
    Rule {
        inside: &["shared/src"],
        except: &[],
        words: &[
            "std::fs",
            "std::net",
            "std::process",
            "std::thread",
            "std::time::Instant",
            "std::time::SystemTime",
            "SystemTime::now",
            "Instant::now",
            "tokio",
        ],
        reason: "shared does no I/O and has no clock; time and randomness come in as values",
    },
];

/// Crates that bring I/O or a runtime.
pub(super) const SHARED_MAY_NOT_USE: &[&str] = &[
    "axum",
    "futures",
    "getrandom",
    "gloo-net",
    "hyper",
    "js-sys",
    "leptos",
    "reqwest",
    "rusqlite",
    "tokio",
    "tungstenite",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
];
