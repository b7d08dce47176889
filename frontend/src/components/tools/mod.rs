//! What is there to act with: the actions of a message and its editor, the keys of the page and of the
//! conversation, long presses and drawers; and what hints at unread rooms out of sight.
//!
//! Whoever reads needs none of it. So it is a piece of the page, which loads as soon as there is a
//! connection, or with the first need. What may be on the screen before it is here reaches it through
//! [`PageTools`] alone: all that leads to these modules in another way would be loaded with the rows.

mod handle;

use leptos::prelude::*;

use super::message::{self, Action, MessageMenu, MessageSheet};
use super::{drawers, long_press, shortcuts, sidebar, timeline};
use crate::piece::piece_table;
pub use handle::{PageTools, ToolsPiece, use_tools};

piece_table!(
    tools,
    fn tools_piece() -> ToolsPiece {
        ToolsPiece {
            start: drawers::follow,
            run_shortcut: shortcuts::run,
            on_timeline_key: timeline::on_key,
            listen_to_presses: timeline::listen_to_presses,
            on_long_press: |find, open| long_press::listen(find, open),
            toolbar: message::toolbar,
            menus: || {
                view! {
                    <MessageMenu />
                    <MessageSheet />
                }
                .into_any()
            },
            editor: message::editor,
            editor_on_touch: message::editor_on_touch,
            unread_hints: sidebar::unread_hints,
            unread_from_here: |room, key| {
                Action::UnreadFromHere.run_on(room, key);
            },
        }
    }
);

/// Provides the handle. Call once, at the root of the page.
pub fn provide_tools() -> PageTools {
    let tools =
        PageTools::new(|| Box::pin(async { tools_piece().await.is_ok_and(PageTools::keep) }));
    provide_context(tools);
    tools
}
