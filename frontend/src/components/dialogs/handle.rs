//! The handle with which any component opens a dialog.

use leptos::prelude::*;
use shared::id::{RoomId, Seq};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use crate::browser::document;
use crate::view::provided_context;

/// A dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Make a room.
    CreateRoom,
    /// Change a room's name and topic.
    EditRoom(RoomId),
    /// Change one's own name.
    Rename,
    /// The settings of this browser.
    PageSettings,
    /// The keyboard shortcuts.
    Shortcuts,
    /// Delete a message of one's own.
    DeleteMessage(RoomId, Seq),
}

/// The handle on the dialogs: `use_dialogs().open(Dialog::PageSettings)`.
#[derive(Clone, Copy)]
pub struct Dialogs {
    open: RwSignal<Option<Dialog>>,
}

/// Provides the handle. Call once, at the root of the page.
pub fn provide_dialogs() -> Dialogs {
    let dialogs = Dialogs {
        open: RwSignal::new(None),
    };
    provide_context(dialogs);
    dialogs
}

/// The handle.
///
/// # Panics
/// Outside of the page's tree, where nobody called [`provide_dialogs`].
pub fn use_dialogs() -> Dialogs {
    provided_context::<Dialogs>()
}

impl Dialogs {
    /// Opens a dialog, unless one is open.
    pub fn open(self, dialog: Dialog) {
        if self.open.get_untracked().is_none() {
            self.open.set(Some(dialog));
        }
    }

    /// Closes the open dialog as Esc does, so that the focus returns.
    pub fn close(self) {
        let element = document().query_selector("dialog[open]").ok().flatten();
        match element.and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) {
            Some(element) => element.close(),
            None => self.closed(),
        }
    }

    /// The open dialog; tracked.
    pub fn current(self) -> Option<Dialog> {
        self.open.get()
    }

    /// Whether one is open.
    pub fn is_open(self) -> bool {
        self.open.get_untracked().is_some()
    }

    pub(super) fn closed(self) {
        self.open.try_set(None);
    }
}
