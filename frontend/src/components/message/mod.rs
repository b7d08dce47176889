//! One message.
//!
//! ```text
//! article.message  .message--head (shows its author) .message--deleted .message--own
//!   span.avatar[data-tone=0..11]                   initials; heads only
//!   header.message__head > span.message__author, span.number, span.message__badge, time.message__time
//!   time.message__time.message__time--aside        rows without a head: shown on hover
//!   div.message__body[dir=auto]
//!     span.message__text          code.message__code  a.message__link
//!                                 div.message__code-block > pre.message__pre > code, button.message__copy
//!                                 (links, buttons and code that scrolls are tab stops only in
//!                                 li.row[data-current])
//!                                 bdi  span.message__unlinked
//!     span.message__edited
//!   p.message__tombstone
//!   div.message__status[data-delivery]  span.message__note + button.link-button (Retry, Delete, Cancel)
//!   div.message__actions[role=toolbar] > button.icon-button      on hover or focus
//!     div.menu[popover][role=menu] > button.menu__item[role=menuitem]   opened by keyboard
//!   button.message__more.icon-button   touch screens: for assistive technology and keyboards;
//!                                      it opens, as a long press does, the sheet:
//!     dialog > blockquote.sheet__quote, div.sheet__actions > button.menu__item
//!   div.message__editor > form.composer.composer--editing  a composer in place of the body; on
//!                                      touch screens in place of the room's composer
//! ```
//!
//! A line about the room is `li.row.row--line > p.line` (`line`).
//!
//! The parts of a row have their own signals: an edit renders the text again, an
//! acknowledgement the status, and neither changes another row.

mod actions;
mod body;
mod editor;
mod head;
mod line;
mod menu;
mod row_context;
mod rules;
mod sheet;
mod status;

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, MouseEvent};

pub use actions::Action;
pub(super) use actions::toolbar;
pub(super) use body::{
    ARRIVED, copy_code, is_at_keyboard, label_copy_buttons, mark_stops, set_current,
};
use body::{fill, make_current};
pub(super) use editor::{editor, editor_on_touch};
use head::{AsideTime, Head};
use line::line_row;
pub(super) use menu::MessageMenu;
pub use row_context::RowContext;
use rules::rules;
pub(super) use sheet::MessageSheet;
use status::Status;

use crate::components::icons::{Glyph, Icon};
use crate::components::room_context::RoomContext;
use crate::components::tools::use_tools;
use crate::i18n::{format, t};
use crate::state::timeline::{Delivery, RowContent, RowKey};
use crate::tr;
use crate::view::{Reactive, effect, memo, on, optional_view, reactive, set_text};

