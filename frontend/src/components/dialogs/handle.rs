//! The handle with which any component opens a dialog.

use leptos::prelude::*;
use shared::id::{RoomId, Seq, UserId};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};

use crate::browser::document;
use crate::state::timeline::RowKey;
use crate::view::provided_context;

/// A dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Make a room.
    CreateRoom,
    /// Change a room's name and topic.
    EditRoom(RoomId),
    /// The same form, with the focus in the topic.
    AddTopic(RoomId),
    /// The settings of this browser.
    PageSettings,
    /// Sign out, after a question.
    SignOut,
    /// The keyboard shortcuts.
    Shortcuts,
    /// Delete a message, after a question. Somebody else's has its author as [`Dialogs::subject`].
    DeleteMessage(RoomId, Seq),
    /// What a room is, who is in it, and its end.
    RoomDetails(RoomId),
    /// Make people members of a room.
    AddPeople(RoomId),
    /// Open a direct conversation; with the people of one, and more.
    NewMessage(Option<RoomId>),
    /// Who somebody is.
    Person(UserId),
    /// Go to a room, a person or a page.
    Switcher,
    /// What can be done with a room of the list.
    PlaceMenu(RoomId),
    /// What can be done with the section that the dialog is about ([`Dialogs::subject`]).
    SectionMenu,
    /// Make a section, for a room.
    NewSection(RoomId),
    /// Rename the section that the dialog is about.
    RenameSection,
    /// Leave a private room, after a question.
    LeaveRoom(RoomId),
    /// The actions of a message, on touch screens. The timeline shows it.
    MessageActions(RowKey),
}

impl Dialog {
    /// Whether it is about rooms or people: those are a piece of their own.
    pub fn is_about_rooms(self) -> bool {
        match self {
            Dialog::CreateRoom
            | Dialog::EditRoom(_)
            | Dialog::AddTopic(_)
            | Dialog::RoomDetails(_)
            | Dialog::AddPeople(_)
            | Dialog::NewMessage(_)
            | Dialog::Person(_)
            | Dialog::Switcher => true,
            Dialog::PageSettings
            | Dialog::SignOut
            | Dialog::Shortcuts
            | Dialog::DeleteMessage(..)
            | Dialog::PlaceMenu(_)
            | Dialog::SectionMenu
            | Dialog::NewSection(_)
            | Dialog::RenameSection
            | Dialog::LeaveRoom(_)
            | Dialog::MessageActions(_) => false,
        }
    }
}

/// The handle on the dialogs: `use_dialogs().open(Dialog::PageSettings)`.
#[derive(Clone, Copy)]
pub struct Dialogs {
    open: RwSignal<Option<Dialog>>,
    /// Opened when the open one has closed.
    next: StoredValue<Option<Dialog>>,
    /// Whom or what the open one is about, by name.
    subject: StoredValue<String>,
}

/// Provides the handle. Call once, at the root of the page.
pub fn provide_dialogs() -> Dialogs {
    let dialogs = Dialogs {
        open: RwSignal::new(None),
        next: StoredValue::new(None),
        subject: StoredValue::new(String::new()),
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

    /// Opens a dialog about a section, unless one is open.
    pub fn open_about(self, dialog: Dialog, section: String) {
        if !self.is_open() {
            self.subject.set_value(section);
            self.open(dialog);
        }
    }

    /// The same, after the open one has closed.
    pub fn next_about(self, dialog: Dialog, section: String) {
        self.subject.set_value(section);
        self.open_next(dialog);
    }

    /// The name of the section or the author that the open dialog is about.
    pub fn subject(self) -> String {
        self.subject.get_value()
    }

    /// Opens a dialog, after the open one has closed.
    pub fn open_next(self, dialog: Dialog) {
        if self.is_open() {
            self.next.set_value(Some(dialog));
            self.close();
        } else {
            self.open(dialog);
        }
    }

    /// Closes the open dialog as Esc does, so that the focus returns.
    pub fn close(self) {
        const OPEN: &str = "dialog[open], .menu--dialog:popover-open";
        let Ok(Some(element)) = document().query_selector(OPEN) else {
            return self.closed();
        };
        match element.dyn_into::<HtmlDialogElement>() {
            Ok(dialog) => dialog.close(),
            Err(menu) => {
                let _ = menu.unchecked_ref::<HtmlElement>().hide_popover();
            }
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

    /// A dialog was removed together with the page that showed it.
    pub fn removed(self, dialog: Dialog) {
        if self.open.try_get_untracked() == Some(Some(dialog)) {
            self.closed();
        }
    }

    pub(super) fn closed(self) {
        self.open
            .try_set(self.next.update_value(Option::take).flatten());
    }
}
