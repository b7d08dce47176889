//! The words that must not be in some folders. Whole words are matched, and case matters.

/// The most lines that a file may have.
pub(super) const LINE_LIMIT: usize = 400;
/// The most lines that a `main.rs` may have.
pub(super) const MAIN_LINE_LIMIT: usize = 50;

/// Words that must not be in some folders.
#[derive(Debug)]
pub(super) struct Rule {
    /// The paths that the rule checks, by their start.
    inside: &'static [&'static str],
    /// The paths among them that it does not check, by their start.
    except: &'static [&'static str],
    pub(super) words: &'static [&'static str],
    pub(super) reason: &'static str,
}

impl Rule {
    pub(super) fn applies_to(&self, path: &str) -> bool {
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
            "tokio_postgres",
            "async_nats",
        ],
        reason: "the domain knows no transport, no database and no broker; gateway, http, store and bus do",
    },
    Rule {
        inside: &["server/src"],
        except: &[
            "server/src/edge",
            "server/src/gateway",
            "server/src/http",
            // Puts them together.
            "server/src/server",
            // Is a client itself.
            "server/src/mail",
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
        reason: "only edge, gateway, http and mail know sockets and status codes",
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
            "tokio_postgres",
        ],
        reason: "only server/src/store knows SQL; ask the Store trait",
    },
    Rule {
        inside: &["server/src"],
        except: &["server/src/bus"],
        words: &["async_nats"],
        reason: "only server/src/bus knows the broker and its subjects",
    },
    Rule {
        inside: &["server/src", "shared/src", "frontend/src"],
        // What a person does in the page, not what a peer sends.
        except: &["frontend/src/socket/mod.rs"],
        words: &["unbounded", "unbounded_channel", "std::sync::mpsc::channel"],
        reason: "no queue is unbounded",
    },
    Rule {
        inside: &["server", "shared", "frontend", "bench", "xtask"],
        except: &["xtask/src/invariants"],
        words: &["#[ignore]"],
        reason: "say why the test is ignored: #[ignore = \"…\"]",
    },
    Rule {
        inside: &["server/tests", "shared/tests", "frontend/tests"],
        except: &[
            // It kills the server at random moments.
            "server/tests/crash/kills.rs",
            // They wait as long as the server tells clients to wait.
            "server/tests/stories/pace.rs",
            "server/tests/stories/rate.rs",
        ],
        words: &["thread::sleep", "time::sleep"],
        reason: "a test waits for an event with a deadline and does not sleep",
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
