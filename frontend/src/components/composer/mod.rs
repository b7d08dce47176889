//! Where a message is written, and the rules of Enter for every text field.
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
mod field;
mod typing;
mod writing;

use leptos::prelude::*;
use shared::error::ErrorCode;

pub use composition::{Act, Key};
pub use field::attend_to;
pub use typing::TypingLine;
pub use writing::{Writing, WritingForm};

use crate::browser;
use crate::components::icons::{Glyph, Icon};
use crate::components::timeline::RoomContext;
use crate::i18n::t;
use crate::state::SendKey;
use crate::tr;
use crate::view::{live, memo, on, provided, watch};

/// The composer of the room in the [`RoomContext`], for the [`Writing`] of its page.
///
/// The field is left to the browser while someone types; it is read when the text
/// is sent and after every input, to keep the draft.
#[component]
pub fn Composer(
    /// The room's name, for labels.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let context = RoomContext::expect();
    let (client, room) = (context.client, context.room);
    let writing = provided::<Writing>();
    let clear = move || {
        writing.set_text("");
        client.keep_draft(room, "");
    };
    let send = move || match client.send(room, writing.text()) {
        Ok(()) => {
            clear();
            writing.accept();
        }
        // Nothing to say of nothing.
        Err(why) if why.code == ErrorCode::TextEmpty => {}
        Err(why) => writing.refuse(why),
    };
    let on_act = move |act| {
        match act {
            Act::Send => send(),
            Act::Clear if writing.take_back_break() => {}
            Act::Clear => clear(),
            Act::Key(Key::Up) if writing.text().is_empty() => return context.edit_last(),
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
    watch(move || {
        if writing.field.get().is_some() {
            let draft = client.draft(room);
            writing.set_text(&draft);
            context.focus_composer();
            // What closed tabs have left comes while nothing has been written here, and
            // else the next time: not into the middle of a word.
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
    let returned = RwSignal::from(context.view().returned.clone());
    watch(move || {
        returned.track();
        if let Some(text) = context.view().take_returned() {
            client.keep_draft(room, &writing.put_back(text));
        }
    });
    let narrow = browser::matches("(width < 45rem)");
    let empty = memo(move || writing.length.get().0 == 0);
    view! {
        <WritingForm
            writing
            id="composer"
            label=live(move || (t().composer.label)(&name.read()))
            placeholder=live(move || {
                if narrow {
                    t().composer.placeholder_short.to_owned()
                } else {
                    (t().composer.placeholder)(&name.read())
                }
            })
            on_text
            on_act
            hint=hint
            hint_class="visually-hidden"
        >
            <button
                class="composer__send icon-button"
                type="submit"
                aria-label=tr!(composer.send)
                aria-disabled=live(move || empty.get().then_some("true"))
                // The focus, and with it a phone's keyboard, stays where it is.
                on:pointerdown=on(move |event: leptos::ev::PointerEvent| event.prevent_default())
            >
                <Icon glyph=Glyph::Send />
            </button>
        </WritingForm>
    }
}

fn hint() -> &'static str {
    match crate::state::use_client().settings().get().send_key {
        SendKey::Enter => t().composer.hint_enter,
        SendKey::ModEnter => t().composer.hint_mod_enter,
    }
}
