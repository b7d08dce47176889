//! What lies over every page, and what holds for all of them.

use leptos::prelude::*;

use super::dialogs::{DialogHost, use_dialogs};
use super::notices::Notices;
use super::{document, drawers, shortcuts, viewport};
use crate::browser::{self, Store};
use crate::state::{Session, use_client};
use crate::view::watch;

/// Read by `assets/first.js`: someone was here, so the first paint shows the panes.
const KNOWN: &str = "madang.known";

/// Dialogs, notices, keys, drawers; once, at the root, below
/// [`provide_dialogs`](super::dialogs::provide_dialogs).
#[component]
pub fn Overlays() -> impl IntoView {
    let client = use_client();
    document::follow(client);
    viewport::follow();
    drawers::follow(client);
    let dialogs = use_dialogs();
    shortcuts::listen(client, dialogs);
    let session = client.session();
    watch(move || {
        match session.get() {
            // The frame of the first paint stands until there is something better.
            Session::Unknown => return,
            Session::SignedOut(_) => {
                Store::Local.remove(KNOWN);
                // It was the person's.
                dialogs.close();
            }
            Session::SignedIn(_) => {
                Store::Local.set_text(KNOWN, "1");
            }
        }
        if let Some(frame) = browser::document().get_element_by_id("frame") {
            frame.remove();
        }
    });
    view! {
        <Notices />
        <DialogHost />
    }
}
