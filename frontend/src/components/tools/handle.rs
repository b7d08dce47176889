//! The handle on the piece with what one acts with.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;

use leptos::html;
use leptos::prelude::*;
use web_sys::{Element, KeyboardEvent};

use crate::browser::on_document;
use crate::components::dialogs::Dialogs;
use crate::components::message::RowContext;
use crate::components::press::ShortcutAction;
use crate::components::room_context::RoomContext;
use crate::piece::{LoadPiece, Piece};
use crate::state::timeline::RowKey;
use crate::state::{Client, ConnectionStatus};
use crate::view::{Reactive, effect, optional_view, provided_context};

/// The most that waits for the piece.
const MOST_WAITING: usize = 16;

/// What the piece has.
#[derive(Clone, Copy)]
pub struct ToolsPiece {
    /// Once, at the root of the page.
    pub start: fn(Client, Dialogs),
    /// Runs a shortcut of the page. Returns whether there was something to do.
    pub run_shortcut: fn(Client, Dialogs, ShortcutAction) -> bool,
    /// A key in the conversation.
    pub on_timeline_key: fn(RoomContext, &KeyboardEvent),
    /// Listens to long presses on messages, until the current reactive owner is disposed.
    pub listen_to_presses: fn(RoomContext),
    /// The same for what the first function finds.
    pub on_long_press: fn(FindPressed, OpenPressed),
    /// The buttons of the message with the pointer or the focus.
    pub toolbar: fn(RowContext) -> AnyView,
    /// The menu and the sheet of a message, which one of all may open.
    pub menus: fn() -> AnyView,
    /// A field in place of a message's text.
    pub editor: fn(RoomContext) -> AnyView,
    /// The same below the messages, on touch screens.
    pub editor_on_touch: fn() -> AnyView,
    /// What is unread in the rooms of a scroller, out of sight.
    pub unread_hints: fn(NodeRef<html::Div>) -> AnyView,
    /// Counts the message of a row and all later ones as unread.
    pub unread_from_here: fn(RoomContext, RowKey),
}

/// Returns what an element is in that can be pressed.
pub type FindPressed = fn(&Element) -> Option<Element>;

/// Opens something for what was pressed. Returns whether there is something.
pub type OpenPressed = Box<dyn Fn(&Element) -> bool>;

/// The piece, once it is here.
static TOOLS: OnceLock<ToolsPiece> = OnceLock::new();

/// What waits for the piece.
type Waiting = Rc<RefCell<Vec<Box<dyn FnOnce(ToolsPiece)>>>>;

/// The handle on the piece.
#[derive(Clone, Copy)]
pub struct PageTools {
    piece: Piece,
    waiting: StoredValue<Waiting>,
}

/// The handle.
///
/// # Panics
/// Outside of the page's tree, where nobody called [`provide_tools`].
pub fn use_tools() -> PageTools {
    provided_context::<PageTools>()
}

impl PageTools {
    /// Of a piece that is not loaded yet.
    pub(super) fn new(load: LoadPiece) -> Self {
        PageTools {
            piece: Piece::new(load),
            waiting: StoredValue::new(Waiting::default()),
        }
    }

    /// The piece is here. Returns whether it can be used.
    pub(super) fn keep(piece: ToolsPiece) -> bool {
        TOOLS.set(piece).is_ok() || TOOLS.get().is_some()
    }

    /// Loads the piece when there is a connection, and does what waits for it, as long as the page lives.
    pub fn start(self, client: Client, dialogs: Dialogs) {
        let connection = client.connection();
        effect(move || {
            if connection.get() == ConnectionStatus::Live {
                self.load();
            }
        });
        effect(move || {
            if let Some(tools) = self.here() {
                untrack(|| (tools.start)(client, dialogs));
                let waiting = self.waiting.get_value().take();
                for act in waiting {
                    untrack(|| act(tools));
                }
            }
        });
        effect(move || {
            // Nobody expects any more, when it comes some day, what waited for an attempt that has failed.
            if !self.piece.is_loading() && !self.are_here() {
                self.waiting.get_value().take();
            }
        });
        // Also without a connection; the touch itself is the browser's.
        on_document("pointerdown", move |_| self.load()).with_owner();
    }

    /// The piece, if it is here; tracked.
    pub fn here(self) -> Option<ToolsPiece> {
        self.piece.is_here().then(|| TOOLS.get().copied()).flatten()
    }

    /// Whether it is here.
    pub fn are_here(self) -> bool {
        untrack(|| self.here()).is_some()
    }

    /// The piece, if it is here, for something that is wanted now: loads it otherwise.
    pub fn wanted(self) -> Option<ToolsPiece> {
        let tools = self.here();
        if tools.is_none() {
            self.load();
        }
        tools
    }

    /// Loads it, unless it is here.
    pub fn load(self) {
        self.piece.load();
    }

    /// Where it is waited for.
    pub fn piece(self) -> Piece {
        self.piece
    }

    /// Acts with it, at once or when it has come.
    pub fn run(self, act: impl FnOnce(ToolsPiece) + 'static) {
        if let Some(tools) = untrack(|| self.here()) {
            return act(tools);
        }
        let waiting = self.waiting.get_value();
        if waiting.borrow().len() < MOST_WAITING {
            waiting.borrow_mut().push(Box::new(act));
        }
        self.load();
    }

    /// The same, if the room is still shown then.
    pub fn run_in(self, room: RoomContext, act: impl FnOnce(ToolsPiece) + 'static) {
        self.run(move |tools| {
            if room.is_shown() {
                act(tools);
            }
        });
    }

    /// A part of the view, as soon as the piece is here.
    pub fn view(self, part: impl Fn(ToolsPiece) -> AnyView + Send + 'static) -> Reactive<AnyView> {
        optional_view(move || self.here().map(&part))
    }
}
