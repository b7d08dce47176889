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

const FRONTEND: &str = "frontend/src/lib.rs";
const SHARED: &str = "shared/src/lib.rs";

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
    arrow(FRONTEND, "browser::time", "browser", PARENT),
    arrow(FRONTEND, "components::dialogs", "components::dialogs::delete_message", PARENT),
    arrow(FRONTEND, "components::dialogs::frame", "components::dialogs", PARENT),
    arrow(FRONTEND, "components::dialogs::name_form", "components::dialogs", PARENT),
    arrow(FRONTEND, "components::dialogs::room_form", "components::dialogs", PARENT),
    arrow(FRONTEND, "components::dialogs::settings", "components::dialogs", PARENT),
    arrow(FRONTEND, "components::message", "components::message::actions", PARENT),
    arrow(FRONTEND, "components::message", "components::message::editor", PARENT),
    arrow(FRONTEND, "components::message::head", "components::message", PARENT),
    arrow(FRONTEND, "components::message::status", "components::message", PARENT),
    arrow(FRONTEND, "i18n::format", "i18n",
        "the formats ask for the present language, and the texts of a language use the formats"),
    arrow(FRONTEND, "socket", "socket::connection", PARENT),
    arrow(FRONTEND, "state::engine::frame_queue", "state::engine", PARENT),
    arrow(SHARED, "markup", "markup::inline", PARENT),
];
