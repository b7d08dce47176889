//! The composer, and the handling of Enter for every text field.
//!
//! ```text
//! form#composer.composer  .composer--editing (inside a message)
//!   div.composer__frame
//!     textarea.composer__input[rows=1]
//!     span.composer__counter[data-over=true|false]   near the limit only
//!     button.composer__send.icon-button
//!   p.composer__error[role=alert]
//! div.typing > p, .offline                           above the composer, of constant height
//! ```

pub mod composition;
mod counter;
mod key_handling;
mod text_entry;
mod typing;

use std::rc::Rc;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::model::RoomKind;

pub use composition::{FieldAction, FieldKey};
pub use key_handling::{handle_choice, handle_keys};
pub use text_entry::{TextEntry, TextEntryForm};
pub use typing::TypingLine;

use crate::browser;
use crate::components::icons::{Glyph, Icon};
use crate::components::room_context::RoomContext;
use crate::i18n::t;
use crate::state::SendKey;
use crate::tr;
use crate::view::{dynamic_text, effect, memo, on, provided_context, reactive};

/// The composer of the room in the [`RoomContext`], with the [`TextEntry`] of its page.
///
/// The page does not change the field while someone types. It reads it when the text is sent,
/// and after every input, to store the draft.
#[component]
pub fn Composer(
    /// The room's name, for labels.
    #[prop(into)]
    name: Memo<String>,
) -> impl IntoView {
    let context = RoomContext::expect();
    let (client, room) = (context.client, context.room);
    let writing = provided_context::<TextEntry>();
    let clear = move || {
        writing.set_text("");
        client.keep_draft(room, "");
    };
    let send = move || match client.send(room, writing.text()) {
        Ok(()) => {
            clear();
            writing.accept();
        }
        // An empty field needs no error.
        Err(why) if why.code == ErrorCode::TextEmpty => {}
        Err(why) => writing.refuse(why),
    };
    let on_act = move |act| {
        match act {
            FieldAction::Send => send(),
            FieldAction::Clear if writing.take_back_break() => {}
            FieldAction::Clear => clear(),
            FieldAction::Key(FieldKey::Up) if writing.text().is_empty() => {
                return client.edit_last(room);
            }
            _ => return false,
        }
        true
    };
    let on_text = move |text: &str| {
        client.keep_draft(room, text);
        if !text.is_empty() {
            client.typed(room);
        }
    };
    effect(move || {
        if writing.field.get().is_some() {
            let draft = client.draft(room);
            writing.set_text(&draft);
            context.focus_room();
            // Drafts of closed tabs are adopted only while nothing has been typed here, else
            // the next time: not into the middle of a word.
            client.adopt_drafts(
                room,
                move || writing.text() == draft,
                move |text| writing.set_text(text),
            );
        }
    });
    browser::on_window("storage", move |event| {
        let lost = client.lost_draft(room, &event);
        if lost.is_some_and(|lost| lost == writing.text()) {
            writing.set_text("");
        }
    })
    .with_owner();
    context.has_composer();
    let returned = RwSignal::from(context.view().returned.clone());
    effect(move || {
        returned.track();
        if let Some(text) = context.view().take_returned_text() {
            client.keep_draft(room, &writing.put_back(text));
        }
    });
    let state = client.room(room);
    let is_direct = memo(move || {
        state.with(|state| (state.here()).is_some_and(|room| room.kind == RoomKind::Direct))
    });
    let narrow = browser::matches("(width < 45rem)");
    let empty = memo(move || writing.length.get().0 == 0);
    view! {
        <TextEntryForm
            writing
            id="composer"
            label=reactive(move || (t().composer.label)(&name.read(), is_direct.get()))
            placeholder=reactive(move || {
                if narrow {
                    t().composer.placeholder_short.to_owned()
                } else {
                    (t().composer.placeholder)(&name.read(), is_direct.get())
                }
            })
            on_text=Box::new(on_text)
            on_act=Rc::new(on_act)
            hint=dynamic_text(hint)
            hint_class="visually-hidden"
        >
            <button
                class="composer__send icon-button"
                type="submit"
                aria-label=tr!(composer.send)
                aria-disabled=reactive(move || empty.get().then_some("true"))
                // Keeps the focus, and with it a phone's keyboard.
                on:pointerdown=on(move |event: leptos::ev::PointerEvent| event.prevent_default())
            >
                <Icon glyph=Glyph::Send />
            </button>
        </TextEntryForm>
    }
}

fn hint() -> String {
    match crate::state::use_client().settings().get().send_key {
        SendKey::Enter => t().composer.hint_enter.to_owned(),
        SendKey::ModEnter => (t().composer.hint_mod_enter)(browser::modifier()),
    }
}
