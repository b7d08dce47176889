//! The actions of a message on touch screens, as a sheet that shows what they are about. A long
//! press opens it.

use leptos::prelude::*;

use super::Action;
use super::actions::action_rows;
use crate::components::dialogs::{Dialog, DialogFrame};
use crate::components::room_context::RoomContext;
use crate::state::timeline::{RowContent, RowKey};
use crate::tr;
use crate::view::{optional_view, set_text};

/// The sheet, while it is open.
#[component]
pub fn MessageSheet() -> impl IntoView {
    let context = RoomContext::expect();
    optional_view(move || {
        let Some(Dialog::MessageActions(key)) = context.dialogs.current() else {
            return None;
        };
        let message = context.view().row(key)?.content.get_untracked();
        Some(view! { <Sheet context key message /> })
    })
}

#[component]
fn Sheet(context: RoomContext, key: RowKey, message: RowContent) -> impl IntoView {
    // The room may go while the sheet is open.
    on_cleanup(move || context.dialogs.removed(Dialog::MessageActions(key)));
    let choose = move |action: Action| {
        // The question of a deletion follows when the sheet has closed.
        if action != Action::Delete {
            context.dialogs.close();
        }
        action.run_on(context, key);
    };
    let actions = action_rows(&Action::ON_TOUCH, context, message.clone(), None, choose);
    let client = context.client;
    let author = untrack(|| client.full_name(message.author_id, &message.author));
    view! {
        <DialogFrame title=tr!(message.more) light=true>
            // By keyboard it can be scrolled.
            <blockquote class="sheet__quote" tabindex="0">
                <p class="sheet__author" dir="auto" translate="no" use:set_text=author></p>
                <p class="sheet__text" dir="auto" use:set_text=message.body></p>
            </blockquote>
            <div class="sheet__actions">{actions}</div>
        </DialogFrame>
    }
}
