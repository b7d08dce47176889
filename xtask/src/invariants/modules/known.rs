//! The circles between modules that still exist.

/// An arrow that closes a circle, and why it still exists. Remove the arrow from the list together with
/// the circle. Do not add arrows.
#[derive(Debug)]
pub(super) struct KnownArrow {
    /// The root file of the crate.
    pub(super) root: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) reason: &'static str,
}

const SERVER: &str = "server/src/lib.rs";

const fn arrow(
    root: &'static str,
    from: &'static str,
    to: &'static str,
    reason: &'static str,
) -> KnownArrow {
    KnownArrow {
        root,
        from,
        to,
        reason,
    }
}

const PARENT: &str = "what the children share is defined in the file of the parent that uses them";

#[rustfmt::skip]
pub(super) const KNOWN: &[KnownArrow] = &[
    arrow(SERVER, "app", "http", "App holds everything, and the routes are given App"),
    arrow(SERVER, "http", "gateway::upgrade",
        "the routes start WebSockets, and the upgrade answers as HTTP does"),
    arrow(SERVER, "http::entry", "http", PARENT),
    arrow(SERVER, "http::messages", "http", PARENT),
    arrow(SERVER, "http::session", "http", PARENT),
];
