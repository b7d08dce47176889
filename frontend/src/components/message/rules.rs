//! The dividers above a row.

use leptos::prelude::*;

use super::row_context::RowContext;
use crate::i18n::{format, t};
use crate::tr;
use crate::view::{dynamic_text, optional_view, set_text};

/// The dividers above a row: its day, and where the unread messages begin.
pub(super) fn rules(context: RowContext) -> impl IntoView {
    let (layout, today) = (context.layout, context.room.client.today());
    let at = context.content.with_untracked(|content| content.at);
    view! {
        {optional_view(move || {
            layout
                .get()
                .new_day
                .then(|| {
                    view! {
                        <div class="row__day" role="separator">
                            <span use:set_text=dynamic_text(move || format::day(at, today.get(), &t().when))></span>
                        </div>
                    }
                })
        })}
        {optional_view(move || {
            layout
                .get()
                .first_unread
                .then(|| {
                    view! {
                        <div class="row__unread" role="separator">
                            <span use:set_text=tr!(timeline.new_messages)></span>
                        </div>
                    }
                })
        })}
    }
}
