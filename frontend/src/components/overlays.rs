//! Overlays of every page, and what follows the page as a whole.

use leptos::prelude::*;

use super::dialogs::use_dialogs;
use super::notices::Notices;
use super::{document, viewport};
use crate::browser::BrowserStorage;
use crate::state::{SessionState, use_client};
use crate::view::effect;

/// Read by `assets/first.js`: if someone was signed in, the first paint shows the panes.
const KNOWN: &str = "madang.known";

/// Notices, language and theme of the document; once, at the root, below
/// [`provide_dialogs`](super::dialogs::provide_dialogs).
#[component]
pub fn Overlays() -> impl IntoView {
    let client = use_client();
    document::follow(client);
    viewport::follow();
    let dialogs = use_dialogs();
    let session = client.session();
    effect(move || {
        match session.get() {
            // The frame of the first paint stays until the page is rendered.
            SessionState::Unknown => {}
            SessionState::Reading(_) => {
                BrowserStorage::Local.remove(KNOWN);
            }
            SessionState::SignedOut(_) => {
                BrowserStorage::Local.remove(KNOWN);
                // An open dialog belonged to the person.
                dialogs.close();
            }
            SessionState::SignedIn(_) => {
                BrowserStorage::Local.set_text(KNOWN, "1");
            }
        }
    });
    view! { <Notices /> }
}
