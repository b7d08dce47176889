//! The context of the components of the shown room.

use std::rc::Rc;

use leptos::prelude::*;
use shared::id::{RoomId, Seq};
use shared::permission::Action;
use web_sys::Element;

use crate::browser;
use crate::components::dialogs::{Dialog, Dialogs, use_dialogs};
use crate::components::focus::focus_on;
use crate::components::menu::MenuAnchor;
use crate::state::timeline::{RoomView, RowKey};
use crate::state::{Client, use_client};
use crate::view::provided_context;

/// The shown room.
#[derive(Clone, Copy)]
pub struct RoomContext {
    /// The page's client.
    pub client: Client,
    /// The room.
    pub room: RoomId,
    /// Whether this is a touch screen: the actions of a message are then in a sheet.
    pub touch: bool,
    /// The message whose menu is open, and its position. Not on touch screens.
    pub menu: RwSignal<Option<(RowKey, MenuAnchor)>>,
    /// The page's dialogs.
    pub dialogs: Dialogs,
    /// Whether the reader is not at the room's end.
    pub away: RwSignal<bool>,
    /// Whether one's own messages can be changed.
    pub may_edit: Memo<bool>,
    /// Whether one's own messages can be deleted.
    pub may_delete: Memo<bool>,
    /// Whether those of others can.
    pub may_delete_others: Memo<bool>,
    view: StoredValue<Rc<RoomView>>,
    active: StoredValue<Option<RowKey>>,
    /// Whether the focus was moved when the room was shown.
    had_focus: StoredValue<bool>,
}

impl RoomContext {
    /// Shows a room, at a message if a link names one, until the current reactive owner is
    /// disposed.
    pub fn enter(room: RoomId, at: Option<Seq>) -> Self {
        let client = use_client();
        let view = client.enter(room, at);
        let context = RoomContext {
            client,
            room,
            touch: browser::matches("(hover: none)"),
            menu: RwSignal::new(None),
            dialogs: use_dialogs(),
            away: RwSignal::new(false),
            may_edit: client.may(Action::EditOwn, room),
            may_delete: client.may(Action::DeleteOwn, room),
            may_delete_others: client.may(Action::DeleteOthers, room),
            view: StoredValue::new(view),
            active: StoredValue::new(None),
            had_focus: StoredValue::new(false),
        };
        let kept = context.view;
        on_cleanup(move || {
            if let Some(view) = kept.try_get_value() {
                client.leave(&view);
            }
        });
        provide_context(context);
        context
    }

    /// The context of the room around this component.
    ///
    /// # Panics
    /// Outside of a room.
    pub fn expect() -> Self {
        provided_context::<RoomContext>()
    }

    /// The rows and their signals.
    pub fn view(&self) -> Rc<RoomView> {
        self.view.get_value()
    }

    /// Whether the room is still shown.
    pub fn is_shown(&self) -> bool {
        self.view.try_get_value().is_some()
    }

    /// The pointer or the focus has moved to a row.
    pub fn activate(&self, key: RowKey) {
        let Some(before) = self.active.try_get_value() else {
            return;
        };
        if before == Some(key) {
            return;
        }
        let Some(view) = self.view.try_get_value() else {
            return;
        };
        if let Some(row) = before.and_then(|before| view.row(before)) {
            let _ = row.active.try_set(false);
        }
        if let Some(row) = view.row(key) {
            let _ = row.active.try_set(true);
        }
        self.active.set_value(Some(key));
    }

    /// Opens the actions of a message, at its row or button.
    pub fn open_menu(&self, key: RowKey, at: &Element) {
        if self.touch {
            self.dialogs.open(Dialog::MessageActions(key));
        } else {
            self.menu.set(Some((key, MenuAnchor::of(at))));
        }
    }

    /// The composer is there, until the current reactive owner is disposed: texts are returned to it.
    pub fn has_composer(&self) {
        let view = self.view;
        view.get_value().set_has_composer(true);
        on_cleanup(move || {
            if let Some(view) = view.try_get_value() {
                view.set_has_composer(false);
            }
        });
    }

    /// Moves the focus to the composer, but not on touch screens, where a keyboard would open.
    pub fn focus_composer(&self) {
        if !self.touch {
            focus_on("#composer textarea");
        }
    }

    /// The composer, or what stands in its place, is there: moves the focus to the composer, on
    /// touch screens to the room. When they take each other's place later, only if the focus was in
    /// what has gone, or is at the room for want of a composer: not out of an editor, nor out of
    /// another pane.
    pub fn focus_room(&self) {
        let target = if self.touch {
            "main"
        } else {
            "#composer textarea"
        };
        // A message that a link names keeps the focus.
        let kept = if self.had_focus.get_value() {
            ":focus:not(main)"
        } else {
            ".row:focus"
        };
        self.had_focus.set_value(true);
        let take = move || {
            if let Ok(None) = browser::document().query_selector(kept) {
                // Where nobody writes there is no composer.
                let _ = focus_on(target) || focus_on("main");
            }
        };
        take();
        // A dialog or drawer that led here returns the focus when it closes.
        browser::next_frame(take);
    }
}