/// A row of the timeline: a message, and the dividers above it.
#[component]
pub fn MessageRow(
    /// The row.
    key: RowKey,
) -> impl IntoView {
    let room = RoomContext::expect();
    let Some(row) = room.view().row(key) else {
        // Removed before it was rendered.
        return ().into_any();
    };
    let (layout, message) = (RwSignal::from(row.layout), RwSignal::from(row.content));
    let active = RwSignal::from(row.active);
    let context = RowContext {
        key,
        layout,
        content: message,
        room,
    };
    if message.with_untracked(|content| content.line.is_some()) {
        return line_row(context);
    }
    let own = message.with_untracked(|content| content.mine);
    let seq = memo(move || message.with(|content| content.seq));
    let delivery = memo(move || message.with(|content| content.delivery));
    let deleted = memo(move || message.with(|content| content.deleted));
    let head = memo(move || layout.get().head);
    let (editing, tools) = (RwSignal::from(room.view().editing.clone()), use_tools());
    let edited_here = memo(move || {
        let here = seq.get();
        here.is_some()
            && editing.with(|editing| editing.as_ref().map(|e| e.seq)) == here
            && tools.here().is_some()
    });
    let edited_in_row = move || edited_here.get() && !room.touch;
    view! {
        <li
            class=if own { "row row--own" } else { "row" }
            class:row--marked=reactive(move || layout.get().marked)
            class:row--edited=reactive(move || edited_here.get())
            tabindex="-1"
            data-seq=reactive(move || seq.get().map(|seq| seq.to_string()))
            data-delivery=reactive(move || delivery.get().attribute())
            // Not `pointerenter`: scrolling moves rows below a resting pointer and a finger, and
            // enters them, but the pointer does not move.
            on:pointermove=on(move |_| {
                if !room.touch {
                    room.activate(key);
                }
            })
            on:click=on(move |event: MouseEvent| {
                room.activate(key);
                if event.alt_key() && !is_at_control(&event) {
                    tools.run_in(room, move |tools| (tools.unread_from_here)(room, key));
                }
            })
            on:focusin=on(move |event: FocusEvent| {
                room.activate(key);
                make_current(&event);
            })
        >
            {rules(context)}
            <article
                class=if own { "message message--own" } else { "message" }
                class:message--head=reactive(move || head.get())
                class:message--deleted=reactive(move || deleted.get())
            >
                {reactive(move || {
                    if head.get() {
                        view! { <Head context /> }.into_any()
                    } else {
                        view! { <AsideTime context /> }.into_any()
                    }
                })}
                {reactive(move || match (edited_in_row(), deleted.get()) {
                    (_, true) => {
                        view! { <p class="message__tombstone" use:set_text=tr!(message.deleted)></p> }.into_any()
                    }
                    (true, false) => tools.here().map(|tools| (tools.editor)(room)).into_any(),
                    (false, false) => text(message).into_any(),
                })}
                {optional_view(move || {
                    (delivery.get() != Delivery::Sent)
                        .then(|| view! { <Status context delivery=delivery.get() /> })
                })}
                {optional_view(move || {
                    (active.get() && !room.touch && !deleted.get() && !edited_here.get())
                        .then(|| tools.wanted().map(|tools| (tools.toolbar)(context)))
                })}
                {(room.touch).then(|| more(context, deleted, active))}
            </article>
        </li>
    }
    .into_any()
}

/// Whether a click was on a link or a button, or where one writes.
fn is_at_control(event: &MouseEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest("a, button, textarea") != Ok(None))
}

/// The text, and the note that it was edited.
fn text(message: RwSignal<RowContent>) -> impl IntoView {
    let text = memo(move || message.with(|content| content.body.clone()));
    let edited = memo(move || message.with(|content| content.edited_at));
    view! {
        <div class="message__body" dir="auto">
            <span class="message__text" use:shows=text></span>
            {optional_view(move || {
                edited
                    .get()
                    .map(|at| {
                        view! {
                            <span
                                class="message__edited"
                                title=reactive(move || (t().message.edited_at)(&format::exact(at)))
                            use:set_text=tr!(message.edited)></span>
                        }
                    })
            })}
        </div>
    }
}

/// Renders a text in an element, and again when it changes. The first time at once: a row needs
/// its height when it is inserted, or the line that is being read would move.
fn shows(body: Element, text: Memo<String>) {
    text.with_untracked(|text| fill(&body, text));
    let filled = Cell::new(false);
    effect(move || {
        text.track();
        if filled.replace(true) {
            text.with_untracked(|text| fill(&body, text));
            mark_stops();
        }
    });
}

/// The button of the actions, on touch screens, for who cannot press for long. It is not seen
/// until it has the focus.
fn more(context: RowContext, deleted: Memo<bool>, active: RwSignal<bool>) -> Reactive<AnyView> {
    let open = move |event: leptos::ev::MouseEvent| {
        context.room.open_menu(context.key, &event_target(&event));
    };
    optional_view(move || {
        (!deleted.get()).then(|| {
            view! {
                <button
                    class="message__more icon-button"
                    type="button"
                    // One tab stop, not one per message.
                    tabindex=reactive(move || if active.get() { "0" } else { "-1" })
                    aria-haspopup="dialog"
                    aria-label=tr!(message.more)
                    on:click=on(open)
                >
                    <Icon glyph=Glyph::More />
                </button>
            }
        })
    })
}
